"""SQLite as the portal uses it: one file, durable commits, a fair write lock and narrow connections.

`synchronous=FULL`, because NORMAL can lose an acknowledged withdrawal when the power goes. Writers queue on an
operating-system file lock before BEGIN IMMEDIATE, because SQLite's own busy wait is no queue: under load a third
writer can starve for seconds. The lock goes with its process, so a killed one leaves nothing behind.
"""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from portal import filelock

BUSY_SECONDS = 5.0
# How long everybody may wait for readers who still look into the log, before it begins anew another time.
GLANCE_SECONDS = 0.02
# How long our own processes wait in the queue for the write lock; an import may hold it for a while.
PATIENCE_SECONDS = 30.0
# What one connection that fills the register in bulk keeps in memory: the ends of the indexes it fills, not the rows.
BULK_CACHE_KIB = 16_384
# How many pages of the log are worth stopping everybody for a moment, so that it begins anew: 4 MB.
LONG_LOG = 500

# Whoever commits would move the log into the database, and keep everybody waiting; `shorten_log` does it instead.
_PRAGMAS = ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY", "wal_autocheckpoint=0")
_CHANGES = {sqlite3.SQLITE_INSERT: "INSERT", sqlite3.SQLITE_UPDATE: "UPDATE", sqlite3.SQLITE_DELETE: "DELETE"}
_HARMLESS = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_SAVEPOINT,
    sqlite3.SQLITE_RECURSIVE,
}


def sqlite_engine(file: Path, writes: Mapping[str, frozenset[str]]) -> Engine:
    """An engine on ``file`` whose connections may write only what ``writes`` lists; none: read only.

    A missing file is an error when the first connection is made: nothing is created here.
    """
    mode = "rw" if writes else "ro"

    def open_connection() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{file.resolve().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        # WAL is a property of the file, set once when it is made; the rest belongs to each connection.
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        restrict(connection, writes)
        return connection

    engine = create_engine(
        "sqlite+pysqlite://",
        creator=open_connection,
        poolclass=QueuePool,
        pool_size=16,
        max_overflow=16,
        hide_parameters=True,
    )
    _notice_another_file(engine, file)
    if writes:
        _queue_writers(engine, _lock_file(file))
    else:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def fill_in_bulk(connection: sqlite3.Connection) -> None:
    """Let a connection make and fill temporary tables, in a file without a name, until ``restrict``.

    Foreign keys are not looked after row by row from then on: whoever fills asks of all the rows at once.
    """
    connection.set_authorizer(None)
    pragmas = ("temp_store=FILE", "temp.journal_mode=OFF", "foreign_keys=OFF", f"cache_size=-{BULK_CACHE_KIB}")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def let_go(connection: Connection) -> None:
    """Let the next writer go on: the one transaction of ``connection`` has been committed or rolled back."""
    lock = connection.connection.info.pop("lock", None)
    if lock is not None:
        os.close(lock)


def shorten_log(file: Path) -> None:
    """Move the write-ahead log's content into the database, and let a long one begin anew.

    All that is there is moved beside readers and writers, and takes as long as it takes: seconds after an import. Only
    the little that came meanwhile is moved in the writers' queue, so that the next of them finds the log done with and
    begins at its start. Until that succeeds, and if nobody ever does this, the log grows; what it holds is safe there.
    """
    with suppress(sqlite3.Error, OSError):
        connection = sqlite3.connect(
            f"{file.resolve().as_uri()}?mode=rw", uri=True, timeout=GLANCE_SECONDS, isolation_level=None
        )
        with closing(connection):
            moved, pages = 0, _move_log(connection, "PASSIVE")
            while pages - moved > LONG_LOG:
                moved, pages = pages, _move_log(connection, "PASSIVE")
            if pages > LONG_LOG:
                lock = filelock.take(_lock_file(file), PATIENCE_SECONDS)
                try:
                    _move_log(connection, "RESTART")
                finally:
                    os.close(lock)


def _move_log(connection: sqlite3.Connection, how: str) -> int:
    """Move what can be moved of the log; how many pages it holds."""
    _, pages, _ = connection.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
    return int(pages)


def restrict(connection: sqlite3.Connection, writes: Mapping[str, frozenset[str]]) -> None:
    """Let a connection write what ``writes`` lists and nothing else."""
    connection.set_authorizer(_authorizer(writes))


def _lock_file(file: Path) -> Path:
    return file.with_name(file.name + ".lock")


def _authorizer(writes: Mapping[str, frozenset[str]]) -> Any:
    def authorize(action: int, table: str | None, detail: str | None, *_: object) -> int:
        if action in _HARMLESS:
            return sqlite3.SQLITE_OK
        # SQLAlchemy asks once for the isolation level; nothing may be set.
        if action == sqlite3.SQLITE_PRAGMA and table == "read_uncommitted" and detail is None:
            return sqlite3.SQLITE_OK
        change = _CHANGES.get(action)
        if change is not None and change in writes.get(table or "", ()):
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    return authorize


def _notice_another_file(engine: Engine, file: Path) -> None:
    """Refuse to begin on a file that is no longer the one of its name: what was written there would be lost."""

    def remember(_: object, record: ConnectionPoolEntry) -> None:
        record.info["file"] = file.stat().st_ino

    def check(connection: Any) -> None:
        try:
            is_same = connection.connection.info["file"] == file.stat().st_ino
        except OSError as error:
            raise OperationalError("BEGIN", None, error) from error
        if not is_same:
            connection.invalidate()
            engine.dispose()
            raise OperationalError("BEGIN", None, OSError("the database file has been replaced"))

    event.listen(engine.pool, "connect", remember)
    event.listen(engine, "begin", check)


def _queue_writers(engine: Engine, lock_file: Path) -> None:
    """Hold the file lock from before BEGIN IMMEDIATE until after the commit or rollback."""

    def hold(connection: Any) -> None:
        try:
            connection.connection.info["lock"] = filelock.take(lock_file, PATIENCE_SECONDS)
        except OSError as error:
            raise OperationalError("BEGIN IMMEDIATE", None, error) from error
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def release(_: object, record: ConnectionPoolEntry) -> None:
        if "lock" in record.info:
            os.close(record.info.pop("lock"))

    # Three arguments of its own: SQLAlchemy takes anything looser for an older signature, and warns at every return.
    def release_at_reset(connection: object, record: ConnectionPoolEntry, _: object) -> None:
        release(connection, record)

    event.listen(engine, "begin", hold)
    # Returned to the pool means committed or rolled back: a connection is only ever used for one transaction.
    event.listen(engine.pool, "reset", release_at_reset)
    event.listen(engine.pool, "close", release)
