"""One consistent view of the register for one decision, and one error for whatever cannot be relied on."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from audit.appender import AppendError
from portal.errors import UnavailableError


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection whose statements all see the same state; a failing trail or database is an UnavailableError."""
    try:
        with engine.connect() as connection:
            yield connection
    except (AppendError, SQLAlchemyError) as error:
        raise UnavailableError("the trail or the register cannot be relied on just now") from error
