"""What a reader would see of the people of a document, and which clashes: pure functions of the document.

The same decision as at the gate (``portal.consent.rules.decide``) and the same clash rules; nothing the reader may
not read changes a byte of the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from portal.accounts.rules import Staff, StaffId, StandIn
from portal.consent.rules import NOTHING, STOCKHOLM, Decision, day_of, decide
from portal.exchange.document import Document
from portal.people.rules import PersonId
from portal.plans.clashes import Clash, find_clashes
from portal.plans.rules import Activity, Note, Plan


class UnknownReaderError(LookupError):
    """The document has no such staff entry."""


class UnknownPersonError(LookupError):
    """The document has no such person."""


@dataclass(frozen=True, slots=True, repr=False)
class _Sight:
    """What one reader may read of one person."""

    decision: Decision
    plans: Sequence[Plan]
    activities: Sequence[Activity]
    notes: Sequence[Note]

    def items(self) -> list[str]:
        """The ids of everything, sorted."""
        ids: list[str] = [plan.id for plan in self.plans]
        ids += [activity.id for activity in self.activities]
        ids += [note.id for note in self.notes]
        return sorted(ids)


def preview(document: Document, reader_id: str, at: datetime) -> dict[str, Any]:
    """What the reader would see at the aware instant ``at``, as JSON values (DESIGN, section 8).

    People are sorted by id: all those whom some live line opens to the reader, items or none. Raises
    UnknownReaderError.
    """
    reader = _reader(document, reader_id)
    today = day_of(at)
    people = []
    for person in sorted(document.is_protected):
        sight = _see(document, reader, person, at)
        if sight.decision.is_open:
            people.append(
                {
                    "person": person,
                    "items": sight.items(),
                    "contacts": sight.decision.shows_contacts,
                    "because": [{"consent": line.consent, "line": line.index} for line in sight.decision.lines],
                    "clashes": [clash.as_json() for clash in _clashes(document, sight, today)],
                }
            )
    return {"reader": reader_id, "at": at.isoformat(), "people": people}


def clashes_of(document: Document, person_id: str, today: date, reader_id: str | None = None) -> list[dict[str, Any]]:
    """The clashes of a person on ``today``, as JSON values: in all plans, or in what the reader sees.

    The reader sees what may be read at the start of that day in Europe/Stockholm. Raises UnknownPersonError
    and UnknownReaderError.
    """
    person = PersonId(person_id)
    if person not in document.is_protected:
        raise UnknownPersonError
    if reader_id is None:
        plans = document.plans.get(person, [])
        sight = _Sight(NOTHING, plans, _activities(document, plans), ())
    else:
        midnight = datetime.combine(today, time(), STOCKHOLM)
        sight = _see(document, _reader(document, reader_id), person, midnight)
    return [clash.as_json() for clash in _clashes(document, sight, today)]


def _reader(document: Document, reader_id: str) -> Staff:
    try:
        return document.staff[StaffId(reader_id)]
    except KeyError:
        raise UnknownReaderError from None


def _see(document: Document, reader: Staff, person: PersonId, at: datetime) -> _Sight:
    decision = decide(
        reader,
        _colleagues(document, reader),
        document.is_protected[person],
        document.consents.get(person, []),
        at,
    )
    plans = [plan for plan in document.plans.get(person, []) if decision.opens(plan.agency, plan.category)]
    notes = [note for note in document.notes.get(person, []) if decision.opens(note.agency, note.category)]
    return _Sight(decision, plans, _activities(document, plans), notes)


def _colleagues(document: Document, reader: Staff) -> list[tuple[StandIn, Staff]]:
    return [(stand_in, document.staff[stand_in.absent]) for stand_in in document.stand_ins if stand_in.by == reader.id]


def _activities(document: Document, plans: Sequence[Plan]) -> list[Activity]:
    return [activity for plan in plans for activity in document.activities.get(plan.id, [])]


def _clashes(document: Document, sight: _Sight, today: date) -> tuple[Clash, ...]:
    return find_clashes(sight.plans, sight.activities, document.agencies, document.staff, today)
