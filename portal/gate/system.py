"""The door *system*: import and export, on behalf of a named administrator, by an operating-system user.

Consent says who may read, not whether the register may be kept and moved, so this door does not ask for it. It asks
for the entry first, as every door does: one for each person opened, before any of them is. Whoever is protected
never leaves through it, and whoever was disposed of cannot.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from audit.appender import LARGEST_GROUP, Appender, StaleError
from audit.entry import Entry, seal
from audit.vocabulary import Event, Outcome
from keys.keyring import Keyring
from portal.clock import microseconds
from portal.consent.sealing import subject_of
from portal.errors import ConflictError
from portal.gate import register
from portal.gate.opening import open_identity
from portal.gate.snapshot import snapshot
from portal.gate.standing import UnprovenError, prove_person


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
            people = [self._proven(connection, ref) for ref in refs]
            fields = {"actor": self.operator, "outcome": Outcome.PERMITTED, "reason": "import", "listing": listing}
            for start in range(0, len(people), LARGEST_GROUP):
                some = people[start : start + LARGEST_GROUP]
                versions = {subject_of(person["ref"]): person["consents_version"] for person in some}
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

    def _proven(self, connection: Connection, ref: str) -> dict[str, Any]:
        rows = register.read_person(connection, ref, self.operator)
        try:
            if rows is None or rows.person["content"] is None:
                raise UnprovenError(ref)
            prove_person(self.keyring, rows)
        except UnprovenError:
            raise ConflictError("the register and the trail do not agree about a person: run portal doctor") from None
        return rows.person

    def _append(self, entries: Sequence[Entry], rests_on: Mapping[str, int], at: datetime) -> None:
        sealed = [seal(entry, self.keyring.trail_mac) for entry in entries]
        try:
            self.appender.append(sealed, rests_on, microseconds(at))
        except StaleError:
            raise ConflictError("what the entry rests on has changed: run the command again") from None
