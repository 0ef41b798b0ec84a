"""Double planning, double booking, contradiction and enrolment risk: what two agencies do to each other."""

from typing import Any

import pytest

from portal.plans.clashes import ClashSettings
from portal.plans.rules import Activity
from tests.unit.clashes_cases import activity, find, meeting, plan, told

YEAR = ("2026-01-01", "2026-12-31")
PLANS = [plan("pl-ame"), plan("pl-soc"), plan("pl-region"), plan("pl-af"), plan("pl-ame-2", "ame")]


def found(kind: str, *activities: Activity, settings: ClashSettings | None = None) -> list[tuple[Any, ...]]:
    return [each[1:] for each in told(find(PLANS, activities, settings=settings), kind)]


def course(id_: str, plan_id: str, from_: str, until: str | None, *times: str) -> Activity:
    return activity(id_, plan_id, "studies", None, from_, until, *times)


def test_double_planning_is_between_agencies_and_of_one_kind() -> None:
    one = activity("a1", "pl-ame", "studies", None, *YEAR)
    assert found("double_planning", one, activity("a2", "pl-soc", "studies", 50, *YEAR)) == [(*YEAR, "a1 a2", {})]
    assert found("double_planning", one, activity("a2", "pl-ame-2", "studies", 50, *YEAR)) == []
    assert found("double_planning", one, activity("a2", "pl-soc", "language_studies", 50, *YEAR)) == []


@pytest.mark.parametrize("kind", ["sick_leave", "meeting"])
def test_leave_and_meetings_are_not_planned_twice(kind: str) -> None:
    both = [activity("a1", "pl-ame", kind, 50, *YEAR), activity("a2", "pl-soc", kind, 50, *YEAR)]
    assert found("double_planning", *both) == []


def test_double_planning_needs_a_day_in_common() -> None:
    one = course("a1", "pl-ame", "2026-03-01", "2026-03-31")
    assert found("double_planning", one, course("a2", "pl-soc", "2026-04-01", None)) == []
    assert found("double_planning", course("a2", "pl-soc", "2026-03-31", None), one) == [
        ("2026-03-31", "2026-03-31", "a1 a2", {})
    ]


def test_each_pair_is_planned_twice_on_its_own() -> None:
    three = [course(f"a{place}", plan.id, *YEAR) for place, plan in enumerate(PLANS[:3])]
    assert [each[2] for each in found("double_planning", *three)] == ["a0 a1", "a0 a2", "a1 a2"]


def test_times_that_meet_do_not_overlap_and_a_minute_does() -> None:
    nine = course("a1", "pl-ame", *YEAR, "2 09:00 12:00")
    assert found("double_booking", nine, course("a2", "pl-soc", *YEAR, "2 12:00 13:00")) == []
    assert found("double_booking", nine, course("a2", "pl-soc", *YEAR, "2 08:00 09:00")) == []
    assert found("double_booking", nine, course("a2", "pl-soc", *YEAR, "3 09:00 12:00")) == []
    assert found("double_booking", nine, course("a2", "pl-soc", *YEAR, "2 11:59 13:00")) == [
        ("2026-03-03", "2026-08-25", "a1 a2", {"weekday": 2, "from": "11:59", "to": "12:00"})
    ]


@pytest.mark.parametrize("kind", ["sick_leave", "care", "other"])
@pytest.mark.parametrize("plan_id", ["pl-ame", "pl-ame-2", "pl-soc"])
def test_any_kind_of_any_agency_can_be_booked_twice(kind: str, plan_id: str) -> None:
    nine = activity("a1", "pl-ame", kind, None, *YEAR, "1 09:00 12:00")
    other = course("a2", plan_id, *YEAR, "1 10:00 11:00")
    assert found("double_booking", nine, other) == [
        ("2026-03-02", "2026-08-24", "a1 a2", {"weekday": 1, "from": "10:00", "to": "11:00"})
    ]


def test_double_booking_is_counted_from_today_to_the_horizon_inclusive() -> None:
    both = [course(id_, "pl-ame", "2025-01-01", None, "6 09:00 12:00") for id_ in ("a1", "a2")]
    figures = {"weekday": 6, "from": "09:00", "to": "12:00"}
    assert found("double_booking", *both) == [("2026-03-07", "2026-08-29", "a1 a2", figures)]
    week = ClashSettings(horizon_days=5)
    assert found("double_booking", *both, settings=week) == [("2026-03-07", "2026-03-07", "a1 a2", figures)]
    assert found("double_booking", *both, settings=ClashSettings(horizon_days=4)) == []


def test_several_overlaps_of_a_pair_are_one_clash_with_the_earliest_of_the_first_day() -> None:
    one = course("a1", "pl-ame", "2026-03-03", "2026-03-20", "5 09:00 16:00", "3 13:00 16:00", "3 08:00 11:00")
    other = course("a2", "pl-soc", "2026-01-01", None, "5 15:00 18:00", "3 09:00 15:00", "1 00:00 23:59")
    assert found("double_booking", one, other) == [
        ("2026-03-04", "2026-03-20", "a1 a2", {"weekday": 3, "from": "09:00", "to": "11:00"})
    ]


def test_a_sunday_is_the_seventh_day() -> None:
    both = [course(id_, "pl-ame", "2026-03-02", "2026-03-08", "7 09:00 12:00") for id_ in ("a1", "a2")]
    assert found("double_booking", *both) == [
        ("2026-03-08", "2026-03-08", "a1 a2", {"weekday": 7, "from": "09:00", "to": "12:00"})
    ]


def test_an_activity_is_not_booked_twice_with_itself() -> None:
    assert found("double_booking", course("a1", "pl-ame", *YEAR, "2 09:00 12:00", "2 10:00 11:00")) == []


def test_an_overlap_on_a_weekday_that_never_comes_while_both_count_is_none() -> None:
    one = course("a1", "pl-ame", "2026-03-03", "2026-03-10", "2 09:00 12:00")
    other = course("a2", "pl-soc", "2026-03-04", "2026-03-09", "2 09:00 12:00")
    assert found("double_booking", one, other) == []


@pytest.mark.parametrize("hours", ["10:00 10:00", "11:00 10:00"])
def test_hours_that_end_as_they_begin_or_before_book_nobody(hours: str) -> None:
    nine = course("a1", "pl-ame", *YEAR, "1 09:00 12:00")
    assert found("double_booking", nine, course("a2", "pl-soc", *YEAR, f"1 {hours}")) == []


def test_two_meetings_on_one_day() -> None:
    both = [
        meeting("a1", "pl-ame", "2026-03-10", "09:00 10:00"),
        meeting("a2", "pl-soc", "2026-03-10", "09:30 09:45"),
        meeting("a3", "pl-soc", "2026-03-17", "09:30 09:45"),
    ]
    assert found("double_booking", *both) == [
        ("2026-03-10", "2026-03-10", "a1 a2", {"weekday": 2, "from": "09:30", "to": "09:45"})
    ]


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("work", "studies", True),
        ("work", "rest", True),
        ("studies", "rest", True),
        ("work", "rehabilitation", False),
        ("studies", "rehabilitation", False),
        ("rest", "rehabilitation", False),
        ("work", "work", False),
        ("work", None, False),
        (None, None, False),
    ],
)
def test_which_directions_do_not_go_together(one: str | None, other: str | None, clash: bool) -> None:
    for first, second in ((one, other), (other, one)):
        clashes = find([plan("pl-ame", direction=first), plan("pl-soc", direction=second)])
        expected = [("contradiction", "2026-01-01", None, "pl-ame pl-soc", {"directions": [first, second]})]
        assert told(clashes) == (expected if clash else [])


def test_plans_of_one_agency_or_without_a_day_in_common_do_not_contradict() -> None:
    march = plan("pl-ame", until="2026-03-31", direction="work")
    assert find([march, plan("pl-x", "ame", direction="rest")]) == ()
    assert find([march, plan("pl-soc", from_="2026-04-01", direction="rest")]) == ()
    assert told(find([march, plan("pl-soc", from_="2026-03-31", direction="rest")])) == [
        ("contradiction", "2026-03-31", "2026-03-31", "pl-ame pl-soc", {"directions": ["work", "rest"]})
    ]


def whole(plan_id: str = "pl-ame", extent: int | str = 100, kind: str = "occupation") -> Activity:
    return activity("a1", plan_id, kind, extent, *YEAR)


@pytest.mark.parametrize(
    ("activity", "is_risk"),
    [
        (whole(), True),
        (whole("pl-soc"), True),
        (whole("pl-region"), False),
        (whole("pl-af"), False),
        (whole(extent=99), False),
        (whole(extent=125), True),
        (whole(extent="40 h"), True),
        (whole(extent="39.5 h"), False),
        (whole(kind="sick_leave"), False),
    ],
)
def test_who_is_at_risk_of_losing_the_enrolment(activity: Activity, is_risk: bool) -> None:
    assert found("enrolment_risk", activity) == ([(*YEAR, "a1 pl-af", {})] if is_risk else [])


def test_full_load_is_the_threshold_of_the_risk() -> None:
    assert found("enrolment_risk", whole(extent=80), settings=ClashSettings(full_load=80)) != []
    assert found("enrolment_risk", whole(extent=100), settings=ClashSettings(full_load=101)) == []


def test_only_the_same_kind_on_a_shared_day_in_that_plan_removes_the_risk() -> None:
    risk: list[Any] = [(*YEAR, "a1 pl-af", {})]
    assert found("enrolment_risk", whole(), activity("a2", "pl-af", "studies", 100, *YEAR)) == risk
    assert found("enrolment_risk", whole(), activity("a2", "pl-region", "occupation", 100, *YEAR)) == risk
    assert found("enrolment_risk", whole(), activity("a2", "pl-af", "occupation", None, "2027-01-01", None)) == risk
    assert found("enrolment_risk", whole(), activity("a2", "pl-af", "occupation", None, "2026-12-31", None)) == []


def test_the_same_kind_removes_the_risk_on_the_first_shared_day_and_not_before_it() -> None:
    plans = [plan("pl-ame", from_="2026-02-10"), plan("pl-af")]
    for last, is_risk in (("2026-02-09", True), ("2026-02-10", False)):
        known = activity("a2", "pl-af", "occupation", None, "2026-01-01", last)
        clashes = told(find(plans, [whole(), known]), "enrolment_risk")
        assert clashes == ([("enrolment_risk", "2026-02-10", "2026-12-31", "a1 pl-af", {})] if is_risk else [])


@pytest.mark.parametrize(("begins", "is_risk"), [("2026-12-31", True), ("2027-01-01", False)])
def test_one_shared_day_is_enough_for_the_risk_and_the_day_after_is_none(begins: str, is_risk: bool) -> None:
    far = ClashSettings(horizon_days=400)
    clashes = told(find([plan("pl-ame"), plan("pl-af", from_=begins)], [whole()], settings=far), "enrolment_risk")
    assert clashes == ([("enrolment_risk", "2026-12-31", "2026-12-31", "a1 pl-af", {})] if is_risk else [])


def test_what_was_completed_on_a_shared_day_in_the_past_removes_the_risk_too() -> None:
    done = activity("a2", "pl-af", "occupation", 25, "2026-03-01", "2026-12-31", status="completed")
    later = activity("a2", "pl-af", "occupation", 25, "2026-03-02", "2026-12-31", status="completed")
    assert found("enrolment_risk", whole(), done) == []
    assert found("enrolment_risk", whole(), later) == [(*YEAR, "a1 pl-af", {})]


def test_each_plan_at_arbetsformedlingen_is_at_risk_on_its_own() -> None:
    plans = [plan("pl-ame"), plan("pl-1", "af"), plan("pl-2", "af", until="2026-03-31"), plan("pl-3", "af")]
    known = activity("a2", "pl-3", "occupation", None, *YEAR)
    assert told(find(plans, [whole(), known]), "enrolment_risk") == [
        ("enrolment_risk", "2026-01-01", "2026-12-31", "a1 pl-1", {}),
        ("enrolment_risk", "2026-01-01", "2026-03-31", "a1 pl-2", {}),
    ]
