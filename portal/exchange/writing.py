"""Plain facts as they stand in a document: what ``conversion`` reads, every key written out.

Plans, activities and notes are written as a reader's JSON writes them, in ``portal.plans.exchanged``.

Pure. A document written from what was read says the same.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from portal.accounts.rules import Agency, Staff, StandIn
from portal.consent.rules import Consent, Line, Paper, Withdrawal
from portal.people.rules import PersonId

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


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
