"""Entries: what is taken in, what is refused, and their bytes."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit.entry import Entry, decode, encode, index_columns, microseconds, seal
from audit.errors import EntryError
from audit.vocabulary import FORMS, Event
from tests import trails

SALT = bytes(range(16))
AT = datetime(2026, 11, 23, 15, 45, 26, 123456, UTC)
VECTORS = Path(__file__).parents[1] / "vectors" / "entries.json"
DIGEST = b64encode(bytes(32)).decode()

VALUES: dict[str, object] = {
    "acr": "http://id.elegnamnden.se/loa/1.0/loa3",
    "actor": "system:www-data",
    "changed": "trail.origin",
    "counts": {"persons": 3},
    "criteria": {"person": "ref-1"},
    "findings": 0,
    "how": "phone",
    "lines": [{"consent": "c-1", "line": 0}, {"consent": "c-1", "line": 1, "through": "si-1"}],
    "outcome": "permitted",
    "rests_on": {"person:ref-1": 3, "staff:s-anna": 1},
    "subject": "stand_in:si-1",
    "told_on": "2026-11-20",
    "version": 3,
    "withdrawn_at": "2026-11-23T15:45:26.123456Z",
}
COUNTS = {"count", "entry", "size"}
DIGESTS = {"digest", "items_digest", "note", "number", "reason_text", "root", "session", "state"}


def value_of(event: str, name: str) -> object:
    if name == "items":
        changed = [{"id": "pl-1", "change": "created", "digest": DIGEST}, {"id": "a-1", "change": "removed"}]
        return changed if event == Event.RECORDS_CHANGED else ["pl-1", "a-1"]
    if name in COUNTS:
        return 17
    return DIGEST if name in DIGESTS else VALUES.get(name, "some-1")


def entry_of(event: str, **changes: object) -> Entry:
    names = FORMS[event].checks
    return Entry(event, AT, {**{name: value_of(event, name) for name in names}, **changes})


@pytest.mark.parametrize("event", list(Event))
def test_every_event_is_encoded_canonically_and_read_back(event: Event) -> None:
    entry = entry_of(event)
    payload = encode(entry, SALT)
    assert payload == rfc8785.dumps(json.loads(payload))
    assert decode(payload) == entry


@pytest.mark.parametrize("event", list(Event))
def test_every_event_wants_exactly_its_fields(event: Event) -> None:
    required = FORMS[event].required
    least = {name: value_of(event, name) for name in required}
    if not {"subject", "version", "state"}.isdisjoint(required):
        least |= {name: value_of(event, name) for name in ("subject", "version", "state")}
    assert decode(encode(Entry(event, AT, least), SALT)).fields == least
    for name in required:
        with pytest.raises(EntryError, match=name):
            encode(Entry(event, AT, {other: least[other] for other in least if other != name}), SALT)
    with pytest.raises(EntryError, match="not a field"):
        encode(Entry(event, AT, {**least, "colour": "red"}), SALT)


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("bad", [None, True, 1.5, -1, "", "Åsa", "a b\n", [], [None], {"": 0}, {"a": None}, b"x"])
def test_no_field_takes_a_value_of_another_form(event: Event, bad: object) -> None:
    for name in FORMS[event].checks:
        if bad == [] and name in {"items", "lines"}:
            continue
        with pytest.raises(EntryError, match=name):
            encode(entry_of(event, **{name: bad}), SALT)


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(EntryError, match="vocabulary"):
        encode(Entry("coffee_made", AT, {"actor": "s-anna"}), SALT)


def test_a_message_never_repeats_what_was_written() -> None:
    with pytest.raises(EntryError) as caught:
        encode(Entry("signed_out", AT, {"actor": "s-anna", "Anna Berg 19900101": "x"}), SALT)
    assert "Berg" not in str(caught.value)


def test_the_fields_of_the_entry_itself_cannot_be_given() -> None:
    for name in ("at", "event", "salt", "v"):
        with pytest.raises(EntryError):
            encode(Entry("signed_out", AT, {"actor": "s-anna", name: "x"}), SALT)


def test_subject_version_and_state_come_together() -> None:
    fields = {"actor": "s-eva", "person": "ref-1"}
    encode(Entry("person_sealed", AT, fields), SALT)
    for name in ("subject", "version", "state"):
        with pytest.raises(EntryError, match="together"):
            encode(Entry("person_sealed", AT, {**fields, name: value_of("person_sealed", name)}), SALT)


def test_an_entry_of_more_than_16_kilobytes_is_refused() -> None:
    largest = ["x"]
    while (room := 16_384 - len(encode(entry_of("read", items=largest), SALT))) > 67:
        largest.append("y" * 40)
    largest.append("z" * (room - 3))
    payload = encode(entry_of("read", items=largest), SALT)
    assert len(payload) == 16_384
    assert decode(payload) == entry_of("read", items=largest)
    with pytest.raises(EntryError, match="16 KB"):
        encode(entry_of("read", items=[*largest[:-1], largest[-1] + "z"]), SALT)
    with pytest.raises(EntryError, match="16 KB"):
        decode(payload.replace(b'"x"', b'"xx"'))


def test_a_time_without_zone_and_a_short_salt_are_refused() -> None:
    with pytest.raises(EntryError, match="zone"):
        encode(Entry("signed_out", AT.replace(tzinfo=None), {"actor": "s-anna"}), SALT)
    with pytest.raises(EntryError, match="salt"):
        encode(Entry("signed_out", AT, {"actor": "s-anna"}), b"short")


def test_times_are_written_in_utc_with_microseconds() -> None:
    at = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    payload = encode(Entry("signed_out", at, {"actor": "s-anna"}), SALT)
    assert json.loads(payload)["at"] == "2026-07-01T10:00:00.000000Z"
    assert decode(payload).at == at
    assert index_columns(payload)["at"] == microseconds(at) == 1_782_900_000_000_000


def test_two_seals_of_one_entry_never_look_alike() -> None:
    one, other = (trails.sealed(entry_of("read")) for _ in range(2))
    assert one.payload != other.payload
    assert one.mac == trails.mac(one.payload)
    assert one.columns == other.columns == index_columns(one.payload)
    assert one.columns["person"] == "some-1"
    assert one.columns["subject"] is None


def test_strings_that_are_enums_become_plain_strings() -> None:
    sealed = seal(Entry(Event.LOOKED_UP, AT, {"actor": "s-anna", "outcome": "refused"}), trails.mac)
    assert {type(value) for value in sealed.columns.values()} == {int, str, type(None)}


def test_the_golden_bytes_stay_what_they_are() -> None:
    vectors = json.loads(VECTORS.read_text("utf-8"))
    for vector in vectors:
        entry = Entry(vector["event"], datetime.fromisoformat(vector["at"]), vector["fields"])
        payload = vector["payload"].encode()
        assert encode(entry, bytes.fromhex(vector["salt"])) == payload
        assert decode(payload) == entry
        assert index_columns(payload) == vector["columns"]


GOOD = json.loads(encode(entry_of("signed_in"), SALT))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff",
        b"[" * 8000,
        b'{"v":1}',
        rfc8785.dumps({**GOOD, "v": 2}),
        rfc8785.dumps({**GOOD, "v": True}),
        rfc8785.dumps({**GOOD, "event": 7}),
        rfc8785.dumps({**GOOD, "event": "coffee_made"}),
        rfc8785.dumps({**GOOD, "at": 7}),
        rfc8785.dumps({**GOOD, "at": "2026-02-30T00:00:00.000000Z"}),
        rfc8785.dumps({**GOOD, "at": "2026-02-03T00:00:00.000Z"}),
        rfc8785.dumps({**GOOD, "salt": "00"}),
        rfc8785.dumps({**GOOD, "salt": 7}),
        rfc8785.dumps({**GOOD, "salt": "A" * 32}),
        rfc8785.dumps({name: value for name, value in GOOD.items() if name != "salt"}),
        json.dumps(GOOD).encode(),
        json.dumps(GOOD, separators=(",", ":")).encode().replace(b'"v":1', b'"v":1.0'),
        rfc8785.dumps(GOOD).replace(b'"v":1', b'"v":1,"v":1'),
        rfc8785.dumps(GOOD) + b"\n",
        rfc8785.dumps(GOOD).replace(b"some", b"s\\u006fme"),
        rfc8785.dumps(GOOD).decode().encode("utf-16"),
        rfc8785.dumps(GOOD) + b"{}",
    ],
)
def test_bytes_that_encode_would_not_write_are_refused(payload: bytes) -> None:
    with pytest.raises(EntryError):
        decode(payload)


@pytest.mark.parametrize("items", [["a,b"], ["a", ""], [""], ["a", 1], "ab", ["a\n"], [["a"]]])
def test_a_list_of_ids_is_a_list_of_ids(items: object) -> None:
    with pytest.raises(EntryError, match="items"):
        encode(entry_of("read", items=items), SALT)


@given(st.lists(st.text("ab,._-", min_size=1, max_size=3), max_size=4))
def test_ids_are_taken_one_by_one(items: list[str]) -> None:
    entry = entry_of("read", items=items)
    if any("," in each for each in items):
        with pytest.raises(EntryError):
            encode(entry, SALT)
    else:
        assert decode(encode(entry, SALT)) == entry


@given(st.binary(max_size=80), st.integers(0, 300))
def test_no_changed_byte_passes_for_another_canonical_entry(noise: bytes, at: int) -> None:
    payload = encode(entry_of("signed_in"), SALT)
    spoilt = payload[:at] + noise + payload[at + len(noise) :]
    try:
        entry = decode(spoilt)
    except EntryError:
        return
    assert encode(entry, bytes.fromhex(json.loads(spoilt)["salt"])) == spoilt == rfc8785.dumps(json.loads(spoilt))
