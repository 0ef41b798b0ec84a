"""Reads an exchange document value by value, however large it is.

Memory stays bounded: a window of the text and one object of a list at a time. Whether the values are what the
format asks for is not judged here; that the document is JSON, and an object, is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from portal.exchange.problems import Reason
from portal.exchange.window import MEBIBYTE, Path, Window

LARGEST_DOCUMENT: Final = 2048 * MEBIBYTE


@dataclass(slots=True)
class Element:
    """One value of the document: the name of its list or key, and the index in the list if it stands in one.

    ``repeated`` are the paths, below this value, of keys that stand twice; an empty one is the name itself.
    """

    name: str
    index: int | None
    value: Any
    repeated: tuple[Path, ...] = ()


class Reader:
    """The elements of one document; raises DocumentError, with a single problem, where it is not JSON."""

    def __init__(self, stream: BinaryIO, largest: int = LARGEST_DOCUMENT) -> None:
        self._window = Window(stream, largest)

    @property
    def digest(self) -> bytes:
        """SHA-256 of the bytes read so far: of the document, once all elements have been taken."""
        return self._window.digest

    def __iter__(self) -> Iterator[Element]:
        """The top level in its own order: a list as ``[]`` and then each item, ``removed`` likewise."""
        window = self._window
        if window.peek() != "{":
            window.refuse(Reason.NOT_AN_OBJECT if window.peek() else Reason.NO_CONTENT)
        yield from self._members("")
        if window.peek():
            window.refuse(Reason.GOES_ON)

    def _members(self, above: str) -> Iterator[Element]:
        window, seen = self._window, set[str]()
        window.take("{")
        while window.peek() != "}":
            if seen:
                window.take(",")
            name = above + self._key()
            window.take(":")
            if name in seen:
                yield Element(name, None, None, ((),))
                for _ in self._elements(name):
                    pass
            else:
                yield from self._elements(name)
            seen.add(name)
        window.take("}")

    def _key(self) -> str:
        if self._window.peek() != '"':
            self._window.take('"')
        key, _ = self._window.value()
        # A dot is ours, between "removed" and its lists.
        return str(key).replace(".", "?")

    def _elements(self, name: str) -> Iterator[Element]:
        opening = self._window.peek()
        if opening == "[":
            yield Element(name, None, [])
            yield from self._items(name)
        elif opening == "{" and name == "removed":
            yield Element(name, None, {})
            yield from self._members("removed.")
        else:
            yield Element(name, None, *self._window.value())

    def _items(self, name: str) -> Iterator[Element]:
        window, index = self._window, 0
        window.take("[")
        while window.peek() != "]":
            if index:
                window.take(",")
            yield Element(name, index, *window.value())
            index += 1
        window.take("]")
