"""Plain facts as they stand in a document: what ``conversion`` reads, every key written out.

Pure. A document written from what was read says the same.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from portal.accounts.rules import Agency, Staff, StandIn
from portal.consent.rules import Consent, Line, Paper, Withdrawal
from portal.people.rules import PersonId
from portal.plans.rules import Activity, Extent, Note, Plan

Json = dict[str, Any]


def write_agency(agency: Agency) -> Json:
    """An agency as an object of the format."""
    return {"id": agency.id, "name": agency.name, "kind": agency.kind}


def write_staff(staff: Staff) -> Json:
    """A staff entry as an object of the format."""
    return {
        "id": staff.id,
        "agency": staff.agency,
        "role": staff.role,
        "name": staff.name,
        "title": staff.title,
        "email": staff.email,
        "phone": staff.phone,
        "phone_hours": staff.phone_hours,
        "issuer": staff.issuer,
        "subject": staff.subject,
        "active_from": _day(staff.active_from),
        "active_until": _day(staff.active_until),
    }


def write_stand_in(stand_in: StandIn) -> Json:
    """A stand-in as an object of the format."""
    return {
        "id": stand_in.id,
        "absent": stand_in.absent,
        "by": stand_in.by,
        "from": _day(stand_in.from_),
        "until": _day(stand_in.until),
    }


def write_consent(person: PersonId, consent: Consent, paper: Paper, withdrawal: Withdrawal | None) -> Json:
    """A consent as an object of the format; whether it has been confirmed, the format does not say."""
    form = paper.form
    return {
        "id": consent.id,
        "person": person,
        "purpose": paper.purpose,
        "signed_on": _day(paper.signed_on),
        "valid_from": _day(consent.valid_from),
        "valid_until": _day(consent.valid_until),
        "form": {
            "version": form.version,
            "language": form.language,
            "interpreter": form.interpreter,
            "place": form.place,
            "informed_by": form.informed_by,
            "representative": form.representative,
        },
        "lines": [_line(line) for line in consent.lines],
        "withdrawn": withdrawal
        and {"at": withdrawal.at.isoformat(), "how": withdrawal.how, "received_by": withdrawal.received_by},
    }


def write_plan(plan: Plan) -> Json:
    """A plan as an object of the format."""
    return {
        "id": plan.id,
        "person": plan.person,
        "agency": plan.agency,
        "category": plan.category,
        "title": plan.title,
        "direction": plan.direction,
        "goal": plan.goal,
        "status": plan.status,
        "released_on": _day(plan.released_on),
        "from": _day(plan.from_),
        "until": _day(plan.until),
        "last_follow_up": _day(plan.last_follow_up),
        "next_follow_up": _day(plan.next_follow_up),
        "caseworker": plan.caseworker,
    }


def write_activity(activity: Activity) -> Json:
    """An activity as an object of the format."""
    return {
        "id": activity.id,
        "plan": activity.plan,
        "kind": activity.kind,
        "title": activity.title,
        "from": _day(activity.from_),
        "until": _day(activity.until),
        "status": activity.status,
        "extent": activity.extent and _extent(activity.extent),
        "times": [
            {"weekday": time.weekday, "from": f"{time.from_:%H:%M}", "to": f"{time.until:%H:%M}"}
            for time in activity.times
        ],
        "date": _day(activity.date),
        "place": activity.place,
        "measure": activity.measure,
    }


def write_note(note: Note) -> Json:
    """A note as an object of the format."""
    return {
        "id": note.id,
        "person": note.person,
        "agency": note.agency,
        "category": note.category,
        "date": _day(note.date),
        "released_on": _day(note.released_on),
        "text": note.text,
    }


def _line(line: Line) -> Json:
    def named(values: Iterable[str]) -> list[str]:
        return sorted(values)

    return {
        "sources": named(line.sources),
        "categories": named(line.categories),
        "recipients": named(line.recipients),
        "stand_ins": line.stand_ins,
        "covers_protected": line.covers_protected,
    }


def _extent(extent: Extent) -> Json:
    is_whole = extent.value == extent.value.to_integral_value()
    return {"value": int(extent.value) if is_whole else float(extent.value), "unit": extent.unit}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
