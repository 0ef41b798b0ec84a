"""Sealing a row's personal content, so that it opens under one key and in one place only.

Promises: an envelope that opens was sealed by a holder of exactly this key, for exactly this place (table, row,
person, version, agency, category), and not a byte of it has changed. Every envelope has an AES key of its own,
derived with a random salt, so the nonce can be fixed. AES-GCM alone does not tie a ciphertext to one key; the
commitment does. The length is rounded up to whole blocks of 64 bytes. FORMAT.md gives the bytes and the reasons.

Refuses everything else with EnvelopeError, and says nothing about what was inside.
"""

import hmac
import secrets
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from keys.datakey import KEY_ID_SIZE, DataKey, KeyId
from keys.errors import EnvelopeError

__all__ = ["DataKey", "KeyId", "Place", "open_envelope", "seal_envelope"]

VERSION_AND_ALGORITHM = b"\x01\x01"  # format 1; algorithm 1: HKDF-SHA-256, AES-256-GCM, 32-byte commitment
SALT_SIZE = 32
COMMITMENT_SIZE = 32
TAG_SIZE = 16
BLOCK = 64

_SALT_AT = len(VERSION_AND_ALGORITHM) + KEY_ID_SIZE
_COMMITMENT_AT = _SALT_AT + SALT_SIZE
_CIPHERTEXT_AT = _COMMITMENT_AT + COMMITMENT_SIZE
_SMALLEST = _CIPHERTEXT_AT + BLOCK + TAG_SIZE

_CONTEXT = b"gemensam-ingang envelope"
# A nonce must not repeat under one key. Here no key repeats: each is derived with a fresh salt and used once.
_NONCE = bytes(12)
_SHA256 = SHA256()


@dataclass(frozen=True, slots=True)
class Place:
    """Where an envelope belongs: elsewhere it does not open. Only items have an agency and a category."""

    table: str
    row: str
    person: str
    version: int
    agency: str = ""
    category: str = ""

    def encoded(self) -> bytes:
        """Give the place as unambiguous bytes: 8 of version, then each text as UTF-8 after 2 of length."""
        try:
            names = (self.table, self.row, self.person, self.agency, self.category)
            texts = [name.encode() for name in names]
            lengthened = [struct.pack(">H", len(text)) + text for text in texts]
            return struct.pack(">Q", self.version) + b"".join(lengthened)
        except (UnicodeEncodeError, struct.error):
            pass
        # Raised out here, where no encoder's error that quotes the text hangs on to it.
        raise EnvelopeError("A place holds texts of at most 65,535 bytes and a version from 0 to 2⁶⁴ − 1.")


def seal_envelope(key: DataKey, place: Place, plaintext: bytes) -> bytes:
    """Seal a plain text for a place; two calls never give the same envelope."""
    return seal_with_salt(key, place, plaintext, secrets.token_bytes(SALT_SIZE))


def seal_with_salt(key: DataKey, place: Place, plaintext: bytes, salt: bytes) -> bytes:
    """Seal with a given 32-byte salt, for golden vectors only: a salt that repeats betrays both texts."""
    header = VERSION_AND_ALGORITHM + key.key_id
    bound = header + place.encoded()
    cipher_key, commitment = _derive(key, salt, bound)
    marked = plaintext + b"\x80"
    padded = marked + bytes(-len(marked) % BLOCK)
    return header + salt + commitment + AESGCM(cipher_key).encrypt(_NONCE, padded, bound)


def open_envelope(key: DataKey, place: Place, envelope: bytes) -> bytes:
    """Give back the plain text. Raises EnvelopeError for any other key, other place or altered byte."""
    if len(envelope) < _SMALLEST or (len(envelope) - _SMALLEST) % BLOCK:
        raise EnvelopeError("The envelope is cut short, extended or no envelope. Restore the row from a backup.")
    header = envelope[:_SALT_AT]
    if header[:2] != VERSION_AND_ALGORITHM:
        raise EnvelopeError("The envelope is of a version this program does not know. Upgrade the program.")
    bound = header + place.encoded()
    cipher_key, commitment = _derive(key, envelope[_SALT_AT:_COMMITMENT_AT], bound)
    # The commitment covers key and place. GCM's tag would not do: who knows two keys can make one ciphertext
    # that both accept, and so show two readers two texts.
    committed = hmac.compare_digest(commitment, envelope[_COMMITMENT_AT:_CIPHERTEXT_AT])
    if header[2:] != key.key_id or not committed:
        raise EnvelopeError("The envelope was sealed under another key, for another place, or was altered.")
    try:
        padded = AESGCM(cipher_key).decrypt(_NONCE, envelope[_CIPHERTEXT_AT:], bound)
    except InvalidTag:
        raise EnvelopeError("The envelope was altered. Restore the row from a backup.") from None
    marked = padded.rstrip(b"\x00")
    if marked[-1:] != b"\x80" or len(padded) - len(marked) >= BLOCK:
        raise EnvelopeError("The envelope's content is not padded as its version says.")
    return marked[:-1]


def _derive(key: DataKey, salt: bytes, bound: bytes) -> tuple[bytes, bytes]:
    """Derive the AES-256 key of one envelope and the commitment to it (RFC 5869, 64 bytes of output)."""
    # The two steps by themselves take the library two thirds of the time it takes them together.
    extracted = HKDF.extract(_SHA256, salt, key.secret)
    derived = HKDFExpand(_SHA256, 64, _CONTEXT + bound).derive(extracted)
    return derived[:32], derived[32:]
