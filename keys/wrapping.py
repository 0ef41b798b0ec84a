"""A wrapped key as it stands in a database row or a keyring file: which root key wrapped it, and the wrapped bytes.

AES key wrap (RFC 3394) is made for exactly this: it needs no nonce and refuses a wrong root key or an altered byte.
"""

from keys.datakey import KEY_ID_SIZE, KEY_SIZE, DataKey, KeyId
from keys.errors import MalformedWrapError
from keys.providers import KeyProvider

VERSION = b"\x01"
WRAPPED_SIZE = len(VERSION) + KEY_ID_SIZE + KEY_SIZE + 8


def wrap_key(provider: KeyProvider, key: DataKey) -> bytes:
    """Wrap a key under the active root key: version, the root key's name, AES-KW; 49 bytes."""
    root, wrapped = provider.wrap(key.secret)
    return VERSION + root + wrapped


def unwrap_key(provider: KeyProvider, wrapped: bytes) -> DataKey:
    """Give back the key. Raises WrapError: malformed, altered, or under an unknown root key."""
    if len(wrapped) != WRAPPED_SIZE or wrapped[:1] != VERSION:
        raise MalformedWrapError(
            f"A wrapped key is {WRAPPED_SIZE} bytes of version 1; this one is cut short, extended or of "
            "another version. Restore it from a backup."
        )
    return DataKey.of(provider.unwrap(root_of(wrapped), wrapped[1 + KEY_ID_SIZE :]))


def root_of(wrapped: bytes) -> KeyId:
    """Name the root key that a wrapped key lies under."""
    return KeyId(wrapped[1 : 1 + KEY_ID_SIZE])
