"""The second lock: PostgreSQL is told who reads, for one transaction, and gives out nobody else's items or requests.

What is the desk's alone is behind it too: a reader's connection has no right to it. The policies stand in the
migrations (row-level security). SQLite has no such lock: there, telling does nothing.
"""

from typing import Any

from sqlalchemy import Connection, Text, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from portal.database import CLOSED, LOCKED, OWN

# Not for the owner, a superuser or whoever keeps the register, nor on a table whose lock was taken off.
_HOLDS = text(
    "SELECT (SELECT bool_and(row_security_active(name) AND NOT has_table_privilege(name, 'UPDATE')) "
    "FROM unnest(CAST(:tables AS text[])) AS name) "
    "AND NOT (SELECT bool_or(has_table_privilege(name, 'SELECT')) FROM unnest(CAST(:closed AS text[])) AS name)"
)


class ReadingAs(FunctionElement[str]):
    """The staff id it is given; from then on, until the transaction ends, the connection reads as that entry.

    It rides on the statement that reads the reader's standing, which every decision begins with, so that telling
    costs no round trip. No pooled connection remembers it: the setting goes with its transaction.
    """

    type = Text()
    inherit_cache = True


def holds(connection: Connection) -> bool:
    """Whether there is nothing between ``connection`` and the lock; on SQLite there is none to be had."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(_HOLDS, {"tables": [*LOCKED, *OWN], "closed": list(CLOSED)}).scalar_one())


@compiles(ReadingAs)
def _as_it_is(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(ReadingAs, "postgresql")
def _telling(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"set_config('portal.reader', {compiler.process(element.clauses, **options)}, true)"
