"""The tree as the database keeps it: leaves, full tiles and signed heads.

Everything asked of it is answered from the right edge or from single tiles; nothing reads the whole tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from audit.checkpoint import Head
from audit.errors import ProofError
from audit.frontier import TILE_HEIGHT, TILE_WIDTH, Frontier, Tile
from audit.merkle import EMPTY_ROOT, HASH_BYTES, Hash, root_of
from audit.store import checkpoints, entries, leaves, tiles

EMPTY = Head(0, EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A row of trail_checkpoints, not yet verified."""

    id: int
    head: Head
    at: int
    note: str


def last_checkpoint(connection: Connection) -> StoredCheckpoint | None:
    """The newest signed head, or None before the first."""
    found = connection.execute(select(checkpoints).order_by(checkpoints.c.id.desc()).limit(1)).first()
    if found is None:
        return None
    return StoredCheckpoint(found.id, Head(found.size, Hash(bytes(found.root))), found.at, found.note)


def last_entry(connection: Connection) -> int:
    """The highest entry id that has a leaf; 0 before the first."""
    return connection.execute(select(func.max(leaves.c.entry_id))).scalar() or 0


def read_frontier(connection: Connection, size: int) -> Frontier:
    """The right edge of the tree of ``size`` leaves, from at most 255 leaves and 255 tiles a level.

    Raises ProofError where one of them is missing.
    """
    edges: list[list[Hash]] = []
    level, nodes = 0, size
    while nodes:
        first = nodes - nodes % TILE_WIDTH
        edges.append(
            _leaf_hashes(connection, first, nodes) if level == 0 else _roots(connection, level - 1, first, nodes)
        )
        level, nodes = level + 1, nodes >> TILE_HEIGHT
    return Frontier.restore(size, edges)


def read_node(connection: Connection, level: int, index: int) -> Hash:
    """The root of the complete subtree of 2**level leaves at ``index``; raises ProofError if it is not stored."""
    tile_level, rise = divmod(level, TILE_HEIGHT)
    width = 1 << rise
    tile, offset = divmod(index * width, TILE_WIDTH)
    begin = tile * TILE_WIDTH + offset
    stored = _tile(connection, tile_level, tile)
    if stored is not None:
        return root_of(stored[offset : offset + width])
    if tile_level == 0:
        return root_of(_leaf_hashes(connection, begin, begin + width))
    return root_of(_roots(connection, tile_level - 1, begin, begin + width))


def read_payloads(connection: Connection, begin: int, end: int) -> list[bytes]:
    """The entries at leaves begin … end-1; raises ProofError where one of them is missing."""
    wanted = (
        select(entries.c.payload)
        .join(leaves, leaves.c.entry_id == entries.c.id)
        .where(leaves.c.leaf >= begin, leaves.c.leaf < end)
        .order_by(leaves.c.leaf)
    )
    found = [bytes(payload) for payload in connection.execute(wanted).scalars()]
    if len(found) != end - begin:
        raise ProofError("the database does not hold every entry of the tree")
    return found


def publish(
    connection: Connection,
    first: int,
    grown: Sequence[tuple[int, Hash]],
    full: Sequence[Tile],
    notes: Sequence[tuple[Head, str]],
    at: int,
) -> None:
    """Write new leaves (entry id and hash, from leaf ``first`` on), the tiles they filled and the heads over them."""
    connection.execute(
        insert(leaves),
        [{"leaf": first + at, "entry_id": id_, "hash": hash_} for at, (id_, hash_) in enumerate(grown)],
    )
    if full:
        connection.execute(
            insert(tiles),
            [{"level": tile.level, "tile": tile.index, "hashes": b"".join(tile.hashes)} for tile in full],
        )
    connection.execute(
        insert(checkpoints),
        [{"size": head.size, "root": head.root, "at": at, "note": note} for head, note in notes],
    )


def _leaf_hashes(connection: Connection, begin: int, end: int) -> list[Hash]:
    wanted = select(leaves.c.hash).where(leaves.c.leaf >= begin, leaves.c.leaf < end).order_by(leaves.c.leaf)
    return _exactly(end - begin, [Hash(bytes(hash_)) for hash_ in connection.execute(wanted).scalars()])


def _roots(connection: Connection, level: int, begin: int, end: int) -> list[Hash]:
    """The roots of the full tiles begin … end-1 of ``level``."""
    wanted = (
        select(tiles.c.hashes)
        .where(tiles.c.level == level, tiles.c.tile >= begin, tiles.c.tile < end)
        .order_by(tiles.c.tile)
    )
    return _exactly(end - begin, [root_of(cut(bytes(row))) for row in connection.execute(wanted).scalars()])


def _tile(connection: Connection, level: int, tile: int) -> list[Hash] | None:
    found = connection.execute(select(tiles.c.hashes).where(tiles.c.level == level, tiles.c.tile == tile)).scalar()
    return None if found is None else cut(bytes(found))


def cut(hashes: bytes) -> list[Hash]:
    """The hashes of a tile's bytes."""
    return [Hash(hashes[at : at + HASH_BYTES]) for at in range(0, len(hashes), HASH_BYTES)]


def _exactly(count: int, hashes: list[Hash]) -> list[Hash]:
    if len(hashes) != count:
        raise ProofError("the database does not hold the tree it claims to hold")
    return hashes
