"""Who needs me first, who is found by name, and what is new."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal.accounts.rules import StandInId
from portal.plans.clients import Client, Need, by_need, named, page_of, summarise
from portal.plans.news import NewsKind, news
from portal.plans.rules import PlanStatus
from tests.support.records import READ_AT, TODAY, activity, note, plan, relied_line

SOON, LATER = TODAY + timedelta(days=14), TODAY + timedelta(days=15)


def clash(type_: str = "overload", from_: date = TODAY) -> Any:
    """As much of a clash as the list looks at."""
    return SimpleNamespace(type=type_, from_=from_, headline={"sv": "Krock", "en": "Clash"})


def client(ref: str = "r", family_name: str = "Persson", **changes: Any) -> Client:
    """A client of whom nothing needs me."""
    facts: dict[str, Any] = {
        "plans": [],
        "clashes": [],
        "lines": [relied_line()],
        "changed": {},
        "today": TODAY,
        "is_protected": False,
    }
    return summarise(ref, "Test", family_name, **{**facts, **changes})


@pytest.mark.parametrize(
    ("need", "changes"),
    [
        (Need.OVERDUE, {"plans": [plan(next_follow_up=TODAY - timedelta(days=1))]}),
        (Need.OVERDUE, {"clashes": [clash("overdue_follow_up")]}),
        (Need.OVERDUE, {"clashes": [clash("no_caseworker"), clash()]}),
        (Need.CLASHING, {"clashes": [clash(from_=LATER), clash(from_=SOON)], "changed": {"a1": READ_AT}}),
        (Need.NEW, {"clashes": [clash(from_=LATER)], "changed": {"a1": READ_AT}}),
        (Need.LATER_CLASH, {"clashes": [clash(from_=LATER)]}),
        (Need.CONSENT_ENDS, {"lines": [relied_line(valid_until=TODAY + timedelta(days=30))]}),
        (Need.NONE, {"lines": [relied_line(valid_until=TODAY + timedelta(days=31))]}),
        (Need.NONE, {"plans": [plan(next_follow_up=TODAY)]}),
    ],
)
def test_what_needs_me_follows_from_the_record(need: Need, changes: dict[str, Any]) -> None:
    assert client(**changes).need is need


def test_those_who_need_me_most_stand_first_then_the_nearest_follow_up_then_the_name() -> None:
    clients = [
        client("d", family_name="Öberg"),
        client("c", family_name="Berg"),
        client("b", plans=[plan(next_follow_up=LATER)]),
        client("a", clashes=[clash()]),
    ]
    assert [each.ref for each in by_need(clients)] == ["a", "b", "c", "d"]


def test_a_plan_without_caseworker_needs_me_and_is_not_said_to_be_late() -> None:
    left_alone = client(clashes=[clash("no_caseworker")])
    assert left_alone.need is Need.OVERDUE
    assert not left_alone.is_overdue


def test_a_plan_that_has_ended_has_no_follow_up() -> None:
    ended = plan(status=PlanStatus.ENDED, next_follow_up=TODAY - timedelta(days=9))
    assert client(plans=[ended]).next_follow_up is None
    assert not client(plans=[ended]).is_overdue


def test_the_consents_last_day_is_the_first_on_which_something_closes() -> None:
    lines = [relied_line(), relied_line(valid_until=date(2026, 6, 30))]
    assert client(lines=lines).consent_until == date(2026, 6, 30)


def test_i_am_a_stand_in_only_where_no_line_names_me() -> None:
    through = relied_line(through=StandInId("si-1"))
    assert client(lines=[through]).is_through_stand_in
    assert not client(lines=[through, relied_line()]).is_through_stand_in


@pytest.mark.parametrize("sought", ["bjork", "BJÖRK", " st björk "])
def test_a_name_is_found_whatever_its_case_and_accents(sought: str) -> None:
    clients = [client("a", family_name="Björk"), client("b", family_name="Berg")]
    assert [each.ref for each in named(clients, sought)] == ["a"]


def test_pages_hold_a_hundred_and_never_run_past_the_end() -> None:
    clients = [client(str(number)) for number in range(205)]
    last = page_of(clients, 99)
    assert (last.number, last.last, last.first_item, last.last_item, last.total) == (3, 3, 201, 205, 205)
    assert len(page_of(clients, 0).clients) == 100
    assert page_of([], 1).total == 0


def test_news_is_what_i_may_see_newest_first() -> None:
    at = datetime(2026, 2, 20, tzinfo=UTC)
    changed = {"pl-ame": at, "a1": at + timedelta(days=1), "n-1": at - timedelta(days=1), "hidden": at}
    found = news([plan()], [activity(), activity("a2")], [note()], changed)
    assert [(item.kind, item.title) for item in found] == [
        (NewsKind.ACTIVITY, "Komvux, svenska och matematik"),
        (NewsKind.PLAN, "Handlingsplan"),
        (NewsKind.NOTE, ""),
    ]
