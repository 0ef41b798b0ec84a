"""A trail read from an export directory, bundle by bundle."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from audit import tiles
from audit.checkpoint import read_head
from audit.errors import CheckpointError, ExportError
from audit.findings import Fault, Finding
from audit.frontier import TILE_WIDTH
from audit.merkle import HASH_BYTES, Hash
from audit.sources import Batch, Claim
from audit.treestore import cut

T = TypeVar("T")


class FromExport:
    """The trail in ``directory``; raises ExportError if it holds no checkpoint at all."""

    tiles_from = 1
    has_partials = True

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        note = tiles.read(directory, tiles.CHECKPOINT)
        if note is None:
            raise ExportError(f"{directory} holds no checkpoint, so it is not an exported trail")
        self._strays: list[Finding] = []
        self._note = note.decode("utf-8", "replace")

    def claims(self) -> Iterator[Claim]:
        """The one checkpoint."""
        yield Claim(tiles.CHECKPOINT, self._note)

    def batches(self) -> Iterator[Batch]:
        """As many leaves as the checkpoint claims, or as there are."""
        try:
            size = read_head(self._note).size
        except CheckpointError:
            return
        for first in range(0, size, TILE_WIDTH):
            index, width = first // TILE_WIDTH, min(TILE_WIDTH, size - first)
            path = tiles.tile_path(tiles.ENTRIES, index, width)
            bundle = tiles.read(self._directory, path)
            hashes = self.tile(0, index, width)
            if bundle is None and hashes is None:
                # A claimed size may be anything; that the rest is missing is seen from what comes no more.
                return
            payloads, rest = tiles.unpack(bundle or b"")
            if rest:
                self._strays.append(Finding(Fault.ENTRY_ALTERED, path, "it does not end with a whole entry"))
            stored = self._hashes(index, width, hashes)
            count = max(len(payloads), len(stored))
            yield Batch(range(first, first + count), _padded(payloads, count), _padded(stored, count))

    def tile(self, level: int, index: int, width: int = TILE_WIDTH) -> bytes | None:
        """One tile file."""
        return tiles.read(self._directory, tiles.tile_path(level, index, width))

    def strays(self) -> Iterator[Finding]:
        """Tiles and bundles of leaves that were missing or not whole; other files may be left from a crash."""
        return iter(self._strays)

    def waiting(self) -> int:
        """None: only what is signed is exported."""
        return 0

    def _hashes(self, index: int, width: int, stored: bytes | None) -> list[Hash]:
        if stored is None:
            self._strays.append(Finding(Fault.TILE_MISSING, tiles.tile_path(0, index, width), "it is missing"))
        elif len(stored) != width * HASH_BYTES:
            what = f"it holds {len(stored)} bytes in place of {width * HASH_BYTES}"
            self._strays.append(Finding(Fault.TILE_ALTERED, tiles.tile_path(0, index, width), what))
        else:
            return cut(stored)
        return []


def _padded(values: Sequence[T], count: int) -> list[T | None]:
    return [*values, *[None] * (count - len(values))]
