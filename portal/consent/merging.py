"""Putting two registrations of one person together: the steps of each, sealed and written in the trail.

The registration that is kept takes over everything of the other, which is emptied and stays behind to say so. What
is enveloped has been sealed anew under the kept person's key by whoever calls (``portal.gate.merging``), who holds both
persons' locks and writes the rows. The steps come in the order that the trail's rule asks for: first the one is
emptied, then its consents and records are the other's.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from audit.vocabulary import Event
from portal.consent.service import SealedPerson
from portal.plans.sealing import CHANGES_PER_ENTRY, MOVED, NO_RECORDS, Change, records_digest

EMPTIED, KEPT = "emptied", "kept"
_GONE = ("content", "content_key", "digest")


class Known(StrEnum):
    """How one knows that two registrations are of the same individual."""

    NEW_NUMBER = "new_number"
    WRONG_NUMBER = "wrong_number"
    PERSON_SAID = "person_said"
    AUTHORITY_SAID = "authority_said"


class Current(StrEnum):
    """Whose number is the current one from now on, and with it whose name."""

    KEPT = "kept"
    OTHER = "other"


def empty(person: SealedPerson, same_as: str, known: Known) -> None:
    """Leave nothing of a person but that ``same_as`` is the same: no content, no key to it, no consent, no record."""
    person.consents.clear()
    person.items.clear()
    person.row |= {**dict.fromkeys(_GONE), "records": NO_RECORDS, "merged_into": same_as}
    person.step(Event.PERSON_MERGED, same_as=same_as, change=EMPTIED, cause=known.value)


def keep(person: SealedPerson, same_as: str, known: Known) -> None:
    """Say of the person kept that ``same_as`` was the same."""
    person.step(Event.PERSON_MERGED, same_as=same_as, change=KEPT, cause=known.value)


def take_consents(person: SealedPerson, rows: Sequence[Mapping[str, Any]], moved_from: str) -> None:
    """Make these consents the person's own, as they stand, live or over; consents add up."""
    for row in sorted(rows, key=lambda row: row["id"]):
        person.consents[row["id"]] = {**row, "person": person.ref}
        person.step(Event.CONSENT_MOVED, consent=row["id"], moved_from=moved_from)


def take_papers(person: SealedPerson, rows: Sequence[Mapping[str, Any]], moved_from: str) -> None:
    """Make these signed papers the person's own, under the consents that came before them."""
    for row in rows:
        told = {"consent": row["consent"], "evidence": row["id"], "digest": b64encode(row["digest"]).decode()}
        person.step(Event.EVIDENCE_RECEIVED, **told, count=row["pages"], moved_from=moved_from)


def take_records(person: SealedPerson, moved: Sequence[Change], moved_from: str) -> None:
    """Make these items the person's own; what has only a history comes along without an imprint."""
    for start in range(0, len(moved), CHANGES_PER_ENTRY):
        some = moved[start : start + CHANGES_PER_ENTRY]
        person.items |= {each.item: each.imprint for each in some if each.imprint is not None}
        person.row["records"] = records_digest(person.items.values())
        said = [{**each.said(), "change": MOVED} for each in some]
        person.step(Event.RECORDS_CHANGED, items=said, moved_from=moved_from)
