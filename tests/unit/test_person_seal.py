"""What a person's seal covers: every column that decides or says something, and no row more or less."""

from datetime import date
from typing import Any

import pytest

from portal.consent.sealing import sealed_body
from portal.plans.sealing import imprint_of, records_digest

PERSON: dict[str, Any] = {
    "ref": "0" * 32,
    "id": "p-1",
    "version": 3,
    "is_protected": False,
    "content_version": 2,
    "content": b"content",
    "digest": b"digest",
    "records": b"records",
    "merged_into": None,
}
CONSENT: dict[str, Any] = {
    "id": "c-1",
    "valid_from": date(2026, 1, 10),
    "valid_until": date(2026, 12, 31),
    "terms": "[]",
    "registered_at": 1,
    "registered_by": "s-eva",
    "confirmed_at": 2,
    "confirmed_by": "s-eva",
    "withdrawn_at": None,
    "ending": None,
    "replaces": None,
    "content": b"paper",
}
ITEM: dict[str, Any] = {
    "id": "a-1",
    "version": 1,
    "kind": "activity",
    "agency": "af",
    "category": "planning",
    "plan": "pl-1",
    "digest": b"digest",
    "content": b"content",
}
OTHER = {**ITEM, "id": "a-2"}


def altered(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, date):
        return value.replace(day=1)
    return {str: "x", bytes: b"x", int: 7, bool: True, type(None): 7}[type(value)]


def digest(*rows: dict[str, Any]) -> bytes:
    return records_digest(map(imprint_of, rows))


@pytest.mark.parametrize("column", ITEM)
def test_the_records_are_others_when_a_column_is(column: str) -> None:
    assert digest({**ITEM, column: altered(ITEM[column])}, OTHER) != digest(ITEM, OTHER)


def test_the_records_are_others_when_an_item_is_more_or_less() -> None:
    assert len({digest(), digest(ITEM), digest(OTHER), digest(ITEM, OTHER), digest(ITEM, ITEM)}) == 5


def test_the_order_in_which_items_are_read_does_not_matter() -> None:
    assert digest(ITEM, OTHER) == digest(OTHER, ITEM)


@pytest.mark.parametrize("column", PERSON)
def test_the_seal_is_of_every_column_of_the_person(column: str) -> None:
    assert sealed_body({**PERSON, column: altered(PERSON[column])}, [CONSENT]) != sealed_body(PERSON, [CONSENT])


@pytest.mark.parametrize("column", CONSENT)
def test_the_seal_is_of_every_column_of_a_consent(column: str) -> None:
    assert sealed_body(PERSON, [{**CONSENT, column: altered(CONSENT[column])}]) != sealed_body(PERSON, [CONSENT])


def test_somebody_disposed_of_is_sealed_without_content() -> None:
    assert sealed_body({**PERSON, "content": None, "digest": None}, []) != sealed_body(PERSON, [])


def test_the_bytes_are_these() -> None:
    assert digest(ITEM).hex() == "072cdaa214073f9ef5e5e24e9c746c923e39c70ce26970cb262ec86807657795"
    assert sealed_body(PERSON, [CONSENT]) == (
        b'[1,["00000000000000000000000000000000","p-1",3,false,2,'
        b'"ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73","646967657374","7265636f726473"],'
        b'[["c-1","2026-01-10","2026-12-31","[]",1,"s-eva",2,"s-eva",null,null,null,'
        b'"382635c9325bf3273d195ff1b8a44e5b11afd7d97addeb8863ea35feb98c1a07"]]]'
    )


@pytest.mark.parametrize("column", ["content", "digest"])
@pytest.mark.parametrize("value", ["text", 5, None])
def test_what_is_no_bytes_was_not_written_by_us(column: str, value: object) -> None:
    with pytest.raises(TypeError):
        digest({**ITEM, column: value})
