"""Nobody who commits moves SQLite's log into the database; who does it loses nothing and lets the log begin anew."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from portal.sqlite import LONG_LOG, shorten_log, sqlite_engine

PAGE = 4096
WRITES = {"things": frozenset({"INSERT"})}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with one table, as init leaves it: in the file, with the log empty."""
    file = tmp_path / "things.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE things (what BLOB)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture
def writing(file: Path) -> Iterator[Engine]:
    """What writes there and keeps a connection open, as a process that serves does."""
    engine = sqlite_engine(file, WRITES)
    with engine.connect():
        yield engine
    engine.dispose()


def test_a_commit_leaves_a_long_log_alone(file: Path, writing: Engine) -> None:
    _write(writing, pages=3 * LONG_LOG)
    _write(writing, pages=1)
    assert _in_the_file(file) < LONG_LOG


def test_a_long_log_is_moved_and_begins_anew(file: Path, writing: Engine) -> None:
    _write(writing, pages=3 * LONG_LOG)
    grown = _log(file)
    shorten_log(file)
    _write(writing, pages=LONG_LOG)
    assert _in_the_file(file) > 3 * LONG_LOG
    assert _log(file) == grown
    assert _count(file) == 2


def test_who_looks_into_the_log_keeps_it_and_what_it_holds(file: Path, writing: Engine) -> None:
    reading = sqlite_engine(file, {})
    _write(writing, pages=LONG_LOG)
    with reading.begin() as connection:
        before = connection.execute(text("SELECT count(*) FROM things")).scalar()
        _write(writing, pages=2 * LONG_LOG)
        shorten_log(file)
        _write(writing, pages=1)
        assert connection.execute(text("SELECT count(*) FROM things")).scalar() == before == 1
    reading.dispose()
    shorten_log(file)
    assert _count(file) == 3


def test_nothing_is_made_where_there_is_no_database(tmp_path: Path) -> None:
    shorten_log(tmp_path / "none.sqlite")
    assert list(tmp_path.iterdir()) == []


def _write(engine: Engine, pages: int) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO things VALUES (zeroblob(:size))"), {"size": pages * PAGE})


def _count(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM things").fetchone()[0])


def _log(file: Path) -> int:
    return file.with_name(file.name + "-wal").stat().st_size


def _in_the_file(file: Path) -> int:
    """The pages in the database itself, without its log."""
    return file.stat().st_size // PAGE
