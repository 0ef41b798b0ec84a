"""Says which consent lines open what of a person to a reader, and why the others do not; for whoever runs the system.

Opens nothing, not even a staff member's name: it works on what stands in the clear to decide by, and on seals. The
answer is the gate's own decision, taken apart.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from keys.keyring import Keyring
from portal.accounts.rules import AgencyId, Role, Staff, StaffId, StandIn, StandInId
from portal.accounts.sealing import STAND_IN, has_ended, read_stand_in, stand_in_body, stand_in_subject
from portal.consent.rules import Consent, ConsentId, Line, day_of, decide
from portal.consent.sealing import read_consent
from portal.database import Desk
from portal.gate import register
from portal.gate.snapshot import snapshot
from portal.gate.standing import UnprovenError, has_its_records, prove, prove_person, prove_staff
from portal.people.models import persons
from portal.people.rules import PersonId
from portal.wiring import Wiring

Json = dict[str, Any]


def explain(wiring: Wiring, reader: StaffId, person: PersonId, at: datetime) -> Json:
    """Why ``reader`` may or may not read ``person`` (the sender's id) at the aware instant ``at``, as JSON values.

    ``is_open`` is the decision; each ``why_not`` lists codes, and is empty where nothing stands in the way.
    """
    # Not as the reader, who does not see what is closed: it is to be explained.
    with snapshot(wiring.engine(Desk.SURVEYING)) as connection:
        reader_rows = register.read_reader(connection, reader)
        ref = connection.execute(select(persons.c.ref).where(persons.c.id == person)).scalar_one_or_none()
        person_rows = None if ref is None else register.read_person(connection, ref, reader)
        if person_rows is not None:
            register.read_items(connection, person_rows)
    answer: Json = {"reader": reader, "person": person, "at": at.isoformat(), "is_open": False}
    if reader_rows.reader is None or person_rows is None:
        missing = [] if reader_rows.reader is not None else ["no_such_reader"]
        return answer | {"why_not": [*missing, *([] if person_rows is not None else ["no_such_person"])]}
    own = _staff(reader_rows.reader)
    colleagues = [
        (read_stand_in(row), _staff(absent), _stand_in_faults(wiring.keyring, row, own, absent, at))
        for row, absent in reader_rows.stand_ins
    ]
    standing = [(stand_in, absent) for stand_in, absent, faults in colleagues if not faults]
    consents = sorted(map(read_consent, person_rows.consents), key=lambda consent: consent.id)
    is_protected = person_rows.person["is_protected"]
    faults = _reader_faults(wiring.keyring, reader_rows.reader, own, at)
    try:
        prove_person(wiring.keyring, person_rows)
        is_proven = has_its_records(person_rows)
    except UnprovenError:
        is_proven = False
    if not is_proven:
        faults.append("person_not_as_the_trail_says")
    decision = decide(own, standing, is_protected, consents, at)
    opened = {(line.consent, line.index): line.through for line in decision.lines} if not faults else {}
    found = sorted({(row["agency"], row["category"]) for row in person_rows.items})
    return answer | {
        "is_open": bool(opened),
        "why_not": faults,
        "is_protected": is_protected,
        "stand_ins": [{"stand_in": each.id, "absent": each.absent, "why_not": why} for each, _, why in colleagues],
        "consents": [_consent(each, own, standing, is_protected, opened, at) for each in consents],
        "shows_contacts": bool(opened) and decision.shows_contacts,
        "items": [
            {"agency": agency, "category": category, "is_open": bool(opened) and decision.opens(agency, category)}
            for agency, category in found
        ],
    }


def _staff(row: Mapping[str, Any]) -> Staff:
    """A staff entry as far as it stands in the clear."""
    return Staff(
        id=StaffId(row["id"]),
        agency=AgencyId(row["agency"]),
        role=Role(row["role"]),
        name="",
        title="",
        email=None,
        phone=None,
        phone_hours=None,
        issuer="",
        subject="",
        active_from=row["active_from"],
        active_until=row["active_until"],
    )


def _reader_faults(keyring: Keyring, row: Mapping[str, Any], own: Staff, at: datetime) -> list[str]:
    faults = []
    try:
        prove_staff(keyring, row)
    except UnprovenError:
        faults.append("reader_not_as_the_trail_says")
    if own.role is not Role.READER:
        faults.append("not_a_reader")
    if has_ended(row) or not own.is_active(day_of(at)):
        faults.append("reader_not_active")
    return faults


def _stand_in_faults(
    keyring: Keyring, row: Mapping[str, Any], own: Staff, absent: Mapping[str, Any], at: datetime
) -> list[str]:
    faults = []
    try:
        prove(keyring, STAND_IN, stand_in_subject(row["id"]), stand_in_body(row), row)
        prove_staff(keyring, absent)
    except UnprovenError:
        faults.append("stand_in_not_as_the_trail_says")
    if has_ended(row) or not read_stand_in(row).is_active(day_of(at)):
        faults.append("stand_in_not_active")
    if absent["agency"] != own.agency:
        faults.append("stand_in_at_another_agency")
    return faults


def _consent(
    consent: Consent,
    own: Staff,
    standing: list[tuple[StandIn, Staff]],
    is_protected: bool,
    opened: Mapping[tuple[ConsentId, int], StandInId | None],
    at: datetime,
) -> Json:
    faults = []
    if not consent.is_confirmed:
        faults.append("not_confirmed")
    if consent.withdrawn_at is not None and at >= consent.withdrawn_at:
        faults.append("withdrawn")
    if day_of(at) < consent.valid_from:
        faults.append("not_yet_valid")
    if day_of(at) > consent.valid_until:
        faults.append("no_longer_valid")
    absent = {colleague.id for _, colleague in standing}
    return {
        "consent": consent.id,
        "why_not": faults,
        "lines": [
            {
                "line": index,
                "is_open": (consent.id, index) in opened,
                "through": opened.get((consent.id, index)),
                "sources": sorted(line.sources),
                "categories": sorted(line.categories),
                "why_not": _line_faults(line, own.id, absent, is_protected),
            }
            for index, line in enumerate(consent.lines)
        ],
    }


def _line_faults(line: Line, reader: StaffId, absent: set[StaffId], is_protected: bool) -> list[str]:
    faults = []
    if reader not in line.recipients:
        if not line.recipients & absent:
            faults.append("does_not_name_the_reader")
        elif not line.stand_ins:
            faults.append("does_not_allow_stand_ins")
    if is_protected and not line.covers_protected:
        faults.append("does_not_cover_protected")
    return faults
