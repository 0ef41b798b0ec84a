"""The layout of an exported trail: C2SP tlog-tiles, to the byte.

``checkpoint``, ``tile/<level>/<index>`` with 256 hashes each, ``tile/entries/<index>`` with 256 length-prefixed
entries each, and ``.p/<width>`` after the index where the last one is not yet full. Pure but for ``read``.
"""

from collections.abc import Sequence
from pathlib import Path

from audit.frontier import TILE_WIDTH

CHECKPOINT = "checkpoint"
ENTRIES = "entries"


def tile_path(level: int | str, index: int, width: int = TILE_WIDTH) -> str:
    """The relative path of a tile, or of an entry bundle where ``level`` is ENTRIES."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"


def pack(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry after its length in two bytes, most significant first."""
    return b"".join(part for entry in entries for part in (len(entry).to_bytes(2, "big"), entry))


def unpack(bundle: bytes) -> tuple[list[bytes], bytes]:
    """The entries of a bundle, and what is left at its end that is no whole entry."""
    entries = []
    at, size = 0, len(bundle)
    while at < size:
        begin = at + 2
        end = begin + int.from_bytes(bundle[at:begin], "big")
        if end > size:
            break
        entries.append(bundle[begin:end])
        at = end
    return entries, bundle[at:]


def read(directory: Path, path: str) -> bytes | None:
    """The bytes of one file of an export, or None where there is no such file."""
    try:
        return (directory / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
