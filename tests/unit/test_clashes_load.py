"""Overload and gap: what the sum of the activities comes to, day by day."""

from typing import Any

import pytest

from portal.plans.clashes import ClashSettings
from portal.plans.rules import Activity
from tests.unit.clashes_cases import activity, find, meeting, plan, told

PLANS = [plan("pl-ame", from_="2025-01-01"), plan("pl-af", from_="2025-01-01")]
BEFORE = activity("a0", "pl-ame", "other", None, "2026-01-01", "2026-03-31")


def overload(*activities: Activity, settings: ClashSettings | None = None) -> list[tuple[Any, ...]]:
    """Each overload as from, until, involved, peak load and capacity."""
    clashes = told(find(PLANS, activities, settings=settings), "overload")
    return [(from_, until, ids, each["peak_load"], each["capacity"]) for _, from_, until, ids, each in clashes]


def gap(*activities: Activity, settings: ClashSettings | None = None) -> list[tuple[Any, ...]]:
    """Each gap as from, until and days."""
    clashes = told(find(PLANS, activities, settings=settings), "gap")
    return [(from_, until, figures["days"]) for _, from_, until, _, figures in clashes]


def load(id_: str, extent: int | str | None, from_: str, until: str | None, status: str = "ongoing") -> Activity:
    return activity(id_, "pl-ame", "studies", extent, from_, until, status=status)


def leave(id_: str, extent: int | str | None, from_: str, until: str | None) -> Activity:
    return activity(id_, "pl-af", "sick_leave", extent, from_, until)


def test_a_full_week_is_no_overload_and_one_percent_more_is() -> None:
    assert overload(load("a1", 100, "2026-03-10", None)) == []
    assert overload(load("a1", 101, "2026-03-10", None)) == [("2026-03-10", None, "a1", 101, 100)]


def test_the_largest_leave_of_the_day_takes_from_the_capacity() -> None:
    activities = [
        load("a1", 60, "2026-03-01", "2026-03-31"),
        leave("a2", 25, "2026-03-01", "2026-03-31"),
        leave("a3", 50, "2026-03-10", "2026-03-20"),
    ]
    assert overload(*activities) == [("2026-03-10", "2026-03-20", "a1 a2 a3", 60, 50)]


def test_leave_beyond_full_time_leaves_no_capacity_and_not_less() -> None:
    activities = [load("a1", 10, "2026-03-01", "2026-03-31"), leave("a2", 150, "2026-03-10", "2026-03-10")]
    assert overload(*activities) == [("2026-03-10", "2026-03-10", "a1 a2", 10, 0)]


def test_the_least_leave_counts() -> None:
    activities = [load("a1", 100, "2026-03-10", None), leave("a2", 1, "2026-03-10", None)]
    assert overload(*activities) == [("2026-03-10", None, "a1 a2", 100, 99)]


def test_leave_alone_is_no_overload() -> None:
    assert overload(leave("a2", 150, "2026-03-10", None)) == []


def test_consecutive_days_are_one_run_though_the_activities_change() -> None:
    activities = [
        load("a1", 75, "2026-03-01", "2026-03-20"),
        load("a2", 75, "2026-03-10", "2026-03-31"),
        load("a3", 75, "2026-03-21", "2026-03-25"),
        load("a4", 75, "2026-03-27", "2026-03-27"),
    ]
    assert overload(*activities) == [
        ("2026-03-10", "2026-03-25", "a1 a2 a3", 150, 100),
        ("2026-03-27", "2026-03-27", "a2 a4", 150, 100),
    ]


def test_the_figures_are_those_of_the_first_day_with_the_largest_excess() -> None:
    activities = [
        load("a1", 110, "2026-03-01", "2026-03-31"),
        load("a2", 20, "2026-03-10", "2026-03-12"),
        leave("a3", 25, "2026-03-14", "2026-03-20"),
        leave("a4", 25, "2026-03-22", "2026-03-22"),
    ]
    assert overload(*activities[:2]) == [("2026-03-01", "2026-03-31", "a1 a2", 130, 100)]
    assert overload(*activities) == [("2026-03-01", "2026-03-31", "a1 a2 a3 a4", 110, 75)]


def test_as_large_an_excess_later_changes_nothing() -> None:
    activities = [
        load("a1", 110, "2026-03-01", "2026-03-31"),
        load("a2", 25, "2026-03-10", "2026-03-12"),
        leave("a3", 25, "2026-03-14", "2026-03-20"),
    ]
    assert overload(*activities) == [("2026-03-01", "2026-03-31", "a1 a2 a3", 135, 100)]


def test_the_past_of_a_run_and_what_lies_beyond_the_horizon_belong_to_it() -> None:
    activities = [
        load("a1", 110, "2026-01-01", "2027-05-31"),
        load("a2", 50, "2026-01-10", "2026-01-20", status="completed"),
        load("a3", 50, "2027-01-10", "2027-01-20", status="planned"),
        leave("a4", None, "2026-01-01", "2026-12-31"),
        load("a5", 0, "2026-01-01", "2026-12-31"),
    ]
    assert overload(*activities) == [("2026-01-01", "2027-05-31", "a1 a2 a3", 160, 100)]


def test_a_run_that_ended_when_a_completed_activity_stopped_counting_is_not_reported() -> None:
    activities = [load("a1", 60, "2026-01-01", None), load("a2", 60, "2026-02-01", None, status="completed")]
    assert overload(*activities) == []


@pytest.mark.parametrize(
    ("hours", "full_time_hours", "percent"),
    [("39.5", 40, 99), ("40", 40, 100), ("40.5", 40, 101), ("19", 40, 48), ("0.5", 40, 1), ("38.5", 37, 104)],
)
def test_hours_a_week_are_rounded_half_up_to_whole_percent(hours: str, full_time_hours: int, percent: int) -> None:
    settings = ClashSettings(full_load=percent - 1, full_time_hours=full_time_hours)
    whole = load("a1", f"{hours} h", "2026-03-10", None)
    assert overload(whole, settings=settings) == [("2026-03-10", None, "a1", percent, percent - 1)]


def test_full_load_is_the_base_of_the_capacity() -> None:
    activities = [load("a1", 50, "2026-03-10", None), leave("a2", 40, "2026-03-10", None)]
    assert overload(*activities, settings=ClashSettings(full_load=80)) == [("2026-03-10", None, "a1 a2", 50, 40)]


def test_thirty_idle_days_are_a_gap_and_twenty_nine_are_not() -> None:
    assert gap(BEFORE, load("a1", 50, "2026-05-01", None)) == [("2026-04-01", "2026-04-30", 30)]
    assert gap(BEFORE, load("a1", 50, "2026-04-30", None)) == []
    assert gap(BEFORE, load("a1", 50, "2026-04-30", None), settings=ClashSettings(gap_days=29)) == [
        ("2026-04-01", "2026-04-29", 29)
    ]


def test_a_gap_has_at_least_a_day_whatever_is_set() -> None:
    assert gap(BEFORE, load("a1", 50, "2026-04-01", None), settings=ClashSettings(gap_days=0)) == []
    assert gap(BEFORE, load("a1", 50, "2026-04-02", None), settings=ClashSettings(gap_days=0)) == [
        ("2026-04-01", "2026-04-01", 1)
    ]


def test_nothing_before_the_first_activity_is_a_gap() -> None:
    assert gap(load("a1", 50, "2026-08-01", None)) == []
    assert gap() == []


def test_a_meeting_neither_fills_a_gap_nor_comes_before_one() -> None:
    assert gap(BEFORE, meeting("a1", "pl-af", "2026-04-15", "09:00 10:00")) == [("2026-04-01", None, None)]
    assert gap(meeting("a1", "pl-af", "2026-02-10", "09:00 10:00")) == []


def test_sick_leave_fills_a_gap_and_comes_before_one() -> None:
    assert gap(BEFORE, leave("a1", None, "2026-04-01", None)) == []
    assert gap(leave("a1", 100, "2026-01-01", "2026-03-31")) == [("2026-04-01", None, None)]


def test_a_gap_is_broken_where_no_plan_counts() -> None:
    plans = [
        plan("pl-ame", until="2026-04-10"),
        plan("pl-af", from_="2026-04-11", until="2026-05-10"),
        plan("pl-soc", from_="2026-05-12", until="2026-06-11"),
        plan("pl-region", from_="2026-06-13", until="2026-07-11"),
    ]
    assert told(find(plans, [BEFORE])) == [
        ("gap", "2026-04-01", "2026-05-10", "", {"days": 40}),
        ("gap", "2026-05-12", "2026-06-11", "", {"days": 31}),
    ]


def test_what_counted_in_a_plan_that_is_over_is_an_earlier_day_too() -> None:
    plans = [plan("pl-ame", until="2026-01-31"), plan("pl-af", from_="2026-02-10")]
    assert told(find(plans, [BEFORE])) == [("gap", "2026-02-10", None, "", {"days": None})]


def test_a_gap_that_is_over_is_not_reported_and_one_that_goes_on_keeps_its_first_day() -> None:
    early = load("a1", 50, "2025-02-01", "2025-02-28", status="completed")
    assert gap(early, load("a2", 50, "2026-03-02", None)) == []
    assert gap(early, load("a2", 50, "2026-03-03", None)) == [("2025-03-01", "2026-03-02", 367)]


def test_a_gap_must_begin_by_the_horizon() -> None:
    assert gap(load("a1", 50, "2026-01-01", "2026-08-28")) == [("2026-08-29", None, None)]
    assert gap(load("a1", 50, "2026-01-01", "2026-08-29")) == []
    assert gap(load("a1", 50, "2026-01-01", "2026-08-28"), load("a2", 50, "2027-01-01", None)) == [
        ("2026-08-29", "2026-12-31", 125)
    ]
