"""A process that reads one person over and over and tells, line by line, when each read began, ended and how.

    python -m tests.faults.reading_process SETTINGS REF STAFF

Each line: begun and ended (monotonic nanoseconds, the same clock in every process of the machine) and `opened`,
`refused` or `unavailable`. It stops when its standard input closes.
"""

import sys
import threading
import time
from pathlib import Path

from sqlalchemy import select

from portal.accounts.models import staff
from portal.accounts.sealing import read_staff
from portal.config import read_settings
from portal.database import Desk
from portal.errors import NotOpenError, UnavailableError
from portal.wiring import wire


def main(settings: str, ref: str, reader: str) -> None:
    """Read until told to stop."""
    wiring = wire(read_settings(Path(settings)))
    with wiring.engine(Desk.READING).connect() as connection:
        row = connection.execute(select(staff).where(staff.c.id == reader)).mappings().one()
        who = read_staff(wiring.keyring, dict(row))
    stop = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(stop,), daemon=True).start()
    while not stop.is_set():
        begun = time.monotonic_ns()
        try:
            wiring.reading.open_record(who, ref, "ongoing")
            outcome = "opened"
        except NotOpenError:
            outcome = "refused"
        except UnavailableError:
            outcome = "unavailable"
        sys.stdout.write(f"{begun} {time.monotonic_ns()} {outcome}\n")
        sys.stdout.flush()


def _wait_for_the_end(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


if __name__ == "__main__":
    main(*sys.argv[1:])
