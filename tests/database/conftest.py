"""A bare trail on each database: its tables and triggers, and nothing of the portal."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine

from audit import store, triggers
from tests.support import postgresql
from tests.trails import sqlite_trail


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The owner's engine on an empty trail, whose transactions may do anything."""
    if request.param == "sqlite":
        engine = sqlite_trail(tmp_path / "trail.sqlite")
        yield engine
        engine.dispose()
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"trail_{uuid4().hex[:12]}"
    engine = create_engine(postgresql.create_database(server, name))
    with engine.begin() as connection:
        store.metadata.create_all(connection)
        for statement in triggers.postgresql_triggers():
            connection.exec_driver_sql(statement)
    yield engine
    engine.dispose()
    postgresql.drop_database(server, name)
