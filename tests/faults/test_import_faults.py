"""An import that dies or cannot write leaves all or nothing, and the next start needs no hand.

PORTAL_SOAK multiplies the number of kills.
"""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.errors import UnavailableError
from portal.exchange.importing import WRITING
from portal.schema import owner_engine
from tests import factories as make
from tests.support.installation import Installation
from tests.support.register import contents, read, verified
from tests.support.stocking import attempt, stock

ROOT = Path(__file__).parents[2]
SOAK = int(os.environ.get("PORTAL_SOAK", "1"))
# BEGIN on SQLite and the locks on PostgreSQL make up for each other: the transaction has some 25 statements.
STATEMENTS = 24
_CUT_OFF = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.mark.parametrize(
    "point", ["reading", "sealing", "writing", "commit", *(f"random-{n}" for n in range(2 * SOAK))]
)
def test_a_killed_import_has_done_nothing(installation: Installation, point: str) -> None:
    before = contents(installation)
    if point.startswith("random"):
        point = str(random.randint(1, STATEMENTS))  # noqa: S311 - a point to die at
    died = _run(installation, point)
    assert died.returncode == -signal.SIGKILL, (point, died.stderr)
    assert contents(installation) == before, point
    stock(installation, make.anna(), confirmed_by="s-eva")
    assert read(installation, "s-anna").identity.name == "Test Persson"
    assert verified(installation).holds


def test_the_transaction_has_as_many_statements_as_are_killed(installation: Installation) -> None:
    done = _run(installation, "none")
    assert (done.returncode, int(done.stdout) >= STATEMENTS) == (0, True), done.stdout
    assert stock(installation, make.anna(), confirmed_by="s-eva").changes == 0


def test_a_database_somebody_keeps_locked_is_a_clear_error(sqlite_installation: Installation) -> None:
    before = contents(sqlite_installation)
    engine = owner_engine(sqlite_installation.settings.database)
    with engine.begin(), pytest.raises(UnavailableError, match="nothing was imported"):
        attempt(sqlite_installation, make.anna())
    engine.dispose()
    assert contents(sqlite_installation) == before
    stock(sqlite_installation, make.anna())


def test_a_trail_that_cannot_be_written_stops_the_import(installation: Installation) -> None:
    before = contents(installation)
    _as_owner(installation, "ALTER TABLE trail_entries RENAME TO trail_away")
    with pytest.raises(UnavailableError, match="nothing was imported"):
        attempt(installation, make.anna())
    _as_owner(installation, "ALTER TABLE trail_away RENAME TO trail_entries")
    installation.rewire()
    assert contents(installation) == before
    stock(installation, make.anna())


def test_a_database_that_goes_away_stops_the_import(postgresql_installation: Installation) -> None:
    installation = postgresql_installation
    before = contents(installation)

    def cut_off(what: str, _: int) -> None:
        if what == WRITING:
            _as_owner(installation, _CUT_OFF)

    with pytest.raises(UnavailableError, match="nothing was imported"):
        attempt(installation, make.anna(), progress=cut_off)
    installation.rewire()
    assert contents(installation) == before
    stock(installation, make.anna())


def _run(installation: Installation, point: str) -> subprocess.CompletedProcess[str]:
    document = installation.folder / "document.json"
    document.write_text(json.dumps(make.anna()), "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "tests.faults.importing_process", installation.settings_file(), document, point],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _as_owner(installation: Installation, statement: str) -> None:
    engine = owner_engine(installation.settings.database)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
