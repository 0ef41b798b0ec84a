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
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, cast

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from audit.errors import TrailError
from audit.vocabulary import Event
from portal.accounts.rules import Role, Staff, StaffId
from portal.acting import Act
from portal.consent.rules import day_of
from portal.database import Desk
from portal.errors import UnavailableError
from portal.exchange.checking import Checked, check, entries
from portal.exchange.counting import Counts, ImportReport
from portal.exchange.directory import Directory
from portal.exchange.filling import fill
from portal.exchange.known import StaffFacts
from portal.exchange.ledger import ITEMS as ITEM_LISTS
from portal.exchange.preparing import Preparation
from portal.exchange.problems import DocumentError, Reason
from portal.exchange.queueing import one_at_a_time
from portal.exchange.registered import Registered
from portal.exchange.staging import ENDINGS, Stage, open_stage
from portal.exchange.steps import Steps
from portal.gate.system import SystemDoor
from portal.wiring import Wiring

Progress = Callable[[str, int], None]
"""Told what is being done, and how far it is: bytes read, persons sealed, entries to be written."""

READING, SEALING, WRITING = "reading", "sealing", "writing"

CONFIRMED_BY = "confirmed_by"


def import_document(
    wiring: Wiring,
    stream: BinaryIO,
    *,
    operator: str,
    confirmed_by: StaffId | None = None,
    is_dry_run: bool = False,
    progress: Progress = lambda _what, _done: None,
) -> ImportReport:
    """Import the document on ``stream`` (seekable, from where it stands), or only say what it would do.

    ``operator`` is ``system:`` and the operating-system user; ``confirmed_by`` confirms the document's consents. A
    document that does not hold gives a report with every fault, and nothing is imported. Raises ConflictError if the
    register changed meanwhile, UnavailableError if database or trail cannot be relied on; nothing is imported then.
    """
    try:
        with one_at_a_time(wiring), _collecting_rarely():
            if is_dry_run:
                return _Import(wiring, None, operator, confirmed_by).run(stream, progress)
            with open_stage(wiring.engine(Desk.ADMINISTRATION)) as stage:
                return _Import(wiring, stage, operator, confirmed_by).run(stream, progress)
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
    operator: str
    confirmed_by: StaffId | None

    def run(self, stream: BinaryIO, progress: Progress) -> ImportReport:
        wiring, begins = self.wiring, stream.tell()
        largest = wiring.settings.exchange.max_bytes
        registered = Registered(wiring.engine(Desk.SURVEYING), wiring.keyring)
        preparation = Preparation(wiring.keyring, registered, self.stage, self.confirmed_by is not None)
        try:
            watched = cast("BinaryIO", _Watched(stream, progress))
            checked = check(watched, registered, wiring.now(), largest, preparation.take)
            preparation.settle()
            if preparation.postponed:
                stream.seek(begins)
                preparation.take_postponed(entries(stream, checked, largest))
        except DocumentError as error:
            preparation.settle()
            self._check_confirmer(preparation)
            return self._refuse(preparation, error)
        self._check_confirmer(preparation)
        directory = Directory.compare(preparation, checked.removed["stand_ins"])
        if list(preparation.problems):
            return self._refuse(preparation, DocumentError([]))
        self._remove(preparation, checked.removed)
        report = ImportReport(_counts(preparation), is_dry_run=self.stage is None)
        if self.stage is not None and report.changes:
            self._write(self.stage, preparation, directory, report, checked, progress)
        return report

    def _write(
        self,
        stage: Stage,
        preparation: Preparation,
        directory: Directory,
        report: ImportReport,
        checked: Checked,
        progress: Progress,
    ) -> None:
        wiring, listing = self.wiring, secrets.token_hex(8)
        reading = wiring.engine(Desk.SURVEYING)
        door = SystemDoor(reading, wiring.appender, wiring.keyring, wiring.now, self.operator)
        with reading.connect() as connection:
            act = Act(connection, wiring.keyring, self.operator, None, wiring.now())
            steps = Steps(stage, act, preparation.registered, door, listing, self.confirmed_by)
            for done in steps.take(preparation.clients.values()):
                progress(SEALING, done)

        def begin(act: Act) -> None:
            digest = b64encode(wiring.keyring.digest(b"document\0" + checked.digest)).decode()
            fields: dict[str, object] = {"digest": digest, "listing": listing, "through": self.operator}
            if self.confirmed_by is not None:
                fields["confirmed_by"] = self.confirmed_by
            counts = {name: each.as_json().items() for name, each in report.counts.items()}
            fields["counts"] = {f"{name}_{what}": n for name, each in counts.items() for what, n in each if n}
            act.note(Event.IMPORTED, fields)
            directory.write(act)

        progress(WRITING, steps.entries)
        fill(stage, act, wiring.now, steps.entries, begin)

    def _remove(self, preparation: Preparation, removed: Mapping[str, Set[str]]) -> None:
        """Stage what the document takes away; a plan takes its activities along."""
        ids = {id_ for name in ITEM_LISTS for id_ in removed[name]}
        if not ids:
            return
        rows = preparation.registered.item_rows(ids)
        there = {id_: rows[id_] for id_ in ids if id_ in rows and rows[id_].digest is not None}
        there |= {row.id: row for row in preparation.registered.items_of_plans(removed["plans"])}
        for row in there.values():
            preparation.outcomes[_LISTS[row.kind]][row.id] = "removed"
        for name in ITEM_LISTS:
            for id_ in removed[name] - there.keys():
                preparation.outcomes[name].pop(id_, None)
        preparation.note_removals(there.values())
        if self.stage is not None:
            gone = [(id_,) for id_ in ids | there.keys()]
            self.stage.change("DELETE FROM staged_items WHERE id = ?", gone)
            self.stage.change("DELETE FROM staged_endings WHERE id = ?", gone)
            for row in there.values():
                self.stage.put(ENDINGS, (row.id, row.version, row.ref))

    def _check_confirmer(self, preparation: Preparation) -> None:
        """Whoever confirms is an administrator active today, by the document or else by the register."""
        if self.confirmed_by is None:
            return
        today = day_of(self.wiring.now())
        own = {entry.id: entry for entry in preparation.staff}.get(self.confirmed_by)
        found = own or preparation.registered.staff([self.confirmed_by]).get(self.confirmed_by)
        if found is None or found.role is not Role.ADMINISTRATOR or not _is_active(found, today):
            preparation.problems.add(CONFIRMED_BY, Reason.NOT_AN_ADMINISTRATOR)

    def _refuse(self, preparation: Preparation, error: DocumentError) -> ImportReport:
        for problem in error.problems:
            preparation.problems.add(problem.path, problem.reason, problem.detail)
        try:
            preparation.problems.raise_any()
        except DocumentError as all_of_them:
            faults, unlisted = all_of_them.problems, all_of_them.unlisted + error.unlisted
        return ImportReport({}, faults, unlisted, self.stage is None)


def _counts(preparation: Preparation) -> dict[str, Counts]:
    """The counts of all kinds, items' from what became of each."""
    counts = preparation.counts
    for name, outcomes in preparation.outcomes.items():
        for outcome, number in Counter(outcomes.values()).items():
            setattr(counts[name], outcome, number)
    return counts


def _is_active(entry: Staff | StaffFacts, today: date) -> bool:
    return entry.active_from <= today and (entry.active_until is None or today <= entry.active_until)


@dataclass(slots=True)
class _Watched:
    """A stream that tells how far it has been read."""

    stream: BinaryIO
    progress: Progress
    _read: int = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self.stream.read(size)
        self._read += len(chunk)
        self.progress(READING, self._read)
        return chunk


_LISTS = {"plan": "plans", "activity": "activities", "note": "notes"}
