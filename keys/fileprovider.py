"""Root keys in a file of this user's own, for an installation without an HSM.

The file names each key by the key's own derived name, so a mangled one is found when it is read. The root
keys stay in this object and are never given out. A root key added to the file while the portal serves is
found without a restart.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from keys.datakey import DataKey, KeyId
from keys.errors import AlteredWrapError, MalformedKeyFileError, SettingsError, UnknownRootKeyError
from keys.keyfile import create_key_file, read_key_file
from keys.secret import Secret
from keys.settings import KeySettings

FORMAT = "gemensam-ingang root keys 1"


class FileProvider(Secret):
    """Holds the root keys of one file; prints `<redacted>`."""

    __slots__ = ("_active", "_path", "_roots")

    def __init__(self, path: Path, active: KeyId, roots: Mapping[KeyId, DataKey]) -> None:
        self._path = path
        self._active = active
        self._roots = roots

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a file with one new root key. Raises ExistingKeyFileError where anything has that name."""
        root = DataKey.generate()
        create_key_file(path, encode_roots(root.key_id, (root,)))
        return cls(path, root.key_id, {root.key_id: root})

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the root keys. Raises KeyFileError: no such file, open to others, malformed."""
        return cls(path, *_read_roots(path))

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
        return self._active

    @property
    def key_ids(self) -> frozenset[KeyId]:
        """All root keys that unwrap."""
        return frozenset(self._roots)

    def wrap(self, key: bytes) -> tuple[KeyId, bytes]:
        """Wrap 32 bytes with AES-KW under the active root key; gives that root's name and 40 bytes."""
        root = self._roots[self._active]
        return root.key_id, aes_key_wrap(root.secret, key)

    def unwrap(self, root: KeyId, wrapped: bytes) -> bytes:
        """Give back the 32 bytes. Raises UnknownRootKeyError or AlteredWrapError."""
        if root not in self._roots:
            self._active, self._roots = _read_roots(self._path)
        if root not in self._roots:
            raise UnknownRootKeyError(
                f"The key lies under root key {root.hex()}, which {self._path} does not hold. "
                "Put that root key back into the file, or use the file that belongs with this data."
            )
        try:
            return aes_key_unwrap(self._roots[root].secret, wrapped)
        except InvalidUnwrap:
            raise AlteredWrapError(
                f"A key wrapped under root key {root.hex()} was altered. Restore it from a backup."
            ) from None


def encode_roots(active: KeyId, roots: tuple[DataKey, ...]) -> bytes:
    """Write the text of a root key file."""
    keys = {root.key_id.hex(): b64encode(root.secret).decode() for root in roots}
    return json.dumps({"format": FORMAT, "active": active.hex(), "keys": keys}, indent=1).encode() + b"\n"


def _read_roots(path: Path) -> tuple[KeyId, Mapping[KeyId, DataKey]]:
    decoded = _decode_roots(read_key_file(path))
    # Raised out here, where no parser's error that quotes the file hangs on to it.
    if decoded is None:
        raise MalformedKeyFileError(f"{path} is no root key file, or was damaged. Restore it from a backup.")
    return decoded


def _decode_roots(text: bytes) -> tuple[KeyId, Mapping[KeyId, DataKey]] | None:
    try:
        match json.loads(text):
            case {"format": str(form), "active": str(active), "keys": dict(keys), **rest} if (
                form == FORMAT and not rest
            ):
                roots = [DataKey.of(b64decode(secret, validate=True)) for secret in keys.values()]
                named = {root.key_id: root for root in roots}
                if [root.key_id.hex() for root in roots] == list(keys) and active in keys:
                    return KeyId(bytes.fromhex(active)), named
    except (ValueError, TypeError, RecursionError):
        pass
    return None


def _root_file(settings: KeySettings) -> Path:
    if unknown := sorted(settings.options.keys() - {"root_file"}):
        raise SettingsError(f"The provider 'file' does not know keys.{unknown[0]}. Take it away.")
    return settings.path("root_file")
