"""``portal preview``, ``portal clashes`` and ``portal schema``: JSON on standard output, nothing else there.

Bad usage or input gives exit code 2 and, on standard error, what is wrong and what to do next, never a value of
the document that could be somebody's.
"""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from portal.exchange.document import Document, read_document
from portal.exchange.preview import UnknownPersonError, UnknownReaderError, clashes_of
from portal.exchange.preview import preview as preview_of
from portal.exchange.problems import DocumentError
from portal.exchange.schema import json_schema
from portal.exchange.values import ValueRefusedError, read_day, read_instant

WELL = 0
BAD_INPUT = 2

_NO_SUCH_READER = (
    "Dokumentet har ingen sådan handläggare. Ange ett id ur listan staff. / "
    "The document has no such reader. Give an id from its list staff."
)
_NO_SUCH_PERSON = (
    "Dokumentet har ingen sådan person. Ange ett id ur listan persons. / "
    "The document has no such person. Give an id from its list persons."
)
_BEYOND_THE_CALENDAR = "Dagen ligger utanför kalendern. Ange en annan. / The day is beyond the calendar. Give another."
_NO_SUCH_FILE = "Filen finns inte. Kontrollera sökvägen. / There is no such file. Check the path."
_A_DIRECTORY = "Sökvägen är en mapp. Ange en fil. / The path is a directory. Give a file."
_UNREADABLE = (
    "Filen kan inte läsas. Kontrollera sökvägen och rättigheterna. / "
    "The file cannot be read. Check the path and its permissions."
)
_NO_INSTANT = (
    "--at är en tidpunkt enligt RFC 3339 med tidszon, som 2026-03-02T09:30:00+01:00. / "
    "--at is an RFC 3339 time with offset, like 2026-03-02T09:30:00+01:00."
)
_NO_DAY = "--today är ett datum som finns, som 2026-03-02. / --today is a date that exists, like 2026-03-02."


class _UsageError(Exception):
    """What the command was given cannot be used; the text says what to do next."""


def preview(file: str, reader: str, at: str) -> int:
    """Print what ``reader`` would see at ``at`` (RFC 3339 with offset); ``file`` is a path, or - for standard input."""

    def answer() -> object:
        instant = _instant(at)
        return preview_of(_read(file), reader, instant) | {"at": at}

    return _run(answer)


def clashes(file: str, person: str, today: str, reader: str | None = None) -> int:
    """Print the clashes of ``person`` on ``today`` (YYYY-MM-DD), of all plans or of those that ``reader`` sees."""

    def answer() -> object:
        day = _day(today)
        return clashes_of(_read(file), person, day, reader)

    return _run(answer)


def schema() -> int:
    """Print the JSON Schema of the exchange format."""
    return _run(json_schema)


def _run(answer: Callable[[], object]) -> int:
    try:
        found = answer()
    except DocumentError as error:
        return _refuse(_every_problem(error))
    except _UsageError as error:
        return _refuse(str(error))
    except UnknownReaderError:
        return _refuse(_NO_SUCH_READER)
    except UnknownPersonError:
        return _refuse(_NO_SUCH_PERSON)
    except OverflowError:
        return _refuse(_BEYOND_THE_CALENDAR)
    is_unicode = (sys.stdout.encoding or "utf-8").lower().replace("-", "") == "utf8"
    sys.stdout.write(json.dumps(found, ensure_ascii=not is_unicode, indent=2) + "\n")
    return WELL


def _refuse(text: str) -> int:
    sys.stderr.write(text + "\n")
    return BAD_INPUT


def _every_problem(error: DocumentError) -> str:
    count = len(error.problems) + error.unlisted
    return "\n".join(
        (
            f"Dokumentet kan inte användas, antal fel: {count}. Rätta felen och försök igen.",
            f"The document cannot be used, errors: {count}. Correct them and try again.",
            *(f"  {problem}" for problem in error.problems),
        )
    )


def _read(file: str) -> Document:
    try:
        if file == "-":
            return read_document(sys.stdin.buffer)
        with Path(file).open("rb") as stream:
            return read_document(stream)
    except FileNotFoundError:
        raise _UsageError(_NO_SUCH_FILE) from None
    except IsADirectoryError:
        raise _UsageError(_A_DIRECTORY) from None
    except (OSError, ValueError) as error:
        # A path with a null byte is a ValueError; a document that does not hold is one too, and says so itself.
        if isinstance(error, DocumentError):
            raise
        raise _UsageError(_UNREADABLE) from None


def _instant(text: str) -> datetime:
    try:
        return read_instant(text)
    except ValueRefusedError:
        raise _UsageError(_NO_INSTANT) from None


def _day(text: str) -> date:
    try:
        return read_day(text)
    except ValueRefusedError:
        raise _UsageError(_NO_DAY) from None
