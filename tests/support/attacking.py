"""Somebody with the database and without the keys: any SQL as its owner, and rows put back from an older copy."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text

import portal.consent.models
import portal.exchange.models
import portal.plans.models  # noqa: F401 - each import declares its tables
from audit.store import metadata as trail
from portal.database import REGISTER, metadata
from tests.support.installation import Installation

Copy = Mapping[str, list[dict[str, Any]]]


class Attacker:
    """The owner of the database, for whom no foreign key holds; the trail's triggers do, until they are taken away."""

    def __init__(self, installation: Installation) -> None:
        self.is_sqlite = installation.is_sqlite
        self.engine: Engine = create_engine(
            installation.owner_url.replace("postgresql:", "postgresql+psycopg:"), hide_parameters=True
        )

    def does(self, *statements: str, **values: Any) -> int:
        """Run the statements as one transaction; how many rows the last one changed."""
        with self._connection() as connection:
            changed = 0
            for statement in statements:
                named = {name: value for name, value in values.items() if f":{name}" in statement}
                changed = connection.execute(text(statement), named).rowcount
            return changed

    def copies(self) -> Copy:
        """The register as it is now."""
        with self.engine.connect() as connection:
            return {
                name: [dict(row) for row in connection.execute(metadata.tables[name].select()).mappings()]
                for name in REGISTER
            }

    def puts_back(self, copy: Copy, *tables: str, **where: Any) -> None:
        """Put the rows of ``copy`` in place of those that stand; of some tables, and only where a column says so."""
        with self._connection() as connection:
            for name in tables or REGISTER:
                table = metadata.tables[name]
                rows = [row for row in copy[name] if all(row[column] == value for column, value in where.items())]
                statement = table.delete()
                for column, value in where.items():
                    statement = statement.where(table.c[column] == value)
                connection.execute(statement)
                if rows:
                    connection.execute(table.insert(), rows)

    @contextmanager
    def without_triggers(self) -> Iterator[None]:
        """Take the trail's triggers away for as long as it lasts."""
        table = trail.tables["trail_entries"].name
        if not self.is_sqlite:
            self.does(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            try:
                yield
            finally:
                self.does(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
            return
        with self.engine.connect() as connection:
            found = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
                {"table": table},
            ).all()
        self.does(*(f"DROP TRIGGER {name}" for name, _ in found))
        try:
            yield
        finally:
            self.does(*(sql for _, sql in found))

    def leaves(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
