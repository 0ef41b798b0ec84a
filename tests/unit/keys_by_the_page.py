"""keys/FORMAT.md written a second time, from the page alone: what the tests compare the program with.

Uses nothing of the package, and of cryptography only the bare block cipher and GCM. Slow and plain on purpose.
"""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB, GCM

Place = tuple[str, str, str, int, str, str]


def sha256_mac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def lp(octets: bytes) -> bytes:
    return struct.pack(">H", len(octets)) + octets


def name(key: bytes) -> bytes:
    return hashlib.sha256(b"gemensam-ingang key id 1" + key).digest()[:8]


def encode_place(place: Place) -> bytes:
    table, row, person, version, agency, category = place
    return struct.pack(">Q", version) + b"".join(lp(text.encode()) for text in (table, row, person, agency, category))


def derive(key: bytes, salt: bytes, bound: bytes) -> tuple[bytes, bytes]:
    """RFC 5869 by hand: the cipher key and the commitment."""
    info = b"gemensam-ingang envelope" + bound
    extracted = sha256_mac(salt, key)
    first = sha256_mac(extracted, info + b"\x01")
    return first, sha256_mac(extracted, first + info + b"\x02")


def seal(key: bytes, place: Place, plaintext: bytes, salt: bytes) -> bytes:
    padded = plaintext + b"\x80"
    while len(padded) % 64:
        padded += b"\x00"
    return seal_padded(key, place, padded, salt)


def seal_padded(key: bytes, place: Place, padded: bytes, salt: bytes) -> bytes:
    header = b"\x01\x01" + name(key)
    bound = header + encode_place(place)
    cipher_key, commitment = derive(key, salt, bound)
    encryptor = Cipher(AES256(cipher_key), GCM(bytes(12))).encryptor()
    encryptor.authenticate_additional_data(bound)
    ciphertext = encryptor.update(padded) + encryptor.finalize()
    return header + salt + commitment + ciphertext + encryptor.tag


def open_without_commitment(key: bytes, place: Place, envelope: bytes) -> bytes:
    """Open as GCM alone would: everything of the page but the comparison of names and commitment."""
    bound = envelope[:10] + encode_place(place)
    cipher_key, _ = derive(key, envelope[10:42], bound)
    decryptor = Cipher(AES256(cipher_key), GCM(bytes(12), envelope[-16:])).decryptor()
    decryptor.authenticate_additional_data(bound)
    padded = decryptor.update(envelope[74:-16]) + decryptor.finalize()
    return padded.rstrip(b"\x00").removesuffix(b"\x80")


def wrap(root: bytes, key: bytes) -> bytes:
    """RFC 3394, section 2.2.1, with version and name before it."""
    block = Cipher(AES256(root), ECB()).encryptor()  # noqa: S305 - key wrap is built of the bare block cipher
    register = b"\xa6" * 8
    parts = [key[at : at + 8] for at in range(0, len(key), 8)]
    for step in range(6):
        for index, part in enumerate(parts):
            mixed = block.update(register + part)
            count = len(parts) * step + index + 1
            register = (int.from_bytes(mixed[:8], "big") ^ count).to_bytes(8, "big")
            parts[index] = mixed[8:]
    return b"\x01" + name(root) + register + b"".join(parts)


def ring_mac(key: bytes, service: dict[str, bytes], lookup: dict[str, bytes | None]) -> bytes:
    message = lp(b"gemensam-ingang keyring 1")
    for service_name in sorted(service):
        message += lp(b"service") + lp(service_name.encode()) + lp(service[service_name])
    for period in sorted(lookup):
        message += lp(b"lookup") + lp(period.encode()) + lp(lookup[period] or b"")
    return sha256_mac(key, message)
