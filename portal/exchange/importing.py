"""Takes an exchange document into the register, whole or not at all.

The document is checked and everything it will write is sealed while it is read, before any lock; one short
transaction then moves it in. Importing the same document again changes nothing: what stands already is known by keyed
digests, and neither a version rises nor an entry is written. An import that changes anything leaves one `imported`
entry, first, and the same entries as the desk would leave for each change.

Two imports never run at once. What the desk changes while a document is prepared is noticed (ConflictError), with one
exception: an object that the document only confirms as it was keeps the desk's later change.
"""

import gc
import secrets
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from audit.errors import TrailError
from audit.vocabulary import Event
from portal.accounts.rules import Role, Staff, StaffId
from portal.acting import Act
from portal.database import Desk
from portal.errors import ConflictError, NotOpenError, UnavailableError
from portal.exchange.counting import ImportReport
from portal.exchange.filling import fill
from portal.exchange.problems import DocumentError
from portal.exchange.queueing import one_at_a_time
from portal.exchange.seen import seen_mark
from portal.exchange.staging import Stage, open_stage
from portal.exchange.steps import Steps
from portal.exchange.weighing import CONFIRMED_BY, READING, SEALING, WRITING, Progress, Weighed, Weighing
from portal.gate.register import read_reader
from portal.gate.standing import find_standing
from portal.gate.system import SystemDoor
from portal.wiring import Wiring

__all__ = ["CONFIRMED_BY", "READING", "SEALING", "WRITING", "NotAsSeenError", "Progress", "import_document"]


class NotAsSeenError(ConflictError):
    """What the document would do is no longer what somebody has seen of it; nothing was imported."""


def import_document(
    wiring: Wiring,
    stream: BinaryIO,
    *,
    operator: str | Staff,
    confirmed_by: StaffId | None = None,
    is_dry_run: bool = False,
    as_seen: str | None = None,
    progress: Progress = lambda _what, _done: None,
) -> ImportReport:
    """Import the document on ``stream`` (seekable, from where it stands), or only say what it would do.

    ``operator`` is ``system:`` and the operating-system user, or the administrator at the desk, whose entry must hold
    when it is done; ``confirmed_by`` confirms the document's consents; ``as_seen`` is the mark of what has been shown
    of it (``seen_mark``). A document that does not hold gives a report with every fault, and nothing is imported.
    Raises NotAsSeenError if it would do something else, ConflictError if the register changed meanwhile,
    UnavailableError if database or trail cannot be relied on; nothing is imported then.
    """
    try:
        with one_at_a_time(wiring), _collecting_rarely():
            if is_dry_run:
                return _Import(wiring, None, operator, confirmed_by, as_seen).run(stream, progress)
            with open_stage(wiring.engine(Desk.ADMINISTRATION)) as stage:
                return _Import(wiring, stage, operator, confirmed_by, as_seen).run(stream, progress)
    except (SQLAlchemyError, sqlite3.Error, psycopg.Error, TrailError) as error:
        raise UnavailableError("the register or the trail cannot be written just now: nothing was imported") from error


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Look for cyclic garbage seldom: an import makes millions of objects and hardly a cycle (a sixth of its time)."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@dataclass(slots=True)
class _Import:
    wiring: Wiring
    stage: Stage | None
    operator: str | Staff
    confirmed_by: StaffId | None
    as_seen: str | None

    def run(self, stream: BinaryIO, progress: Progress) -> ImportReport:
        try:
            weighed = Weighing(self.wiring, self.stage, self.confirmed_by).weigh(stream, progress)
        except DocumentError as error:
            return ImportReport({}, error.problems, error.unlisted, self.stage is None)
        if self.as_seen is not None and seen_mark(weighed) != self.as_seen:
            raise NotAsSeenError("the register has changed since the document was looked at")
        if self.stage is not None and weighed.report.changes:
            self._write(self.stage, weighed, progress)
        return weighed.report

    def _write(self, stage: Stage, weighed: Weighed, progress: Progress) -> None:
        wiring, preparation, listing = self.wiring, weighed.preparation, secrets.token_hex(8)
        reading = wiring.engine(Desk.SURVEYING)
        door = SystemDoor(reading, wiring.appender, wiring.keyring, wiring.now, self._actor)
        with reading.connect() as connection:
            act = Act(connection, wiring.keyring, self._actor, self._agency, wiring.now())
            steps = Steps(stage, act, preparation.registered, door, listing, self.confirmed_by)
            for done in steps.take(preparation.clients.values()):
                progress(SEALING, done)

        def begin(act: Act) -> None:
            self._check_operator(act)
            act.note(Event.IMPORTED, self._said(weighed, listing))
            weighed.directory.write(act)

        progress(WRITING, steps.entries)
        fill(stage, act, wiring.now, steps.entries, begin)

    @property
    def _actor(self) -> str:
        return self.operator if isinstance(self.operator, str) else self.operator.id

    @property
    def _agency(self) -> str | None:
        return None if isinstance(self.operator, str) else self.operator.agency

    def _check_operator(self, act: Act) -> None:
        """Whoever acts at the desk still may; nobody changes the staff before the import has been committed."""
        if isinstance(self.operator, str):
            return
        standing = find_standing(act.keyring, read_reader(act.connection, self.operator.id))
        if standing is None or not standing.is_active(act.at) or standing.staff.role is not Role.ADMINISTRATOR:
            raise NotOpenError

    def _said(self, weighed: Weighed, listing: str) -> dict[str, object]:
        """What the entry of the whole import says."""
        digest = b64encode(self.wiring.keyring.digest(b"document\0" + weighed.checked.digest)).decode()
        fields: dict[str, object] = {"digest": digest, "listing": listing}
        if isinstance(self.operator, str):
            fields["through"] = self.operator
        if self.confirmed_by is not None:
            fields["confirmed_by"] = self.confirmed_by
        counts = {name: each.as_json().items() for name, each in weighed.report.counts.items()}
        fields["counts"] = {f"{name}_{what}": n for name, each in counts.items() for what, n in each if n}
        return fields
