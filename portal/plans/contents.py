"""How a plan, an activity or a note is written inside its envelope, and read back.

The keys are the exchange format's own, and it is written from an object of that format; id, person, agency, category
and plan stand in the row beside the envelope and are bound to it, so they are not repeated inside.

One key is ours: ``release``, who at the agency told the desk and how, of what the desk has entered. The format has no
word for it, so an export leaves it out, and the keyed digest by which an import knows an unchanged item again does not
cover it: importing one's own export changes nothing and keeps it, and what an import replaces keeps it in the history.
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
    Release,
    Way,
    WeeklyTime,
)

PLAN = "plan"
ACTIVITY = "activity"
NOTE = "note"

_PLAN = (
    "caseworker",
    "direction",
    "from",
    "goal",
    "last_follow_up",
    "next_follow_up",
    "released_on",
    "status",
    "title",
    "until",
)
_ACTIVITY = ("date", "extent", "from", "kind", "measure", "place", "status", "times", "title", "until")
_NOTE = ("date", "released_on", "text")
_RELEASE = "release"


def item_place(row: Mapping[str, Any]) -> Place:
    """Where an item's envelope belongs: its kind, row, plan, person, version, agency and category."""
    # No id has a slash in it.
    where = row["id"] if row["plan"] is None else f"{row['plan']}/{row['id']}"
    return Place(f"items/{row['kind']}", where, row["person"], row["version"], row["agency"], row["category"])


def write_plan(said: Mapping[str, Any]) -> bytes:
    """The plan, an object of the exchange format, as it stands in its envelope."""
    return _write(said, _PLAN)


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


def write_activity(said: Mapping[str, Any]) -> bytes:
    """The activity, an object of the exchange format, as it stands in its envelope."""
    extent, times = said.get("extent"), said.get("times") or ()
    written = {
        "extent": extent and [f"{float(extent['value']):g}", extent["unit"]],
        "times": [[int(each["weekday"]), each["from"], each["to"]] for each in times],
    }
    return _write({**said, **written}, _ACTIVITY)


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


def write_note(said: Mapping[str, Any]) -> bytes:
    """The note, an object of the exchange format, as it stands in its envelope."""
    return _write(said, _NOTE)


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


def lay_beside(content: bytes, release: Release | None) -> bytes:
    """The content of an item with how it was released beside it, as both stand in the envelope."""
    if release is None:
        return content
    written = [release.by, release.words, release.way.value, release.on.isoformat()]
    return content[:-1] + b',"' + _RELEASE.encode() + b'":' + to_json(written) + b"}"


def part_release(content: bytes) -> tuple[bytes, Release | None]:
    """What ``lay_beside`` was given, of an opened envelope."""
    values = json.loads(content)
    written = values.pop(_RELEASE, None)
    if written is None:
        return content, None
    by, words, way, on = written
    release = Release(None if by is None else StaffId(by), words, Way(way), date.fromisoformat(on))
    return to_json(values), release


def _write(said: Mapping[str, Any], keys: tuple[str, ...]) -> bytes:
    """Compact UTF-8: always all of the keys, in their order, so that the same content is the same bytes."""
    # Like json's, in a fraction of the time: an import writes hundreds of thousands.
    return to_json({key: said.get(key) for key in keys})


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
