"""Root keys in a file of this user's own, for an installation without an HSM.

The root keys stay in this object and are never given out. One that is added to the file while the portal serves is
found without a restart, when the first key wrapped under it arrives.
"""

from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from keys.datakey import DataKey, KeyId
from keys.errors import AlteredWrapError, MalformedKeyFileError, SettingsError, UnknownRootKeyError
from keys.keyfile import create_key_file, read_key_file
from keys.rootfile import RootKeys, decode_roots, encode_roots
from keys.secret import Secret
from keys.settings import KeySettings


class FileProvider(Secret):
    """Holds the root keys of one file; prints `<redacted>`."""

    __slots__ = ("_path", "_roots")

    def __init__(self, path: Path, roots: RootKeys) -> None:
        self._path = path
        self._roots = roots

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a file with one new root key. Raises ExistingKeyFileError where anything has that name."""
        roots = RootKeys.of(DataKey.generate())
        create_key_file(path, encode_roots(roots))
        return cls(path, roots)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the root keys. Raises KeyFileError: no such file, open to others, malformed."""
        return cls(path, _read_roots(path))

    @classmethod
    def from_settings(cls, settings: KeySettings) -> Self:
        """Open the file that `keys.root_file` names."""
        return cls.open(_root_file(settings))

    @classmethod
    def create_from_settings(cls, settings: KeySettings) -> Self:
        """Make the file that `keys.root_file` names."""
        return cls.create(_root_file(settings))

    @property
    def active_id(self) -> KeyId:
        """The root key that wraps."""
        return self._roots.active.key_id

    @property
    def key_ids(self) -> frozenset[KeyId]:
        """All root keys that unwrap."""
        return frozenset(self._roots.by_id)

    def wrap(self, key: bytes) -> tuple[KeyId, bytes]:
        """Wrap 32 bytes with AES-KW under the active root key; gives that root's name and 40 bytes."""
        root = self._roots.active
        return root.key_id, aes_key_wrap(root.secret, key)

    def unwrap(self, root: KeyId, wrapped: bytes) -> bytes:
        """Give back the 32 bytes. Raises UnknownRootKeyError or AlteredWrapError."""
        if root not in self._roots.by_id:
            self._roots = _read_roots(self._path)
        held = self._roots.by_id.get(root)
        if held is None:
            raise UnknownRootKeyError(
                f"The key lies under root key {root.hex()}, which {self._path} does not hold. "
                "Put that root key back into the file, or use the file that belongs with this data."
            )
        try:
            return aes_key_unwrap(held.secret, wrapped)
        except InvalidUnwrap:
            raise AlteredWrapError(
                f"A key wrapped under root key {root.hex()} was altered. Restore it from a backup."
            ) from None


def _read_roots(path: Path) -> RootKeys:
    roots = decode_roots(read_key_file(path))
    if roots is None:
        raise MalformedKeyFileError(f"{path} is no root key file, or was damaged. Restore it from a backup.")
    return roots


def _root_file(settings: KeySettings) -> Path:
    if unknown := sorted(settings.options.keys() - {"root_file"}):
        raise SettingsError(f"The provider 'file' does not know keys.{unknown[0]}. Take it away.")
    return settings.path("root_file")
