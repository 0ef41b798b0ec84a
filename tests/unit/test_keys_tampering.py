"""Whoever can write in the database can make no envelope open other than as it was sealed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.envelope import DataKey, Place, open_envelope, seal_envelope
from keys.errors import EnvelopeError

KEY = DataKey.generate()
PLACE = Place("items", "pl-1", "3f9c", 7, "af", "planning")
ENVELOPE = seal_envelope(KEY, PLACE, b"Praktik, Lager AB")


def refuses(envelope: bytes, place: Place = PLACE, key: DataKey = KEY) -> None:
    with pytest.raises(EnvelopeError) as refusal:
        open_envelope(key, place, envelope)
    assert "Praktik" not in str(refusal.value)


def test_any_bit_of_any_byte_changed_is_refused() -> None:
    for at in range(len(ENVELOPE)):
        for mask in (0x01, 0x80, 0xFF):
            changed = bytearray(ENVELOPE)
            changed[at] ^= mask
            refuses(bytes(changed))


def test_any_truncation_is_refused() -> None:
    for length in range(len(ENVELOPE)):
        refuses(ENVELOPE[:length])
        refuses(ENVELOPE[len(ENVELOPE) - length :])


@pytest.mark.parametrize("length", [0, 1, 73, 74, 90, 153, 155, 217, 219])
def test_a_length_that_no_envelope_has_is_said_to_be_that(length: int) -> None:
    with pytest.raises(EnvelopeError, match="cut short, extended or no envelope"):
        open_envelope(KEY, PLACE, (ENVELOPE + bytes(100))[:length])


@pytest.mark.parametrize("extra", [b"\x00", b"\x80", bytes(16), bytes(64), ENVELOPE])
def test_any_extension_is_refused(extra: bytes) -> None:
    refuses(ENVELOPE + extra)
    refuses(extra + ENVELOPE)
    refuses(ENVELOPE[:-16] + extra + ENVELOPE[-16:])


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, table="item_history"),
        replace(PLACE, row="pl-2"),
        replace(PLACE, person="77aa"),
        replace(PLACE, version=6),
        replace(PLACE, agency="ame"),
        replace(PLACE, category="health"),
        replace(PLACE, agency="", category=""),
        replace(PLACE, row="pl-13f9c", person=""),
        replace(PLACE, agency="planning", category="af"),
        replace(PLACE, agency="afp", category="lanning"),
    ],
)
def test_moved_to_another_table_row_person_version_agency_or_category_it_is_refused(elsewhere: Place) -> None:
    refuses(ENVELOPE, place=elsewhere)


def test_another_persons_key_is_refused() -> None:
    refuses(ENVELOPE, key=DataKey.generate())


def test_another_key_of_the_same_name_is_refused() -> None:
    refuses(ENVELOPE, key=DataKey(DataKey.generate().secret, KEY.key_id))


def test_the_same_key_under_another_name_is_refused() -> None:
    refuses(ENVELOPE, key=DataKey(KEY.secret, DataKey.generate().key_id))


@pytest.mark.parametrize("cut", [slice(10, 42), slice(42, 74), slice(74, 138), slice(138, 154)])
def test_a_part_of_another_envelope_of_the_same_place_is_refused(cut: slice) -> None:
    other = seal_envelope(KEY, PLACE, b"Studier, halvtid")
    refuses(ENVELOPE[: cut.start] + other[cut] + ENVELOPE[cut.stop :])


def test_a_later_version_is_refused_as_one_the_program_does_not_know() -> None:
    with pytest.raises(EnvelopeError, match="Upgrade the program"):
        open_envelope(KEY, PLACE, b"\x02" + ENVELOPE[1:])
    with pytest.raises(EnvelopeError, match="Upgrade the program"):
        open_envelope(KEY, PLACE, b"\x01\x02" + ENVELOPE[2:])


@settings(max_examples=300)
@given(noise=st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    refuses(noise)
    refuses(ENVELOPE[:10] + noise)


@settings(max_examples=300)
@given(data=st.data())
def test_several_changes_at_once_are_refused(data: st.DataObject) -> None:
    changed = bytearray(ENVELOPE)
    for at in data.draw(st.sets(st.integers(0, len(ENVELOPE) - 1), min_size=1, max_size=8)):
        changed[at] ^= data.draw(st.integers(1, 255))
    refuses(bytes(changed))
