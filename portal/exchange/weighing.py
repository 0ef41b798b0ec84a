"""What a document would do to the register, found before anything is done: all its faults, or all its differences.

An import begins here, a dry run ends here, and the desk shows what comes of it before it is applied. Nothing is written
but on the stage, and nothing of a person is opened.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, cast

from portal.accounts.rules import Role, Staff, StaffId
from portal.consent.rules import day_of
from portal.database import Desk
from portal.exchange.checking import Checked, Entry, check, entries
from portal.exchange.counting import Counts, ImportReport
from portal.exchange.directory import Directory
from portal.exchange.known import StaffFacts
from portal.exchange.ledger import ITEMS as ITEM_LISTS
from portal.exchange.preparing import Preparation
from portal.exchange.problems import DocumentError, Reason
from portal.exchange.registered import ItemRow, Registered
from portal.exchange.staging import ENDINGS, Stage
from portal.wiring import Wiring

Progress = Callable[[str, int], None]
"""Told what is being done, and how far it is: bytes read, persons sealed, entries to be written."""

READING, SEALING, WRITING = "reading", "sealing", "writing"

CONFIRMED_BY = "confirmed_by"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A document that holds, and what it would do; ``removed`` are the items it takes away, as they stand."""

    preparation: Preparation
    directory: Directory
    checked: Checked
    removed: Sequence[ItemRow]
    report: ImportReport


@dataclass(slots=True)
class Weighing:
    """The weighing of one document; without ``stage`` everything is looked up and nothing sealed.

    ``confirmed_by`` confirms the document's consents. ``largest`` is in bytes; the settings' own limit if None.
    """

    wiring: Wiring
    stage: Stage | None = None
    confirmed_by: StaffId | None = None
    largest: int | None = None

    def weigh(
        self,
        stream: BinaryIO,
        progress: Progress = lambda _what, _done: None,
        keep: Callable[[Entry], None] = lambda _entry: None,
    ) -> Weighed:
        """Weigh the document on ``stream`` (seekable, from where it stands); ``keep`` gets every object that fits.

        Raises DocumentError with every fault.
        """
        wiring, begins = self.wiring, stream.tell()
        largest = wiring.settings.exchange.max_bytes if self.largest is None else self.largest
        registered = Registered(wiring.engine(Desk.SURVEYING), wiring.keyring)
        preparation = Preparation(wiring.keyring, registered, self.stage, self.confirmed_by is not None)

        def take(entry: Entry) -> None:
            keep(entry)
            preparation.take(entry)

        try:
            watched = cast("BinaryIO", _Watched(stream, progress))
            checked = check(watched, registered, wiring.now(), largest, take)
            preparation.settle()
            if preparation.postponed:
                stream.seek(begins)
                preparation.take_postponed(entries(stream, checked, largest))
        except DocumentError as error:
            preparation.settle()
            self._check_confirmer(preparation)
            raise _all_of(preparation, error) from None
        self._check_confirmer(preparation)
        directory = Directory.compare(preparation, checked.removed["stand_ins"])
        if list(preparation.problems):
            raise _all_of(preparation, DocumentError([]))
        removed = self._remove(preparation, checked.removed)
        report = ImportReport(_counts(preparation), is_dry_run=self.stage is None)
        return Weighed(preparation, directory, checked, removed, report)

    def _remove(self, preparation: Preparation, removed: Mapping[str, Set[str]]) -> Sequence[ItemRow]:
        """Stage what the document takes away; a plan takes its activities along."""
        ids = {id_ for name in ITEM_LISTS for id_ in removed[name]}
        if not ids:
            return ()
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
            self._stage_endings(self.stage, ids | there.keys(), there.values())
        return sorted(there.values())

    def _stage_endings(self, stage: Stage, gone: Iterable[str], there: Iterable[ItemRow]) -> None:
        values = [(id_,) for id_ in gone]
        stage.change("DELETE FROM staged_items WHERE id = ?", values)
        stage.change("DELETE FROM staged_endings WHERE id = ?", values)
        for row in there:
            stage.put(ENDINGS, (row.id, row.version, row.ref))

    def _check_confirmer(self, preparation: Preparation) -> None:
        """Whoever confirms is an administrator active today, by the document or else by the register."""
        if self.confirmed_by is None:
            return
        today = day_of(self.wiring.now())
        own = {entry.id: entry for entry in preparation.staff}.get(self.confirmed_by)
        found = own or preparation.registered.staff([self.confirmed_by]).get(self.confirmed_by)
        if found is None or found.role is not Role.ADMINISTRATOR or not _is_active(found, today):
            preparation.problems.add(CONFIRMED_BY, Reason.NOT_AN_ADMINISTRATOR)


def _all_of(preparation: Preparation, error: DocumentError) -> DocumentError:
    """Every fault there is: the document's own, and those that only the register shows."""
    for problem in error.problems:
        preparation.problems.add(problem.path, problem.reason, problem.detail)
    try:
        preparation.problems.raise_any()
    except DocumentError as found:
        return DocumentError(found.problems, found.unlisted + error.unlisted)
    return error


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
