"""On PostgreSQL readers read on while an import fills the tables; what came is new to them all the same."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import event

from portal.database import Desk
from portal.gate.record import Record
from tests import factories as make
from tests.support.installation import Installation
from tests.support.register import read, verified
from tests.support.stocking import stock

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)


def test_those_who_are_new_keep_nobody_waiting(postgresql_installation: Installation) -> None:
    installation = postgresql_installation
    stock(installation, make.anna(), confirmed_by="s-eva")
    opened: list[Record] = []

    def read_meanwhile(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM staged_entries" in statement:
            opened.append(read(installation, "s-anna"))

    event.listen(installation.wiring.engine(Desk.ADMINISTRATION), "before_cursor_execute", read_meanwhile)
    stock(installation, make.document(persons=[make.person("p-2", personnummer=make.NUMBERS[1])]))
    assert len(opened) == 1
    assert verified(installation).holds


def test_a_read_while_the_tables_are_filled_sees_what_was(postgresql_installation: Installation) -> None:
    installation, ticks = postgresql_installation, count()
    installation.rewire(lambda: NOON + timedelta(milliseconds=next(ticks)))
    stock(installation, make.anna(), confirmed_by="s-eva")
    opened: list[Record] = []

    def read_meanwhile(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO items"):
            opened.append(read(installation, "s-anna"))

    event.listen(installation.wiring.engine(Desk.ADMINISTRATION), "before_cursor_execute", read_meanwhile)
    stock(installation, make.document(plans=[make.plan("pl-new")]))
    (before,) = opened
    after = read(installation, "s-anna")
    assert "pl-new" not in before.changed
    assert after.last_read_at == before.read_at
    assert after.changed["pl-new"] > before.read_at
    assert verified(installation).holds
