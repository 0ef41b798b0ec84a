"""The right edge of a growing tree: all that is needed to append leaves, cut full tiles and tell the root.

Pure. Holds at most 255 hashes a level, however many leaves the tree has, and never looks back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from audit.merkle import EMPTY_ROOT, Hash, node_hash, root_of

TILE_WIDTH = 256
TILE_HEIGHT = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """A full tile: 256 consecutive hashes at ``level``, each over 256**level leaves."""

    level: int
    index: int
    hashes: tuple[Hash, ...]


@dataclass(slots=True)
class _Edge:
    """The unfinished tile of one level, and the roots of the complete subtrees it is made of, widest first."""

    hashes: list[Hash] = field(default_factory=list)
    peaks: list[Hash] = field(default_factory=list)

    def append(self, hash_: Hash) -> None:
        count = len(self.hashes)
        self.hashes.append(hash_)
        while count % 2:
            hash_ = node_hash(self.peaks.pop(), hash_)
            count //= 2
        self.peaks.append(hash_)


class Frontier:
    """A tree known by its right edge."""

    def __init__(self) -> None:
        self.size = 0
        self._edges: list[_Edge] = []

    @classmethod
    def restore(cls, size: int, edges: Sequence[Sequence[Hash]]) -> "Frontier":
        """The frontier of a tree of ``size`` leaves, from the unfinished tile of each level, lowest first."""
        frontier = cls()
        frontier.size = size
        for hashes in edges:
            edge = _Edge()
            for hash_ in hashes:
                edge.append(hash_)
            frontier._edges.append(edge)
        return frontier

    def extend(self, leaves: Sequence[Hash]) -> Iterator[Tile]:
        """Append leaf hashes and give every tile they fill, each before any that builds on it.

        The leaves are all appended once the iterator is exhausted.
        """
        begin = 0
        while begin < len(leaves):
            room = TILE_WIDTH - self.size % TILE_WIDTH
            part = leaves[begin : begin + room]
            begin += len(part)
            self.size += len(part)
            yield from self._append(0, part)

    def root(self) -> Hash:
        """The root of the whole tree."""
        right: Hash | None = None
        for edge in self._edges:
            for peak in reversed(edge.peaks):
                right = peak if right is None else node_hash(peak, right)
        return EMPTY_ROOT if right is None else right

    def partial(self, level: int) -> Sequence[Hash]:
        """The hashes of the unfinished tile at ``level``; none where the last tile is full."""
        return tuple(self._edges[level].hashes) if level < len(self._edges) else ()

    @property
    def levels(self) -> int:
        """How many levels of tiles the tree has."""
        return len(self._edges)

    def _append(self, level: int, hashes: Sequence[Hash]) -> Iterator[Tile]:
        if level == len(self._edges):
            self._edges.append(_Edge())
        edge = self._edges[level]
        if len(hashes) == TILE_WIDTH:
            # A whole tile at once needs no peaks of its own.
            full, top = tuple(hashes), root_of(hashes)
        else:
            for hash_ in hashes:
                edge.append(hash_)
            if len(edge.hashes) < TILE_WIDTH:
                return
            full, top = tuple(edge.hashes), edge.peaks[0]
        self._edges[level] = _Edge()
        yield Tile(level, (self.size >> (TILE_HEIGHT * (level + 1))) - 1, full)
        yield from self._append(level + 1, [top])
