"""What is missing, open to others, of another installation or cut short stops the start with a word on what to do."""

import os
import random
import shutil
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from keys.errors import ExposedKeyFileError, KeysError, MissingKeyFileError
from keys.keyring import Keyring
from keys.providers import FileProvider
from portal.errors import NotOpenError, PortalError, SettingsError
from portal.wiring import wire
from tests.support.attacking import Attacker
from tests.support.installation import Installation
from tests.support.scene import OPENS, set_scene
from tests.support.situation import OF_OTHERS, OPEN, PROTECTED, READER, WITHDRAWN, situate

KEY_FILES = ("root.json", "keyring.json")
SEED = int(os.environ.get("PORTAL_SEED", "20261123"))
CUTS = 12 * int(os.environ.get("PORTAL_SOAK", "1"))


@pytest.mark.parametrize("name", KEY_FILES)
def test_a_missing_key_file_stops_the_start(sqlite_installation: Installation, name: str) -> None:
    (sqlite_installation.folder / name).unlink()
    with pytest.raises(MissingKeyFileError, match=name):
        wire(sqlite_installation.settings)
    assert not (sqlite_installation.folder / name).exists()


@pytest.mark.parametrize("name", KEY_FILES)
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_file_that_others_can_read_stops_the_start(
    sqlite_installation: Installation, name: str, mode: int
) -> None:
    (sqlite_installation.folder / name).chmod(mode)
    with pytest.raises(ExposedKeyFileError, match=name):
        wire(sqlite_installation.settings)


@pytest.mark.parametrize("name", KEY_FILES)
def test_a_key_file_cut_short_stops_the_start(sqlite_installation: Installation, name: str) -> None:
    file = sqlite_installation.folder / name
    whole = file.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 3):
        file.write_bytes(whole[:length])
        with pytest.raises(KeysError) as error:
            wire(sqlite_installation.settings)
        assert str(file) in str(error.value)


def test_the_root_key_of_another_installation_stops_the_start(sqlite_installation: Installation) -> None:
    root = sqlite_installation.folder / "root.json"
    root.unlink()
    FileProvider.create(root)
    with pytest.raises(KeysError):
        wire(sqlite_installation.settings)


def test_the_keyring_of_another_installation_opens_nothing(installation: Installation) -> None:
    scene = set_scene(installation)
    keyring = installation.folder / "keyring.json"
    keyring.unlink()
    Keyring.create(FileProvider.open(installation.folder / "root.json"), keyring)
    installation.rewire()
    with pytest.raises(NotOpenError):
        installation.wiring.reading.open_record(scene.staff[READER], scene.situation.refs[OPEN], "ongoing")
    scene.attacker.leaves()


def test_a_schema_that_is_not_todays_stops_the_start(installation: Installation) -> None:
    attacker = Attacker(installation)
    for change in (
        "UPDATE alembic_version SET version_num = '0000'",
        "DELETE FROM alembic_version",
        "DROP TABLE alembic_version",
    ):
        attacker.does(change)
        with pytest.raises(SettingsError, match=r"portal (upgrade|init)"):
            wire(installation.settings)
    attacker.leaves()


def test_a_missing_database_stops_the_start_and_is_not_made(sqlite_installation: Installation) -> None:
    file = sqlite_installation.folder / "portal.sqlite"
    sqlite_installation.wiring.close()
    file.unlink()
    with pytest.raises(SettingsError, match="portal init"):
        wire(sqlite_installation.settings)
    assert not file.exists()


def test_a_database_cut_short_or_written_over_opens_nothing_that_was_closed(sqlite_installation: Installation) -> None:
    scene = set_scene(sqlite_installation)
    scene.attacker.does("PRAGMA wal_checkpoint(TRUNCATE)")
    scene.attacker.leaves()
    sqlite_installation.wiring.close()
    file = sqlite_installation.folder / "portal.sqlite"
    whole = sqlite_installation.folder / "whole"
    shutil.copy(file, whole)
    chance = random.Random(SEED)  # noqa: S311 - where to cut, no secret
    print(f"seed {SEED}")  # noqa: T201 - shown when the test fails
    outcomes = set()
    for _ in range(CUTS):
        _spoil(file, whole.read_bytes(), chance)
        try:
            sqlite_installation.wiring = wire(sqlite_installation.settings)
            # Where nothing of hers was lost, Anna may well read on; what was closed to her stays so.
            outcomes.add(scene.tries(READER, OPEN))
            assert OPENS not in {scene.tries(READER, each) for each in (WITHDRAWN, OF_OTHERS, PROTECTED)}
        except (PortalError, SQLAlchemyError, ValueError) as error:
            outcomes.add(type(error).__name__)
        finally:
            sqlite_installation.wiring.close()
            for leftover in sqlite_installation.folder.glob("portal.sqlite-*"):
                leftover.unlink()
    assert outcomes - {OPENS}
    shutil.copy(whole, file)
    sqlite_installation.rewire()
    assert scene.tries(READER, OPEN) == OPENS


def _spoil(file: Path, whole: bytes, chance: random.Random) -> None:
    """Cut the file short, or write zeros over its second half: what was being copied when the power went."""
    middle = chance.randrange(len(whole) // 8, len(whole) - 4096)
    rest = b"" if chance.random() < 0.5 else bytes(len(whole) - middle)
    file.write_bytes(whole[:middle] + rest)


def test_what_is_missing_while_it_serves_is_noticed_by_readyz(sqlite_installation: Installation) -> None:
    situation = situate(sqlite_installation)
    visitor = situation.portal.visitor()
    assert visitor.get("/readyz").json == {
        "ready": True,
        "database": True,
        "schema": True,
        "keys": True,
        "trail": True,
    }
    (sqlite_installation.folder / "portal.sqlite").rename(sqlite_installation.folder / "away")
    answer = visitor.get("/readyz", 503).json
    assert answer is not None
    assert (answer["ready"], answer["database"]) == (False, False)
    assert visitor.get("/healthz").json == {"status": "alive"}
