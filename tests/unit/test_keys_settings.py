"""The `[keys]` table is read strictly, its paths from the configuration file's folder; the rest is not read."""

from pathlib import Path

import pytest

from keys.errors import SettingsError
from keys.settings import read_key_settings

COMPLETE = '[keys]\nprovider = "file"\nroot_file = "secret/root.json"\nkeyring_file = "keyring.json"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "portal.toml"


def test_paths_are_relative_to_the_configuration_file(config: Path) -> None:
    config.write_text(COMPLETE, encoding="utf-8")
    settings = read_key_settings(config)
    assert settings.provider == "file"
    assert settings.keyring_file == config.parent / "keyring.json"
    assert settings.path("root_file") == config.parent / "secret" / "root.json"


def test_absolute_paths_stay(config: Path) -> None:
    config.write_text('[keys]\nroot_file = "/etc/root.json"\nkeyring_file = "/var/keyring.json"\n', encoding="utf-8")
    settings = read_key_settings(config)
    assert settings.keyring_file == Path("/var/keyring.json")
    assert settings.path("root_file") == Path("/etc/root.json")


def test_the_provider_is_a_file_unless_said_otherwise(config: Path) -> None:
    config.write_text('[keys]\nkeyring_file = "keyring.json"\n', encoding="utf-8")
    assert read_key_settings(config).provider == "file"


def test_nothing_but_the_keys_is_read(config: Path) -> None:
    config.write_text(f'[database]\nurl = 1\n{COMPLETE}[trail]\nunknown = "x"\n', encoding="utf-8")
    assert dict(read_key_settings(config).options) == {"root_file": "secret/root.json"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"no \[keys\] table"),
        ('keys = "file"\n', r"no \[keys\] table"),
        ("[keys]\n", r"lack keys\.keyring_file"),
        ("[keys]\nkeyring_file = 1\nroot_file = []\n", r"are texts: keys\.keyring_file, keys\.root_file"),
        ("[keys\n", "not valid TOML"),
        ('[keys]\nprovider = "a"\nprovider = "b"\n', "not valid TOML"),
    ],
)
def test_what_is_wrong_with_the_settings_is_said(config: Path, text: str, message: str) -> None:
    config.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=message):
        read_key_settings(config)


def test_a_configuration_file_that_cannot_be_read_is_said_so(config: Path) -> None:
    with pytest.raises(SettingsError, match=r"no configuration file .*--config"):
        read_key_settings(config)
    config.write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="not valid TOML in UTF-8"):
        read_key_settings(config)
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        read_key_settings(config.parent)


def test_a_providers_own_path_that_is_missing_is_named(config: Path) -> None:
    config.write_text('[keys]\nprovider = "file"\nkeyring_file = "k"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"lack keys\.root_file, which the provider 'file' needs"):
        read_key_settings(config).path("root_file")
