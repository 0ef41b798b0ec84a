"""A window on the text of a document: what is read of it at a time, and the JSON values found there.

Stricter than the JSON most parsers take: UTF-8 without byte order mark, no NaN, no nesting without end, no value
longer than a million characters. The standard library's scanner does the parsing, because it shows keys that
stand twice and text that is not Unicode, where yajl behind ijson mends them in silence.
"""

import hashlib
import json
import re
from codecs import getincrementaldecoder
from decimal import Decimal, InvalidOperation
from typing import BinaryIO, Final, NoReturn, TypeAlias

from portal.exchange.problems import WHOLE_DOCUMENT, DocumentError, Problem, Reason

Path: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead to a value inside another."""

MEBIBYTE: Final = 1024 * 1024
LARGEST_VALUE: Final = MEBIBYTE
_AT_A_TIME: Final = 4 * MEBIBYTE
_LONGEST_INTEGER: Final = 18
_LONGEST_TOKEN: Final = 16
_WHITE_SPACE: Final = re.compile(r"[ \t\n\r]*")


class Window:
    """The text of one binary stream, taken piece by piece; raises DocumentError where it is not JSON."""

    def __init__(self, stream: BinaryIO, largest: int) -> None:
        self._stream = stream
        self._largest = largest
        self._decoder = getincrementaldecoder("utf-8")()
        self._hash = hashlib.sha256()
        self._size = 0
        self._text, self._at, self._has_ended = "", 0, False
        self._lines_above, self._columns_before = 0, 0
        self._repeats_a_key = False
        self._scan = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
        ).raw_decode

    @property
    def digest(self) -> bytes:
        """SHA-256 of the bytes read so far."""
        return self._hash.digest()

    def peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            # The pattern matches nothing as well, so there is always a match.
            self._at = _WHITE_SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or self._has_ended:
                return self._text[self._at : self._at + 1]
            self._fill()

    def take(self, expected: str) -> None:
        """Pass the character ``expected``, after white space."""
        if self.peek() != expected:
            self.refuse(Reason.NOT_JSON if self.peek() else Reason.ENDS_TOO_EARLY)
        self._at += 1

    def value(self) -> tuple[object, tuple[Path, ...]]:
        """Pass one whole value, after white space; also the paths in it of keys that stand twice."""
        self.peek()
        while not self._has_ended and len(self._text) - self._at <= LARGEST_VALUE:
            self._fill()
        self._repeats_a_key = False
        try:
            value, end = self._scan(self._text, self._at)
            repeated = tuple(_repeated_keys(self._text[self._at : end])) if self._repeats_a_key else ()
        except RecursionError:
            self.refuse(Reason.TOO_DEEP)
        except _NotFiniteError:
            self.refuse(Reason.NOT_FINITE)
        except json.JSONDecodeError as error:
            self._refuse_text(error)
        if end - self._at > LARGEST_VALUE:
            self.refuse(Reason.OBJECT_TOO_LARGE)
        self._at = end
        return value, repeated

    def refuse(self, reason: Reason) -> NoReturn:
        """Refuse the whole document for what stands here."""
        self._refuse(reason, self._position(self._at))

    def _refuse_text(self, error: json.JSONDecodeError) -> NoReturn:
        reaches_the_edge = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _LONGEST_TOKEN
        if reaches_the_edge and not self._has_ended:
            self.refuse(Reason.OBJECT_TOO_LARGE)
        if error.msg.startswith("Unterminated") or error.pos >= len(self._text):
            self.refuse(Reason.ENDS_TOO_EARLY)
        self._refuse(Reason.NOT_JSON, self._position(error.pos))

    def _refuse(self, reason: Reason, detail: str) -> NoReturn:
        raise DocumentError([Problem(WHOLE_DOCUMENT, reason, detail)]) from None

    def _fill(self) -> None:
        """Let go of the text passed and read on."""
        self._columns_before = self._column(self._at)
        self._lines_above += self._text.count("\n", 0, self._at)
        is_first = self._size == 0
        chunk = self._stream.read(_AT_A_TIME)
        self._has_ended = not chunk
        if self._size + len(chunk) > self._largest:
            self._refuse(Reason.TOO_LARGE, f"{self._largest / MEBIBYTE:g} MiB")
        unread = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(chunk, final=self._has_ended)
        except UnicodeDecodeError as error:
            self._refuse(Reason.NOT_UTF8, f"byte {self._size - unread + error.start + 1}")
        if is_first and text.startswith("\ufeff"):
            self._refuse(Reason.BYTE_ORDER_MARK, "")
        self._hash.update(chunk)
        self._size += len(chunk)
        self._text, self._at = self._text[self._at :] + text, 0

    def _position(self, place: int) -> str:
        return f"{self._lines_above + self._text.count(chr(10), 0, place) + 1}:{self._column(place) + 1}"

    def _column(self, place: int) -> int:
        line_break = self._text.rfind("\n", 0, place)
        return place - line_break - 1 if line_break >= 0 else self._columns_before + place

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) != len(pairs):
            self._repeats_a_key = True
        return members


class _NotFiniteError(Exception):
    """NaN or Infinity, which are not JSON."""


def _constant(_name: str) -> NoReturn:
    raise _NotFiniteError


def _integer(text: str) -> int | Decimal:
    """Long integers stay decimals: making an int of a million digits takes minutes."""
    return int(text) if len(text) <= _LONGEST_INTEGER else Decimal(text)


def _fraction(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what a decimal holds: out of range wherever it stands
        return Decimal("Infinity")


class _Pairs(list[tuple[str, object]]):
    """An object as it was written, every key of it."""


def _repeated_keys(text: str) -> list[Path]:
    """The paths of the keys that stand twice in their object."""
    value = json.loads(text, object_pairs_hook=_Pairs, parse_int=_integer, parse_float=_fraction)
    found: list[Path] = []
    waiting: list[tuple[Path, object]] = [((), value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, _Pairs):
            seen: set[str] = set()
            for key, member in value:
                if key in seen:
                    found.append((*path, key))
                seen.add(key)
                waiting.append(((*path, key), member))
        elif isinstance(value, list):
            waiting.extend(((*path, index), member) for index, member in enumerate(value))
    return found
