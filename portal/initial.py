"""Making a new installation: keys, the trail's signing key and memory, and the database. Never done silently.

Nothing that exists is written over. What a first attempt made before it failed is named, so that one can decide.
"""

from collections.abc import Callable
from pathlib import Path

from audit.errors import TrailError
from audit.headfile import HeadFile
from audit.signingkey import SigningKey
from keys.keyring import Keyring
from keys.providers import find_provider
from portal import schema
from portal.config import Settings
from portal.database import database_file
from portal.errors import SettingsError


def create(settings: Settings, tell: Callable[[str], None]) -> None:
    """Make everything the settings name; ``tell`` hears of each part as it is made.

    Raises SettingsError or a KeysError before anything is made if any part is there already.
    """
    _refuse_what_exists(settings)
    for file in (settings.keys.keyring_file, settings.trail.signing_key_file, settings.trail.state_file):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    provider = find_provider(settings.keys.provider).create_from_settings(settings.keys)
    Keyring.create(provider, settings.keys.keyring_file)
    tell(f"keys: {settings.keys.keyring_file}")
    try:
        key = SigningKey.create(settings.trail.origin, settings.trail.signing_key_file)
        HeadFile.create(settings.trail.state_file, key)
    except TrailError as error:
        raise SettingsError(str(error)) from error
    tell(f"trail: {settings.trail.signing_key_file}, {settings.trail.state_file}")
    if settings.database.is_sqlite:
        schema.create_sqlite_file(settings.database)
    schema.upgrade(settings.database)
    tell("database: ready")


def _refuse_what_exists(settings: Settings) -> None:
    files: list[Path] = [settings.keys.keyring_file, settings.trail.signing_key_file, settings.trail.state_file]
    if settings.database.is_sqlite:
        files.append(database_file(settings.database))
    there = [str(file) for file in files if file.exists()]
    if there:
        raise SettingsError(f"nothing was made, because there is already: {', '.join(there)}")
