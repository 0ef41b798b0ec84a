"""An envelope gives back what was sealed, to the right key in the right place, and shows nothing of it meanwhile."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.envelope import BLOCK, DataKey, KeyId, Place, open_envelope, seal_envelope
from keys.errors import EnvelopeError

KEY = DataKey.generate()
PLACE = Place("items", "pl-1", "3f9c", 7, "af", "planning")

texts = st.text(max_size=40)
places = st.builds(Place, texts, texts, texts, st.integers(0, 2**64 - 1), texts, texts)


@settings(max_examples=100)
@given(place=places, plaintext=st.binary(max_size=400))
def test_what_is_sealed_opens_in_its_place(place: Place, plaintext: bytes) -> None:
    assert open_envelope(KEY, place, seal_envelope(KEY, place, plaintext)) == plaintext


@settings(max_examples=200)
@given(one=places, other=places)
def test_two_places_never_look_the_same(one: Place, other: Place) -> None:
    assert (one.encoded() == other.encoded()) is (one == other)


@settings(max_examples=50)
@given(one=places, other=places)
def test_an_envelope_opens_in_no_other_place(one: Place, other: Place) -> None:
    envelope = seal_envelope(KEY, one, b"content")
    if one != other:
        with pytest.raises(EnvelopeError):
            open_envelope(KEY, other, envelope)


def test_no_envelope_is_made_twice() -> None:
    assert len({seal_envelope(KEY, PLACE, b"content") for _ in range(50)}) == 50


def test_the_plain_text_does_not_stand_in_the_envelope() -> None:
    assert b"Praktik" not in seal_envelope(KEY, PLACE, b"Praktik, Lager AB")


@pytest.mark.parametrize(("length", "blocks"), [(0, 1), (1, 1), (63, 1), (64, 2), (127, 2), (128, 3)])
def test_the_length_tells_no_more_than_whole_blocks(length: int, blocks: int) -> None:
    assert len(seal_envelope(KEY, PLACE, b"x" * length)) == 90 + blocks * BLOCK


@pytest.mark.parametrize(
    "place",
    [
        Place("t", "r", "p", -1),
        Place("t", "r", "p", 2**64),
        Place("t" * 65_536, "r", "p", 1),
        Place("t", "r", "p\ud800", 1),
    ],
    ids=["negative version", "version too large", "text too long", "half a character"],
)
def test_a_place_that_cannot_be_written_is_refused_without_quoting_it(place: Place) -> None:
    with pytest.raises(EnvelopeError) as refusal:
        seal_envelope(KEY, place, b"content")
    assert refusal.value.__context__ is None
    assert "\ud800" not in str(refusal.value)


def test_a_place_without_agency_and_category_has_them_empty_and_does_not_change() -> None:
    place = Place("persons", "3f9c", "3f9c", 1)
    assert place == Place("persons", "3f9c", "3f9c", 1, "", "")
    with pytest.raises(FrozenInstanceError):
        place.version = 2  # type: ignore[misc]


@pytest.mark.parametrize("table", ["", "å" * 32_767 + "x"], ids=["empty", "65,535 bytes"])
def test_the_shortest_and_longest_texts_of_a_place_are_written(table: str) -> None:
    place = Place(table, "r", "p", 2**64 - 1)
    assert open_envelope(KEY, place, seal_envelope(KEY, place, b"content")) == b"content"


@pytest.mark.parametrize(("secret", "key_id"), [(31, 8), (33, 8), (32, 7), (32, 9), (0, 0)])
def test_a_data_key_is_32_bytes_and_its_name_8(secret: int, key_id: int) -> None:
    with pytest.raises(ValueError, match="A data key is 32 bytes and its name 8"):
        DataKey(bytes(secret), KeyId(bytes(key_id)))


def test_a_key_is_named_by_what_it_is() -> None:
    again = DataKey.of(KEY.secret)
    assert again.key_id == KEY.key_id
    assert DataKey.generate().key_id != KEY.key_id
    assert open_envelope(again, PLACE, seal_envelope(KEY, PLACE, b"content")) == b"content"
