"""A key that seals content, and the short name by which what it sealed refers to it.

The name is derived from the key, so that a key needs to carry nothing beside itself through a wrap, an HSM or a
backup.
"""

import hashlib
import secrets
from typing import NewType, Self

from keys.secret import Secret

KeyId = NewType("KeyId", bytes)

KEY_SIZE = 32
KEY_ID_SIZE = 8

_NAMING = b"gemensam-ingang key id 1"


def name_key(secret: bytes) -> KeyId:
    """Derive a 32-byte key's 8-byte name: the beginning of a SHA-256, which tells nothing of a random key."""
    return KeyId(hashlib.sha256(_NAMING + secret).digest()[:KEY_ID_SIZE])


class DataKey(Secret):
    """256 secret bits and their name; prints `<redacted>`."""

    __slots__ = ("key_id", "secret")

    def __init__(self, secret: bytes, key_id: KeyId) -> None:
        if len(secret) != KEY_SIZE or len(key_id) != KEY_ID_SIZE:
            raise ValueError(f"A data key is {KEY_SIZE} bytes and its name {KEY_ID_SIZE}.")
        self.secret = secret
        self.key_id = key_id

    @classmethod
    def generate(cls) -> Self:
        """Make a new random key from the operating system's source."""
        return cls.of(secrets.token_bytes(KEY_SIZE))

    @classmethod
    def of(cls, secret: bytes) -> Self:
        """Take a key that exists and name it. Raises ValueError unless it is 32 bytes."""
        return cls(secret, name_key(secret))
