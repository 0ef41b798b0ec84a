"""The service's own keys, one a purpose, all random and wrapped under a root key in one file.

Promises: what one key authenticates, hides or looks up says nothing about another; the file is made only when asked
for, never overwritten, and tells nothing without the root key. A period's look-up key is made when it is first
needed, once among all processes, and a destroyed one never comes back under its name.
"""

import hmac
import re
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from keys.datakey import DataKey, KeyId
from keys.errors import (
    DestroyedKeyError,
    MalformedKeyFileError,
    UnknownRootKeyError,
    WrapError,
    WrongRootKeyError,
)
from keys.keyfile import create_key_file, locked_key_file, read_key_file, replace_key_file
from keys.keyringfile import RingContent, decode_ring, encode_ring
from keys.providers import KeyProvider
from keys.secret import Secret
from keys.wrapping import root_of, unwrap_key, wrap_key

SERVICE = frozenset({"digest", "flask", "index", "installation", "keyring", "seal", "session", "trail"})

_PERIOD = re.compile(r"[0-9]{4}(-[0-9]{2})?")


class Keyring(Secret):
    """Everything the service does with keys of its own; prints `<redacted>`."""

    __slots__ = ("_macs", "_path", "_provider", "_seen", "_service")

    def __init__(self, provider: KeyProvider, path: Path, service: Mapping[str, DataKey]) -> None:
        self._provider = provider
        self._path = path
        self._service = service
        # Keyed once and copied for each message: an import authenticates hundreds of thousands.
        self._macs = {name: HMAC(key.secret, SHA256()) for name, key in service.items()}
        self._seen: tuple[_Stamp | None, RingContent] = (None, RingContent({}))

    @classmethod
    def create(cls, provider: KeyProvider, path: Path) -> Self:
        """Make a keyring file with new keys. Raises ExistingKeyFileError where anything has that name."""
        service = {name: DataKey.generate() for name in SERVICE}
        content = RingContent({name: wrap_key(provider, key) for name, key in service.items()})
        create_key_file(path, encode_ring(content, service["keyring"]))
        return cls(provider, path, service)

    @classmethod
    def open(cls, provider: KeyProvider, path: Path) -> Self:
        """Read a keyring. Raises KeyFileError, or WrongRootKeyError where its root key is not at hand."""
        content, mac = _read(path)
        try:
            service = {name: unwrap_key(provider, wrapped) for name, wrapped in content.service.items()}
        except UnknownRootKeyError:
            raise WrongRootKeyError(_wrong_root(provider, path, content)) from None
        except WrapError:
            raise MalformedKeyFileError(_DAMAGED.format(path)) from None
        if service.keys() != SERVICE:
            raise MalformedKeyFileError(f"The keyring {path} holds other keys than this version of the program uses.")
        _authenticate(path, content, mac, service["keyring"])
        return cls(provider, path, service)

    def new_data_key(self) -> tuple[DataKey, bytes]:
        """Make a random data key; gives it and its wrapped form (49 bytes) for the database."""
        key = DataKey.generate()
        return key, wrap_key(self._provider, key)

    def unwrap(self, wrapped: bytes) -> DataKey:
        """Unwrap a data key. Raises WrapError: malformed, altered, or under a root key not at hand."""
        return unwrap_key(self._provider, wrapped)

    def index(self, value: str) -> bytes:
        """Give the 32 bytes under which the register finds a value, written just so, without holding it."""
        return self._mac("index", value.encode())

    def seal(self, kind: str, body: bytes) -> bytes:
        """Authenticate a row's content as one of this kind; 32 bytes."""
        named = kind.encode()
        return self._mac("seal", struct.pack(">H", len(named)) + named + body)

    def check_seal(self, kind: str, body: bytes, seal: bytes) -> bool:
        """Tell in constant time whether the seal is this content's, of this kind."""
        return hmac.compare_digest(self.seal(kind, body), seal)

    def trail_mac(self, payload: bytes) -> bytes:
        """Authenticate an entry of the trail; 32 bytes."""
        return self._mac("trail", payload)

    def session_hash(self, token: str) -> bytes:
        """Give the 32 bytes that a session's row holds for its token, so that no row can be invented."""
        return self._mac("session", token.encode())

    def digest(self, body: bytes) -> bytes:
        """Give 32 bytes by which contents compare as equal without being opened, and none can be guessed."""
        return self._mac("digest", body)

    def installation_key(self) -> DataKey:
        """Give the key of what belongs to no person in the register, such as the names of staff."""
        return self._service["installation"]

    def flask_secret(self) -> bytes:
        """Give the 32 bytes with which Flask signs its cookies."""
        return self._service["flask"].secret

    def lookup_key(self, period: str) -> DataKey:
        """Give the key of the numbers looked up in a year ("2026"), made if new. Raises DestroyedKeyError."""
        _check_period(period)
        lookup = self._content().lookup
        if period not in lookup:
            lookup = self._add_period(period)
        wrapped = lookup[period]
        if wrapped is None:
            raise DestroyedKeyError(
                f"The look-up key of {period} was destroyed: numbers looked up then cannot be shown."
            )
        return self.unwrap(wrapped)

    def destroy_lookup_key(self, period: str) -> None:
        """Destroy a period's key in every process; in backups it ends with their root keys."""
        _check_period(period)
        with locked_key_file(self._path):
            self._write_period(self._read(), period, None)

    @property
    def periods(self) -> Mapping[str, bool]:
        """The periods that had a look-up key, and whether they still have it."""
        return {period: wrapped is not None for period, wrapped in self._content().lookup.items()}

    @property
    def root_ids(self) -> frozenset[KeyId]:
        """The root keys that the keyring's own keys lie under: none of them can be taken away yet."""
        content = self._content()
        wraps = [*content.service.values(), *filter(None, content.lookup.values())]
        return frozenset(root_of(wrapped) for wrapped in wraps)

    def _mac(self, name: str, message: bytes) -> bytes:
        mac = self._macs[name].copy()
        mac.update(message)
        return mac.finalize()

    def _add_period(self, period: str) -> Mapping[str, bytes | None]:
        with locked_key_file(self._path):
            content = self._read()
            # Another process may have made it while this one waited for the lock; what is there stays.
            if period in content.lookup:
                return content.lookup
            return self._write_period(content, period, wrap_key(self._provider, DataKey.generate()))

    def _write_period(self, content: RingContent, period: str, wrapped: bytes | None) -> Mapping[str, bytes | None]:
        changed = replace(content, lookup={**content.lookup, period: wrapped})
        replace_key_file(self._path, encode_ring(changed, self._service["keyring"]))
        return changed.lookup

    def _content(self) -> RingContent:
        """What the file says now; it is read again only when it is not the file that was read last."""
        stamp = _stamp(self._path)
        if stamp is None or stamp != self._seen[0]:
            self._seen = stamp, self._read()
        return self._seen[1]

    def _read(self) -> RingContent:
        content, mac = _read(self._path)
        _authenticate(self._path, content, mac, self._service["keyring"])
        return content


_Stamp = tuple[int, int, int]
_DAMAGED = "The keyring {} is damaged, was altered, or is mixed from several. Restore it from a backup."


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read(path: Path) -> tuple[RingContent, bytes]:
    decoded = decode_ring(read_key_file(path))
    if decoded is None:
        raise MalformedKeyFileError(_DAMAGED.format(path))
    return decoded


def _authenticate(path: Path, content: RingContent, mac: bytes, key: DataKey) -> None:
    if not hmac.compare_digest(content.mac(key), mac):
        raise MalformedKeyFileError(_DAMAGED.format(path))


def _wrong_root(provider: KeyProvider, path: Path, content: RingContent) -> str:
    needed = ", ".join(sorted({root_of(wrapped).hex() for wrapped in content.service.values()}))
    held = ", ".join(sorted(root.hex() for root in provider.key_ids))
    return (
        f"The keyring {path} lies under root key {needed}, and the provider holds {held}. "
        "Give the provider that root key, or set keys.keyring_file to the keyring that belongs with it."
    )


def _check_period(period: str) -> None:
    if not _PERIOD.fullmatch(period):
        raise ValueError('A period is a year ("2026") or a month ("2026-11").')
