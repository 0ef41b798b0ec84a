"""The door *find*: from a number or a name to a person, written in the trail whether it hits or not.

A reader finds only whom a live line opens; nobody, somebody without consent and a number nobody has are one answer.
An administrator, who keeps the register, finds everybody in it. Names are encrypted, so a search by name opens every
name in the register, one after the other; the entry says that it was made, and each person shown has one of their own.
What was typed is in the entry under a key of the log's period, never in the clear.
"""

import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from audit.appender import Appender, StaleError
from audit.entry import Entry, seal
from audit.vocabulary import Event, Outcome
from keys.envelope import Place, seal_envelope
from keys.keyring import Keyring
from portal.accounts.rules import Role, Staff
from portal.clock import microseconds
from portal.errors import NotOpenError, UnavailableError
from portal.gate import register
from portal.gate.beat import on_the_beat
from portal.gate.opening import open_identity
from portal.gate.record import Identity
from portal.gate.snapshot import snapshot
from portal.gate.standing import (
    Standing,
    consents_not_withdrawn,
    find_standing,
    grounds,
    has_its_records,
    hold_to_records,
    is_proven,
    rule,
)
from portal.people.models import persons
from portal.people.service import find_ref

ATTEMPTS = 8
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A person an administrator found: the reference that leads on, who it is, and the phone while a consent lives."""

    ref: str
    identity: Identity
    is_protected: bool
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class FindingDoor:
    """Finds people by what somebody types. ``now`` gives the aware instant each look-up is made at."""

    engine: Engine
    appender: Appender
    keyring: Keyring
    now: Callable[[], datetime]

    @on_the_beat
    def find_for_reader(self, reader: Staff, personnummer: str, reason: str) -> str | None:
        """The reference of whoever has the twelve-digit number, if a live line opens them to ``reader``.

        Raises UnavailableError if the trail cannot take the entry.
        """
        for _ in range(ATTEMPTS):
            with snapshot(self.engine) as connection:
                at = self.now()
                standing = find_standing(self.keyring, register.read_reader(connection, reader.id))
                ref = find_ref(connection, self.keyring, personnummer)
                # A number nobody has is looked up like any other: the same statements, the same entry.
                rows = register.read_person(connection, ref or "", reader.id)
                ruling = rule(self.keyring, standing, rows, at)
                if rows is not None and ruling.decision.is_open:
                    register.read_items(connection, rows)
                    ruling = hold_to_records(rows, ruling)
                outcome = Outcome.PERMITTED if ruling.decision.is_open else Outcome.REFUSED
                fields = self._look_up(reader, personnummer, outcome, at) | {"reason": reason}
                if ref is not None:
                    fields["person"] = ref
                fields |= grounds(ruling) if ruling.decision.is_open else {"cause": ruling.cause}
                try:
                    self._append([Entry(Event.LOOKED_UP, at, fields)], ruling.rests_on, at)
                except StaleError:
                    continue
                return ref if ruling.decision.is_open else None
        raise UnavailableError("what the look-up rests on kept changing")

    def find_by_number(self, administrator: Staff, personnummer: str) -> Found | None:
        """Whoever has or had the twelve-digit number."""
        with snapshot(self.engine) as connection:
            at = self.now()
            standing = self._administrator(connection, administrator, at)
            ref = find_ref(connection, self.keyring, personnummer)
            outcome = Outcome.REFUSED if ref is None else Outcome.PERMITTED
            fields = self._look_up(administrator, personnummer, outcome, at)
            if ref is not None:
                fields["person"] = ref
            self._append([Entry(Event.LOOKED_UP, at, fields)], standing.rests_on, at)
            for found in self._open_proven(connection, [] if ref is None else [ref]):
                # The index is not sealed: what it leads to must say so itself.
                if personnummer in (found.identity.personnummer, *found.identity.former_numbers):
                    return found
            return None

    def find_by_name(self, administrator: Staff, name: str) -> tuple[Found, ...]:
        """Everybody whose name holds every word of ``name``, whatever the accents and case; at most MOST_FOUND."""
        with snapshot(self.engine) as connection:
            at = self.now()
            standing = self._administrator(connection, administrator, at)
            listing = secrets.token_hex(8)
            who = {"actor": administrator.id, "agency": administrator.agency, "listing": listing}
            search = Entry(Event.FOUND, at, {**who, **typed(self.keyring, name, at)})
            self._append([search], standing.rests_on, at)
            words = _fold(name).split()
            names = {ref: _fold(name) for ref, name in self._open_names(connection)}
            found = sorted(ref for ref, name in names.items() if all(word in name for word in words))
            found.sort(key=lambda ref: names[ref])
            shown = self._open_proven(connection, found[:MOST_FOUND])
            if shown:
                entries = [Entry(Event.FOUND, at, {**who, "person": each.ref}) for each in shown]
                self._append(entries, standing.rests_on, at)
            return tuple(shown)

    def name(self, administrator: Staff, refs: Sequence[str]) -> tuple[Found, ...]:
        """Who the people behind ``refs`` are, for a list at the desk: one entry a person, in one group."""
        if not refs:
            return ()
        with snapshot(self.engine) as connection:
            at = self.now()
            standing = self._administrator(connection, administrator, at)
            who = {"actor": administrator.id, "agency": administrator.agency, "listing": secrets.token_hex(8)}
            wanted = sorted(set(refs))
            entries = [Entry(Event.FOUND, at, {**who, "person": ref}) for ref in wanted]
            self._append(entries, standing.rests_on, at)
            return tuple(self._open_proven(connection, wanted))

    def _administrator(self, connection: Connection, administrator: Staff, at: datetime) -> Standing:
        standing = find_standing(self.keyring, register.read_reader(connection, administrator.id))
        if standing is None or standing.staff.role is not Role.ADMINISTRATOR or not standing.is_active(at):
            raise NotOpenError
        return standing

    def _open_names(self, connection: Connection) -> Iterator[tuple[str, str]]:
        """Everybody's reference and name; whoever was disposed of is nobody."""
        for row in map(dict, connection.execute(select(persons).where(persons.c.content.is_not(None))).mappings()):
            yield row["ref"], open_identity(self.keyring, row)[0].name

    def _open_proven(self, connection: Connection, refs: Sequence[str]) -> list[Found]:
        """Who the people behind ``refs`` are; whoever the trail does not know so is nobody."""
        found = []
        for ref in refs:
            rows = register.read_person(connection, ref, "")
            if rows is None or not is_proven(self.keyring, rows):
                continue
            register.read_items(connection, rows)
            if has_its_records(rows):
                identity, contacts = open_identity(self.keyring, rows.person)
                is_open = any(consent.is_live(self.now()) for consent in consents_not_withdrawn(rows))
                phone = contacts.phone if is_open else None
                found.append(Found(ref, identity, rows.person["is_protected"], phone))
        return found

    def _look_up(self, staff: Staff, personnummer: str, outcome: Outcome, at: datetime) -> dict[str, object]:
        return {
            "actor": staff.id,
            "agency": staff.agency,
            "outcome": outcome,
            **typed(self.keyring, personnummer, at),
        }

    def _append(self, entries: Sequence[Entry], rests_on: Mapping[str, int], at: datetime) -> None:
        sealed = [seal(entry, self.keyring.trail_mac) for entry in entries]
        self.appender.append(sealed, rests_on, microseconds(at))


def typed(keyring: Keyring, text: str, at: datetime) -> dict[str, str]:
    """What somebody typed, as the entry may hold it: under the key of the year, to be destroyed with the log."""
    period = f"{at:%Y}"
    sealed = seal_envelope(keyring.lookup_key(period), Place("look_ups", period, "", 1), text.encode())
    return {"number": b64encode(sealed).decode(), "period": period}


def _fold(name: str) -> str:
    """A name as it is compared: without case and accents, so that Ası and ASI, Åsa and Asa are found alike."""
    return "".join(each for each in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(each))
