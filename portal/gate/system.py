"""The door *system*: import and export, on behalf of a named administrator, by an operating-system user.

Consent says who may read, not whether the register may be kept and moved, so this door does not ask for it. It asks
for the entry first, as every door does: one for each person opened, before any of them is. Whoever is protected
never leaves through it, and whoever was disposed of cannot.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, select

from audit.appender import LARGEST_GROUP, Appender, StaleError
from audit.entry import Entry, seal
from audit.vocabulary import Event, Outcome
from keys.envelope import DataKey, open_envelope
from keys.keyring import Keyring
from portal.accounts.rules import Role, StaffId
from portal.clock import microseconds
from portal.consent.models import consents
from portal.consent.rules import Consent, Paper, Withdrawal
from portal.consent.sealing import read_consent, subject_of
from portal.consent.service import read_paper, read_withdrawal
from portal.errors import ConflictError, NotOpenError
from portal.gate import register
from portal.gate.opening import open_identity
from portal.gate.record import Contacts, Identity
from portal.gate.register import PersonRows
from portal.gate.snapshot import snapshot
from portal.gate.standing import UnprovenError, find_standing, has_its_records, prove_person
from portal.people.models import persons
from portal.people.rules import PersonId
from portal.plans.contents import ACTIVITY, PLAN, item_place, read_activity, read_note, read_plan
from portal.plans.models import items
from portal.plans.rules import Activity, Note, Plan

AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class SystemDoor:
    """Opens content for work on the register as a whole. ``operator`` is ``system:`` and the user's name."""

    engine: Engine
    appender: Appender
    keyring: Keyring
    now: Callable[[], datetime]
    operator: str

    def numbers_of(self, refs: Sequence[str], listing: str) -> dict[str, tuple[str, ...]]:
        """Each person's current number and then the former ones, for an import that changes them.

        Raises ConflictError if the register does not agree with the trail about one of them, UnavailableError if
        the trail cannot take the entries.
        """
        numbers: dict[str, tuple[str, ...]] = {}
        with snapshot(self.engine) as connection:
            at = self.now()
            people = [self._proven(connection, ref).person for ref in refs]
            fields = {"actor": self.operator, "outcome": Outcome.PERMITTED, "reason": "import", "listing": listing}
            for start in range(0, len(people), LARGEST_GROUP):
                some = people[start : start + LARGEST_GROUP]
                versions = {subject_of(person["ref"]): person["version"] for person in some}
                entries = [
                    Entry(Event.MAINTAINED, at, {**fields, "person": ref, "rests_on": {subject: versions[subject]}})
                    for ref in (person["ref"] for person in some)
                    for subject in [subject_of(ref)]
                ]
                self._append(entries, versions, at)
                for person in some:
                    identity, _ = open_identity(self.keyring, person)
                    numbers[person["ref"]] = (identity.personnummer, *identity.former_numbers)
        return numbers

    @contextmanager
    def exporting(self, administrator: StaffId, listing: str) -> Iterator["Export"]:
        """One snapshot of the register, on behalf of ``administrator``; opened once its entries are durable.

        Raises NotOpenError if the administrator's entry does not hold now, ConflictError if the register does not
        agree with the trail, UnavailableError if the trail cannot take the entries.
        """
        with snapshot(self.engine) as connection:
            at = self.now()
            standing = find_standing(self.keyring, register.read_reader(connection, administrator))
            if standing is None or standing.staff.role is not Role.ADMINISTRATOR or not standing.is_active(at):
                raise NotOpenError("an export is made on behalf of an administrator who is active today")
            fields = {
                "actor": administrator,
                "agency": standing.staff.agency,
                "through": self.operator,
                "outcome": Outcome.PERMITTED,
                "listing": listing,
            }
            people = self._people(connection)
            every = sha256("\n".join(each.digest for each in people).encode())
            whole = Entry(Event.EXPORTED, at, {**fields, **_figures(every.digest(), len(people))})
            entries = [whole, *(Entry(Event.EXPORTED, at, {**fields, **each.fields}) for each in people)]
            for start in range(0, len(entries), LARGEST_GROUP):
                self._append(entries[start : start + LARGEST_GROUP], standing.rests_on, at)
            yield Export(self.keyring, connection, people)

    def _people(self, connection: Connection) -> list["Exported"]:
        """Everybody to be exported, by id, each proved."""
        statement = select(persons.c.ref).where(persons.c.content.is_not(None) & persons.c.is_protected.is_(False))
        people = []
        for ref in connection.execute(statement).scalars().all():
            rows = self._proven(connection, ref)
            versions = sorted(f"{row['id']} {row['version']}" for row in rows.items)
            fields = {"person": ref, **_figures(sha256("\n".join(versions).encode()).digest(), len(versions))}
            people.append(Exported(rows.person["id"], ref, str(fields["digest"]), fields))
        return sorted(people, key=lambda person: person.id)

    def _proven(self, connection: Connection, ref: str) -> PersonRows:
        """The person with all its items, as sealed."""
        rows = register.read_person(connection, ref, self.operator)
        try:
            if rows is None or rows.person["content"] is None:
                raise UnprovenError(ref)
            prove_person(self.keyring, rows)
            register.read_items(connection, rows)
            if not has_its_records(rows):
                raise UnprovenError(ref)
        except UnprovenError:
            raise ConflictError("the register and the trail do not agree about a person: run portal doctor") from None
        return rows

    def _append(self, entries: Sequence[Entry], rests_on: Mapping[str, int], at: datetime) -> None:
        sealed = [seal(entry, self.keyring.trail_mac) for entry in entries]
        try:
            self.appender.append(sealed, rests_on, microseconds(at))
        except StaleError:
            raise ConflictError("what the entry rests on has changed: run the command again") from None


@dataclass(frozen=True, slots=True)
class Exported:
    """Somebody to be exported, and what the entry says of them."""

    id: str
    ref: str
    digest: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Export:
    """The opened register, one kind after the other, in order of the persons' ids; alive within the snapshot."""

    keyring: Keyring
    connection: Connection
    people: Sequence[Exported]

    def persons(self) -> Iterator[tuple[Identity, Contacts]]:
        """Who everybody is."""
        for row in self._rows(select(persons), persons.c.ref):
            yield open_identity(self.keyring, row)

    def consents(self) -> Iterator[tuple[PersonId, Consent, Paper, Withdrawal | None]]:
        """Everybody's consents with what is on the paper, also those that have ended."""
        for row, person, key in self._opened(select(consents), consents.c.person):
            terms = read_consent(row)
            at = terms.withdrawn_at
            yield person, terms, read_paper(key, row), None if at is None else read_withdrawal(key, row, at)

    def items(self, kind: str) -> Iterator[Plan | Activity | Note]:
        """Everybody's items of one ``kind``."""
        for row, person, key in self._opened(select(items).where(items.c.kind == kind), items.c.person):
            place = item_place(row)
            content = open_envelope(key, place, bytes(row["content"]))
            if kind == PLAN:
                yield read_plan(row, person, content)
            elif kind == ACTIVITY:
                yield read_activity(row, content)
            else:
                yield read_note(row, person, content)

    def _opened(
        self, statement: Select[Any], whose: ColumnElement[str]
    ) -> Iterator[tuple[Mapping[str, Any], PersonId, DataKey]]:
        """The rows with their person's id and opened key."""
        wrapped = {row["ref"]: row["content_key"] for row in self._rows(_KEYS, persons.c.ref)}
        ids = {each.ref: PersonId(each.id) for each in self.people}
        last, key = "", None
        for row in self._rows(statement, whose):
            if key is None or row["person"] != last:
                last, key = row["person"], self.keyring.unwrap(bytes(wrapped[row["person"]]))
            yield row, ids[last], key

    def _rows(self, statement: Select[Any], whose: ColumnElement[str]) -> Iterator[Mapping[str, Any]]:
        """The rows of everybody exported, person by person, each person's in order of id; so many at a time."""
        for start in range(0, len(self.people), AT_A_TIME):
            refs = [each.ref for each in self.people[start : start + AT_A_TIME]]
            place = {ref: number for number, ref in enumerate(refs)}
            rows = [dict(row) for row in self.connection.execute(statement.where(whose.in_(refs))).mappings()]
            yield from sorted(rows, key=lambda row: (place[row.get("person") or row["ref"]], row.get("id", "")))


_KEYS = select(persons.c.ref, persons.c.content_key)


def _figures(digest: bytes, count: int) -> dict[str, object]:
    return {"digest": b64encode(digest).decode(), "count": count}
