"""Making a new installation: keys, the trail's signing key and memory, and the database. Never done silently.

Nothing that exists is written over. The database comes last and is made whole or not at all: as long as there is none,
nothing can rest on the keys, so an init that was interrupted is simply run again and makes what is still missing.
"""

from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from audit.errors import TrailError
from audit.headfile import HeadFile
from audit.signingkey import SigningKey
from audit.treestore import EMPTY
from keys.errors import ExistingKeyFileError
from keys.keyring import Keyring
from keys.providers import KeyProvider, find_provider, open_provider
from portal import schema
from portal.config import Settings
from portal.errors import SettingsError


def create(settings: Settings, tell: Callable[[str], None]) -> None:
    """Make everything the settings name; ``tell`` hears of each part as it is there.

    Raises SettingsError or a KeysError, before anything is made, if there is a database already.
    """
    try:
        if schema.exists(settings.database):
            raise SettingsError("this installation has a database already: nothing was made")
        for file in (settings.keys.keyring_file, settings.trail.signing_key_file, settings.trail.state_file):
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make_keys(settings)
        tell(f"keys: {settings.keys.keyring_file}")
        _make_trail(settings)
        tell(f"trail: {settings.trail.signing_key_file}, {settings.trail.state_file}")
        schema.create(settings.database)
        tell("database: ready")
    except TrailError as error:
        raise SettingsError(str(error)) from error
    except SQLAlchemyError as error:
        raise SettingsError("the database cannot be reached as its owner: check database.owner_url") from error


def _make_keys(settings: Settings) -> None:
    provider: KeyProvider
    try:
        provider = find_provider(settings.keys.provider).create_from_settings(settings.keys)
    except ExistingKeyFileError:
        provider = open_provider(settings.keys)
    if settings.keys.keyring_file.exists():
        Keyring.open(provider, settings.keys.keyring_file)
    else:
        Keyring.create(provider, settings.keys.keyring_file)


def _make_trail(settings: Settings) -> None:
    trail = settings.trail
    if trail.signing_key_file.exists():
        key = SigningKey.read(trail.signing_key_file, trail.origin)
    else:
        key = SigningKey.create(trail.origin, trail.signing_key_file)
    if not trail.state_file.exists():
        HeadFile.create(trail.state_file, key)
    elif HeadFile(trail.state_file, key.verifier).read() != EMPTY:
        raise SettingsError(f"{trail.state_file} remembers a trail that was signed: restore its database instead")
