"""Where an import lays everything it will write, sealed, until it writes it all at once.

The stage is temporary tables of one connection: on SQLite in a file without a name, on PostgreSQL the session's own.
Nobody else sees them, what is sealed in the register is sealed in them, and they are gone with the connection, also
when the process is killed. From there a few statements move the rows inside the database, which keeps the locks short.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.schema import CreateTable

from audit.store import entries
from portal.consent.models import consents, recipients
from portal.database import WRITES, Desk
from portal.people.models import person_numbers, persons
from portal.plans.models import items
from portal.sqlite import fill_in_bulk, let_go, restrict

ROWS_AT_A_TIME = 2000

Row = tuple[Any, ...]

_metadata = MetaData()


def _staged(name: str, *columns: Column[Any]) -> Table:
    return Table(f"staged_{name}", _metadata, *columns, prefixes=["TEMPORARY"])


def _like(table: Table, *without: str) -> list[Column[Any]]:
    return [Column(column.name, column.type) for column in table.columns if column.name not in without]


PEOPLE = _staged("persons", *_like(persons, "merged_into"))
CHANGED_PEOPLE = _staged("changed_persons", *_like(persons, "id", "content_key", "log_key", "merged_into"))
NUMBERS = _staged("person_numbers", *_like(person_numbers))
CONSENTS = _staged("consents", *_like(consents))
CHANGED_CONSENTS = _staged(
    "changed_consents",
    *(Column(name, consents.c[name].type) for name in ("id", "confirmed_at", "confirmed_by", "withdrawn_at", "ending")),
    Column("withdrawal", LargeBinary),
)
RECIPIENTS = _staged("recipients", *_like(recipients))
ITEMS = _staged("items", *_like(items, "changed_at", "changed_by"))
# The present rows of items that are replaced or taken away, at the version that was looked at.
ENDINGS = _staged("endings", Column("id", Text), Column("version", BigInteger), Column("person", Text))
# What the import leans on: plans, and registered persons (at a version, where anything of theirs changes).
LEANT_ON_PEOPLE = _staged("leant_on_persons", Column("ref", Text), Column("version", BigInteger))
LEANT_ON_PLANS = _staged("leant_on_plans", Column("id", Text))
# On SQLite the position is the row's own number, so that nothing has to be put in order while readers wait.
_POSITION = Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
ENTRIES = _staged("entries", _POSITION, *_like(entries, "id"))


@dataclass(slots=True)
class Stage:
    """The staged tables on one connection of the administrators' desk, which ``writing`` then writes with."""

    connection: Connection
    _waiting: dict[Table, list[Row]] = field(default_factory=dict)
    _statements: dict[Table, str] = field(default_factory=dict)

    @property
    def _driver(self) -> Any:
        return self.connection.connection.dbapi_connection

    def put(self, table: Table, row: Row) -> None:
        """Lay one row, in the order of the table's columns."""
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= ROWS_AT_A_TIME:
            self._flush(table)

    def rows_of(self, table: Table, columns: Sequence[str], people: Sequence[str]) -> Iterator[Row]:
        """These columns of the rows of one staged table that are about ``people``, some hundred references."""
        if not people:
            return
        self.flush()
        marks = ", ".join("?" if self._is_sqlite else "%s" for _ in people)
        cursor = self._driver.cursor()
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table.name} WHERE person IN ({marks})", people)  # noqa: S608
        yield from cursor
        cursor.close()
        if not self._is_sqlite:
            self._driver.commit()

    def sort(self) -> None:
        """Make the items, which are all laid, quick to find by person, and their agencies quick to tell."""
        self.flush()
        for table, columns in ((ITEMS, "person, agency"), (ENDINGS, "person")):
            self._driver.execute(f"CREATE INDEX {table.name}_person ON {table.name} ({columns})")
            if not self._is_sqlite:
                self._driver.execute(f"ANALYZE {table.name}")
        if not self._is_sqlite:
            self._driver.commit()

    def change(self, statement: str, values: Sequence[Row]) -> None:
        """Run one statement on the staged tables for each of ``values``; its marks are ``?``."""
        self.flush()
        self._run(statement, values)

    def flush(self) -> None:
        """Lay what still waits."""
        for table in list(self._waiting):
            self._flush(table)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction of the register, committed at the end; it may write what the desk may, and no more."""
        self.flush()
        if self._is_sqlite:
            restrict(self._driver, WRITES[Desk.ADMINISTRATION])
        else:
            # The planner knows nothing of temporary tables unless told.
            for table in _metadata.sorted_tables:
                self._driver.execute(f"ANALYZE {table.name}")
            self._driver.commit()
        with self.connection.begin():
            yield self.connection
        if self._is_sqlite:
            # Now, and not when the temporary tables have been thrown away as well.
            let_go(self.connection)

    @property
    def _is_sqlite(self) -> bool:
        return isinstance(self._driver, sqlite3.Connection)

    def _make(self) -> None:
        if self._is_sqlite:
            fill_in_bulk(self._driver)
        for table in _metadata.sorted_tables:
            self._driver.execute(str(CreateTable(table).compile(dialect=self.connection.dialect)))
        if not self._is_sqlite:
            self._driver.commit()

    def _flush(self, table: Table) -> None:
        rows = self._waiting.pop(table, [])
        if not rows:
            return
        if self._is_sqlite:
            if table not in self._statements:
                marks = ", ".join("?" for _ in table.columns)
                self._statements[table] = f"INSERT INTO {table.name} VALUES ({marks})"  # noqa: S608 - our own names
            self._run(self._statements[table], rows)
            return
        with self._driver.cursor() as cursor, cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self._driver.commit()

    def _run(self, statement: str, values: Sequence[Row]) -> None:
        if self._is_sqlite:
            # Only temporary tables are touched, so this takes no lock of the register.
            self._driver.execute("BEGIN")
            self._driver.executemany(statement, values)
            self._driver.execute("COMMIT")
            return
        with self._driver.cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s"), values)
        self._driver.commit()


@contextmanager
def open_stage(engine: Engine) -> Iterator[Stage]:
    """An empty stage on a connection of ``engine``, thrown away with it at the end."""
    with engine.connect() as connection:
        try:
            stage = Stage(connection)
            stage._make()
            yield stage
        finally:
            # Not back to the pool: the connection has been set up for this one use.
            connection.invalidate()
