"""Connections to PostgreSQL, where what each may do is its role's privileges and row-level security."""

from contextlib import suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, create_engine, event, make_url

# Nobody waits for ever behind a lock that somebody keeps; an import may keep one for a while.
_PATIENCE = "-c lock_timeout=30s"
# To compile a query takes longer than to run any of those that only read.
_READING = f"{_PATIENCE} -c default_transaction_read_only=on -c jit=off"


def postgresql_engine(url: str, *, is_read_only: bool, pool_size: int) -> Engine:
    """An engine on ``url``; on a read-only one, all statements of a transaction see the same state."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        pool_pre_ping=False,
        isolation_level="REPEATABLE READ" if is_read_only else "READ COMMITTED",
        connect_args={"options": _READING if is_read_only else _PATIENCE},
        hide_parameters=True,
    )
    if is_read_only:
        event.listen(engine, "rollback", _commit_instead)
    return engine


def _commit_instead(connection: Connection) -> None:
    """End what only read by a commit, before it is rolled back: there is nothing to undo.

    At a rollback psycopg forgets every statement it has prepared, and to plan a read's statements anew each time takes
    longer than to run them.
    """
    if connection.invalidated:
        return
    driver: Any = connection.connection.dbapi_connection
    if driver.info.transaction_status == TransactionStatus.INTRANS:
        # A connection that is lost says so again at the rollback, and that error becomes SQLAlchemy's.
        with suppress(psycopg.Error):
            driver.commit()
