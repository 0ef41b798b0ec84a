"""``portal import``, ``portal export`` and ``portal explain``: the commands that work on an installation.

Exit code 0 when well, 2 on bad usage or input or when nothing could be done. What is wrong is said on standard error,
with what to do next and without any value of the document.
"""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from audit.errors import TrailError
from portal.accounts.rules import StaffId
from portal.config import Settings
from portal.errors import NotOpenError, UnavailableError
from portal.exchange.counting import ImportReport
from portal.exchange.explaining import explain as explain_to
from portal.exchange.exporting import export_document
from portal.exchange.importing import READING, WRITING, import_document
from portal.exchange.values import ValueRefusedError, read_instant
from portal.people.rules import PersonId
from portal.wiring import Wiring, wire
from portal.working import make_signer

WELL = 0
BAD_INPUT = 2

_NO_FILE = "The file cannot be read: check the path and its permissions."
_NO_OUTPUT = "The file cannot be written: name one that does not exist, in a folder that does."
_NO_INSTANT = "--at is an RFC 3339 time with offset, like 2026-03-02T09:30:00+01:00."
_NO_ADMINISTRATOR = "--by names an administrator who is in the register and active today."
_REFUSED = (
    "Dokumentet importerades inte, antal fel: {0}. Rätta felen och försök igen.\n"
    "The document was not imported, errors: {0}. Correct them and try again."
)
_SHOWN = 1000
_IS_UNKNOWN = {"no_such_reader", "no_such_person"}


def import_(
    settings: Settings, file: str, confirmed_by: str | None, is_dry_run: bool, as_json: bool, operator: str
) -> int:
    """Take in the document in ``file`` (``-``: standard input); ``operator`` is ``system:`` and the user."""
    try:
        stream = _open(file, settings.exchange.max_bytes)
        with stream, _wired(settings) as wiring, _progress(_size(stream)) as progress:
            # A number that changes is opened, on a signed trail only. What cannot be signed here, the worker signs.
            with suppress(UnavailableError):
                _sign_what_waits(wiring)
            report = import_document(
                wiring,
                stream,
                operator=operator,
                confirmed_by=None if confirmed_by is None else StaffId(confirmed_by),
                is_dry_run=is_dry_run,
                progress=progress,
            )
    except OSError:
        return _refuse(_NO_FILE)
    if as_json:
        _print(report.as_json())
    elif report.is_accepted:
        sys.stdout.write(_table(report))
    if report.is_accepted:
        return WELL
    count = len(report.faults) + report.unlisted
    faults = [f"  {fault}" for fault in report.faults[:_SHOWN]]
    more = [] if count <= _SHOWN else [f"  … {count - _SHOWN}"]
    _refuse("\n".join([_REFUSED.format(count), *faults, *more]))
    return BAD_INPUT


def export(settings: Settings, out: str, administrator: str, operator: str) -> int:
    """Write the register to the new file ``out`` (``-``: standard output) on behalf of ``administrator``."""
    with _wired(settings) as wiring:
        try:
            if out == "-":
                return _export(wiring, sys.stdout.buffer, administrator, operator)
            with _new_file(out) as stream:
                return _export(wiring, stream, administrator, operator)
        except NotOpenError:
            return _refuse(_NO_ADMINISTRATOR)
        except _NoFileError:
            return _refuse(_NO_OUTPUT)


def explain(settings: Settings, reader: str, person: str, at: str | None, as_json: bool) -> int:
    """Say why ``reader`` can or cannot read ``person``, now or at ``at``."""
    with _wired(settings) as wiring:
        try:
            instant = wiring.now() if at is None else read_instant(at)
        except ValueRefusedError:
            return _refuse(_NO_INSTANT)
        answer = explain_to(wiring, StaffId(reader), PersonId(person), instant)
    if as_json:
        _print(answer)
    else:
        sys.stdout.write("\n".join(_sentences(answer)) + "\n")
    return BAD_INPUT if _IS_UNKNOWN.intersection(answer["why_not"]) else WELL


def _export(wiring: Wiring, stream: BinaryIO, administrator: str, operator: str) -> int:
    _sign_what_waits(wiring)
    with _progress() as progress:
        report = export_document(
            wiring,
            stream,
            administrator=StaffId(administrator),
            operator=operator,
            progress=lambda done, _people: progress(WRITING, done),
        )
    stream.flush()
    sys.stderr.write(f"{json.dumps(report.as_json())}\n")
    return WELL


def _open(file: str, largest: int) -> BinaryIO:
    """The document to read, and to read again; of standard input no more than shows that it is too large."""
    if file == "-":
        return io.BytesIO(sys.stdin.buffer.read(largest + 1))
    if "\0" in file:
        raise FileNotFoundError
    return Path(file).open("rb")


class _NoFileError(Exception):
    """The output file is there already or cannot be made."""


@contextmanager
def _new_file(path: str) -> Iterator[BinaryIO]:
    """A new file, for its owner alone, taken away again if it is not written to the end."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except (OSError, ValueError):
        raise _NoFileError from None
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
    except BaseException:
        # Half an export is none, and holds what nobody should find lying about.
        Path(path).unlink()
        raise


@contextmanager
def _wired(settings: Settings) -> Iterator[Wiring]:
    wiring = wire(settings)
    try:
        yield wiring
    finally:
        wiring.close()


def _sign_what_waits(wiring: Wiring) -> None:
    """Sign the trail here, in case no worker runs: nothing opens on a trail that has waited too long for it."""
    try:
        signer = make_signer(wiring)
        while signer.step().has_more:
            pass
    except (TrailError, OSError) as error:
        raise UnavailableError("the trail cannot be signed: see portal-audit verify") from error


@contextmanager
def _progress(total: int | None = None) -> Iterator[Callable[[str, int], None]]:
    """A bar on a terminal, with a total of ``total`` bytes while reading; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda _what, _done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(READING, total=total)
        yield lambda what, done: bar.update(
            task, description=what, completed=done, total=total if what == READING else None
        )


def _size(stream: BinaryIO) -> int:
    begins = stream.tell()
    size = stream.seek(0, io.SEEK_END)
    stream.seek(begins)
    return size


def _table(report: ImportReport) -> str:
    head = f"{'':12}{'created':>10}{'changed':>10}{'unchanged':>11}{'removed':>9}"
    rows = [
        f"{name:12}{each.created:>10}{each.changed:>10}{each.unchanged:>11}{each.removed:>9}"
        for name, each in report.counts.items()
    ]
    last = "Nothing was written: this was a dry run." if report.is_dry_run else ""
    last = last or ("Nothing had changed." if not report.changes else "")
    return "\n".join([head, *rows, *([last] if last else [])]) + "\n"


def _sentences(answer: dict[str, Any]) -> Iterator[str]:
    """The answer in lines: the decision, then each consent and line with what stands in its way."""
    yield f"{answer['reader']} {'can' if answer['is_open'] else 'cannot'} read {answer['person']} at {answer['at']}"
    for code in answer["why_not"]:
        yield f"  {code}"
    for stand_in in answer.get("stand_ins", ()):
        yield f"  stand-in {stand_in['stand_in']} for {stand_in['absent']}: {_why(stand_in)}"
    for consent in answer.get("consents", ()):
        yield f"  consent {consent['consent']}: {_why(consent)}"
        for line in consent["lines"]:
            what = f"{', '.join(line['sources'])}: {', '.join(line['categories'])}"
            through = f" (through {line['through']})" if line["through"] else ""
            yield f"    line {line['line']} [{what}]: {_why(line)}{through}"


def _why(part: dict[str, Any]) -> str:
    return ", ".join(part["why_not"]) or "nothing in the way"


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _refuse(text: str) -> int:
    sys.stderr.write(text + "\n")
    return BAD_INPUT
