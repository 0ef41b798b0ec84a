"""Makes of what a document says about persons the sealed steps of the register, each with its entry, on the stage.

Runs when the whole document has been found to hold, last before the register is locked, so that the entries' time is
close to that of the commit. A person's version rises by one at each step, as it would at the desk.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Any

from audit.entry import seal
from audit.vocabulary import Event
from portal.accounts.rules import StaffId
from portal.acting import Act
from portal.consent.models import consents
from portal.consent.service import SealedPerson, load_sealed_people, recipient_rows
from portal.exchange.preparing import Client
from portal.exchange.registered import Registered
from portal.exchange.staging import (
    CHANGED_CONSENTS,
    CHANGED_PEOPLE,
    CONSENTS,
    ENTRIES,
    LEANT_ON_PEOPLE,
    NUMBERS,
    PEOPLE,
    RECIPIENTS,
    Stage,
)
from portal.gate.system import SystemDoor
from portal.people.models import person_numbers, persons
from portal.people.service import Details, changed_row, number_rows, prepare_person
from portal.plans.service import CREATED, REMOVED, REPLACED, Change, note_changes

AT_A_TIME = 500


@dataclass(slots=True)
class Steps:
    """Stages what becomes of persons and of their consents; ``act`` says who does it and when."""

    stage: Stage
    act: Act
    registered: Registered
    door: SystemDoor
    listing: str
    confirmed_by: StaffId | None
    entries: int = 0

    def take(self, clients: Iterable[Client]) -> Iterator[int]:
        """Stage the steps of each of ``clients``, and say now and then how many are done."""
        rest, done = iter(clients), 0
        while some := list(islice(rest, AT_A_TIME)):
            self._take(some)
            self._stage_entries()
            done += len(some)
            yield done

    def take_items(self) -> None:
        """Stage the entries of what became of each person's plans, activities and notes."""
        for ref, rows in groupby(self.stage.rows(_ITEM_CHANGES), key=lambda row: str(row[0])):
            changes = [Change(item, change, digest and bytes(digest)) for _, item, change, digest in rows]
            note_changes(self.act, ref, changes)
            self._stage_entries()

    def _take(self, clients: Sequence[Client]) -> None:
        known = [client.ref for client in clients if client.row is not None and client.has_steps]
        sealed = load_sealed_people(self.act, known)
        former = self._former_numbers([client for client in clients if client.row is not None and client.details])
        for client in clients:
            person = sealed.get(client.ref)
            if client.row is None:
                self._register(client)
                continue
            row, details = client.row, client.details
            versions = (row.version if person else None, row.content_version if details else None)
            self.stage.put(LEANT_ON_PEOPLE, (row.ref, *versions))
            if details is not None:
                if client.ref in former:
                    details = replace(details, former_numbers=former[client.ref])
                self._change(client, details, is_renumbered=client.ref in former)
            if person is not None:
                self._step(client, person)

    def _register(self, client: Client) -> None:
        keyring = self.act.keyring
        if client.details is None:
            return
        new = prepare_person(keyring, client.details, client.reserved)
        person = SealedPerson.new(self.act, client.ref, client.details.is_protected)
        person.step(Event.PERSON_REGISTERED)
        self._take_consents(client, person)
        row = {**new.row, "seal": person.seal, "version": person.version}
        self.stage.put(PEOPLE, tuple(row[column.name] for column in persons.columns))
        self._stage_numbers(new.numbers)

    def _change(self, client: Client, details: Details, is_renumbered: bool) -> None:
        """Stage new details; the columns that the steps change follow with them, if there are any."""
        assert client.row is not None  # noqa: S101 - only who is registered changes
        keyring, row = self.act.keyring, client.row
        changed = changed_row(keyring, client.key(keyring), row.ref, row.content_version + 1, details)
        values = (row.ref, None, changed["content"], changed["content_version"], changed["digest"], None, None)
        self.stage.put(CHANGED_PEOPLE, values)
        digest = b64encode(changed["digest"]).decode()
        self.act.note(Event.PERSON_CHANGED, {"person": row.ref, "change": "details", "digest": digest})
        if is_renumbered:
            self._stage_numbers(number_rows(keyring, row.ref, details))

    def _step(self, client: Client, person: SealedPerson) -> None:
        if client.is_protected is not None:
            person.protect(client.is_protected)
        self._take_consents(client, person)
        values = (person.ref, person.is_protected, None, None, None, person.version, person.seal)
        self.stage.put(CHANGED_PEOPLE, values)

    def _take_consents(self, client: Client, person: SealedPerson) -> None:
        key = client.key(self.act.keyring)
        for consent, paper, withdrawal in client.new_consents:
            person.register(consent, paper, key)
            if withdrawal is not None:
                person.withdraw(consent.id, withdrawal, key)
            elif self.confirmed_by is not None:
                person.confirm(consent.id, self.confirmed_by)
        for id_, withdrawal in client.withdrawals:
            person.withdraw(id_, withdrawal, key)
        for id_ in client.confirmations:
            if self.confirmed_by is not None:
                person.confirm(id_, self.confirmed_by)
        added = [person.consents[consent.id] for consent, _, _ in client.new_consents]
        for row in added:
            self.stage.put(CONSENTS, tuple(_written(row[column.name]) for column in consents.columns))
        for row in recipient_rows(added):
            self.stage.put(RECIPIENTS, (row["staff"], row["person"], row["consent"]))
        for id_ in (*(id_ for id_, _ in client.withdrawals), *client.confirmations):
            row = person.consents[id_]
            self.stage.put(CHANGED_CONSENTS, tuple(row[column.name] for column in CHANGED_CONSENTS.columns))

    def _former_numbers(self, clients: Sequence[Client]) -> dict[str, tuple[str, ...]]:
        """The former numbers of those who have any, or get another number now; who they are is opened for it."""
        indexes = self.registered.numbers_of([client.ref for client in clients])
        numbers = {client.ref: client.details.personnummer for client in clients if client.details is not None}
        moved = [ref for ref, number in numbers.items() if indexes.get(ref) != {self.act.keyring.index(number)}]
        if not moved:
            return {}
        return {
            ref: tuple(number for number in before if number != numbers[ref])
            for ref, before in self.door.numbers_of(moved, self.listing).items()
        }

    def _stage_numbers(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            self.stage.put(NUMBERS, tuple(row[column.name] for column in person_numbers.columns))

    def _stage_entries(self) -> None:
        entries, self.act.entries = self.act.entries, []
        for entry in entries:
            sealed = seal(entry, self.act.keyring.trail_mac)
            self.entries += 1
            columns = (sealed.columns[name] for name in _ENTRY_COLUMNS)
            self.stage.put(ENTRIES, (self.entries, *columns, sealed.payload, sealed.mac))


_ENTRY_COLUMNS = tuple(column.name for column in ENTRIES.columns if column.name not in {"position", "payload", "mac"})
_ITEM_CHANGES = f"""
    SELECT new.person, new.id, CASE WHEN old.id IS NULL THEN '{CREATED}' ELSE '{REPLACED}' END, new.digest
    FROM staged_items AS new LEFT JOIN staged_endings AS old ON old.id = new.id
    UNION ALL
    SELECT old.person, old.id, '{REMOVED}', NULL
    FROM staged_endings AS old LEFT JOIN staged_items AS new ON new.id = old.id WHERE new.id IS NULL
    ORDER BY 1, 2
"""  # noqa: S608 - our own names


def _written(value: Any) -> Any:
    """A day as both drivers take it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
