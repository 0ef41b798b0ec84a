"""Each desk's own connection can write what is listed for it and nothing else, table by table and trick by trick.

On SQLite the authorizer and ``mode=ro`` refuse, on PostgreSQL the role's privileges; the trail's triggers refuse
everybody. Whatever is tried is rolled back.
"""

import itertools

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

import portal.exchange.models  # noqa: F401 - declares its table
from audit.store import metadata as trail
from portal import schema
from portal.database import REGISTER, TRAIL, WRITES, Desk, metadata
from tests import factories
from tests.support.installation import Installation
from tests.support.stocking import stock

TABLES = (*REGISTER, *TRAIL, "sessions")
ANYTHING = (
    "CREATE TABLE mine (a int)",
    "CREATE TABLE mine AS SELECT * FROM persons",
    "CREATE TEMPORARY TABLE mine (a int)",
    "CREATE VIEW mine AS SELECT * FROM persons",
    "CREATE INDEX mine ON persons (id)",
    "ALTER TABLE persons ADD COLUMN mine int",
    "ALTER TABLE persons RENAME TO mine",
    "DROP TABLE recipients",
    "DROP TABLE trail_entries",
    "INSERT INTO alembic_version VALUES ('x')",
    "UPDATE alembic_version SET version_num = 'x'",
    "DELETE FROM alembic_version",
)
ON_SQLITE = (
    "DROP TRIGGER trail_entries_no_delete",
    "CREATE TRIGGER mine AFTER INSERT ON trail_entries BEGIN SELECT 1; END",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = OFF",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA writable_schema = ON",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA user_version = 7",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "PRAGMA secure_delete = OFF",
    "PRAGMA temp_store = FILE",
    "PRAGMA query_only = OFF",
    "ATTACH DATABASE '{folder}/mine.sqlite' AS mine",
    "ATTACH DATABASE ':memory:' AS mine",
    "DETACH DATABASE main",
    "VACUUM",
    "VACUUM INTO '{folder}/mine.sqlite'",
    "ANALYZE",
    "REINDEX",
    "UPDATE sqlite_master SET sql = ''",
    "DELETE FROM sqlite_master",
    "INSERT INTO sqlite_sequence VALUES ('trail_entries', 1)",
    "UPDATE sqlite_sequence SET seq = 0",
    "CREATE VIRTUAL TABLE mine USING fts5(a)",
    "SELECT load_extension('{folder}/mine.so')",
)
ON_POSTGRESQL = (
    "ALTER TABLE trail_entries DISABLE TRIGGER ALL",
    "DROP TRIGGER trail_entries_append_only ON trail_entries",
    "DROP FUNCTION trail_refuses()",
    "CREATE OR REPLACE FUNCTION trail_refuses() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    "SET ROLE owner",
    "SET session_replication_role = replica",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "COPY persons TO '/tmp/mine'",
    "COPY persons TO PROGRAM 'cat'",
    "COPY persons FROM '/dev/null'",
    "LOCK TABLE persons IN ACCESS EXCLUSIVE MODE",
    "SELECT setval('trail_entries_id_seq', 1)",
    "ALTER SEQUENCE trail_entries_id_seq RESTART",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT * FROM persons FOR UPDATE",
)


@pytest.fixture
def stocked(installation: Installation) -> Installation:
    """A register and a trail with something in every table that a writer could spoil."""
    if not installation.is_sqlite:
        # What holds for a whole database is not copied with the template.
        schema.upgrade(installation.settings.database)
    stock(installation, factories.anna(), confirmed_by="s-eva")
    return installation


def test_no_desk_writes_what_is_not_listed_for_it(stocked: Installation) -> None:
    found = {
        (desk, table, kind)
        for desk, table, kind in itertools.product(Desk, TABLES, ("INSERT", "UPDATE", "DELETE"))
        if _may(stocked, desk, _statement(table, kind)) is not _is_listed(stocked, desk, table, kind)
    }
    assert found == set()


def test_no_desk_does_anything_else(stocked: Installation) -> None:
    tricks = (*ANYTHING, *(ON_SQLITE if stocked.is_sqlite else ON_POSTGRESQL))
    done = {
        (desk, trick)
        for desk, trick in itertools.product(Desk, tricks)
        if (stocked.is_sqlite or not _is_an_administrators(desk, trick))
        and _may(stocked, desk, trick.format(folder=stocked.folder))
    }
    assert done == set()
    assert not list(stocked.folder.glob("mine*"))


def test_no_desk_reads_through_a_write_it_may_not_begin(stocked: Installation) -> None:
    engine = stocked.wiring.engine(Desk.READING)
    if stocked.is_sqlite:
        with engine.connect() as connection, pytest.raises(DBAPIError):
            connection.exec_driver_sql("COMMIT; BEGIN IMMEDIATE")
        return
    # Read only is what the connection begins as; that it may not write is its role's, whatever it sets.
    with engine.begin() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ WRITE")
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.exec_driver_sql("UPDATE persons SET is_protected = false")


@pytest.mark.parametrize("table", TRAIL)
def test_not_even_the_owner_changes_the_trail(stocked: Installation, table: str) -> None:
    _give_a_row(stocked)
    owner = _owner(stocked)
    key = next(iter(trail.tables[table].primary_key.columns)).name
    tricks = [f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}", f"UPDATE {table} SET {key} = {key} + 1"]
    if stocked.is_sqlite:
        tricks += [
            f"REPLACE INTO {table} SELECT * FROM {table}",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
            f"UPDATE OR REPLACE {table} SET {key} = {key}",
        ]
    else:
        tricks += [
            f"TRUNCATE {table}",
            f"TRUNCATE {table} CASCADE",
            f"DELETE FROM {table} WHERE false",
            f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {key} = excluded.{key}",
            f"MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
        ]
    before = _rows(owner, table)
    for trick in tricks:
        with pytest.raises(DBAPIError), owner.begin() as connection:
            connection.exec_driver_sql(trick)
    assert before
    assert _rows(owner, table) == before
    owner.dispose()


def _is_listed(installation: Installation, desk: Desk, table: str, kind: str) -> bool:
    """On PostgreSQL four desks are one role, which reads only where its connection says so."""
    if kind in WRITES[desk].get(table, ()):
        return True
    portals = (Desk.APPENDING, Desk.SIGNING_IN, Desk.REQUESTING)
    is_shared = not installation.is_sqlite and desk in portals
    return is_shared and any(kind in WRITES[each].get(table, ()) for each in portals)


def _is_an_administrators(desk: Desk, trick: str) -> bool:
    """What comes with the right to change rows: an import stages in a temporary table, a change locks its row."""
    # The surveying desk is the same role, which reads only because its connection says so.
    may = {Desk.ADMINISTRATION: ("FOR UPDATE", "MODE", "TEMPORARY TABLE mine (a int)"), Desk.SURVEYING: ("MODE",)}
    return trick.endswith(may.get(desk, ()))


def _statement(table: str, kind: str) -> str:
    columns = (trail if table in TRAIL else metadata).tables[table].columns
    name = columns[0].name if table != "trail_tiles" else "level"
    # To no row at all: what counts is whether one may.
    return {
        "INSERT": f"INSERT INTO {table} SELECT * FROM {table} WHERE 1 = 0",
        "UPDATE": f'UPDATE {table} SET "{name}" = "{name}" WHERE 1 = 0',
        "DELETE": f"DELETE FROM {table} WHERE 1 = 0",
    }[kind]


def _may(installation: Installation, desk: Desk, statement: str) -> bool:
    with installation.wiring.engine(desk).connect() as connection:
        try:
            connection.exec_driver_sql(statement)
        except DBAPIError:
            return False
        finally:
            connection.rollback()
    return True


def _owner(installation: Installation) -> Engine:
    return create_engine(installation.owner_url.replace("postgresql:", "postgresql+psycopg:"))


def _give_a_row(installation: Installation) -> None:
    owner = _owner(installation)
    with owner.begin() as connection:
        for statement in (
            "INSERT INTO trail_leaves SELECT 0, min(id), mac FROM trail_entries GROUP BY mac LIMIT 1",
            "INSERT INTO trail_tiles SELECT 0, 0, mac FROM trail_entries LIMIT 1",
            'INSERT INTO trail_checkpoints (size, root, "at", note) SELECT 1, mac, 1, event FROM trail_entries LIMIT 1',
        ):
            connection.execute(text(statement))
    owner.dispose()


def _rows(owner: Engine, table: str) -> list[object]:
    with owner.connect() as connection:
        return [tuple(row) for row in connection.execute(trail.tables[table].select())]
