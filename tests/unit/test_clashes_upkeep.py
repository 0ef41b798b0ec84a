"""Overdue follow-up and missing caseworker: what today says of each plan alone."""

from datetime import date
from typing import Any

import pytest

from portal.plans.clashes import ClashSettings, find_clashes
from portal.plans.clashes.upkeep import months_after
from tests.unit.clashes_cases import AGENCIES, find, plan, staff, told


def overdue(today: str = "2026-03-02", settings: ClashSettings | None = None, **fields: Any) -> list[int]:
    """How many days overdue the plan's follow-up is."""
    clashes = told(find([plan("pl-ame", from_="2025-01-01", **fields)], (), today, settings), "overdue_follow_up")
    assert all(each[:4] == ("overdue_follow_up", today, today, "pl-ame") for each in clashes)
    return [each[4]["days"] for each in clashes]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2025-11-30", 3, "2026-02-28"),
        ("2023-11-30", 3, "2024-02-29"),
        ("2025-11-28", 3, "2026-02-28"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-02-28", 3, "2026-05-28"),
        ("2026-09-30", 3, "2026-12-30"),
        ("2026-10-31", 3, "2027-01-31"),
        ("2026-03-15", 0, "2026-03-15"),
        ("2024-02-29", 12, "2025-02-28"),
        ("9999-09-30", 3, "9999-12-30"),
    ],
)
def test_months_keep_the_day_or_take_the_last_of_the_month(day: str, months: int, expected: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_there_is_no_day_after_the_last_year() -> None:
    assert months_after(date(9999, 10, 1), 3) is None


def test_a_follow_up_is_overdue_from_the_day_after_it_was_due() -> None:
    assert overdue(last_follow_up="2025-12-02") == []
    assert overdue(last_follow_up="2025-12-01") == [1]


def test_a_plan_never_followed_up_is_due_after_its_first_day() -> None:
    assert overdue(last_follow_up=None, today="2025-04-01") == []
    assert overdue(last_follow_up=None, today="2025-04-02") == [1]


def test_a_planned_follow_up_keeps_a_plan_from_being_overdue_until_it_is_past() -> None:
    assert overdue(last_follow_up="2025-11-30", next_follow_up="2026-03-03") == []
    assert overdue(last_follow_up="2025-11-30", next_follow_up="2026-03-02") == []
    assert overdue(last_follow_up="2025-11-30", next_follow_up="2026-03-01") == [2]


def test_the_months_can_be_set() -> None:
    assert overdue(last_follow_up="2026-02-01", settings=ClashSettings(follow_up_months=1)) == [1]


@pytest.mark.parametrize(("from_", "until"), [("2026-03-03", None), ("2025-01-01", "2026-03-01")])
def test_a_plan_that_does_not_count_today_needs_no_upkeep(from_: str, until: str | None) -> None:
    assert find([plan("pl-ame", None, from_, until, last_follow_up="2020-01-01", caseworker=None)]) == ()


@pytest.mark.parametrize(("from_", "until"), [("2026-03-02", None), ("2025-01-01", "2026-03-02")])
def test_a_plan_on_its_first_and_last_day_needs_upkeep(from_: str, until: str | None) -> None:
    clashes = find([plan("pl-ame", None, from_, until, last_follow_up="2020-01-01", caseworker=None)])
    assert [each.type for each in clashes] == ["no_caseworker", "overdue_follow_up"]


@pytest.mark.parametrize(
    ("active_from", "active_until", "is_missing"),
    [
        ("2026-03-02", None, False),
        ("2026-03-03", None, True),
        ("2026-01-01", "2026-03-02", False),
        ("2026-01-01", "2026-03-01", True),
    ],
)
def test_a_caseworker_must_be_active_today(active_from: str, active_until: str | None, is_missing: bool) -> None:
    caseworker = staff("s-anna", active_from, active_until)
    clashes = find_clashes([plan("pl-ame")], [], AGENCIES, {caseworker.id: caseworker}, date(2026, 3, 2))
    expected: list[Any] = [("no_caseworker", "2026-03-02", "2026-03-02", "pl-ame", {})]
    assert told(clashes) == (expected if is_missing else [])


@pytest.mark.parametrize("caseworker", [None, "s-unknown"])
def test_no_caseworker_and_an_unknown_one_are_alike(caseworker: str | None) -> None:
    clashes = find([plan("pl-ame", caseworker=caseworker), plan("pl-soc")])
    assert told(clashes) == [("no_caseworker", "2026-03-02", "2026-03-02", "pl-ame", {})]
