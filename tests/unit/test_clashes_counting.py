"""On which days plans and activities count, and which clashes lie within the time that is looked at."""

from dataclasses import replace
from datetime import date

import pytest

from portal.plans.clashes import ClashSettings
from portal.plans.rules import PlanStatus
from tests.unit.clashes_cases import activity, find, meeting, plan, told


def doubled(from_: str, until: str | None, **more: str) -> list[tuple[str, str | None]]:
    """From when until when a lasting course is planned twice because of another one."""
    clashes = find(
        [plan("pl-ame"), plan("pl-soc")],
        [
            activity("a1", "pl-ame", "studies", None, "2020-01-01", None),
            activity("a2", "pl-soc", "studies", None, from_, until, **more),
        ],
    )
    return [(first, last) for _, first, last, _, _ in told(clashes, "double_planning")]


def test_an_activity_counts_only_within_its_plan() -> None:
    plans = [plan("pl-ame", None, "2026-02-01", "2026-04-30"), plan("pl-soc", None, "2026-02-20")]
    activities = [
        activity("a1", "pl-ame", "studies", None, "2026-01-01", None),
        activity("a2", "pl-soc", "studies", None, "2026-01-01", None),
    ]
    assert told(find(plans, activities), "double_planning") == [
        ("double_planning", "2026-02-20", "2026-04-30", "a1 a2", {})
    ]


@pytest.mark.parametrize("status", [PlanStatus.PAUSED, PlanStatus.ENDED])
def test_a_plan_that_is_not_active_counts_on_no_day(status: PlanStatus) -> None:
    plans = [
        plan("pl-ame", direction="work"),
        plan("pl-soc", direction="rest", status=status, last_follow_up="2020-01-01", caseworker=None),
    ]
    activities = [
        activity("a1", "pl-ame", "studies", 60, "2026-01-01", None),
        activity("a2", "pl-soc", "studies", 60, "2026-01-01", None),
    ]
    assert find(plans, activities) == ()


def test_an_activity_of_a_plan_that_is_not_there_counts_on_no_day() -> None:
    assert find([plan("pl-ame")], [activity("a1", "pl-hidden", "studies", 200, "2026-01-01", None)]) == ()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("planned", [("2026-03-01", "2026-03-03")]),
        ("ongoing", [("2026-03-01", "2026-03-03")]),
        ("completed", []),
        ("cancelled", []),
    ],
)
def test_what_is_completed_counts_before_today_and_what_is_cancelled_never(
    status: str, expected: list[tuple[str, str]]
) -> None:
    assert doubled("2026-03-01", "2026-03-03", status=status) == expected


def test_a_completed_activity_counts_until_yesterday() -> None:
    done = activity("a1", "pl-ame", "studies", 50, "2026-01-05", "2026-06-30", status="completed")
    assert told(find([plan("pl-ame")], [done])) == [("gap", "2026-03-02", None, "", {"days": None})]


def test_a_cancelled_activity_leaves_no_gap_behind() -> None:
    cancelled = activity("a1", "pl-ame", "studies", 50, "2026-01-05", "2026-02-10", status="cancelled")
    assert find([plan("pl-ame")], [cancelled]) == ()


def test_a_meeting_outside_its_plan_counts_on_no_day() -> None:
    plans = [plan("pl-ame"), plan("pl-af", None, "2026-03-11")]
    activities = [
        activity("a1", "pl-ame", "studies", 50, "2026-01-01", None, "2 09:00 12:00"),
        meeting("a2", "pl-af", "2026-03-10", "11:30 12:30"),
    ]
    assert find(plans, activities) == ()


@pytest.mark.parametrize(("on", "is_booked"), [(date(2026, 3, 10), True), (date(2026, 4, 7), False), (None, False)])
def test_a_meeting_counts_on_its_date_alone(on: date | None, is_booked: bool) -> None:
    long = replace(meeting("a2", "pl-ame", "2026-03-03", "11:30 12:30"), until=date(2026, 3, 31), date=on)
    course = activity("a1", "pl-ame", "studies", 50, "2026-01-01", None, "2 09:00 12:00")
    figures = {"weekday": 2, "from": "11:30", "to": "12:00"}
    expected: list[object] = [("double_booking", "2026-03-10", "2026-03-10", "a1 a2", figures)]
    assert told(find([plan("pl-ame")], [course, long])) == (expected if is_booked else [])


def test_a_plan_of_one_day_counts_and_one_that_ends_before_it_begins_does_not() -> None:
    march = plan("pl-ame", None, "2026-03-01", "2026-03-31", direction="work")
    one_day = plan("pl-soc", None, "2026-03-10", "2026-03-10", direction="rest")
    no_day = plan("pl-soc", None, "2026-03-10", "2026-03-09", direction="rest")
    ended = activity("a1", "pl-ame", "studies", 50, "2026-03-01", "2026-03-09")
    few_days = ClashSettings(gap_days=22)
    assert told(find([march, one_day])) == [
        ("contradiction", "2026-03-10", "2026-03-10", "pl-ame pl-soc", {"directions": ["work", "rest"]})
    ]
    assert told(find([march, no_day], [ended], settings=few_days)) == [
        ("gap", "2026-03-10", "2026-03-31", "", {"days": 22})
    ]


def test_a_completed_meeting_later_today_books_nobody() -> None:
    activities = [
        activity("a1", "pl-ame", "studies", 50, "2026-01-01", None, "1 09:00 12:00"),
        meeting("a2", "pl-ame", "2026-03-02", "11:30 12:30", status="completed"),
    ]
    assert find([plan("pl-ame")], activities) == ()


def test_a_clash_that_ended_yesterday_is_not_reported() -> None:
    assert doubled("2026-01-01", "2026-03-01") == []
    assert doubled("2026-01-01", "2026-03-02") == [("2026-01-01", "2026-03-02")]


def test_a_clash_must_begin_by_the_horizon_and_keeps_its_own_end() -> None:
    assert doubled("2026-08-29", "2027-01-31") == [("2026-08-29", "2027-01-31")]
    assert doubled("2026-08-29", None) == [("2026-08-29", None)]
    assert doubled("2026-08-30", None) == []


def test_the_horizon_can_be_set() -> None:
    plans = [plan("pl-ame", direction="work"), plan("pl-soc", None, "2026-03-12", direction="rest")]
    assert told(find(plans, settings=ClashSettings(horizon_days=9))) == []
    assert told(find(plans, settings=ClashSettings(horizon_days=10))) == [
        ("contradiction", "2026-03-12", None, "pl-ame pl-soc", {"directions": ["work", "rest"]})
    ]


def test_clashes_come_by_first_day_then_type_then_involved() -> None:
    plans = [
        plan("pl-soc", direction="rest", from_="2026-03-02", caseworker=None),
        plan("pl-ame", direction="work", from_="2026-02-01", caseworker=None),
        plan("pl-af", direction="studies", from_="2026-03-02"),
    ]
    assert [(from_, kind, involved) for kind, from_, _, involved, _ in told(find(plans))] == [
        ("2026-03-02", "contradiction", "pl-af pl-ame"),
        ("2026-03-02", "contradiction", "pl-af pl-soc"),
        ("2026-03-02", "contradiction", "pl-ame pl-soc"),
        ("2026-03-02", "no_caseworker", "pl-ame"),
        ("2026-03-02", "no_caseworker", "pl-soc"),
    ]


def test_the_last_days_of_the_calendar_do_no_harm() -> None:
    last = "9999-12-31"
    plans = [
        plan("pl-ame", direction="work", last_follow_up="9999-11-30", caseworker=None),
        plan("pl-soc", until=last, direction="rest", last_follow_up="9999-09-30", caseworker=None),
    ]
    activities = [
        activity("a1", "pl-ame", "studies", 60, "2026-01-01", last, "5 09:00 10:00"),
        activity("a2", "pl-soc", "studies", 60, "2026-01-01", None, "5 09:00 10:00"),
    ]
    assert told(find(plans, activities, today=last)) == [
        ("contradiction", "2026-01-01", last, "pl-ame pl-soc", {"directions": ["work", "rest"]}),
        ("double_planning", "2026-01-01", last, "a1 a2", {}),
        ("overload", "2026-01-01", last, "a1 a2", {"peak_load": 120, "capacity": 100}),
        ("double_booking", last, last, "a1 a2", {"weekday": 5, "from": "09:00", "to": "10:00"}),
        ("no_caseworker", last, last, "pl-ame", {}),
        ("no_caseworker", last, last, "pl-soc", {}),
        ("overdue_follow_up", last, last, "pl-soc", {"days": 1}),
    ]


def test_an_open_gap_is_one_however_near_the_end_of_the_calendar() -> None:
    ended = activity("a1", "pl-ame", "studies", 60, "2026-01-01", "9999-12-30")
    clashes = find([plan("pl-ame", last_follow_up="9999-12-01")], [ended], today="9999-12-30")
    assert told(clashes, "gap") == [("gap", "9999-12-31", None, "", {"days": None})]


def test_the_first_day_of_the_calendar_does_no_harm() -> None:
    first = "0001-01-01"
    done = activity("a1", "pl-ame", "studies", 60, first, None, status="completed")
    clashes = find([plan("pl-ame", from_=first, last_follow_up=None)], [done], today=first)
    assert told(clashes) == [("no_caseworker", first, first, "pl-ame", {})]
