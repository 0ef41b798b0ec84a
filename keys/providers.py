"""Where root keys live: the seam behind which a file, an HSM or a key service may stand.

A provider wraps and unwraps 32-byte keys and never gives out a root key. Which one an installation has is named in
its settings and found among the entry points of the group `gemensam_ingang.key_providers`, so that one can be added
from outside.
"""

from importlib.metadata import entry_points
from typing import Protocol, cast

from keys.datakey import KeyId
from keys.errors import ProviderError
from keys.fileprovider import FileProvider
from keys.settings import KeySettings

__all__ = ["FileProvider", "KeyProvider", "ProviderKind", "find_provider", "open_provider"]

GROUP = "gemensam_ingang.key_providers"


class KeyProvider(Protocol):
    """Holds root keys: one active, which wraps, and any number of older ones, which only unwrap."""

    @property
    def active_id(self) -> KeyId:
        """The root key that wraps."""

    @property
    def key_ids(self) -> frozenset[KeyId]:
        """All root keys that unwrap."""

    def wrap(self, key: bytes) -> tuple[KeyId, bytes]:
        """Wrap 32 bytes with AES-KW under the active root key; gives that root's name and 40 bytes."""

    def unwrap(self, root: KeyId, wrapped: bytes) -> bytes:
        """Give back the 32 bytes. Raises UnknownRootKeyError or AlteredWrapError."""


class ProviderKind(Protocol):
    """What an entry point names: how this kind of provider is opened, and how it is first made."""

    def from_settings(self, settings: KeySettings) -> KeyProvider:
        """Open what exists. Raises KeysError and creates nothing."""

    def create_from_settings(self, settings: KeySettings) -> KeyProvider:
        """Make the first root key. Raises ExistingKeyFileError, or the like, where there is one."""


def find_provider(name: str) -> ProviderKind:
    """Find the kind of provider that an entry point gives this name. Raises ProviderError."""
    found = [point for point in entry_points(group=GROUP) if point.name == name]
    if not found:
        known = ", ".join(sorted(entry_points(group=GROUP).names)) or "none"
        raise ProviderError(f"There is no key provider {name!r}. Set keys.provider to one of: {known}.")
    # Two of one name: somebody's package would hold the keys that this installation meant to give to another.
    if len(found) > 1:
        raise ProviderError(f"Several installed packages give a key provider {name!r}. Uninstall all but one.")
    try:
        kind = found[0].load()
    except (ImportError, AttributeError) as error:
        raise ProviderError(f"The key provider {name!r} does not load; install what it needs: {error}.") from error
    return cast("ProviderKind", kind)


def open_provider(settings: KeySettings) -> KeyProvider:
    """Open the provider that the settings name."""
    return find_provider(settings.provider).from_settings(settings)
