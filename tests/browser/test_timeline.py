"""The timeline as Chromium draws it: no text over another, none outside, all readable, in every width and light."""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import pytest

from portal.gate.record import Record
from portal.plans.rules import ActivityStatus
from tests.browser.conftest import OpenPage, Serve
from tests.browser.measures import (
    accessibility_faults,
    faint_texts,
    overflow,
    texts_and_shapes_in_each_others_way,
    texts_in_each_others_way,
)
from tests.support.records import (
    AGENCIES,
    HOSTILE,
    LONG,
    TODAY,
    activity,
    agency,
    crowded_case,
    founding_case,
    meeting,
    plan,
    plan_of_each,
    record,
)
from tests.support.stage import show, stage

pytestmark = pytest.mark.browser

WIDTHS = (1280, 768, 640, 320)
LIGHTS: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def _open_ended() -> Record:
    plans = plan_of_each()
    return record(
        plans,
        [
            activity(f"a{number}", plan=plans[number].id, from_=TODAY + timedelta(days=25 * number), until=None)
            for number in range(5)
        ],
    )


def _long_names() -> Record:
    agencies = [agency(each.id, f"{LONG} {each.name}", each.kind) for each in AGENCIES]
    plans = plan_of_each(agencies)
    titles = (LONG * 3, "Ord" * 60, "語言學習" * 20, HOSTILE, "تعلم اللغة السويدية " * 6, "🌱" * 30)
    return record(
        plans,
        [
            activity(f"a{number}", plan=plans[number % 5].id, title=title, until=TODAY + timedelta(days=9 * number))
            for number, title in enumerate(titles)
        ],
        agencies,
    )


def _meetings_every_week() -> Record:
    plans = plan_of_each(AGENCIES[:2])
    days = [TODAY + timedelta(days=7 * number) for number in range(26)]
    return record(plans, [meeting(f"m{number}", day) for number, day in enumerate(days)])


def _long_ago() -> Record:
    ended = activity(
        from_=TODAY - timedelta(days=900), until=TODAY - timedelta(days=700), status=ActivityStatus.COMPLETED
    )
    return record([plan()], [ended])


CASES: dict[str, Callable[[], Record]] = {
    "founding": founding_case,
    "crowded": crowded_case,
    "in one lane": lambda: crowded_case(in_one_lane=40),
    "open-ended": _open_ended,
    "empty": lambda: record(plan_of_each(), []),
    "single": lambda: record([plan()], [activity()]),
    "long names": _long_names,
    "meetings every week": _meetings_every_week,
    "long ago": _long_ago,
}


@pytest.mark.parametrize("case", CASES)
def test_nothing_on_the_timeline_is_in_the_way_of_anything_else(
    case: str, browser_page: OpenPage, serve: Serve
) -> None:
    app = stage()
    show(app, "/people/k3J9", "plans/record.html", record=CASES[case]())
    address = serve(app)
    page = browser_page()
    page.goto(f"{address}/people/k3J9")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".timeline figure svg:visible").count() == 1
        for scheme in LIGHTS:
            page.emulate_media(color_scheme=scheme)
            found = texts_in_each_others_way(page) + texts_and_shapes_in_each_others_way(page)
            found += faint_texts(page) + overflow(page)
            assert not found, f"{case}, {width} px, {scheme}: {found[:8]}"


@pytest.mark.parametrize(
    ("case", "width", "scheme"),
    [
        ("founding", 1280, "light"),
        ("founding", 320, "dark"),
        ("crowded", 1280, "dark"),
        ("empty", 768, "light"),
        ("long names", 320, "light"),
    ],
)
def test_axe_finds_nothing_on_the_record(
    case: str, width: int, scheme: str, browser_page: OpenPage, serve: Serve
) -> None:
    app = stage()
    show(app, "/people/k3J9", "plans/record.html", record=CASES[case]())
    page = browser_page(width=width, scheme=scheme)
    page.goto(f"{serve(app)}/people/k3J9")
    page.locator("summary").first.click()
    assert accessibility_faults(page) == []
    assert overflow(page) == []


def test_the_record_page_loads_at_most_five_things_from_its_own_host(browser_page: OpenPage, serve: Serve) -> None:
    app = stage()
    show(app, "/people/k3J9", "plans/record.html", record=crowded_case())
    address = serve(app)
    page = browser_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{address}/people/k3J9", wait_until="networkidle")
    assert len(asked) <= 5
    assert all(url.startswith(address) for url in asked)
    assert complaints == []
