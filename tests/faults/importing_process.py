"""An import that kills itself: `importing_process SETTINGS DOCUMENT POINT`.

POINT is what the import says it is doing (reading, sealing, writing), `commit`, or the number of the statement
of the one transaction before which the process dies as by `kill -9`.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from portal.accounts.rules import StaffId
from portal.config import read_settings
from portal.database import Desk
from portal.exchange.importing import import_document
from portal.wiring import wire


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(settings: str, document: str, point: str) -> None:
    wiring = wire(read_settings(Path(settings)))
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)
        if str(len(statements)) == point:
            die()

    def progress(what: str, _: int) -> None:
        if what == point:
            die()
        if what == "writing":
            engine = wiring.engine(Desk.ADMINISTRATION)
            event.listen(engine, "before_cursor_execute", count)
            if point == "commit":
                event.listen(engine, "commit", die)

    with Path(document).open("rb") as stream:
        import_document(wiring, stream, operator="system:operator", confirmed_by=StaffId("s-eva"), progress=progress)
    wiring.close()
    sys.stdout.write(f"{len(statements)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
