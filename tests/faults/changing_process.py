"""Processes that register and withdraw a person's consent and die on the way, as often as they are asked to.

    python -m tests.faults.changing_process SETTINGS REF

Each line of standard input, ``KEY WHEN``, makes one process that registers the consent KEY, withdraws it, and kills
itself by SIGKILL at its WHEN-th statement; a commit counts as one, and ``n.5`` is directly after the n-th, before
anybody is told. What has returned is told in a line of its own, and so is the end of each process.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, event

from portal import clock
from portal.accounts.rules import AgencyId, StaffId
from portal.config import read_settings
from portal.consent.desk import register_consent, withdraw_consent
from portal.consent.rules import Category, Consent, ConsentId, Form, Line, Paper
from portal.database import Desk
from portal.people.rules import PersonId
from portal.wiring import Wiring, wire

ADMINISTRATOR = StaffId("s-eva")


def main(settings: str, ref: str) -> None:
    """Make processes until there are no more lines."""
    read = read_settings(Path(settings))
    for asked in sys.stdin:
        key, when = asked.split()
        child = os.fork()
        if child == 0:
            _change(wire(read), ref, key, float(when))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        tell(f"ended {os.waitstatus_to_exitcode(status)}")


def die_at(engine: Engine, when: float) -> Callable[[], int]:
    """Die at the ``when``-th statement; gives what tells how many there were."""
    seen = 0

    def count(step: float) -> None:
        nonlocal seen
        if step == 0.0:
            seen += 1
        if seen + step >= when:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", lambda *_: count(0.0))
    event.listen(engine, "after_cursor_execute", lambda *_: count(0.5))
    event.listen(engine, "commit", lambda _: count(0.0))
    event.listen(engine.pool, "reset", lambda _connection, _record, _state: count(0.5))
    return lambda: seen


def _change(wiring: Wiring, ref: str, key: str, when: float) -> None:
    count = die_at(wiring.engine(Desk.ADMINISTRATION), when)
    _register(wiring, ref, key)
    tell("registered")
    with wiring.act(ADMINISTRATOR, "ame") as act:
        withdraw_consent(act, ref, key, "phone", ADMINISTRATOR)
    tell("withdrawn")
    tell(f"after {count()}")


def _register(wiring: Wiring, ref: str, key: str) -> None:
    today = clock.today()
    line = Line(
        frozenset({AgencyId("ame"), AgencyId("af")}),
        frozenset({Category.PLANNING}),
        frozenset({StaffId("s-anna")}),
        False,
        False,
    )
    consent = Consent(ConsentId(key), PersonId(ref), today, today + timedelta(days=30), (line,))
    form = Form("sv-1", "sv", False, "Hässleholm", ADMINISTRATOR, None)
    with wiring.act(ADMINISTRATOR, "ame") as act:
        register_consent(act, ref, consent, Paper("Samordnad planering", today, form), ADMINISTRATOR)


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
