"""Makes of what a document says about persons the sealed steps of the register, each with its entry, on the stage.

Runs when the whole document has been found to hold, last before the register is locked, so that the entries' time is
close to that of the commit. A person's version rises by one at each step, as it would at the desk.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from audit.entry import seal
from audit.vocabulary import Event
from portal.accounts.rules import StaffId
from portal.acting import Act
from portal.consent.models import consents
from portal.consent.service import SealedPerson, load_sealed_people, recipient_rows
from portal.errors import ConflictError
from portal.exchange.preparing import Client
from portal.exchange.registered import Registered
from portal.exchange.staging import (
    CHANGED_CONSENTS,
    CHANGED_PEOPLE,
    CONSENTS,
    ENDINGS,
    ENTRIES,
    ITEMS,
    LEANT_ON_PEOPLE,
    NUMBERS,
    PEOPLE,
    RECIPIENTS,
    Stage,
)
from portal.gate.system import SystemDoor
from portal.people.models import person_numbers
from portal.people.service import changed_row, number_rows, prepare_person
from portal.plans.sealing import CREATED, IMPRINTED, REMOVED, REPLACED, Change, Imprint

AT_A_TIME = 500


@dataclass(slots=True)
class Steps:
    """Stages what becomes of persons and of all that is theirs; ``act`` says who does it and when."""

    stage: Stage
    act: Act
    registered: Registered
    door: SystemDoor
    listing: str
    confirmed_by: StaffId | None
    entries: int = 0

    def take(self, clients: Iterable[Client]) -> Iterator[int]:
        """Stage the steps of each of ``clients``, and say now and then how many are done."""
        self.stage.sort()
        rest, done = iter(clients), 0
        while some := list(islice(rest, AT_A_TIME)):
            self._take(some)
            self._stage_entries()
            done += len(some)
            yield done

    def _take(self, clients: Sequence[Client]) -> None:
        known = [client.ref for client in clients if client.row is not None and client.has_steps]
        sealed = load_sealed_people(self.act, known)
        former = self._former_numbers([client for client in clients if client.row is not None and client.details])
        changes = self._item_changes([client.ref for client in clients if client.has_item_changes])
        for client in clients:
            person, row = sealed.get(client.ref), client.row
            if row is not None:
                self.stage.put(LEANT_ON_PEOPLE, (row.ref, row.version if person else None))
            if row is not None and person is not None:
                if person.row["id"] != row.id:
                    raise ConflictError("a person's id has been altered: run portal doctor before anything is changed")
                self._change(client, person, former.get(client.ref))
            elif row is None and client.details is not None:
                person = self._register(client)
            if person is not None:
                self._take_consents(client, person)
                person.change_records(changes.get(client.ref, ()))
                table = PEOPLE if row is None else CHANGED_PEOPLE
                self.stage.put(table, tuple(person.row[column.name] for column in table.columns))

    def _register(self, client: Client) -> SealedPerson:
        assert client.details is not None  # noqa: S101 - whoever is new comes with details
        new = prepare_person(self.act.keyring, client.details, client.reserved)
        person = SealedPerson.new(self.act, new.row)
        person.step(Event.PERSON_REGISTERED)
        self._stage_numbers(new.numbers)
        return person

    def _change(self, client: Client, person: SealedPerson, former_numbers: tuple[str, ...] | None) -> None:
        """Take in details and protection; with ``former_numbers`` the numbers are staged anew."""
        keyring, details = self.act.keyring, client.details
        if details is not None:
            if former_numbers is not None:
                details = replace(details, former_numbers=former_numbers)
                self._stage_numbers(number_rows(keyring, person.ref, details))
            version = person.row["content_version"] + 1
            person.change_details(changed_row(keyring, client.key(keyring), person.ref, version, details))
        if client.is_protected is not None:
            person.protect(client.is_protected)

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

    def _item_changes(self, refs: Sequence[str]) -> dict[str, list[Change]]:
        """What becomes of the plans, activities and notes of each of these persons, in order of id."""
        ends: dict[str, str] = dict(self.stage.rows_of(ENDINGS, ("id", "person"), refs))
        changes = defaultdict[str, list[Change]](list)
        for ref, id_, *rest in self.stage.rows_of(ITEMS, ("person", *IMPRINTED), refs):
            change = REPLACED if ends.pop(id_, None) else CREATED
            changes[ref].append(Change(id_, change, Imprint.take(id_, *rest)))
        for id_, ref in ends.items():
            changes[ref].append(Change(id_, REMOVED, None))
        return {ref: sorted(theirs) for ref, theirs in changes.items()}

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


def _written(value: Any) -> Any:
    """A day as both drivers take it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
