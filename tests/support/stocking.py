"""Fills an installation from an exchange document, the way an operator's import does."""

import io
import json
from typing import Any

from portal.accounts.rules import StaffId
from portal.exchange.counting import ImportReport
from portal.exchange.importing import Progress, import_document
from tests.support.installation import Installation

OPERATOR = "system:operator"


def stock(installation: Installation, document: dict[str, Any], confirmed_by: str | None = None) -> ImportReport:
    """Import ``document``; its consents are live only with ``confirmed_by``. A document with faults fails the test."""
    report = attempt(installation, document, confirmed_by)
    assert report.is_accepted, [str(fault) for fault in report.faults]
    return report


def attempt(
    installation: Installation,
    document: dict[str, Any],
    confirmed_by: str | None = None,
    *,
    is_dry_run: bool = False,
    progress: Progress = lambda _what, _done: None,
) -> ImportReport:
    """Import ``document``, whether it holds or not."""
    return import_document(
        installation.wiring,
        io.BytesIO(json.dumps(document).encode()),
        operator=OPERATOR,
        confirmed_by=None if confirmed_by is None else StaffId(confirmed_by),
        is_dry_run=is_dry_run,
        progress=progress,
    )
