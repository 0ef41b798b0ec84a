"""What the trail's own commands need of the configuration file: `[database] url` and the `[trail]` table.

    [trail]
    origin = "portal.example/trail"
    signing_key_file = "trail.key"
    state_file = "trail.head"

Paths are relative to the configuration file. The portal checks the whole file; this runs without the portal.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from audit.errors import SettingsError

_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class TrailSettings:
    """Where the trail is, what it is called, and where the signer's two files are."""

    database: str
    origin: str
    signing_key_file: Path
    state_file: Path


def read_trail_settings(config: Path) -> TrailSettings:
    """Read them from a TOML file; raises SettingsError naming what is missing."""
    try:
        document = tomllib.loads(config.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read {config}: {error.strerror}; name the file with --config") from None
    except ValueError:
        raise SettingsError(f"{config} is not valid TOML in UTF-8") from None
    folder = config.resolve().parent
    return TrailSettings(
        _located(_text(document, "database", "url"), folder),
        _text(document, "trail", "origin"),
        folder / _text(document, "trail", "signing_key_file"),
        folder / _text(document, "trail", "state_file"),
    )


def _located(url: str, folder: Path) -> str:
    """A relative SQLite path is relative to the configuration file, like every other path."""
    path = url.removeprefix(_SQLITE)
    return f"{_SQLITE}{folder / path}" if path != url else url


def _text(document: Mapping[str, object], table: str, name: str) -> str:
    values = document.get(table)
    value = values.get(name) if isinstance(values, dict) else None
    if not isinstance(value, str):
        raise SettingsError(f"the configuration lacks {table}.{name}")
    return value
