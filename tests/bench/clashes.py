"""How many people's clashes one core finds a second, and how the time grows with the activities.

The people are invented: four agencies' plans, activities from two years back to half a year ahead, a third of them at
hours of the week. In earnest it would be worse with longer activities at more hours, since each pair that clashes is
a clash to report; sentences are made only when they are read, so they are measured on a line of their own. Time is the
processor's, as the goal is for a core: what else the machine does does not count.
"""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from statistics import median
from time import process_time
from typing import Any

from portal.accounts.rules import Agency, AgencyId, AgencyKind, Role, Staff, StaffId
from portal.consent.rules import Category
from portal.people.rules import PersonId
from portal.plans.clashes import find_clashes
from portal.plans.rules import (
    Activity,
    ActivityId,
    ActivityKind,
    ActivityStatus,
    Direction,
    Extent,
    ExtentUnit,
    Plan,
    PlanId,
    PlanStatus,
    WeeklyTime,
)

TODAY = date(2026, 3, 2)
ROUNDS = 5
KINDS = [kind for kind in ActivityKind if kind is not ActivityKind.MEETING]
AGENCIES = {
    AgencyId(kind): Agency(AgencyId(kind), f"Myndigheten {kind}", kind)
    for kind in (AgencyKind.AME, AgencyKind.ARBETSFORMEDLINGEN, AgencyKind.REGION, AgencyKind.SOCIALTJANST)
}
STAFF = {
    StaffId("s-1"): Staff(
        StaffId("s-1"),
        AgencyId("ame"),
        Role.READER,
        "Lina Holm",
        "Arbetsmarknadssekreterare",
        None,
        None,
        None,
        "https://idp.ame.example",
        "lina",
        date(2026, 1, 1),
        None,
    )
}


@dataclass(frozen=True)
class Read:
    """What a viewer reads of one invented person."""

    plans: Sequence[Plan]
    activities: Sequence[Activity]


def run() -> list[dict[str, Any]]:
    """Measure, in medians of five alternating rounds, and return a row for each figure."""
    people = [person(seed, activities=40) for seed in range(400)]
    dense = [person(seed, activities=400) for seed in range(40)]
    long = [person(seed, activities=400, years=20) for seed in range(40)]
    seconds = {
        name: median(times)
        for name, times in _rounds(
            {
                "people": lambda: find_all(people),
                "dense": lambda: find_all(dense),
                "long": lambda: find_all(long),
                "told": lambda: tell_all(people),
            }
        ).items()
    }
    each = seconds["people"] / len(people)
    found = sum(len(find(read)) for read in people) / len(people)
    found_dense = sum(len(find(read)) for read in dense) / len(dense)
    return [
        _row("clashes: people with 4 plans and 40 activities", 1 / each, "people/s per core", "≥ 5000"),
        _row("clashes: the same with sentences in both languages", len(people) / seconds["told"], "people/s per core"),
        _row("clashes: 10 × the activities in the same time", seconds["dense"] / len(dense) / each, "×", "≤ 15"),
        _row("clashes: 10 × the activities over 10 × the time", seconds["long"] / len(long) / each, "×", "≤ 15"),
        _row("clashes found per person", found, "clashes"),
        _row("clashes found per person with 10 × the activities", found_dense, "clashes"),
    ]


def find(read: Read) -> tuple[Any, ...]:
    """The clashes of one person."""
    return find_clashes(read.plans, read.activities, AGENCIES, STAFF, TODAY)


def find_all(people: Sequence[Read]) -> None:
    """Find everybody's clashes."""
    for read in people:
        find(read)


def tell_all(people: Sequence[Read]) -> None:
    """Find everybody's clashes and put them into words."""
    for read in people:
        for clash in find(read):
            clash.as_json()


def person(seed: int, activities: int, years: int = 2) -> Read:
    """A person with four plans, and activities from ``years`` back to half a year ahead, the same for each seed."""
    chance = random.Random(seed)  # noqa: S311 - invented people, not secrets
    plans = [
        Plan(
            id=PlanId(f"pl-{agency}"),
            person=PersonId("p-1"),
            agency=agency,
            category=Category.PLANNING,
            title="Handlingsplan",
            direction=chance.choice([None, *Direction]),
            goal=None,
            status=PlanStatus.ACTIVE,
            released_on=TODAY,
            from_=TODAY - timedelta(365 * years),
            until=None,
            last_follow_up=TODAY - timedelta(chance.randrange(120)),
            next_follow_up=None,
            caseworker=StaffId("s-1"),
        )
        for agency in AGENCIES
    ]
    return Read(plans, [_activity(chance, place, plans, years) for place in range(activities)])


def _activity(chance: random.Random, place: int, plans: Sequence[Plan], years: int) -> Activity:
    is_meeting = chance.random() < 0.15
    from_ = TODAY + timedelta(chance.randrange(-365 * years, 180))
    until = from_ if is_meeting else from_ + timedelta(chance.choice([14, 30, 60, 90, 180]))
    status = ActivityStatus.COMPLETED if until < TODAY else ActivityStatus.ONGOING
    if from_ > TODAY:
        status = ActivityStatus.PLANNED
    hour = chance.randrange(8, 15)
    weekdays = [from_.isoweekday()] if is_meeting else chance.sample(range(1, 6), chance.choice([0, 0, 0, 1, 2]))
    return Activity(
        id=ActivityId(f"a-{place}"),
        plan=chance.choice(plans).id,
        kind=ActivityKind.MEETING if is_meeting else chance.choice(KINDS),
        title="Praktik, Lager AB",
        from_=from_,
        until=until,
        status=ActivityStatus.CANCELLED if chance.random() < 0.05 else status,
        extent=None if is_meeting else _extent(chance),
        times=tuple(WeeklyTime(weekday, time(hour, 30), time(hour + 2)) for weekday in weekdays),
        date=from_ if is_meeting else None,
        place="Hässleholm",
        measure=None,
    )


def _extent(chance: random.Random) -> Extent:
    if chance.random() < 0.25:
        return Extent(Decimal(chance.randrange(1, 81)) / 2, ExtentUnit.HOURS_PER_WEEK)
    return Extent(Decimal(chance.choice([10, 25, 50, 75, 100])), ExtentUnit.PERCENT)


def _rounds(measured: dict[str, Callable[[], None]]) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(ROUNDS):
        for name, work in measured.items():
            start = process_time()
            work()
            seconds[name].append(process_time() - start)
    return seconds


def _row(name: str, value: float, unit: str, goal: str | None = None) -> dict[str, Any]:
    return {"name": name, "value": round(value, 1), "unit": unit, "goal": goal}


if __name__ == "__main__":
    print(json.dumps(run(), ensure_ascii=False, indent=2))  # noqa: T201 - a benchmark prints what it measured
