"""Signed tree heads: C2SP tlog-checkpoint in C2SP signed-note form, Ed25519.

Promises that a checkpoint it opened was signed over exactly these bytes by exactly this key. Refuses a note with a
bad signature by the known key, control characters, extension lines or any second spelling of a number or hash.
Signatures by others (witnesses) may stand beside ours and are passed over, as the specification asks.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.errors import CheckpointError
from audit.merkle import HASH_BYTES, Hash

ED25519 = b"\x01"
MAX_NOTE = 64 * 1024
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_SIGNATURE = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Head:
    """A tree head: how many leaves, and the root over them."""

    size: int
    root: Hash


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a log's key, published as a vkey line."""

    origin: str
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.origin) or len(self.public) != HASH_BYTES:
            raise CheckpointError("a verifier key needs a name without spaces or plus signs, and 32 bytes")

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names this key."""
        return sha256(self.origin.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @classmethod
    def parse(cls, line: str) -> "VerifierKey":
        """The key a vkey line spells; raises CheckpointError."""
        origin, _, rest = line.partition("+")
        key_id, _, material = rest.partition("+")
        decoded = decode_base64(material)
        if decoded[:1] != ED25519:
            raise CheckpointError("the verifier key is not an Ed25519 key")
        key = cls(origin, decoded[1:])
        if key.id.hex() != key_id:
            raise CheckpointError("the verifier key's name, id and key do not belong together")
        return key

    def __str__(self) -> str:
        return f"{self.origin}+{self.id.hex()}+{b64encode(ED25519 + self.public).decode()}"


def head_text(origin: str, head: Head) -> str:
    """The text that is signed."""
    return f"{origin}\n{head.size}\n{b64encode(head.root).decode()}\n"


def signed_note(text: str, name: str, key_id: bytes, signature: bytes) -> str:
    """The note of ``text`` with one signature."""
    return f"{text}\n{_SIGNATURE}{name} {b64encode(key_id + signature).decode()}\n"


def open_checkpoint(note: str, key: VerifierKey) -> Head:
    """The head a note holds, after verifying ``key``'s signature on it; raises CheckpointError."""
    text, signatures = _split(note)
    own = [signature for name, signature in signatures if name == key.origin and signature[:4] == key.id]
    if not own:
        raise CheckpointError("the checkpoint bears no signature by this key")
    public = Ed25519PublicKey.from_public_bytes(key.public)
    for signature in own:
        try:
            public.verify(signature[4:], text.encode())
        except InvalidSignature:
            raise CheckpointError("the checkpoint's signature does not verify") from None
    return _head(text, key.origin)


def read_head(note: str) -> Head:
    """The head a note claims, without believing it; raises CheckpointError if there is none in it."""
    text, _ = _split(note)
    return _head(text, text.partition("\n")[0])


def decode_base64(text: str) -> bytes:
    """The bytes of one exact base64 spelling; raises CheckpointError for any other."""
    try:
        decoded = b64decode(text, validate=True)
    except (BadBase64, ValueError):
        raise CheckpointError("a base64 value is malformed") from None
    # Base64 lets several spellings stand for the same bytes; only one is right here.
    if b64encode(decoded).decode() != text:
        raise CheckpointError("a base64 value is malformed")
    return decoded


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    if len(note) > MAX_NOTE or any(character < " " and character != "\n" for character in note):
        raise CheckpointError("the checkpoint is not a signed note")
    text, separator, block = note.rpartition("\n\n")
    if not separator or not block.endswith("\n"):
        raise CheckpointError("the checkpoint is not a signed note")
    return text + "\n", [_signature(line) for line in block[:-1].split("\n")]


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_SIGNATURE).partition(" ")
    if not line.startswith(_SIGNATURE) or not _NAME.fullmatch(name):
        raise CheckpointError("a signature line is malformed")
    signature = decode_base64(encoded)
    if len(signature) < 5:
        raise CheckpointError("a signature line is malformed")
    return name, signature


def _head(text: str, origin: str) -> Head:
    lines = text.split("\n")
    if len(lines) != 4 or lines[0] != origin or not _SIZE.fullmatch(lines[1]):
        raise CheckpointError("the checkpoint's text is not this log's origin, size and root")
    root = decode_base64(lines[2])
    if len(root) != HASH_BYTES:
        raise CheckpointError("the checkpoint's root is not 32 bytes")
    return Head(int(lines[1]), Hash(root))
