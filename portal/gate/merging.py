"""The door *merge*: two registrations of one person become one, opened under both locks and sealed anew.

Nothing of either is shown to anybody here, and the entries stand in the same transaction, as at the door *change*. So
it does not ask for a live consent: whoever has none stays closed, and what opens is what the consents of the same
individual open. Afterwards there is one person. The other row is a reference that leads on, without content or key.

If we crash before the commit nothing has happened; after it, everything has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import delete, select, update

from portal.acting import Act
from portal.consent import merging
from portal.consent.drafting import note_draft
from portal.consent.merging import Current, Known
from portal.consent.sealing import subject_of
from portal.consent.service import SealedPerson, load_sealed_people
from portal.errors import ConflictError
from portal.gate.changing import details_of, put_details
from portal.gate.moving import Move
from portal.people.models import person_numbers, persons
from portal.people.service import Details, replace_numbers
from portal.requests.models import requests
from portal.requests.service import note_moved

_EMPTIED = ("content", "content_key", "digest", "merged_into")


class NotAsShownError(ConflictError):
    """One of the two has changed since they were laid beside each other, or is there no more."""


@dataclass(frozen=True, slots=True)
class Merger:
    """What the desk decided, of two persons by reference at the versions that were shown."""

    kept: str
    other: str
    versions: Mapping[str, int]
    current: Current
    known: Known


def merge_people(act: Act, merger: Merger) -> bool:
    """Move all that is the other's to the person kept; False if exactly that has been done already.

    Consents add up, and the mark of protection of either is kept. Raises NotAsShownError, and ConflictError if the two
    are one, or a seal does not fit.
    """
    if merger.kept == merger.other:
        raise ConflictError("nobody is registered twice under one number")
    _hold(act, merger)
    people = load_sealed_people(act, [merger.kept, merger.other])
    kept, other = people.get(merger.kept), people.get(merger.other)
    if kept is None or other is None:
        raise NotAsShownError("one of the two is not there")
    if other.row["merged_into"] == kept.ref:
        return False
    if any(
        person.row["content"] is None or person.row["version"] != merger.versions[person.ref]
        for person in (kept, other)
    ):
        raise NotAsShownError("one of the two has changed since they were shown")
    _merge(act, kept, other, merger)
    return True


def _hold(act: Act, merger: Merger) -> None:
    """Both persons, in one order whoever comes first, and what readers have said is wrong: that can be answered."""
    about = select(requests.c.id).where(requests.c.person == merger.other)
    named = set(act.connection.execute(about).scalars())
    act.hold([subject_of(merger.kept), subject_of(merger.other), *(f"request:{each}" for each in named)])
    if set(act.connection.execute(about).scalars()) != named:
        raise NotAsShownError("a reader has just said that something is wrong")


def _merge(act: Act, kept: SealedPerson, other: SealedPerson, merger: Merger) -> None:
    details = _together(details_of(kept), details_of(other), merger)
    move = Move(act, other.ref, kept.ref, other.key, kept.key)
    consents, papers, items = move.consents(), move.papers(), move.items()
    merging.empty(other, kept.ref, merger.known)
    merging.keep(kept, other.ref, merger.known)
    kept.protect(details.is_protected)
    merging.take_consents(kept, consents, other.ref)
    merging.take_papers(kept, papers, other.ref)
    merging.take_records(kept, items, other.ref)
    if details != details_of(kept):
        put_details(kept, details)
    for draft in move.drafts():
        note_draft(act, draft, "moved")
    for request in move.requests():
        note_moved(act, request, other.ref)
    act.connection.execute(delete(person_numbers).where(person_numbers.c.person == other.ref))
    replace_numbers(act.connection, act.keyring, kept.ref, details)
    kept.save()
    values = {name: other.row[name] for name in _EMPTIED}
    act.connection.execute(update(persons).where(persons.c.ref == other.ref).values(values))
    other.save()


def _together(kept: Details, other: Details, merger: Merger) -> Details:
    """Who the person is: called as the one whose number is current, reached in every way that either was.

    A number that was mistyped may be somebody else's, so it does not lead here any more; all others do.
    """
    current, past = (kept, other) if merger.current is Current.KEPT else (other, kept)
    is_protected = kept.is_protected or other.is_protected
    numbers = (*current.former_numbers, past.personnummer, *past.former_numbers)
    wrong = {past.personnummer} if merger.known is Known.WRONG_NUMBER else set()
    return replace(
        current,
        id=kept.id,
        phone=None if is_protected else current.phone or past.phone,
        email=None if is_protected else current.email or past.email,
        is_protected=is_protected,
        former_numbers=tuple(dict.fromkeys(each for each in numbers if each not in {current.personnummer, *wrong})),
    )
