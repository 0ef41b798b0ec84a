"""One consistent view of the register for one decision, and one error for each way it cannot be relied on."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from audit.errors import AppendError
from keys.errors import KeysError
from portal.errors import TamperedError, UnavailableError

log = structlog.get_logger("gate")


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection whose statements all see the same state.

    A failing trail or database is an UnavailableError. What does not open as what it claims to be is a TamperedError:
    the entry stands, but nothing of it was shown.
    """
    try:
        with engine.connect() as connection:
            yield connection
    except (AppendError, SQLAlchemyError, OSError) as error:
        raise UnavailableError("the trail or the register cannot be relied on just now") from error
    except KeysError as error:
        log.critical("does_not_open", error=type(error).__name__)
        raise TamperedError("what is registered does not open: run portal doctor") from error
