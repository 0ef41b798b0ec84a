"""`portal init` makes everything once, writes nothing over, and is simply run again when it was interrupted."""

from pathlib import Path

import pytest

from keys.errors import KeysError
from portal import initial
from portal.config import Settings
from portal.errors import SettingsError
from portal.wiring import wire
from tests.support.installation import settings_for

ORDER = ("root.json", "keyring.json", "signing.key", "head", "data/portal.sqlite")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path, {"url": f"sqlite:///{tmp_path}/data/portal.sqlite"})


def test_what_init_made_can_be_wired(settings: Settings) -> None:
    told: list[str] = []
    initial.create(settings, told.append)
    wire(settings).close()
    assert len(told) == 3


def test_a_second_init_makes_nothing(settings: Settings, tmp_path: Path) -> None:
    initial.create(settings, _say_nothing)
    before = _contents(tmp_path)
    with pytest.raises(SettingsError, match="already"):
        initial.create(settings, _say_nothing)
    assert _contents(tmp_path) == before


@pytest.mark.parametrize("made", range(len(ORDER)))
def test_an_interrupted_init_is_run_again(settings: Settings, tmp_path: Path, made: int) -> None:
    initial.create(settings, _say_nothing)
    # As it is when init was stopped after so many of its parts.
    for file in ORDER[made:]:
        (tmp_path / file).unlink()
    kept = {name: content for name, content in _contents(tmp_path).items() if name in ORDER}
    initial.create(settings, _say_nothing)
    wire(settings).close()
    after = _contents(tmp_path)
    assert {name: after[name] for name in kept} == kept


def test_a_trail_that_was_signed_is_not_begun_anew(settings: Settings, tmp_path: Path) -> None:
    initial.create(settings, _say_nothing)
    (tmp_path / "data/portal.sqlite").unlink()
    head = tmp_path / "head"
    head.write_text(head.read_text().replace("\n0\n", "\n7\n"))
    with pytest.raises(SettingsError):
        initial.create(settings, _say_nothing)
    assert not (tmp_path / "data/portal.sqlite").exists()


def test_a_root_key_others_can_read_stops_init(settings: Settings, tmp_path: Path) -> None:
    initial.create(settings, _say_nothing)
    (tmp_path / "data/portal.sqlite").unlink()
    (tmp_path / "root.json").chmod(0o644)
    with pytest.raises(KeysError):
        initial.create(settings, _say_nothing)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _say_nothing(_: str) -> None:
    return
