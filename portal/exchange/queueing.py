"""One import at a time: the second is checked against what the first left.

The wait ends when the other import does, also when its process dies: the lock is the operating system's or the
database's, and goes with whoever holds it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from audit import locks
from portal.database import Desk, database_file
from portal.errors import UnavailableError
from portal.wiring import Wiring

IMPORT = "import"


@contextmanager
def one_at_a_time(wiring: Wiring) -> Iterator[None]:
    """Wait until no other import runs in this installation, and keep others waiting until the end."""
    settings = wiring.settings.database
    if settings.is_sqlite:
        file = database_file(settings)
        try:
            descriptor = os.open(file.with_name(file.name + ".import"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UnavailableError("nothing can be written beside the database: nothing was imported") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
        return
    with wiring.engine(Desk.ADMINISTRATION).begin() as connection:
        locks.hold(connection, [IMPORT])
        yield
