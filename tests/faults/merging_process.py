"""Processes that merge two people and die on the way, as often as they are asked to.

    python -m tests.faults.merging_process SETTINGS KEPT OTHER

Each line of standard input, WHEN, makes one process that merges the two as they stand and kills itself by SIGKILL at
its WHEN-th statement, as ``changing_process`` does. What has returned is told in a line of its own.
"""

import os
import sys
from pathlib import Path

from sqlalchemy import select

from portal.config import read_settings
from portal.consent.merging import Current, Known
from portal.database import Desk
from portal.gate.merging import Merger, merge_people
from portal.people.models import persons
from portal.wiring import Wiring, wire
from tests.faults.changing_process import ADMINISTRATOR, die_at, tell


def main(settings: str, kept: str, other: str) -> None:
    """Make processes until there are no more lines."""
    read = read_settings(Path(settings))
    for asked in sys.stdin:
        child = os.fork()
        if child == 0:
            _merge(wire(read), kept, other, float(asked))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        tell(f"ended {os.waitstatus_to_exitcode(status)}")


def _merge(wiring: Wiring, kept: str, other: str, when: float) -> None:
    count = die_at(wiring.engine(Desk.ADMINISTRATION), when)
    statement = select(persons.c.ref, persons.c.version).where(persons.c.ref.in_([kept, other]))
    with wiring.engine(Desk.SURVEYING).connect() as connection:
        versions = {row.ref: row.version for row in connection.execute(statement)}
    with wiring.act(ADMINISTRATOR, "ame") as act:
        merge_people(act, Merger(kept, other, versions, Current.KEPT, Known.NEW_NUMBER))
    tell("merged")
    tell(f"after {count()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
