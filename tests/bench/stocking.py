"""Imports a document as an operator's command does, in a process of its own, and tells what that cost.

    python -m tests.bench.stocking SETTINGS DOCUMENT ADMINISTRATOR

Writes one line of JSON: the seconds and the largest memory of the process, before the import and after it.
"""

import json
import sys
import time
from pathlib import Path

from portal.accounts.rules import StaffId
from portal.config import read_settings
from portal.exchange.importing import import_document
from portal.wiring import wire


def main(settings: str, document: str, administrator: str) -> int:
    """Import, confirm the consents in the administrator's name, and say what it took."""
    wiring = wire(read_settings(Path(settings)))
    before = _memory()
    begun = time.perf_counter()
    with Path(document).open("rb") as stream:
        report = import_document(wiring, stream, operator="system:bench", confirmed_by=StaffId(administrator))
    took = time.perf_counter() - begun
    wiring.close()
    sys.stdout.write(json.dumps({"seconds": took, "before": before, "peak": _memory()}) + "\n")
    for fault in report.faults:
        sys.stderr.write(f"{fault}\n")
    return 0 if report.is_accepted else 1


def _memory() -> int:
    """The largest resident memory so far, in bytes; getrusage would count that of whoever started us as well."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
