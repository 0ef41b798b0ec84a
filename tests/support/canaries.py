"""Strings that stand for nobody and are looked for where nobody's should stand, however they are written down."""

import re
import secrets
from base64 import b64decode
from collections.abc import Iterable, Iterator
from pathlib import Path

_LETTERS = "bcdfghjklmnpqrstvwxz"
_TOKEN = re.compile(rb"q[b-df-hj-np-tv-xz]{10}", re.IGNORECASE)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{14,}")
_HEX = re.compile(rb"(?:[0-9a-f]{2}){11,}", re.IGNORECASE)
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


class Canaries:
    """Gives out one string for each place it is written in, and finds which have got out."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}

    def __call__(self, place: str) -> str:
        """A string of its own for ``place``: eleven letters, so that no chance makes it."""
        return self.keep(place, "q" + "".join(secrets.choice(_LETTERS) for _ in range(10)))

    def keep(self, place: str, text: str) -> str:
        """Look for ``text`` as well, which stands in ``place``."""
        self.given[place] = text
        return text

    def escaped(self, sources: Iterable[tuple[str, bytes]]) -> set[tuple[str, str]]:
        """The places whose string stands in a source, beside the source's name."""
        found = set()
        for name, content in sources:
            readings = list(_readings(content))
            tokens = {token.lower().decode() for reading in readings for token in _TOKEN.findall(reading)}
            for place, text in self.given.items():
                is_there = text in tokens if _TOKEN.fullmatch(text.encode()) else _holds_number(readings, text)
                if is_there:
                    found.add((place, name))
        return found


def files_in(*folders: Path, since: float = 0.0) -> Iterator[tuple[str, bytes]]:
    """Every file below ``folders`` that has been written ``since`` then (s since the epoch), with its content."""
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.stat().st_mtime >= since:
                yield str(file.relative_to(folder)), file.read_bytes()


def _readings(content: bytes) -> Iterator[bytes]:
    """``content`` as it stands, out of UTF-16, and whatever in it could be base64 or hexadecimal, read."""
    yield content
    yield content.replace(b"\0", b"")
    for run in _BASE64.findall(content):
        plain = run.translate(_URL_SAFE)
        yield b"\n".join(b64decode(plain[start : start + (len(plain) - start) // 4 * 4]) for start in range(4))
    yield b"\n".join(bytes.fromhex(run.decode()) for run in _HEX.findall(content))


def _holds_number(readings: list[bytes], number: str) -> bool:
    """Whether a number stands there, with or without its century."""
    return any(number[2:].encode() in reading for reading in readings)
