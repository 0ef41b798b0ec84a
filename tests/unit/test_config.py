"""The settings file: every key documented, every fault named, nothing unknown let through."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from portal.accounts.providers import ProviderSettings
from portal.config import Section, Settings, read_settings
from portal.errors import SettingsError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"

SMALLEST = """
[database]
url = "sqlite:///portal.sqlite"
[keys]
root_file = "root.json"
keyring_file = "keyring.json"
[trail]
origin = "portal.example/test"
signing_key_file = "signing.key"
state_file = "head"
"""


def test_the_example_documents_every_key() -> None:
    text = EXAMPLE.read_text("utf-8")
    missing = [
        name
        for name in _names(Settings)
        if f"{name} =" not in text and f"{name}]" not in text and f"{name}." not in text
    ]
    assert missing == []


def test_the_example_can_be_read(tmp_path: Path) -> None:
    values = tomllib.loads(EXAMPLE.read_text("utf-8"))
    del values["providers"]
    settings = Settings.model_validate(values, context={"folder": tmp_path})
    assert settings.trail.state_file == tmp_path / "trail/signed-head"
    assert settings.database.url == f"sqlite:///{tmp_path}/data/portal.sqlite"


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = read_settings(_write(tmp_path, SMALLEST))
    assert settings.trail.signing_key_file == tmp_path / "signing.key"
    assert settings.keys.keyring_file == tmp_path / "keyring.json"


@pytest.mark.parametrize(
    ("addition", "named"),
    [
        ("[extra]\nkey = 1", "extra"),
        ("[web]\nprot = 8000", "web.prot"),
        ('[web]\nport = "many"', "web.port"),
        ("[sessions]\nidle_minutes = 0", "sessions.idle_minutes"),
        ("[clashes]\ngap_dagar = 3", "clashes"),
        ('[reading.reasons.odd]\nsv = "udda"', "reading.reasons"),
        ("[[providers]]\nid = 'x'", "providers"),
    ],
)
def test_a_fault_is_named_by_its_key(tmp_path: Path, addition: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(_write(tmp_path, SMALLEST + addition))


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(_write(tmp_path, SMALLEST + "[web]\nport = -1\nprot = 1\n[sessions]\nhours = 99\n"))
    assert all(name in str(caught.value) for name in ("web.port", "web.prot", "sessions.hours"))


@pytest.mark.parametrize("text", ["not toml [", "\udcff", ""])
def test_a_file_that_cannot_be_used_is_a_settings_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "portal.toml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError):
        read_settings(file)


def test_a_missing_file_is_a_settings_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--config"):
        read_settings(tmp_path / "nowhere.toml")


def _write(folder: Path, text: str) -> Path:
    file = folder / "portal.toml"
    file.write_text(text, "utf-8")
    return file


def _names(model: type[BaseModel]) -> list[str]:
    names = []
    for name, field in model.model_fields.items():
        names.append(name)
        kind: Any = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            names += _names(kind)
    return [*names, *(ProviderSettings.model_fields if model is Settings else ())]
