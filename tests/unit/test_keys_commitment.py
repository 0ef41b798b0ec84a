"""A ciphertext that AES-GCM accepts under two keys, as anybody who knows both can make one: the commitment refuses it.

GCM's tag is a polynomial over GF(2¹²⁸). With both keys known, one block of ciphertext is the unknown of one linear
equation, and the tag comes out the same under both.
"""

import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB

from keys.envelope import DataKey, Place, open_envelope
from keys.errors import EnvelopeError
from tests.unit import keys_by_the_page as page

PLACE = ("items", "pl-1", "3f9c", 7, "af", "planning")


def multiply(x: int, y: int) -> int:
    """Multiply in GCM's field, whose bits are reflected (SP 800-38D, 6.3)."""
    product = 0
    for bit in range(127, -1, -1):
        if (y >> bit) & 1:
            product ^= x
        x = (x >> 1) ^ (0xE1 << 120 if x & 1 else 0)
    return product


def power(x: int, exponent: int) -> int:
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = multiply(result, x)
        x = multiply(x, x)
        exponent >>= 1
    return result


def inverse(x: int) -> int:
    return power(x, 2**128 - 2)


def block_of(key: bytes, block: bytes) -> bytes:
    return Cipher(AES256(key), ECB()).encryptor().update(block)  # noqa: S305 - GCM is built of the bare block cipher


def counter_block(key: bytes, count: int) -> bytes:
    return block_of(key, bytes(12) + struct.pack(">I", count))


def blocks(octets: bytes) -> list[int]:
    padded = octets + bytes(-len(octets) % 16)
    return [int.from_bytes(padded[at : at + 16], "big") for at in range(0, len(padded), 16)]


def two_key_ciphertext(one: bytes, other: bytes, associated: bytes, tail: bytes) -> bytes:
    """Make 16 bytes that, before the tail, give ciphertext and tag which GCM accepts under both keys and zero nonce."""
    lengths = struct.pack(">QQ", 8 * len(associated), 8 * (16 + len(tail)))
    sequence = [*blocks(associated), 0, *blocks(tail), *blocks(lengths)]
    free = len(blocks(associated))
    hashes, masks, sums = [], [], []
    for key in (one, other):
        point = int.from_bytes(block_of(key, bytes(16)), "big")
        total = 0
        for block in sequence:
            total = multiply(total ^ block, point)
        hashes.append(power(point, len(sequence) - free))
        masks.append(int.from_bytes(counter_block(key, 1), "big"))
        sums.append(total)
    unknown = multiply(sums[0] ^ sums[1] ^ masks[0] ^ masks[1], inverse(hashes[0] ^ hashes[1]))
    tag = sums[0] ^ multiply(unknown, hashes[0]) ^ masks[0]
    return unknown.to_bytes(16, "big") + tail + tag.to_bytes(16, "big")


def two_key_envelopes(first: DataKey, second: DataKey) -> tuple[bytes, bytes]:
    """Make the same salt, ciphertext and tag twice, committed to the first key and to the second."""
    header = b"\x01\x01" + first.key_id
    bound = header + page.encode_place(PLACE)
    for attempt in range(10_000):
        salt = struct.pack(">Q", attempt) * 4
        one, first_commitment = page.derive(first.secret, salt, bound)
        other, second_commitment = page.derive(second.secret, salt, bound)
        # The last byte has to be the padding's mark under both keys, so that nothing but the commitment can object.
        end = counter_block(one, 5)[-1]
        if end == counter_block(other, 5)[-1]:
            ciphertext = two_key_ciphertext(one, other, bound, bytes(47) + bytes([end ^ 0x80]))
            return header + salt + first_commitment + ciphertext, header + salt + second_commitment + ciphertext
    raise AssertionError("no salt gave both keys the same last byte")


def test_only_the_commitment_keeps_a_ciphertext_to_one_key() -> None:
    first = DataKey.of(bytes(range(32)))
    # Names are 8 bytes, and two keys of one name can be found: the attacker has found them.
    second = DataKey(bytes(range(32, 64)), first.key_id)
    to_first, to_second = two_key_envelopes(first, second)

    assert page.open_without_commitment(first.secret, PLACE, to_first) != page.open_without_commitment(
        second.secret, PLACE, to_first
    )
    assert len(open_envelope(first, Place(*PLACE), to_first)) == 63
    assert len(open_envelope(second, Place(*PLACE), to_second)) == 63
    # But for the commitment the two are one and the same envelope.
    assert to_first[:42] + to_first[74:] == to_second[:42] + to_second[74:]
    with pytest.raises(EnvelopeError, match="another key"):
        open_envelope(second, Place(*PLACE), to_first)
    with pytest.raises(EnvelopeError, match="another key"):
        open_envelope(first, Place(*PLACE), to_second)
