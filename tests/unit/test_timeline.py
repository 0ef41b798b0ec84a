"""The layout keeps its promise in numbers, before any browser has drawn it."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.plans.clashes import find_clashes
from portal.plans.rules import Activity, ActivityKind, ActivityStatus, Plan, PlanStatus
from portal.plans.timeline import MEDIUM, NARROW, WIDE, Sheet, Timeline, Wording, lay_out
from portal.plans.timeline.drawing import SIZE
from portal.plans.timeline.lettering import width_of
from portal.plans.timeline.shapes import Kind, Text
from tests.support.records import AGENCIES, TODAY, activity, crowded_case, meeting, plan, plan_of_each

KNOWN = {each.id: each for each in AGENCIES}
BOLD = {Kind.YEAR, Kind.TODAY, Kind.LANE, Kind.NUMBER}


def wording() -> Wording:
    """Plain words, so that a test reads what it wrote."""
    return Wording(
        months=("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"),
        today="i dag",
        nothing="Inga aktiviteter i de planer du får läsa",
        follow_up="Uppföljning",
        clashes="Krockar",
        activity=lambda each: (each.title, "50\u00a0%" if each.extent else ""),
        clash=lambda clash: str(clash.type),
        direction=str,
        status=str,
        period=lambda from_, until: f"{from_}–{until or ''}",
    )


def drawn(plans: Sequence[Plan], activities: Sequence[Activity], today: date = TODAY, sheet: Sheet = WIDE) -> Timeline:
    """The drawing on one sheet, with the clashes that are in the plans."""
    clashes = find_clashes(plans, activities, KNOWN, {}, today)
    (timeline,) = lay_out(plans, activities, KNOWN, clashes, today, wording(), (sheet,))
    return timeline


def box(text: Text) -> tuple[float, float, float, float]:
    """Where the text may be at most: left, right, top and bottom."""
    width = width_of(text.words, SIZE, is_bold=text.kind in BOLD)
    left = text.x - width / 2 if text.anchor == "middle" else text.x
    return left, left + width, text.y - 10, text.y + 3


def words(timeline: Timeline, kind: Kind) -> list[str]:
    """The texts of one kind, in the order in which they were written."""
    return [text.words for text in timeline.texts if text.kind is kind]


def faults(timeline: Timeline) -> list[str]:
    """Texts over one another or outside the sheet."""
    found = [
        f"{text.words} leaves the sheet"
        for text in timeline.texts
        for left, right, top, bottom in [box(text)]
        if left < 0 or right > timeline.sheet.width + 0.1 or top < 0 or bottom > timeline.height
    ]
    for one, other in combinations(timeline.texts, 2):
        a, b = box(one), box(other)
        if min(a[1], b[1]) - max(a[0], b[0]) > 0.2 and min(a[3], b[3]) - max(a[2], b[2]) > 0.2:
            found.append(f"{one.words} lies over {other.words}")
    return found


days = st.integers(min_value=-500, max_value=700).map(lambda number: TODAY + timedelta(days=number))
titles = st.text(st.sampled_from("abc iMW,åÖ語"), min_size=1, max_size=60)


@st.composite
def activities(draw: st.DrawFn) -> Activity:
    """Any activity in one of two plans."""
    begins = draw(days)
    facts: dict[str, Any] = {"plan": draw(st.sampled_from(["pl-ame", "pl-af"])), "title": draw(titles)}
    if draw(st.booleans()):
        return meeting(f"m{draw(st.uuids())}", begins, **facts)
    until = draw(
        st.none() | st.integers(min_value=0, max_value=400).map(lambda number: begins + timedelta(days=number))
    )
    kind = draw(st.sampled_from([ActivityKind.STUDIES, ActivityKind.SICK_LEAVE]))
    status = draw(st.sampled_from(ActivityStatus))
    return activity(f"a{draw(st.uuids())}", from_=begins, until=until, kind=kind, status=status, **facts)


@settings(max_examples=60)
@given(st.lists(activities(), max_size=12), st.sampled_from([WIDE, MEDIUM, NARROW]))
def test_no_text_lies_over_another_or_leaves_the_sheet(some: list[Activity], sheet: Sheet) -> None:
    assert faults(drawn(plan_of_each(AGENCIES[:2]), some, sheet=sheet)) == []


@pytest.mark.parametrize("sheet", [WIDE, MEDIUM, NARROW], ids=lambda sheet: sheet.name)
@pytest.mark.parametrize("in_one_lane", [0, 20, 40])
def test_forty_activities_have_room(sheet: Sheet, in_one_lane: int) -> None:
    crowded = crowded_case(in_one_lane=in_one_lane)
    assert faults(drawn(crowded.plans, crowded.activities, sheet=sheet)) == []


@settings(max_examples=40)
@given(st.lists(activities(), max_size=10))
def test_every_activity_is_drawn_or_counted_as_left_out(some: list[Activity]) -> None:
    shown = drawn(plan_of_each(AGENCIES[:2]), some)
    bars = [bar for bar in shown.bars if bar.look != "clash"]
    alive = [each for each in some if each.status is not ActivityStatus.CANCELLED]
    assert len(bars) + len(shown.marks) + shown.left_out == len(alive) + 2  # and a follow-up a plan


def test_a_label_stands_in_its_bar_where_it_fits_and_beside_it_where_it_does_not() -> None:
    short = activity("a2", from_=date(2026, 4, 1), until=date(2026, 4, 5), title="En kort aktivitet med ett namn")
    shown = drawn([plan()], [activity(), short])
    assert words(shown, Kind.LABEL)[-1] == "Komvux, svenska och matematik 50\u00a0%"
    assert "En kort aktivitet med ett namn 50\u00a0%" in words(shown, Kind.BESIDE)


def test_a_crowded_lane_numbers_what_has_no_room_and_explains_each_number_once() -> None:
    crowded = crowded_case(in_one_lane=40)
    shown = drawn(crowded.plans, crowded.activities)
    numbers = words(shown, Kind.NUMBER)
    assert numbers
    assert sorted(map(int, numbers)) == [number for number, _ in shown.key] == list(range(1, len(numbers) + 1))


def test_the_narrow_sheet_needs_no_numbers() -> None:
    crowded = crowded_case(in_one_lane=40)
    assert drawn(crowded.plans, crowded.activities, sheet=NARROW).key == ()


def test_an_extent_stays_when_a_title_is_shortened() -> None:
    long = activity(title="Praktik " * 30, from_=TODAY, until=TODAY + timedelta(days=3))
    for sheet in (WIDE, MEDIUM, NARROW):
        label = [each for each in words(drawn([plan()], [long], sheet=sheet), Kind.BESIDE) if "…" in each]
        assert [each.endswith("… 50\u00a0%") for each in label] == [True]


def test_an_open_ended_bar_is_an_arrow_and_the_legend_knows() -> None:
    shown = drawn([plan()], [activity(until=None)])
    bar = next(bar for bar in shown.bars if bar.look != "clash")
    assert "L" in bar.outline
    assert "open" in shown.looks


def test_a_cancelled_activity_is_not_drawn() -> None:
    shown = drawn([plan()], [activity(status=ActivityStatus.CANCELLED)])
    assert [bar for bar in shown.bars if bar.look != "clash"] == []
    assert shown.left_out == 0


def test_a_lane_with_nothing_in_it_says_so() -> None:
    shown = drawn([plan()], [])
    assert words(shown, Kind.NOTHING) == ["Inga aktiviteter i de planer du får läsa"]


def test_a_lane_names_its_agency_and_where_its_plans_are_heading() -> None:
    plans = [plan(), plan("pl-2", status=PlanStatus.PAUSED, direction=None), plan("pl-3", status=PlanStatus.PAUSED)]
    shown = drawn(plans, [])
    assert words(shown, Kind.LANE) == ["Arbetsmarknadsenheten"]
    assert words(shown, Kind.DIRECTION) == ["studies, studies (paused)"]


def test_clashes_that_say_the_same_are_one_bar_and_only_load_and_gaps_are_bands() -> None:
    plans = plan_of_each(AGENCIES[:4])
    shown = drawn(plans, [activity(until=date(2026, 6, 5), plan=each.id) for each in plans])
    titles = [bar.title.split(",")[0] for bar in shown.bars if bar.look == "clash"]
    assert titles.count("contradiction") == 1
    assert {band.kind for band in shown.bands} == {"overload", "gap"}


def test_today_lies_within_the_sheet_and_its_label_over_its_line() -> None:
    for today in (TODAY, date(2026, 12, 31), date(2026, 1, 1)):
        shown = drawn([plan()], [activity()], today=today)
        label = next(text for text in shown.texts if text.kind is Kind.TODAY)
        assert WIDE.head < shown.today < WIDE.width
        assert abs(label.x - shown.today) <= shown.today_width / 2
        assert label.y < shown.top


def test_what_ended_long_ago_is_left_to_the_table() -> None:
    ended = activity(from_=date(2023, 1, 1), until=date(2023, 6, 1), status=ActivityStatus.COMPLETED)
    shown = drawn([plan()], [ended])
    assert shown.left_out == 1


def test_years_stand_where_they_begin_and_where_the_drawing_does() -> None:
    shown = drawn([plan()], [activity(from_=date(2025, 11, 3), until=date(2026, 6, 5))])
    assert sorted(words(shown, Kind.YEAR)) == ["2025", "2026"]
    assert words(shown, Kind.MONTH)[0] == "nov"


def test_a_long_time_is_marked_by_the_quarter() -> None:
    shown = drawn([plan()], [activity(from_=date(2025, 9, 3), until=date(2027, 6, 5))], sheet=NARROW)
    assert set(words(shown, Kind.MONTH)) <= {"jan", "juli", "apr", "okt"}
