"""A record as JSON, with the exchange format's own keys and ids."""

from datetime import date
from decimal import Decimal
from typing import Any

from portal.gate.record import Record
from portal.plans.rules import Activity, Extent, ExtentUnit, Note, Plan

Json = dict[str, Any]


def write_record(record: Record) -> Json:
    """What the reader sees: plans, activities and notes, the clashes in them and the lines relied on."""
    return {
        "ref": record.ref,
        "id": record.id,
        "given_name": record.given_name,
        "family_name": record.family_name,
        "personnummer": record.personnummer,
        "protected": record.is_protected,
        "contacts": None
        if record.contacts is None
        else {"phone": record.contacts.phone, "email": record.contacts.email},
        "plans": [write_plan(plan) for plan in record.plans],
        "activities": [write_activity(activity) for activity in record.activities],
        "notes": [write_note(note) for note in record.notes],
        "clashes": [clash.as_json() for clash in record.clashes],
        "consents": [{"consent": line.consent, "line": line.index} for line in record.lines],
    }


def write_plan(plan: Plan) -> Json:
    """A plan in the exchange format."""
    return {
        "id": plan.id,
        "person": plan.person,
        "agency": plan.agency,
        "category": plan.category.value,
        "title": plan.title,
        "direction": plan.direction and plan.direction.value,
        "goal": plan.goal,
        "status": plan.status.value,
        "released_on": _day(plan.released_on),
        "from": _day(plan.from_),
        "until": _day(plan.until),
        "last_follow_up": _day(plan.last_follow_up),
        "next_follow_up": _day(plan.next_follow_up),
        "caseworker": plan.caseworker,
    }


def write_activity(activity: Activity) -> Json:
    """An activity in the exchange format."""
    return {
        "id": activity.id,
        "plan": activity.plan,
        "kind": activity.kind.value,
        "title": activity.title,
        "from": _day(activity.from_),
        "until": _day(activity.until),
        "status": activity.status.value,
        "extent": None if activity.extent is None else write_extent(activity.extent),
        "times": [
            {"weekday": each.weekday, "from": f"{each.from_:%H:%M}", "to": f"{each.until:%H:%M}"}
            for each in activity.times
        ],
        "date": _day(activity.date),
        "place": activity.place,
        "measure": activity.measure,
    }


def write_note(note: Note) -> Json:
    """A note in the exchange format."""
    return {
        "id": note.id,
        "person": note.person,
        "agency": note.agency,
        "category": note.category.value,
        "date": _day(note.date),
        "released_on": _day(note.released_on),
        "text": note.text,
    }


def write_extent(extent: Extent) -> Json:
    """An extent in the exchange format: whole percent, or hours in halves."""
    is_whole = extent.unit is ExtentUnit.PERCENT or extent.value == extent.value.to_integral_value()
    return {"value": int(extent.value) if is_whole else float(Decimal(extent.value)), "unit": extent.unit.value}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
