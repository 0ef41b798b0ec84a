"""The `[keys]` table of the configuration file, and nothing else of it.

    [keys]
    provider = "file"
    root_file = "root.json"
    keyring_file = "keyring.json"

Paths are relative to the configuration file. What only one provider knows (`root_file`) is that provider's to judge.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from keys.errors import SettingsError


@dataclass(frozen=True)
class KeySettings:
    """Which provider, where the keyring is, and the provider's own options."""

    provider: str
    keyring_file: Path
    options: Mapping[str, str] = field(default_factory=dict)
    folder: Path = field(default_factory=Path)

    def path(self, option: str) -> Path:
        """Give the path in one of the provider's own options. Raises SettingsError where it is missing."""
        if option not in self.options:
            raise SettingsError(f"The settings lack keys.{option}, which the provider {self.provider!r} needs.")
        return self.folder / self.options[option]


def read_key_settings(config: Path) -> KeySettings:
    """Read the `[keys]` table of a TOML file. Raises SettingsError."""
    try:
        document = tomllib.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"There is no configuration file {config}. Give its path with --config.") from None
    except OSError as error:
        raise SettingsError(f"The configuration file {config} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise SettingsError(f"The configuration file {config} is not valid TOML in UTF-8.") from None
    return key_settings(document.get("keys"), config.parent)


def key_settings(table: object, folder: Path) -> KeySettings:
    """Take the `[keys]` table of a configuration file that lies in this folder. Raises SettingsError."""
    if not isinstance(table, dict):
        raise SettingsError("The configuration file has no [keys] table. See config.example.toml.")
    options = {str(name): value for name, value in table.items()}
    if wrong := sorted(name for name, value in options.items() if not isinstance(value, str)):
        raise SettingsError(f"These settings are texts: {', '.join(f'keys.{name}' for name in wrong)}.")
    provider = options.pop("provider", "file")
    if "keyring_file" not in options:
        raise SettingsError("The settings lack keys.keyring_file, the path of the keyring.")
    return KeySettings(provider, folder / options.pop("keyring_file"), options, folder)
