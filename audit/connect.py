"""A connection for reading the trail, and for nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from audit.errors import SettingsError


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """One read-only transaction on one snapshot of the database; raises SettingsError if it cannot be had."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError("the database URL cannot be understood") from None
    if parsed.get_backend_name() == "sqlite":
        # Read-only also keeps a mistyped path from becoming an empty database.
        file = Path(parsed.database or "").resolve().as_uri()
        parsed = make_url(f"sqlite+pysqlite:///{file}?mode=ro&uri=true")
        options: dict[str, object] = {"isolation_level": "AUTOCOMMIT"}
    else:
        parsed = parsed.set(drivername="postgresql+psycopg")
        options = {
            "isolation_level": "REPEATABLE READ",
            "connect_args": {"options": "-c default_transaction_read_only=on"},
        }
    engine = create_engine(parsed, hide_parameters=True, **options)
    try:
        connection = engine.connect()
    except SQLAlchemyError:
        raise SettingsError("the database cannot be reached; check database.url or --database") from None
    try:
        if parsed.get_backend_name() == "sqlite":
            connection.exec_driver_sql("BEGIN")
        yield connection
    finally:
        connection.close()
        engine.dispose()
