"""What the register already holds of what a document names, read from the tables; nothing of a person is opened.

Answers the checks' questions (``Known``) and the import's own. What has been looked up once is remembered, so that a
document is asked about once whoever asks.
"""

import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Select, exists, func, select

from audit.store import entries as trail_entries
from audit.vocabulary import Event
from keys.keyring import Keyring
from portal.accounts.models import agencies, staff, stand_ins
from portal.accounts.sealing import read_staff
from portal.accounts.service import subject_index
from portal.clock import instant
from portal.consent.models import consents
from portal.consent.rules import Category, day_of
from portal.consent.sealing import SEAL_KIND, sealed_body, subject_of
from portal.consent.service import terms_digest
from portal.errors import ConflictError
from portal.exchange.known import ConsentFacts, ItemFacts, StaffFacts, WithdrawalFacts
from portal.exchange.merged import Kept, Merged
from portal.people.models import person_numbers, persons
from portal.plans.models import item_history, items

AT_A_TIME = 500

_LISTS = {"plan": "plans", "activity": "activities", "note": "notes"}


class PersonRow(NamedTuple):
    """What stands in the clear of a registered person; the wrapped key is None once the person was disposed of."""

    ref: str
    id: str
    content_key: bytes | None
    digest: bytes | None
    is_protected: bool
    version: int


class ConsentRow(NamedTuple):
    """A registered consent, unopened."""

    id: str
    ref: str
    digest: bytes
    is_confirmed: bool
    withdrawn_at: int | None


class ItemRow(NamedTuple):
    """A plan, activity or note, or the last that is known of one taken away (it has no digest)."""

    id: str
    kind: str
    ref: str
    agency: str
    category: str
    plan: str | None
    version: int
    digest: bytes | None = None


@dataclass(slots=True)
class Registered:
    """The register as one import sees it; each question is a short transaction of its own."""

    engine: Engine
    keyring: Keyring
    _people: dict[str, PersonRow | None] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)
    _consents: dict[str, ConsentRow] = field(default_factory=dict)
    _items: dict[str, ItemRow] = field(default_factory=dict)
    _asked_consents: set[str] = field(default_factory=set)
    _asked_items: set[str] = field(default_factory=set)
    _has: dict[str, bool] = field(default_factory=dict)
    _merged: dict[str, dict[str, Any]] | None = None

    def person_rows(self, ids: Collection[str]) -> Mapping[str, PersonRow | None]:
        """The persons with these ids, None for those the register does not have; everybody asked about so far."""
        missing = [id_ for id_ in ids if id_ not in self._people]
        self._people.update(dict.fromkeys(missing))
        columns = (
            persons.c.ref,
            persons.c.id,
            persons.c.content_key,
            persons.c.digest,
            persons.c.is_protected,
            persons.c.version,
        )
        for row in self._look_up(persons, select(*columns), persons.c.id, missing):
            person = PersonRow(*row)
            self._people[person.id] = person
            self._ids[person.ref] = person.id
        return self._people

    def consent_rows(self, ids: Iterable[str]) -> Mapping[str, ConsentRow]:
        """The consents with these ids, and all others found so far."""
        columns = (
            consents.c.id,
            consents.c.person,
            consents.c.digest,
            consents.c.confirmed_at.is_not(None),
            consents.c.withdrawn_at,
        )
        for row in self._look_up(consents, select(*columns), consents.c.id, _new(ids, self._asked_consents)):
            self._consents[row[0]] = ConsentRow(*row)
        return self._consents

    def item_rows(self, ids: Iterable[str]) -> Mapping[str, ItemRow]:
        """The items with these ids, also those taken away, and all others found so far."""
        new = _new(ids, self._asked_items)
        for row in self._look_up(items, _PRESENT, items.c.id, new):
            self._items[row[0]] = _item_row(*row)
        gone = [id_ for id_ in new if id_ not in self._items]
        for row in self._look_up(item_history, _LAST, item_history.c.item, gone):
            self._items[row[0]] = _item_row(*row)
        return self._items

    def items_of_plans(self, plans: Iterable[str]) -> list[ItemRow]:
        """The activities of these plans that have not been taken away."""
        return [_item_row(*row) for row in self._look_up(items, _OF_PLANS, _plan.c.id, plans)]

    def number_owners(self, indexes: Iterable[bytes]) -> dict[bytes, str]:
        """Of these index values, the reference of whoever has or had the number."""
        statement = select(person_numbers.c.number_index, person_numbers.c.person)
        found = self._look_up(person_numbers, statement, person_numbers.c.number_index, indexes)
        return {bytes(row[0]): row[1] for row in found}

    def numbers_of(self, refs: Iterable[str]) -> dict[str, set[bytes]]:
        """The index values under which each of these persons is found, by reference."""
        statement = select(person_numbers.c.person, person_numbers.c.number_index)
        numbers: dict[str, set[bytes]] = {}
        for ref, index in self._look_up(person_numbers, statement, person_numbers.c.person, refs):
            numbers.setdefault(ref, set()).add(bytes(index))
        return numbers

    # The questions of the checks (Known).

    def agencies(self, ids: Collection[str], /) -> Collection[str]:
        """The ids of known agencies."""
        return {row[0] for row in self._look_up(agencies, select(agencies.c.id), agencies.c.id, ids)}

    def persons(self, ids: Collection[str], /) -> Collection[str]:
        """The ids of known persons."""
        rows = self.person_rows(ids)
        return {id_ for id_ in ids if rows[id_] is not None}

    def stand_ins(self, ids: Collection[str], /) -> Collection[str]:
        """The ids of known stand-ins, removed ones too."""
        return {row[0] for row in self._look_up(stand_ins, select(stand_ins.c.id), stand_ins.c.id, ids)}

    def staff(self, ids: Collection[str], /) -> Mapping[str, StaffFacts]:
        """The known staff entries by id."""
        rows = self._look_up(staff, select(staff), staff.c.id, ids)
        return {row.id: self._staff_facts(row._mapping) for row in rows}

    def accounts(self, accounts: Collection[tuple[str, str]], /) -> Iterable[StaffFacts]:
        """Every known staff entry with one of these pairs of issuer and subject that held for a day."""
        indexes = [subject_index(self.keyring, issuer, subject) for issuer, subject in accounts]
        for row in self._look_up(staff, select(staff), staff.c.subject_index, indexes):
            facts = self._staff_facts(row._mapping)
            if facts.active_until is None or facts.active_from <= facts.active_until:
                yield facts

    def consents(self, ids: Collection[str], /) -> Mapping[str, ConsentFacts]:
        """The known consents by id."""
        rows = self.consent_rows(ids)
        found = {id_: rows[id_] for id_ in ids if id_ in rows}
        self._name({row.ref for row in found.values()})
        ways = self._withdrawals(row for row in found.values() if row.withdrawn_at is not None)
        return {id_: ConsentFacts(self._ids[row.ref], row.digest, ways.get(id_)) for id_, row in found.items()}

    def items(self, ids: Collection[str], /) -> Mapping[str, ItemFacts]:
        """The known plans, activities and notes by id, removed ones too."""
        rows = self.item_rows(ids)
        found = {id_: rows[id_] for id_ in ids if id_ in rows}
        self._name({row.ref for row in found.values()})
        return {id_: self._item_facts(row) for id_, row in found.items()}

    def merged(self) -> Merged:
        """Everybody who was merged with somebody else; raises ConflictError where the register was altered."""
        if self._merged is None:
            with self.engine.connect() as connection:
                rows = connection.execute(select(persons).where(persons.c.merged_into.is_not(None))).mappings()
                self._merged = {row["ref"]: dict(row) for row in rows}
            if not all(map(self._is_sealed, self._merged.values())):
                raise ConflictError("a person's seal does not fit: run portal doctor before anything is changed")
        kept = {ref: self._kept(ref) for ref in self._merged}
        self._name(set(kept.values()))
        rows_of_kept = self.person_rows([self._ids[ref] for ref in kept.values()])
        found = {}
        for ref, row in self._merged.items():
            person = rows_of_kept[self._ids[kept[ref]]]
            if person is not None:
                found[row["id"]] = Kept(person.id, person.is_protected, partial(self._has_number, person.ref))
        return Merged(found)

    def _is_sealed(self, row: Mapping[str, Any]) -> bool:
        """Whether we have emptied that person: whatever else is in the row was put there by somebody else."""
        try:
            return self.keyring.check_seal(SEAL_KIND, sealed_body(row, ()), row["seal"])
        except TypeError:
            return False

    def _kept(self, ref: str) -> str:
        """Who is kept of somebody merged, perhaps more than once."""
        while self._merged and ref in self._merged:
            ref = self._merged[ref]["merged_into"]
        return ref

    def _has_number(self, ref: str, digits: str) -> bool:
        return ref in self.number_owners([self.keyring.index(digits)]).values()

    def terms_digest(self, terms: bytes) -> bytes:
        """The digest under which the register keeps a consent's terms."""
        return terms_digest(self.keyring, terms)

    def _staff_facts(self, row: Mapping[str, Any]) -> StaffFacts:
        entry = read_staff(self.keyring, row)
        until = entry.active_until
        if row["ended_at"] is not None:
            # A successor may begin on the day the entry was ended.
            last = day_of(instant(row["ended_at"])) - timedelta(days=1)
            until = last if until is None else min(until, last)
        return StaffFacts(entry.id, entry.agency, entry.role, entry.issuer, entry.subject, entry.active_from, until)

    def _item_facts(self, row: ItemRow) -> ItemFacts:
        is_removed = row.digest is None
        if row.plan is not None:
            return ItemFacts(_LISTS[row.kind], None, None, None, row.plan, is_removed)
        return ItemFacts(_LISTS[row.kind], self._ids[row.ref], row.agency, Category(row.category), None, is_removed)

    def _withdrawals(self, rows: Iterable[ConsentRow]) -> dict[str, WithdrawalFacts]:
        """How consents were withdrawn, as the trail tells it: the register keeps it sealed."""
        withdrawn = {row.id: row for row in rows}
        statement = select(trail_entries.c.payload).where(trail_entries.c.event == Event.CONSENT_WITHDRAWN)
        refs = {row.ref for row in withdrawn.values()}
        # What came from another registration was taken back there.
        refs |= {ref for ref in self._merged or () if self._kept(ref) in refs}
        subjects = set(map(subject_of, refs))
        ways = {}
        for (payload,) in self._look_up(trail_entries, statement, trail_entries.c.subject, subjects):
            said = json.loads(payload)
            row = withdrawn.get(said["consent"])
            if row is not None and row.withdrawn_at is not None:
                ways[row.id] = WithdrawalFacts(instant(row.withdrawn_at), said.get("how"), said.get("received_by"))
        return ways

    def ids_of(self, refs: set[str]) -> dict[str, str]:
        """The ids of the persons with these references."""
        self._name(refs)
        return {ref: self._ids[ref] for ref in refs}

    def _name(self, refs: set[str]) -> None:
        """Learn the ids of the persons with these references."""
        statement = select(persons.c.ref, persons.c.id)
        rows = self._look_up(persons, statement, persons.c.ref, [ref for ref in refs if ref not in self._ids])
        self._ids.update((row[0], row[1]) for row in rows)

    def _look_up(self, table: Any, statement: Select[Any], column: Any, values: Iterable[Any]) -> Iterator[Any]:
        """The rows whose ``column`` is among ``values``, so many at a time; none where the table is empty."""
        rest = iter(values)
        while some := list(islice(rest, AT_A_TIME)):
            with self.engine.connect() as connection:
                if not self._has_rows(connection, table):
                    return
                yield from connection.execute(statement.where(column.in_(some))).all()

    def _has_rows(self, connection: Connection, table: Any) -> bool:
        if table.name not in self._has:
            self._has[table.name] = bool(connection.execute(select(exists().select_from(table))).scalar())
        return self._has[table.name]


def _item_row(id_: str, kind: str, ref: str, agency: str, category: str, *rest: Any) -> ItemRow:
    """The row, with the words that very many rows share kept once."""
    return ItemRow(id_, sys.intern(kind), sys.intern(ref), sys.intern(agency), sys.intern(category), *rest)


def _new(ids: Iterable[str], asked: set[str]) -> list[str]:
    """The ids not asked about before; from now on they are."""
    new = [id_ for id_ in ids if id_ not in asked]
    asked.update(new)
    return new


def _item_columns(table: Any, digest: Any) -> Select[Any]:
    columns: Sequence[Any] = (
        table.c.item if digest is None else table.c.id,
        table.c.kind,
        table.c.person,
        table.c.agency,
        table.c.category,
        table.c.plan,
        table.c.version,
    )
    return select(*columns) if digest is None else select(*columns, digest)


_PRESENT = _item_columns(items, items.c.digest)
# Found by person, who has a few dozen: an index of their own would cost every import more than it saves.
_plan = items.alias()
_OF_PLANS = _PRESENT.join(_plan, (items.c.person == _plan.c.person) & (items.c.plan == _plan.c.id))
_past = item_history.alias()
_LAST = _item_columns(item_history, None).where(
    item_history.c.version
    == select(func.max(_past.c.version)).where(_past.c.item == item_history.c.item).scalar_subquery()
)
