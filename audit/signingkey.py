"""The key that signs tree heads, and the file it lives in.

The file is one line, a signed-note signer key (``PRIVATE+KEY+name+id+base64``), so that other tools can read it.
Created only when asked for and never overwritten; refused unless it is the user's own and nobody else's to read.
"""

import os
import stat
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import files
from audit.checkpoint import ED25519, Head, VerifierKey, decode_base64, head_text, signed_note
from audit.errors import CheckpointError, SigningKeyError

_PREFIX = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key under the name of its log."""

    verifier: VerifierKey
    _private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, origin: str, seed: bytes) -> "SigningKey":
        """The key that this 32-byte seed gives."""
        private = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(VerifierKey(origin, private.public_key().public_bytes_raw()), private)

    @classmethod
    def create(cls, origin: str, path: Path) -> "SigningKey":
        """Make a new key and its file; raises SigningKeyError if the file is there already."""
        seed = os.urandom(32)
        key = cls.of(origin, seed)
        line = f"{_PREFIX}{origin}+{key.verifier.id.hex()}+{b64encode(ED25519 + seed).decode()}\n"
        try:
            files.create(path, line.encode(), mode=0o600)
        except FileExistsError:
            raise SigningKeyError(f"{path} is there already and is not overwritten") from None
        return key

    @classmethod
    def read(cls, path: Path, origin: str | None = None) -> "SigningKey":
        """The key in the file at ``path``; raises SigningKeyError, also if it is not that of ``origin``."""
        line = _read_private(path)
        if not line.startswith(_PREFIX) or not line.endswith("\n"):
            raise SigningKeyError(f"{path} holds no signing key")
        name, _, rest = line.removeprefix(_PREFIX)[:-1].partition("+")
        key_id, _, material = rest.partition("+")
        try:
            decoded = decode_base64(material)
            key = cls.of(name, decoded[1:])
        except (CheckpointError, ValueError):
            raise SigningKeyError(f"{path} holds no signing key") from None
        if decoded[:1] != ED25519 or key.verifier.id.hex() != key_id:
            raise SigningKeyError(f"{path} holds a key that does not belong to its name and id")
        if origin not in (None, name):
            raise SigningKeyError(f"{path} holds the key of another trail than trail.origin names")
        return key

    def sign(self, head: Head) -> str:
        """The signed note of ``head``; always the same bytes for the same head."""
        text = head_text(self.verifier.origin, head)
        return signed_note(text, self.verifier.origin, self.verifier.id, self._private.sign(text.encode()))


def _read_private(path: Path) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise SigningKeyError(f"cannot read the signing key {path}: {error.strerror}") from None
    try:
        # Asked of the open file, so that nobody can change it in between.
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
            raise SigningKeyError(f"{path} must be your own regular file with mode 0600")
        return os.read(handle, 1024).decode("utf-8", "replace")
    finally:
        os.close(handle)
