"""Whether the rows a decision rests on are genuine: sealed by us, and the latest the trail knows of.

Somebody with only the database can write, alter or put back any row. What they cannot do is seal it, or give an
old row the version of the subject's last entry in the trail; an entry of their own making has no valid MAC. So a
row counts only if its seal verifies and the trail's last word about it has that same version and seal.
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keys.keyring import Keyring
from portal.accounts.rules import Agency, Staff, StandIn
from portal.accounts.sealing import (
    STAFF,
    STAND_IN,
    has_ended,
    read_agency,
    read_staff,
    read_stand_in,
    staff_body,
    staff_subject,
    stand_in_body,
    stand_in_subject,
)
from portal.consent.rules import NOTHING, Consent, Decision, day_of, decide
from portal.consent.sealing import SEAL_KIND, read_consent, sealed_body, subject_of
from portal.gate.register import PersonRows, ReaderRows
from portal.plans.sealing import imprint_of, records_digest

# The cause of a refusal that somebody has to look into.
UNPROVEN = "unproven"
# That of a reference which was another registration of somebody who is kept under one.
MERGED = "merged"


class UnprovenError(Exception):
    """A row is not the one that was sealed, or not the latest."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A reader as the register and the trail agree on it, with the stand-ins that hold and what each rests on."""

    staff: Staff
    agency: Agency
    colleagues: tuple[tuple[StandIn, Staff], ...]
    rests_on: Mapping[str, int]
    stand_ins_rest_on: Mapping[str, Mapping[str, int]]

    def is_active(self, at: datetime) -> bool:
        """Whether the entry holds on the day of ``at``."""
        return self.staff.is_active(day_of(at))


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is open of one person, the versions it rests on, and, where nothing is, the cause for the trail."""

    decision: Decision
    rests_on: Mapping[str, int]
    cause: str = ""


def prove(keyring: Keyring, kind: str, subject: str, body: bytes, row: Mapping[str, Any]) -> None:
    """Check a row's seal over ``body`` and that the trail's last word on ``subject`` is this version of it.

    ``row`` has ``seal``, ``version``, and the last entry's ``payload`` and ``mac``. Raises UnprovenError.
    """
    seal, payload, mac = row["seal"], row["payload"], row["mac"]
    # SQLite keeps whatever it is given: text where bytes belong was not written by us.
    if not all(isinstance(each, bytes) for each in (seal, payload, mac)):
        raise UnprovenError(subject)
    if not keyring.check_seal(kind, body, seal) or not hmac.compare_digest(keyring.trail_mac(payload), mac):
        raise UnprovenError(subject)
    word = json.loads(payload)
    said = (word.get("subject"), word.get("version"), word.get("state"))
    if said != (subject, row["version"], b64encode(seal).decode()):
        raise UnprovenError(subject)


def prove_staff(keyring: Keyring, row: Mapping[str, Any]) -> None:
    """Check that a staff row is the one the trail knows; raises UnprovenError."""
    prove(keyring, STAFF, staff_subject(row["id"]), staff_body(row), row)


def prove_person(keyring: Keyring, rows: PersonRows) -> None:
    """Check that a person's protection, details and consents are those the trail knows; raises UnprovenError."""
    try:
        body = sealed_body(rows.person, rows.consents)
    except TypeError:
        raise UnprovenError(rows.person["ref"]) from None
    prove(keyring, SEAL_KIND, subject_of(rows.person["ref"]), body, rows.person)


def has_its_records(rows: PersonRows) -> bool:
    """Whether the items that were read are exactly those that were sealed; of a person proved before."""
    try:
        return bool(records_digest(map(imprint_of, rows.items)) == rows.person["records"])
    except TypeError:
        return False


def is_proven(keyring: Keyring, rows: PersonRows) -> bool:
    """Whether a person is the one the trail knows, and has not been disposed of."""
    return not closed_by(keyring, rows)


def closed_by(keyring: Keyring, rows: PersonRows) -> str:
    """Why nothing of a person opens to anybody, for the trail; empty where it is for the consents to decide."""
    try:
        prove_person(keyring, rows)
    except UnprovenError:
        return UNPROVEN
    if rows.person["merged_into"] is not None:
        return MERGED
    return UNPROVEN if rows.person["content"] is None else ""


def prove_nobody(keyring: Keyring) -> None:
    """Do the work of proving somebody, so that the time of a refusal does not tell whether anybody is there."""
    keyring.check_seal(SEAL_KIND, _NOBODYS_BODY, _NO_SEAL)
    hmac.compare_digest(keyring.trail_mac(_NOBODYS_WORD), _NO_SEAL)
    json.loads(_NOBODYS_WORD)


def find_standing(keyring: Keyring, rows: ReaderRows) -> Standing | None:
    """The reader's standing; None if the entry is missing, has ended or cannot be proved.

    A stand-in that has ended or cannot be proved is left out: it gives nothing.
    """
    row = rows.reader
    if row is None or rows.agency is None or has_ended(row):
        return None
    try:
        prove_staff(keyring, row)
    except UnprovenError:
        return None
    colleagues = []
    rest_on = {}
    for stand_in, absent in rows.stand_ins:
        subject = stand_in_subject(stand_in["id"])
        try:
            prove(keyring, STAND_IN, subject, stand_in_body(stand_in), stand_in)
            # Whoever is absent may have ended, but not have been put back at an agency left since.
            prove_staff(keyring, absent)
        except UnprovenError:
            continue
        if not has_ended(stand_in):
            colleagues.append((read_stand_in(stand_in), read_staff(keyring, absent)))
            rest_on[stand_in["id"]] = {subject: stand_in["version"], staff_subject(absent["id"]): absent["version"]}
    return Standing(
        read_staff(keyring, row),
        read_agency(rows.agency),
        tuple(colleagues),
        {staff_subject(row["id"]): row["version"]},
        rest_on,
    )


def rule(keyring: Keyring, standing: Standing | None, rows: PersonRows | None, at: datetime) -> Ruling:
    """Decide what is open of one person to the reader; the cause of a refusal is for the trail alone."""
    if standing is None:
        return Ruling(NOTHING, {}, "no_standing")
    if rows is None:
        prove_nobody(keyring)
        return Ruling(NOTHING, {}, "no_such_person")
    if cause := closed_by(keyring, rows):
        return Ruling(NOTHING, {}, cause)
    consents = consents_not_withdrawn(rows)
    decision = decide(standing.staff, standing.colleagues, rows.person["is_protected"], consents, at)
    if not decision.is_open:
        return Ruling(decision, {}, "no_consent")
    through = {line.through for line in decision.lines if line.through is not None}
    rests_on = {
        subject_of(rows.person["ref"]): rows.person["version"],
        **standing.rests_on,
        **{subject: version for each in through for subject, version in standing.stand_ins_rest_on[each].items()},
    }
    return Ruling(decision, rests_on)


def hold_to_records(rows: PersonRows, ruling: Ruling) -> Ruling:
    """The ruling, once the items have been read; a person whose items are not those that were sealed is unproven.

    Apart from ``rule``, so that who is refused is refused before any item is read.
    """
    return ruling if not ruling.decision.is_open or has_its_records(rows) else Ruling(NOTHING, {}, UNPROVEN)


def grounds(ruling: Ruling) -> dict[str, Any]:
    """What a permitted entry says it rests on: the versions, and the lines with the stand-in each came through."""
    return {
        "rests_on": dict(ruling.rests_on),
        "lines": [
            {"consent": line.consent, "line": line.index}
            if line.through is None
            else {"consent": line.consent, "line": line.index, "through": line.through}
            for line in ruling.decision.lines
        ],
    }


def consents_not_withdrawn(rows: PersonRows) -> list[Consent]:
    """The person's consents but the withdrawn ones, which are closed whatever this machine's clock says."""
    return [read_consent(row) for row in rows.consents if row["withdrawn_at"] is None]


_NO_SEAL = bytes(32)
# As long as those of somebody with one consent of two lines.
_NOBODY = {
    "ref": "0" * 32,
    "id": "nobody",
    "version": 3,
    "is_protected": False,
    "content_version": 1,
    "content": _NO_SEAL,
    "digest": _NO_SEAL,
    "records": _NO_SEAL,
    "merged_into": None,
}
_NOBODYS_BODY = sealed_body(_NOBODY, [])[:-1] + b'["' + b"0" * 600 + b'"]'
_NOBODYS_WORD = b'{"subject":"person:","version":0,"state":"","fill":"' + b"0" * 300 + b'"}'
