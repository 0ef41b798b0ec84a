"""On PostgreSQL a reader's connection keeps the statements it has prepared, however the last transaction ended."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.database import Desk, connect
from portal.errors import NotOpenError
from tests.support.installation import Installation
from tests.support.register import read
from tests.support.situation import OF_OTHERS, OPEN, READER, situate

# How often psycopg sees a statement before it prepares it.
THRESHOLD = 5
PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM items%'")


@pytest.mark.postgresql
def test_what_a_read_has_prepared_is_there_for_the_next(postgresql_installation: Installation) -> None:
    situate(postgresql_installation)
    for _ in range(THRESHOLD + 1):
        read(postgresql_installation, READER, OPEN)
        with pytest.raises(NotOpenError):
            read(postgresql_installation, READER, OF_OTHERS)
    with postgresql_installation.wiring.engine(Desk.READING).connect() as connection:
        assert connection.execute(PREPARED).scalar_one() == 1


@pytest.mark.postgresql
def test_a_connection_lost_while_it_reads_is_an_error_of_the_database(postgresql_installation: Installation) -> None:
    engine = connect(postgresql_installation.settings.database, Desk.READING, pool_size=1)
    connection = engine.connect()
    backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with postgresql_installation.wiring.engine(Desk.READING).connect() as another:
        another.execute(text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})
    with pytest.raises(OperationalError):
        connection.close()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    engine.dispose()
