"""A whole installation in a temporary folder: keys, trail and an empty database at today's schema."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from audit.headfile import HeadFile
from audit.signingkey import SigningKey
from keys.keyring import Keyring
from keys.providers import FileProvider
from portal import clock
from portal.config import Settings
from portal.wiring import Wiring, wire

ORIGIN = "gemensam-ingang.example/test"


@dataclass(slots=True)
class Installation:
    """A folder, its settings and the parts wired from them; ``owner_url`` is how the owner, or an attacker, gets in."""

    folder: Path
    settings: Settings
    wiring: Wiring
    owner_url: str

    @property
    def is_sqlite(self) -> bool:
        """Whether it runs on the embedded database."""
        return self.settings.database.is_sqlite

    def settings_file(self) -> Path:
        """The settings as a file, for commands and other processes."""
        database = self.settings.database.model_dump(exclude_none=True)
        trail = self.settings.trail
        text = "\n".join(
            (
                "[database]",
                *(f"{key} = {json.dumps(value)}" for key, value in database.items()),
                "[keys]",
                'provider = "file"',
                'root_file = "root.json"',
                'keyring_file = "keyring.json"',
                "[trail]",
                f"origin = {json.dumps(trail.origin)}",
                'signing_key_file = "signing.key"',
                'state_file = "head"',
                f"stop_reads_after_seconds = {trail.stop_reads_after_seconds}",
                "[web]",
                f"address = {json.dumps(self.settings.web.address)}",
            )
        )
        file = self.folder / "portal.toml"
        file.write_text(text + "\n", "utf-8")
        return file

    def rewire(self, now: Callable[[], datetime] = clock.now) -> Wiring:
        """Start again on the same folder, as a new process would."""
        self.wiring.close()
        self.wiring = wire(self.settings, now)
        return self.wiring


def settings_for(folder: Path, database: dict[str, Any], **changes: Any) -> Settings:
    """Settings of an installation in ``folder``."""
    values: dict[str, Any] = {
        "database": database,
        "keys": {"provider": "file", "root_file": "root.json", "keyring_file": "keyring.json"},
        "trail": {"origin": ORIGIN, "signing_key_file": "signing.key", "state_file": "head"},
        "web": {"address": "http://localhost"},
        **changes,
    }
    return Settings.model_validate(values, context={"folder": folder})


def create_keys(folder: Path) -> None:
    """Make root key, keyring and the trail's signing key and memory."""
    provider = FileProvider.create(folder / "root.json")
    Keyring.create(provider, folder / "keyring.json")
    key = SigningKey.create(ORIGIN, folder / "signing.key")
    HeadFile.create(folder / "head", key)
