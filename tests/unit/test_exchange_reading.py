"""Reading: only JSON as the standard has it, of bounded size, and everything of it."""

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange import window
from portal.exchange.problems import DocumentError, Problem, Reason
from portal.exchange.reading import Element, Reader
from tests.factories import anna
from tests.unit.refusing import as_stream


def read(content: bytes) -> list[Element]:
    return list(Reader(io.BytesIO(content)))


@pytest.mark.parametrize(
    ("content", "reason", "detail"),
    [
        (b"", Reason.NO_CONTENT, None),
        (b" \n", Reason.NO_CONTENT, None),
        (b"[]", Reason.NOT_AN_OBJECT, None),
        (b"null", Reason.NOT_AN_OBJECT, None),
        (b"{} x", Reason.GOES_ON, "1:4"),
        (b"{}{}", Reason.GOES_ON, "1:3"),
        (b"\xef\xbb\xbf{}", Reason.BYTE_ORDER_MARK, None),
        ('{"a":"å"}'.encode("latin-1"), Reason.NOT_UTF8, "byte 7"),
        ('{"a":1}'.encode("utf-16"), Reason.NOT_UTF8, "byte 1"),
        (b'{"a":"\xed\xa0\x80"}', Reason.NOT_UTF8, "byte 7"),
        (b'{"a":"\xc0\xaf"}', Reason.NOT_UTF8, "byte 7"),
        (b'{"a":1,}', Reason.NOT_JSON, "1:8"),
        (b'{"a":[1,]}', Reason.NOT_JSON, "1:9"),
        (b'{"a":[1 2]}', Reason.NOT_JSON, "1:9"),
        (b'{"a" 1}', Reason.NOT_JSON, "1:6"),
        (b"{'a':1}", Reason.NOT_JSON, "1:2"),
        (b'{"a":01}', Reason.NOT_JSON, "1:7"),
        (b'{"a":"\n"}', Reason.NOT_JSON, "1:7"),
        (b'{"a":[\n{"id":1},\n{"id":1 "x"}]}', Reason.NOT_JSON, "3:9"),
        (b'{"a":1', Reason.ENDS_TOO_EARLY, None),
        (b'{"a":[1', Reason.ENDS_TOO_EARLY, None),
        (b'{"a":"abc', Reason.ENDS_TOO_EARLY, None),
        (b'{"a":[{"b":1}', Reason.ENDS_TOO_EARLY, None),
        (b'{"a":NaN}', Reason.NOT_FINITE, None),
        (b'{"a":[-Infinity]}', Reason.NOT_FINITE, None),
        (b'{"a":' + b"[" * 100_000, Reason.TOO_DEEP, None),
        (b'{"a":' * 100_000, Reason.TOO_DEEP, None),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(content: bytes, reason: Reason, detail: str | None) -> None:
    with pytest.raises(DocumentError) as refused:
        read(content)
    (problem,) = refused.value.problems
    assert (problem.path, problem.reason) == ("document", reason)
    assert detail is None or problem.detail == detail


def test_a_list_is_announced_and_then_read_item_by_item() -> None:
    assert read(b'{"persons": [{"id": "p"}, 2], "removed": {"plans": ["x"]}, "format": "f"}') == [
        Element("persons", None, []),
        Element("persons", 0, {"id": "p"}),
        Element("persons", 1, 2),
        Element("removed", None, {}),
        Element("removed.plans", None, []),
        Element("removed.plans", 0, "x"),
        Element("format", None, "f"),
    ]


def test_a_dot_in_a_key_is_not_taken_for_a_level() -> None:
    assert [element.name for element in read(b'{"removed.plans": 1}')] == ["removed?plans"]


def test_keys_that_stand_twice_are_seen_at_every_level() -> None:
    elements = read(b'{"a": [{"x": 1, "b": [{"y": 1, "y": 2}], "x": 3}], "a": [4], "c": 5}')
    assert [(element.name, element.repeated) for element in elements] == [
        ("a", ()),
        ("a", (("x",), ("b", 0, "y"))),
        ("a", ((),)),
        ("c", ()),
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"75", 75),
        (b"75.0", Decimal("75.0")),
        (b"7.5e1", Decimal(75)),
        (b"-0", 0),
        (b"1e-7", Decimal("1e-7")),
        (b"9" * 30, Decimal("9" * 30)),
        (b"1e99999999999999999999", Decimal("Infinity")),
    ],
)
def test_a_number_keeps_its_exact_value(written: bytes, value: object) -> None:
    assert read(b'{"a":' + written + b"}")[0].value == value


def test_a_number_of_a_million_digits_is_read_in_no_time() -> None:
    assert isinstance(read(b'{"a":' + b"9" * 1_000_000 + b"}")[0].value, Decimal)


@pytest.mark.parametrize("length", [window.LARGEST_VALUE - 2, window.LARGEST_VALUE - 1, 9 * window.LARGEST_VALUE])
@pytest.mark.parametrize("before", [0, 3 * window.MEBIBYTE])
def test_a_single_value_has_a_largest_length_wherever_it_stands(length: int, before: int) -> None:
    content = b'{"a":[' + b" " * before + b'"' + b"x" * length + b'"]}'
    if length + 2 <= window.LARGEST_VALUE:
        assert len(read(content)) == 2
    else:
        with pytest.raises(DocumentError) as refused:
            read(content)
        assert refused.value.problems[0].reason is Reason.OBJECT_TOO_LARGE


def test_a_document_over_the_limit_is_refused_and_the_limit_said() -> None:
    document = as_stream(anna())
    with pytest.raises(DocumentError) as refused:
        list(Reader(document, largest=1024))
    (problem,) = refused.value.problems
    assert problem.reason is Reason.TOO_LARGE
    assert "0.000976562 MiB" in problem.english


class Dripping(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def __init__(self, content: bytes, size: int) -> None:
        self._content, self._size = io.BytesIO(content), size

    def read(self, _size: int = -1) -> bytes:
        return self._content.read(self._size)


def elements_of(stream: BinaryIO) -> list[Element]:
    return list(Reader(stream))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 4096])
def test_the_size_of_each_read_changes_nothing(size: int) -> None:
    content = json.dumps(anna(), ensure_ascii=False, indent=1).encode()
    assert elements_of(Dripping(content, size)) == read(content)  # type: ignore[arg-type]


def test_the_digest_is_that_of_the_file() -> None:
    content = json.dumps(anna()).encode() + b"\n  "
    reader = Reader(io.BytesIO(content))
    assert list(reader)
    assert reader.digest == hashlib.sha256(content).digest()


@given(st.binary(max_size=40), st.integers(0, 3000))
def test_damage_anywhere_is_an_answer_and_never_a_crash(damage: bytes, place: int) -> None:
    content = json.dumps(anna(), ensure_ascii=False).encode()
    place %= len(content)
    refused: list[Problem] = []
    with suppress_refusal(refused):
        assert read(content[:place] + damage + content[place + len(damage) :])
    assert len(refused) <= 1


@contextmanager
def suppress_refusal(problems: list[Problem]) -> Iterator[None]:
    try:
        yield
    except DocumentError as refused:
        problems.extend(refused.problems)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("abcdef"), json_values), st.booleans(), st.integers(1, 5))
def test_what_any_parser_reads_is_read_alike(document: dict[str, object], ascii_only: bool, indent: int) -> None:
    content = json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    built: dict[str, object] = {}
    for element in read(content):
        if element.index is None:
            built[element.name] = element.value
        else:
            items = built[element.name]
            assert isinstance(items, list)
            items.append(element.value)
    assert built == json.loads(content)
