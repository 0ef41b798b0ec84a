"""Whatever reading rests on fails for a while: nothing opens, it is said kindly, and it comes back by itself.

That nothing was opened shows in the trail, where no permitted entry stands, and on the page, where nothing of
anybody does.
"""

import os
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from portal.working import make_signer
from tests.support.attacking import Attacker
from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.situation import NUMBER_OF, OPEN, READER, Situation, situate

BACK_WITHIN_SECONDS = 5.0
PERSONAL = ("Persson", NUMBER_OF[OPEN], "handlingsplan", "Praktik", "gymnasiet")
PERMITTED = ("read", "listed", "printed", "looked_up")

Outage = Callable[[Situation], AbstractContextManager[None]]


@contextmanager
def trail_that_takes_nothing(situation: Situation) -> Iterator[None]:
    """The insert itself is refused."""
    attacker = Attacker(situation.installation)
    if attacker.is_sqlite:
        make = "CREATE TRIGGER no BEFORE INSERT ON trail_entries BEGIN SELECT RAISE(ABORT, 'no'); END"
        away = "DROP TRIGGER no"
    else:
        make = "REVOKE INSERT ON trail_entries FROM gi_portal"
        away = "GRANT INSERT ON trail_entries TO gi_portal"
    attacker.does(make)
    yield
    attacker.does(away)
    attacker.leaves()


@contextmanager
def clock_set_back(situation: Situation) -> Iterator[None]:
    """By two hours; whoever signs in meanwhile leaves an entry from before."""
    clock = situation.portal.clock
    clock.ahead -= timedelta(hours=2)
    situation.portal.browser(READER)
    yield
    clock.ahead += timedelta(hours=2)
    # The entries from before have not been signed for two hours, as far as anybody can tell.
    sign(situation)


@contextmanager
def signer_that_does_not_sign(situation: Situation) -> Iterator[None]:
    """For two minutes."""
    clock = situation.portal.clock
    clock.ahead += timedelta(minutes=2)
    yield
    signer = make_signer(situation.installation.wiring)
    while signer.step().has_more:
        pass


@contextmanager
def full_disk(_: Situation) -> Iterator[None]:
    """No file can grow, which SQLite meets at its next page."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def lock_file_that_cannot_be_opened(situation: Situation) -> Iterator[None]:
    """Something else has its name."""
    lock = situation.installation.folder / "portal.sqlite.lock"
    lock.unlink()
    lock.mkdir()
    yield
    lock.rmdir()


@contextmanager
def file_moved_away(situation: Situation) -> Iterator[None]:
    """The database file has another name for a while."""
    folder = situation.installation.folder
    for name in ("portal.sqlite", "portal.sqlite-wal", "portal.sqlite-shm"):
        os.rename(folder / name, folder / f"{name}.away")
    yield
    for name in ("portal.sqlite", "portal.sqlite-wal", "portal.sqlite-shm"):
        os.rename(folder / f"{name}.away", folder / name)


@contextmanager
def file_replaced(situation: Situation) -> Iterator[None]:
    """Another file, empty, has the database's name for a while."""
    with file_moved_away(situation):
        (situation.installation.folder / "portal.sqlite").touch()
        yield
        (situation.installation.folder / "portal.sqlite").unlink()


@contextmanager
def database_kept_locked(situation: Situation) -> Iterator[None]:
    """By somebody who does not queue, for longer than SQLite waits."""
    connection = sqlite3.connect(situation.installation.folder / "portal.sqlite", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")
    connection.close()


@contextmanager
def server_gone(situation: Situation) -> Iterator[None]:
    """PostgreSQL ends every connection and takes no new one."""
    url = situation.installation.owner_url
    name = url.rsplit("/", 1)[1].split("?")[0]
    engine = create_engine(url.replace(f"/{name}", "/postgres"), isolation_level="AUTOCOMMIT")

    def let(yes: bool) -> None:
        with engine.connect() as connection:
            connection.execute(text(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS {str(yes).lower()}'))
            ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
            connection.execute(ended, {"name": name})

    let(False)
    yield
    let(True)
    engine.dispose()


@pytest.mark.parametrize(
    "outage", [trail_that_takes_nothing, clock_set_back, signer_that_does_not_sign], ids=lambda each: each.__name__
)
def test_an_outage_opens_nothing_and_ends_by_itself(installation: Installation, outage: Outage) -> None:
    _try(situate(installation), outage)


@pytest.mark.parametrize(
    "outage",
    [full_disk, lock_file_that_cannot_be_opened, file_moved_away, file_replaced, database_kept_locked],
    ids=lambda each: each.__name__,
)
def test_an_outage_of_the_file_opens_nothing_and_ends_by_itself(
    sqlite_installation: Installation, outage: Outage
) -> None:
    _try(situate(sqlite_installation), outage)


@pytest.mark.postgresql
def test_an_outage_of_the_server_opens_nothing_and_ends_by_itself(postgresql_installation: Installation) -> None:
    _try(situate(postgresql_installation), server_gone)


def _try(situation: Situation, outage: Outage) -> None:
    sign(situation)
    reader = situation.portal.browser(READER)
    record = f"/people/{situation.refs[OPEN]}"
    reader.get(record)
    before = permitted(situation)
    with outage(situation):
        # A session does not outlive a clock set back, so this browser is a new one.
        away = situation.portal.browser(READER) if outage is clock_set_back else reader
        is_slow = outage is database_kept_locked
        for method, address in (("GET", record), ("GET", f"{record}/print"), ("GET", "/people"))[: 1 if is_slow else 3]:
            page = away.fetch(method, address, 503)
            assert not any(word in page.text for word in PERSONAL)
            assert "loggas" in page.text
        if not is_slow:
            assert b"503" in away.get(record, 503, headers={"Accept": "application/json"}).data
            form = {"csrf_token": away.token(), "personnummer": NUMBER_OF[OPEN]}
            away.fetch("POST", "/people/find", 503, data=form)
    reader = situation.portal.browser(READER) if outage is clock_set_back else reader
    _comes_back(reader, record)
    assert permitted(situation) == before + 1
    reader.get(record)
    reader.get("/people")


def _comes_back(reader: Browser, record: str) -> None:
    begun = time.monotonic()
    while reader.fetch("GET", record).status_code != 200:
        assert time.monotonic() - begun < BACK_WITHIN_SECONDS
        time.sleep(0.05)


def sign(situation: Situation) -> None:
    """Sign what there is."""
    make_signer(situation.installation.wiring).step()


def permitted(situation: Situation) -> int:
    """How many permitted entries there are."""
    return len([entry for entry in situation.portal.told(*PERMITTED) if entry.get("outcome") == "permitted"])
