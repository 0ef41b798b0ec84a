"""The door *read*: a named reader, a live consent line, and the entry first.

For a reader, no consent means no person: whoever does not exist, whoever has not consented and a malformed
reference are refused alike, and recorded.
"""

import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine

from audit.appender import Appender, StaleError
from audit.entry import Entry, seal
from audit.vocabulary import Event, Outcome
from keys.keyring import Keyring
from portal.accounts.rules import Staff
from portal.clock import microseconds
from portal.errors import NotOpenError, UnavailableError
from portal.gate import register
from portal.gate.beat import on_the_beat
from portal.gate.opening import assemble, open_content, read_directory, visible_items
from portal.gate.record import Record
from portal.gate.register import PersonRows
from portal.gate.snapshot import snapshot
from portal.gate.standing import UNPROVEN, Ruling, find_standing, grounds, hold_to_records, rule
from portal.plans.clashes import ClashSettings

ATTEMPTS = 8
MOST_NAMED = 150


@dataclass(frozen=True, slots=True)
class ReadingDoor:
    """Opens records for named readers. ``now`` gives the aware instant each decision is made at."""

    engine: Engine
    appender: Appender
    keyring: Keyring
    clash_settings: ClashSettings
    now: Callable[[], datetime]

    @on_the_beat
    def open_record(self, reader: Staff, ref: str, reason: str, event: Event = Event.READ) -> Record:
        """Open what ``reader`` may see of the person behind ``ref``; ``event`` is READ or PRINTED.

        Raises NotOpenError alike for every refusal, UnavailableError if the trail cannot take the entry.
        """
        for _ in range(ATTEMPTS):
            with snapshot(self.engine) as connection:
                at = self.now()
                rows, ruling = decide_on(connection, self.keyring, reader, ref, at)
                if rows is None or not ruling.decision.is_open:
                    self._refuse(reader, rows, ruling.cause, reason, at)
                    raise NotOpenError
                fields = {**_basis(reader, rows, ruling, reason), **_shown(rows, ruling)}
                try:
                    self._append([Entry(event, at, fields)], ruling.rests_on, at)
                except StaleError:
                    continue
                opened = open_content(self.keyring, rows, ruling.decision)
                directory = read_directory(self.keyring, connection, [opened])
                return assemble(opened, directory, self.clash_settings, at)
        raise UnavailableError("what the read rests on kept changing")

    def open_list(self, reader: Staff, reason: str) -> tuple[Record, ...]:
        """Open everybody whom a live line opens to ``reader``: one `listed` entry a person, in one group.

        Raises UnavailableError if the trail cannot take all the entries; nothing is opened then.
        """
        for _ in range(ATTEMPTS):
            with snapshot(self.engine) as connection:
                at = self.now()
                standing = find_standing(self.keyring, register.read_reader(connection, reader.id))
                if standing is None:
                    self._refuse(reader, None, "no_standing", reason, at)
                    raise NotOpenError
                names = [reader.id, *(stand_in.absent for stand_in, _ in standing.colleagues)]
                named = register.read_people_named(connection, names, reader.id)
                decided = [(rows, rule(self.keyring, standing, rows, at)) for rows in named]
                wanted = [rows for rows, ruling in decided if ruling.decision.is_open]
                if wanted:
                    register.read_items_named(connection, names, wanted)
                rulings = [(rows, hold_to_records(rows, ruling)) for rows, ruling in decided]
                for rows, ruling in rulings:
                    if ruling.cause == UNPROVEN:
                        self._refuse(reader, rows, ruling.cause, reason, at)
                open_ones = [(rows, ruling) for rows, ruling in rulings if ruling.decision.is_open]
                if not open_ones:
                    return ()
                try:
                    self._append(*self._listing(reader, open_ones, reason, at), at)
                except StaleError:
                    continue
                opened = [open_content(self.keyring, rows, ruling.decision) for rows, ruling in open_ones]
                directory = read_directory(self.keyring, connection, opened)
                return tuple(assemble(each, directory, self.clash_settings, at) for each in opened)
        raise UnavailableError("what the list rests on kept changing")

    def _listing(
        self, reader: Staff, open_ones: Sequence[tuple[PersonRows, Ruling]], reason: str, at: datetime
    ) -> tuple[list[Entry], dict[str, int]]:
        listing = secrets.token_hex(8)
        found = []
        rests_on: dict[str, int] = {}
        for rows, ruling in open_ones:
            ids = [row["id"] for row in visible_items(rows, ruling.decision)]
            fields = {**_basis(reader, rows, ruling, reason), **_digest(ids), "listing": listing}
            found.append(Entry(Event.LISTED, at, fields))
            rests_on |= ruling.rests_on
        return found, rests_on

    def _refuse(self, reader: Staff, rows: PersonRows | None, cause: str, reason: str, at: datetime) -> None:
        """Record a refusal."""
        self._append([refusal(reader, rows, cause, reason, at)], {}, at)

    def _append(self, entries: Sequence[Entry], rests_on: Mapping[str, int], at: datetime) -> None:
        sealed = [seal(entry, self.keyring.trail_mac) for entry in entries]
        self.appender.append(sealed, rests_on, microseconds(at))


def decide_on(
    connection: Connection, keyring: Keyring, reader: Staff, ref: str, at: datetime
) -> tuple[PersonRows | None, Ruling]:
    """Decide what is open to ``reader`` of the person behind ``ref``; nothing is opened, nor written, here.

    The items are read of whoever is open, and of nobody else.
    """
    standing = find_standing(keyring, register.read_reader(connection, reader.id))
    rows = register.read_person(connection, ref, reader.id)
    ruling = rule(keyring, standing, rows, at)
    if rows is not None and ruling.decision.is_open:
        register.read_items(connection, rows)
        ruling = hold_to_records(rows, ruling)
    return rows, ruling


def refusal(reader: Staff, rows: PersonRows | None, cause: str, reason: str, at: datetime) -> Entry:
    """The entry of a refusal. A reference that leads nowhere is not repeated: it could be anything somebody typed."""
    fields: dict[str, object] = {
        "actor": reader.id,
        "agency": reader.agency,
        "outcome": Outcome.REFUSED,
        "cause": cause,
        "reason": reason,
    }
    if rows is not None:
        fields["person"] = rows.person["ref"]
    return Entry(Event.REFUSED, at, fields)


def _basis(reader: Staff, rows: PersonRows, ruling: Ruling, reason: str) -> dict[str, Any]:
    """What every permitted entry says: who, of whom, why, and on which lines and versions it rests."""
    return {
        "actor": reader.id,
        "agency": reader.agency,
        "person": rows.person["ref"],
        "outcome": Outcome.PERMITTED,
        "reason": reason,
        **grounds(ruling),
    }


def _shown(rows: PersonRows, ruling: Ruling) -> dict[str, Any]:
    """Which items were shown, one by one; of very many, which an entry could not hold, a digest."""
    ids = [row["id"] for row in visible_items(rows, ruling.decision)]
    return {"items": ids} if len(ids) <= MOST_NAMED else _digest(ids)


def _digest(ids: Sequence[str]) -> dict[str, Any]:
    """How many items were shown, and the SHA-256 of their sorted ids, one a line."""
    return {"count": len(ids), "items_digest": b64encode(sha256("\n".join(ids).encode()).digest()).decode()}
