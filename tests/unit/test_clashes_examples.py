"""Every example of the clash contract, as it is written there."""

import json
from typing import Any

from portal.plans.clashes import Clash
from portal.plans.rules import Activity, Plan
from tests.unit.clashes_cases import activity, find, meeting, plan, told

YEAR = ("2026-01-01", "2026-12-31")


def worked_example() -> tuple[list[Plan], list[Activity]]:
    plans = [
        plan("pl-ame", direction="studies"),
        plan("pl-af", direction="work"),
        plan("pl-region", direction="rest"),
    ]
    activities = [
        activity("a1", "pl-ame", "studies", 50, "2026-02-01", "2026-06-05"),
        activity("a2", "pl-af", "work_placement", 75, "2026-03-16", "2026-05-31", status="planned"),
        activity("a3", "pl-region", "sick_leave", 50, "2026-02-15", "2026-04-15"),
    ]
    return plans, activities


def test_the_founding_example_has_five_clashes() -> None:
    assert told(find(*worked_example())) == [
        ("contradiction", "2026-01-01", None, "pl-af pl-ame", {"directions": ["work", "studies"]}),
        ("contradiction", "2026-01-01", None, "pl-af pl-region", {"directions": ["work", "rest"]}),
        ("contradiction", "2026-01-01", None, "pl-ame pl-region", {"directions": ["studies", "rest"]}),
        ("overload", "2026-03-16", "2026-05-31", "a1 a2 a3", {"peak_load": 125, "capacity": 50}),
        ("gap", "2026-06-06", None, "", {"days": None}),
    ]


def test_a_clash_has_the_form_of_the_contract() -> None:
    overload: Clash = find(*worked_example())[3]
    document = json.loads(json.dumps(overload.as_json()))
    assert list(document) == ["type", "from", "until", "involved", "figures", "text"]
    assert list(document["text"]) == ["sv", "en"]
    assert document["text"]["sv"] == (
        "Insats a1 50 % (Arbetsmarknadsenheten) och Insats a2 75 % (Arbetsförmedlingen) blir tillsammans för mycket "
        "från 16 mars 2026 till och med 31 maj 2026. Som trängst är 125 % planerat "
        "där 50 % ryms, enligt de planer du får läsa. "
        "Samtidigt gäller Insats a3 50 % (Region Skåne, psykiatri) till och med 15 april 2026."
    )
    assert document["text"]["en"] == (
        "Insats a1 50% (Arbetsmarknadsenheten) and Insats a2 75% (Arbetsförmedlingen) are too much together from "
        "16 March 2026 until 31 May 2026: at the tightest 125%, where 50% fits, going by the plans you may read. "
        "Meanwhile: Insats a3 50% (Region Skåne, psykiatri) until 15 April 2026."
    )


def test_the_same_language_studies_in_two_places() -> None:
    clashes = find(
        [plan("pl-ame", None, *YEAR), plan("pl-soc", None, *YEAR)],
        [
            activity("a1", "pl-ame", "language_studies", 50, "2026-01-01", "2026-04-30"),
            activity("a2", "pl-soc", "language_studies", 50, "2026-04-01", "2026-12-31"),
        ],
    )
    assert told(clashes) == [("double_planning", "2026-04-01", "2026-04-30", "a1 a2", {})]


def test_a_meeting_in_the_hours_of_a_course() -> None:
    clashes = find(
        [plan("pl-ame", None, *YEAR), plan("pl-af", None, *YEAR)],
        [
            activity("a1", "pl-ame", "studies", 50, "2026-01-01", "2026-03-31", "2 09:00 12:00"),
            meeting("a2", "pl-af", "2026-03-10", "11:30 12:30"),
        ],
    )
    assert told(clashes, "double_booking") == [
        (
            "double_booking",
            "2026-03-10",
            "2026-03-10",
            "a1 a2",
            {"weekday": 2, "from": "11:30", "to": "12:00"},
        )
    ]


def test_a_follow_up_two_days_overdue() -> None:
    clashes = find([plan("pl-ame", None, "2025-01-01", last_follow_up="2025-11-30")])
    assert told(clashes) == [("overdue_follow_up", "2026-03-02", "2026-03-02", "pl-ame", {"days": 2})]


def occupied(*others: Activity) -> list[tuple[Any, ...]]:
    plans = [plan("pl-ame", None, *YEAR), plan("pl-af", None, "2026-03-15", "2026-12-31")]
    whole = activity("a1", "pl-ame", "occupation", 100, "2026-03-01", "2026-08-31")
    return told(find(plans, [whole, *others]), "enrolment_risk")


def test_a_full_time_occupation_that_arbetsformedlingen_does_not_know_of() -> None:
    risk: list[tuple[Any, ...]] = [("enrolment_risk", "2026-03-15", "2026-08-31", "a1 pl-af", {})]
    cancelled = activity("a2", "pl-af", "occupation", 25, *YEAR, status="cancelled")
    assert occupied() == risk
    assert occupied(cancelled) == risk


def test_an_activity_of_that_kind_on_a_shared_day_removes_the_risk() -> None:
    assert occupied(activity("a2", "pl-af", "occupation", 25, "2026-08-31", None)) == []


def test_a_gap_after_the_only_activity() -> None:
    done = activity("a1", "pl-ame", "studies", 50, "2026-01-05", "2026-02-10", status="completed")
    assert told(find([plan("pl-ame")], [done])) == [("gap", "2026-02-11", None, "", {"days": None})]


def test_a_gap_between_the_start_of_a_new_plan_and_its_first_activity() -> None:
    clashes = find(
        [plan("pl-ame", until="2026-02-10"), plan("pl-soc", None, "2026-03-01", "2026-12-31")],
        [
            activity("a1", "pl-ame", "studies", 50, "2026-01-05", "2026-02-10", status="completed"),
            activity("a2", "pl-soc", "occupation", 50, "2026-05-01", "2026-12-31", status="planned"),
        ],
    )
    assert told(clashes) == [("gap", "2026-03-01", "2026-04-30", "", {"days": 61})]
