"""Making the database and bringing it to today's schema: the one place that may create anything in it.

Only ``portal init`` and ``portal upgrade`` come here. On PostgreSQL the owner's URL is used, and each desk's role is
granted what `database.WRITES` lists and nothing else.
"""

import os
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text

import migrations
from portal.config import DatabaseSettings
from portal.database import CLOSED, LOCKED, OWN, REGISTER, TRAIL, WRITES, Desk, database_file
from portal.errors import SettingsError

# Of an SQLite file. An item or an entry takes about half a KiB: an import fills an eighth faster than on SQLite's own
# 4 KiB, and an append, which writes whole pages, takes no longer.
PAGE_BYTES = 8192


def exists(settings: DatabaseSettings) -> bool:
    """Whether there is a database with a schema of ours, of whatever revision."""
    if settings.is_sqlite and not database_file(settings).exists():
        return False
    engine = owner_engine(settings)
    try:
        with engine.connect() as connection:
            return inspect(connection).has_table("alembic_version")
    finally:
        engine.dispose()


def create(settings: DatabaseSettings) -> None:
    """Make the database at today's schema, whole or not at all; on PostgreSQL an empty one must be there.

    An SQLite file is made under another name and given its own when it is whole. Raises SettingsError if it is there.
    """
    if not settings.is_sqlite:
        upgrade(settings)
        return
    file = database_file(settings)
    if file.exists():
        raise SettingsError(f"{file} already exists, and an existing database is never written over")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(prefix=".new-", dir=file.parent) as folder:
        draft = Path(folder, file.name)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        upgrade(DatabaseSettings(url=f"sqlite:///{draft}"))
        connection = sqlite3.connect(draft)
        try:
            connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
            connection.execute("VACUUM")
            # In the file itself, not beside it: the name is given to one whole file.
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
        os.link(draft, file)


def owner_engine(settings: DatabaseSettings) -> Engine:
    """The engine that may change the schema. On SQLite the file must exist."""
    if not settings.is_sqlite:
        url = make_url(settings.owner_url or settings.url).set(drivername="postgresql+psycopg")
        return create_engine(url, hide_parameters=True)
    path = database_file(settings).resolve().as_uri()
    engine = create_engine(
        "sqlite+pysqlite://", creator=lambda: sqlite3.connect(f"{path}?mode=rw", uri=True, isolation_level=None)
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def upgrade(settings: DatabaseSettings, revision: str = "head") -> None:
    """Bring the schema to ``revision``, whole or not at all, and grant the roles their privileges."""
    engine = owner_engine(settings)
    try:
        with engine.begin() as connection:
            command.upgrade(alembic_config(connection), revision)
            if not settings.is_sqlite:
                _grant(connection, settings)
    finally:
        engine.dispose()


def downgrade(settings: DatabaseSettings, revision: str) -> None:
    """Take the schema back to ``revision``."""
    engine = owner_engine(settings)
    try:
        with engine.begin() as connection:
            command.downgrade(alembic_config(connection), revision)
    finally:
        engine.dispose()


def is_at_head(connection: Connection) -> bool:
    """Whether the database has today's schema."""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() == head()


def head() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(alembic_config(None)).get_current_head()


def alembic_config(connection: Connection | None) -> Config:
    """Alembic's configuration, working on ``connection``."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _grant(connection: Connection, settings: DatabaseSettings) -> None:
    quote = connection.dialect.identifier_preparer.quote
    owner, database = connection.execute(text("SELECT current_user, current_database()")).one()
    # By default everybody may make temporary tables, and before PostgreSQL 15 any others as well.
    connection.execute(text(f"REVOKE TEMPORARY ON DATABASE {quote(database)} FROM PUBLIC"))
    connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    roles: dict[str, dict[str, set[str]]] = {}
    for url, desks in (
        (settings.url, (Desk.READING, Desk.APPENDING, Desk.SIGNING_IN, Desk.REQUESTING)),
        (settings.administration_url, (Desk.ADMINISTRATION, Desk.SURVEYING)),
        (settings.signer_url, (Desk.SIGNING,)),
    ):
        role = url and make_url(url).username
        if role and role != owner:
            for desk in desks:
                for table, writes in WRITES[desk].items():
                    roles.setdefault(role, {}).setdefault(table, set()).update(writes)
    for role, tables in roles.items():
        name = quote(role)
        for table in (*REGISTER, *TRAIL, "sessions"):
            connection.execute(text(f"REVOKE ALL ON {quote(table)} FROM {name}"))
            reads = set() if table in CLOSED and table not in tables else {"SELECT"}
            if privileges := ", ".join(sorted(reads | tables.get(table, set()))):
                connection.execute(text(f"GRANT {privileges} ON {quote(table)} TO {name}"))
        connection.execute(text(f"GRANT SELECT ON alembic_version TO {name}"))
        connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}"))
        if "persons" in tables:
            # Whoever writes the register stages an import there, and sees all of it.
            connection.execute(text(f"GRANT TEMPORARY ON DATABASE {quote(database)} TO {name}"))
            for table in (*LOCKED, *OWN):
                connection.execute(text(f"ALTER POLICY keepers ON {quote(table)} TO {name}"))
