"""Every page and state as Chromium shows it: axe finds nothing, nothing is too wide, no script is needed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.plans.clients import Client, by_need, named, page_of, summarise
from portal.web.problems import problem_page
from tests.browser.conftest import OpenPage, Serve
from tests.browser.measures import accessibility_faults, overflow
from tests.support.records import (
    LONG,
    READ_AT,
    TODAY,
    founding_case,
    note,
    plan_of_each,
    record,
    relied_line,
)
from tests.support.stage import show, stage

pytestmark = pytest.mark.browser


@dataclass
class NumberField:
    """The field of the search, as WTForms would hand it over."""

    errors: list[str] = field(default_factory=list)
    id: str = "personnummer"
    name: str = "personnummer"

    @property
    def label(self) -> Any:
        return type("Label", (), {"text": "Personnummer"})

    def _value(self) -> str:
        return ""


class SearchForm:
    """The form of the search, as WTForms would hand it over."""

    def __init__(self, *errors: str) -> None:
        self.personnummer = NumberField(list(errors))
        self.errors = {"personnummer": list(errors)} if errors else {}

    def __iter__(self) -> Iterator[NumberField]:
        yield self.personnummer


class AskingForm:
    """The form for asking AME, as WTForms would hand it over."""

    whom, reason = NumberField(id="whom", name="whom"), NumberField(id="reason", name="reason")


def clients(count: int) -> tuple[Client, ...]:
    """My clients, some with something to do, some with a very long name, one protected, some soon closed."""
    busy, calm = founding_case(), record(plan_of_each()[:1])
    return by_need(
        summarise(
            f"ref{number}",
            f"Klient {number}",
            LONG if number % 9 == 5 else ("Björk" if number % 9 == 3 else "Persson"),
            (busy if number % 3 else calm).plans,
            (busy if number % 3 else calm).clashes,
            [relied_line(valid_until=TODAY + timedelta(days=9 if number % 5 else 200))],
            {"a1": READ_AT} if number % 4 else {},
            TODAY,
            is_protected=number == 1,
        )
        for number in range(count)
    )


def theatre() -> Flask:
    """An application with every page in every state."""
    app = stage()
    for name, count in (("none", 0), ("one", 1), ("hundreds", 250)):
        show(app, f"/people-{name}", "people/people.html", page=page_of(clients(count), 1), sought="", today=TODAY)
        show(app, f"/check-in-{name}", "plans/check_in.html", clients=clients(min(count, 30)), today=TODAY)
    many = page_of(clients(250), 1)
    show(app, "/people-sought-many", "people/people.html", page=many, sought="Klient", today=TODAY)
    show(app, "/people-sought", "people/people.html", page=page_of((), 1), sought="Nej", today=TODAY)
    show(app, "/find", "people/find.html", form=SearchForm())
    show(app, "/find-wrong", "people/find.html", form=SearchForm("Kontrollsiffran stämmer inte."))
    show(app, "/find-missing", "people/find.html", form=SearchForm(), ask=AskingForm())
    protected = founding_case()
    show(app, "/record-print", "plans/record_print.html", record=protected)
    changed = {"a1": READ_AT - timedelta(days=2), "n-1": READ_AT}
    facts: dict[str, Any] = {
        "is_protected": True,
        "contacts": None,
        "changed": changed,
        "last_read_at": READ_AT - timedelta(days=9),
    }
    hidden = record(protected.plans, protected.activities, notes=(note(text=LONG * 9),), **facts)
    show(app, "/record-protected", "plans/record.html", record=hidden)
    show(app, "/record-nothing", "plans/record.html", record=record())
    for role in ("reader", "administrator", "auditor"):
        show(app, f"/home-{role}", f"home/{role}.html")
    show(app, "/home-visitor", "home/visitor.html", frame=None)
    providers = [{"address": "/login/ame", "words": "AME"}, {"address": "/login/af", "words": LONG}]
    show(app, "/login-refused", "login.html", frame=None, providers=providers, refusal="AME har inte lagt in dig.")
    show(app, "/login-none", "login.html", frame=None, providers=[])
    app.add_url_rule("/problem", "problem", lambda: problem_page(404))
    return app


PAGES = sorted(
    rule.rule for rule in theatre().url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
)


def test_axe_finds_nothing_on_any_page_and_none_is_wider_than_a_phone(browser_page: OpenPage, serve: Serve) -> None:
    address = serve(theatre())
    wide, narrow = browser_page(), browser_page(width=320, scheme="dark")
    found: list[str] = []
    for number, path in enumerate(PAGES):
        page = (wide, narrow)[number % 2]
        page.goto(address + path)
        found += [f"{path}: {fault}" for fault in accessibility_faults(page)]
        narrow.goto(address + path)
        found += [f"{path}: {fault}" for fault in overflow(narrow)]
    assert found == []


def test_a_list_is_filtered_as_one_types_and_says_how_many_are_left(browser_page: OpenPage, serve: Serve) -> None:
    page = browser_page()
    page.goto(f"{serve(theatre())}/people-hundreds")
    page.get_by_label("Filtrera på namn").fill("bjork")
    shown = page.locator("#clients > li:visible")
    assert shown.count() == len(named(page_of(clients(250), 1).clients, "Björk"))
    assert page.get_by_role("status").inner_text() == f"Visar {shown.count()} av 100."
    page.get_by_label("Filtrera på namn").fill("")
    assert shown.count() == 100
    assert page.get_by_role("status").inner_text() == "250 klienter."


def test_without_script_the_list_is_a_form_and_printing_is_the_browsers(browser_page: OpenPage, serve: Serve) -> None:
    address = serve(theatre())
    page = browser_page(script=False)
    page.goto(f"{address}/people-one")
    assert page.get_by_role("button", name="Filtrera").is_visible()
    page.goto(f"{address}/record-print")
    assert page.get_by_role("button", name="Skriv ut").count() == 0


def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser_page: OpenPage, serve: Serve) -> None:
    page = browser_page()
    page.goto(f"{serve(theatre())}/people-one")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Hoppa till innehållet"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("id") == "name"


def test_the_language_is_switched_and_the_page_is_the_same(browser_page: OpenPage, serve: Serve) -> None:
    page = browser_page()
    page.goto(f"{serve(theatre())}/people-one")
    page.get_by_role("button", name="English").click()
    assert page.url.endswith("/people-one")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="Svenska").click()
    assert page.locator("html").get_attribute("lang") == "sv"
