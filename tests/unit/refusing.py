"""Asks the checks about a document as tests build it."""

import io
import json
from collections.abc import Callable
from datetime import datetime

from portal.exchange.checking import Checked, check
from portal.exchange.known import Known
from portal.exchange.problems import DocumentError, Reason
from tests.factories import Json


def as_stream(document: Json | bytes) -> io.BytesIO:
    """The document as an import gets it."""
    return io.BytesIO(document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode())


def accepted(document: Json | bytes, known: Known | None = None, now: datetime | None = None) -> Checked:
    """What is known of a document that must hold."""
    return check(as_stream(document), known, now)


def refused(
    document: Json | bytes, known: Known | None = None, now: datetime | None = None
) -> list[tuple[str, Reason]]:
    """Every path and reason for which the document is refused; none if it holds."""
    try:
        check(as_stream(document), known, now)
    except DocumentError as error:
        return [(problem.path, problem.reason) for problem in error.problems]
    return []


def changed(document: Json, change: Callable[[Json], object]) -> Json:
    """The document after ``change`` has been done to it."""
    change(document)
    return document
