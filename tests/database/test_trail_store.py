"""The append, the look-up of states, and tables that only ever grow."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from audit import store
from audit.errors import AppendError
from tests.trails import append, sealed, sign_all, signed_in, signer, story


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def refuses(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements[:-1]:
            connection.execute(text(statement))
        with pytest.raises(DatabaseError, match="append-only"), connection.begin_nested():
            connection.execute(text(statements[-1]))


def test_entries_are_appended_in_the_order_given(engine: Engine) -> None:
    entries = [sealed(entry) for entry in story(3)]
    with engine.begin() as connection:
        ids = store.insert(connection, entries)
        assert store.insert(connection, []) == []
    assert ids == sorted(ids)
    assert len(set(ids)) == len(entries)
    with engine.begin() as connection:
        stored = store.read_after(connection, 0, 100)
        assert store.read_after(connection, ids[2], 2) == stored[3:5]
    assert [(each.id, each.payload, each.mac, each.columns) for each in stored] == [
        (id_, entry.payload, entry.mac, entry.columns) for id_, entry in zip(ids, entries, strict=True)
    ]


def test_a_rolled_back_append_leaves_nothing(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        store.insert(connection, [sealed(signed_in("s-anna"))])
        transaction.rollback()
    with engine.begin() as connection:
        assert store.read_after(connection, 0, 10) == []


def test_an_append_counts_only_when_every_row_comes_back(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        run(engine, "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$")
        run(engine, "CREATE TRIGGER lose BEFORE INSERT ON trail_entries FOR EACH ROW EXECUTE FUNCTION lose()")
    else:
        run(engine, "CREATE TRIGGER lose BEFORE INSERT ON trail_entries BEGIN SELECT RAISE(IGNORE); END")
    with engine.begin() as connection, pytest.raises(AppendError):
        store.insert(connection, [sealed(signed_in("s-anna"))])


def test_the_times_tell_what_is_unsigned(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        assert store.trail_times(connection) == (None, None)
    append(engine, [signed_in("s-anna")])
    with engine.begin() as connection:
        newest, oldest_unsigned = store.trail_times(connection)
    assert newest == oldest_unsigned is not None
    sign_all(signer(engine, tmp_path))
    with engine.begin() as connection:
        assert store.trail_times(connection) == (newest, None)


TABLES = {"trail_entries": "at", "trail_leaves": "entry_id", "trail_tiles": "tile", "trail_checkpoints": "at"}


@pytest.fixture
def signed(engine: Engine, tmp_path: Path) -> Engine:
    append(engine, story(300))
    sign_all(signer(engine, tmp_path))
    return engine


def test_nothing_is_changed_or_deleted(signed: Engine) -> None:
    ways = ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"]
    if signed.dialect.name == "postgresql":
        ways += ["DELETE FROM {table} WHERE 1 = 0", "TRUNCATE {table} CASCADE"]
    for table, column in TABLES.items():
        for way in ways:
            refuses(signed, way.format(table=table, column=column))


def test_triggers_are_not_switched_off_for_a_session(signed: Engine) -> None:
    if signed.dialect.name == "postgresql":
        for table in TABLES:
            refuses(signed, "SET LOCAL session_replication_role = replica", f"DELETE FROM {table}")


REPLACEMENTS = [
    ("trail_entries", "SELECT * FROM trail_entries WHERE id = 2", "id"),
    ("trail_leaves", "SELECT 2, 900000, x'00' WHERE true", "leaf"),
    ("trail_leaves", "SELECT 900000, 2, x'00' WHERE true", "entry_id"),
    ("trail_tiles", "SELECT 0, 0, x'00' WHERE true", "level, tile"),
    ("trail_checkpoints", "SELECT 1, 900000, x'00', 0, '' WHERE true", "id"),
    ("trail_checkpoints", "SELECT 900000, 256, x'00', 0, '' WHERE true", "size"),
]


def test_nothing_is_replaced(signed: Engine) -> None:
    for table, rows, key in REPLACEMENTS:
        if signed.dialect.name == "sqlite":
            refuses(signed, f"INSERT OR REPLACE INTO {table} {rows}")
            refuses(signed, f"REPLACE INTO {table} {rows}")
            refuses(signed, f"INSERT INTO {table} {rows} ON CONFLICT DO UPDATE SET {TABLES[table]} = 1")
        else:
            values = rows.replace("x'00'", "'\\x00'::bytea")
            refuses(signed, f"INSERT INTO {table} {values} ON CONFLICT ({key}) DO UPDATE SET {TABLES[table]} = 1")


def test_an_id_is_never_given_out_twice(engine: Engine) -> None:
    *_, last = append(engine, story(3))
    if engine.dialect.name == "sqlite":
        run(engine, "DROP TRIGGER trail_entries_no_delete")
    else:
        run(engine, "DROP TRIGGER trail_entries_append_only ON trail_entries")
    run(engine, f"DELETE FROM trail_entries WHERE id = {last}")
    assert append(engine, [signed_in("s-anna")]) == [last + 1]
