"""How a plan, an activity or a note is written inside its envelope, and read back.

The keys are the exchange format's own; id, person, agency, category and plan stand in the row beside the envelope
and are bound to it, so they are not repeated inside.
"""

import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from pydantic_core import to_json

from keys.envelope import Place
from portal.accounts.rules import AgencyId, StaffId
from portal.consent.rules import Category
from portal.people.rules import PersonId
from portal.plans.rules import (
    Activity,
    ActivityId,
    ActivityKind,
    ActivityStatus,
    Direction,
    Extent,
    ExtentUnit,
    Note,
    NoteId,
    Plan,
    PlanId,
    PlanStatus,
    WeeklyTime,
)

PLAN = "plan"
ACTIVITY = "activity"
NOTE = "note"


def item_place(row: Mapping[str, Any]) -> Place:
    """Where an item's envelope belongs: its kind, row, plan, person, version, agency and category."""
    # No id has a slash in it.
    where = row["id"] if row["plan"] is None else f"{row['plan']}/{row['id']}"
    return Place(f"items/{row['kind']}", where, row["person"], row["version"], row["agency"], row["category"])


def write_plan(plan: Plan) -> bytes:
    """The plan as it stands in its envelope."""
    return _write(
        title=plan.title,
        direction=plan.direction,
        goal=plan.goal,
        status=plan.status,
        released_on=_day(plan.released_on),
        until=_day(plan.until),
        last_follow_up=_day(plan.last_follow_up),
        next_follow_up=_day(plan.next_follow_up),
        caseworker=plan.caseworker,
        **{"from": _day(plan.from_)},
    )


def read_plan(row: Mapping[str, Any], person: PersonId, content: bytes) -> Plan:
    """The plan of an items row and its opened content."""
    values = json.loads(content)
    return Plan(
        id=PlanId(row["id"]),
        person=person,
        agency=AgencyId(row["agency"]),
        category=Category(row["category"]),
        title=values["title"],
        direction=None if values["direction"] is None else Direction(values["direction"]),
        goal=values["goal"],
        status=PlanStatus(values["status"]),
        released_on=date.fromisoformat(values["released_on"]),
        from_=date.fromisoformat(values["from"]),
        until=_date(values["until"]),
        last_follow_up=_date(values["last_follow_up"]),
        next_follow_up=_date(values["next_follow_up"]),
        caseworker=None if values["caseworker"] is None else StaffId(values["caseworker"]),
    )


def write_activity(activity: Activity) -> bytes:
    """The activity as it stands in its envelope."""
    extent = activity.extent
    return _write(
        kind=activity.kind,
        title=activity.title,
        until=_day(activity.until),
        status=activity.status,
        extent=extent and [str(extent.value), extent.unit],
        times=[[each.weekday, f"{each.from_:%H:%M}", f"{each.until:%H:%M}"] for each in activity.times],
        date=_day(activity.date),
        place=activity.place,
        measure=activity.measure,
        **{"from": _day(activity.from_)},
    )


def read_activity(row: Mapping[str, Any], content: bytes) -> Activity:
    """The activity of an items row and its opened content."""
    values = json.loads(content)
    extent = values["extent"]
    return Activity(
        id=ActivityId(row["id"]),
        plan=PlanId(row["plan"]),
        kind=ActivityKind(values["kind"]),
        title=values["title"],
        from_=date.fromisoformat(values["from"]),
        until=_date(values["until"]),
        status=ActivityStatus(values["status"]),
        extent=None if extent is None else Extent(Decimal(extent[0]), ExtentUnit(extent[1])),
        times=tuple(
            WeeklyTime(weekday, time.fromisoformat(start), time.fromisoformat(end))
            for weekday, start, end in values["times"]
        ),
        date=_date(values["date"]),
        place=values["place"],
        measure=values["measure"],
    )


def write_note(note: Note) -> bytes:
    """The note as it stands in its envelope."""
    return _write(date=_day(note.date), released_on=_day(note.released_on), text=note.text)


def read_note(row: Mapping[str, Any], person: PersonId, content: bytes) -> Note:
    """The note of an items row and its opened content."""
    values = json.loads(content)
    return Note(
        id=NoteId(row["id"]),
        person=person,
        agency=AgencyId(row["agency"]),
        category=Category(row["category"]),
        date=date.fromisoformat(values["date"]),
        released_on=date.fromisoformat(values["released_on"]),
        text=values["text"],
    )


def _write(**values: object) -> bytes:
    # Compact UTF-8 like json's, in a fraction of the time: an import writes hundreds of thousands.
    return to_json(dict(sorted(values.items())))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
