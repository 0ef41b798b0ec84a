"""A trail read from its database, by range and in bounded memory."""

from collections.abc import Iterator

from sqlalchemy import Connection, exists, func, select

from audit.checkpoint import Head
from audit.findings import Fault, Finding
from audit.frontier import TILE_WIDTH
from audit.merkle import Hash
from audit.sources import Batch, Claim
from audit.store import checkpoints, entries, leaves, tiles
from audit.treestore import last_entry

ROWS = 1024
_COLUMNS = [column for column in entries.columns if column.name not in {"id", "payload", "mac"}]


class FromDatabase:
    """The trail behind ``connection``, whose transaction should see one snapshot."""

    tiles_from = 0
    has_partials = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claims(self) -> Iterator[Claim]:
        """Every row of trail_checkpoints, by id."""
        after = 0
        wanted = select(checkpoints).order_by(checkpoints.c.id).limit(ROWS)
        while found := self._connection.execute(wanted.where(checkpoints.c.id > after)).all():
            for row in found:
                after = row.id
                yield Claim(f"checkpoint {row.id}", row.note, Head(row.size, Hash(bytes(row.root))))

    def batches(self) -> Iterator[Batch]:
        """Every row of trail_leaves with its entry, by leaf."""
        after = -1
        wanted = (
            select(leaves, entries.c.payload, entries.c.mac, *_COLUMNS)
            .outerjoin(entries, entries.c.id == leaves.c.entry_id)
            .order_by(leaves.c.leaf)
            .limit(ROWS)
        )
        names = [column.name for column in _COLUMNS]
        while found := self._connection.execute(wanted.where(leaves.c.leaf > after)).all():
            after = found[-1][0]
            yield Batch(
                leaves=[row[0] for row in found],
                entry_ids=[row[1] for row in found],
                hashes=[Hash(bytes(row[2])) for row in found],
                payloads=[_bytes(row[3]) for row in found],
                macs=[_bytes(row[4]) for row in found],
                columns=[dict(zip(names, row[5:], strict=True)) for row in found],
            )

    def tile(self, level: int, index: int, width: int = TILE_WIDTH) -> bytes | None:
        """One row of trail_tiles; only full ones are kept."""
        wanted = select(tiles.c.hashes).where(tiles.c.level == level, tiles.c.tile == index)
        found = self._connection.execute(wanted).scalar() if width == TILE_WIDTH else None
        return _bytes(found)

    def strays(self) -> Iterator[Finding]:
        """Entries that others were signed past: slipped in later, or left out because they are not ours."""
        newest = last_entry(self._connection)
        has_leaf = exists().where(leaves.c.entry_id == entries.c.id)
        stray = select(entries.c.id).where(entries.c.id <= newest, ~has_leaf).order_by(entries.c.id).limit(ROWS)
        after = 0
        while found := self._connection.execute(stray.where(entries.c.id > after)).scalars().all():
            for id_ in found:
                after = id_
                yield Finding(Fault.ENTRY_LEFT_OUT, f"entry {id_}", "it has no place in the tree")

    def waiting(self) -> int:
        """Entries newer than the last leaf."""
        newer = select(func.count()).select_from(entries).where(entries.c.id > last_entry(self._connection))
        return self._connection.execute(newer).scalar_one()


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)
