"""The trail's tables, the append and the reads: the only place where the trail meets SQL.

An append counts only when the database gave every row back. Nothing here updates or deletes, and the triggers
of ``audit.triggers`` let nobody else do it. Column by column in FORMAT.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy import insert as insert_into

from audit import locks
from audit.entry import Columns, Sealed
from audit.errors import AppendError
from audit.statement import Statement

# BIGINT on SQLite would not be the rowid, and so not count by itself.
_BigId = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

entries = Table(
    "trail_entries",
    metadata,
    Column("id", _BigId, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("event", String(32), nullable=False),
    Column("actor", String(71)),
    Column("agency", String(64)),
    Column("person", String(64)),
    Column("subject", String(73)),
    Column("version", Integer),
    Column("outcome", String(16)),
    Column("listing", String(64)),
    Column("payload", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    # An id that was ever given out is never given out again, even if its row is torn away.
    sqlite_autoincrement=True,
)
# Most entries are reads, which change nobody's state: partial indexes keep their append cheap.
Index(
    "ix_trail_entries_subject",
    entries.c.subject,
    entries.c.id,
    sqlite_where=entries.c.subject.is_not(None),
    postgresql_where=entries.c.subject.is_not(None),
)
Index(
    "ix_trail_entries_person",
    entries.c.person,
    entries.c.actor,
    entries.c.id,
    sqlite_where=entries.c.person.is_not(None),
    postgresql_where=entries.c.person.is_not(None),
)
Index("ix_trail_entries_actor", entries.c.actor, entries.c.id)
# For those who search the trail: each leads to the newest entries of its kind, however long the trail is.
Index("ix_trail_entries_at", entries.c.at, entries.c.id)
Index("ix_trail_entries_event", entries.c.event, entries.c.id)
Index(
    "ix_trail_entries_agency",
    entries.c.agency,
    entries.c.id,
    sqlite_where=entries.c.agency.is_not(None),
    postgresql_where=entries.c.agency.is_not(None),
)
Index(
    "ix_trail_entries_refused",
    entries.c.id,
    sqlite_where=entries.c.outcome == "refused",
    postgresql_where=entries.c.outcome == "refused",
)
Index(
    "ix_trail_entries_listing",
    entries.c.listing,
    entries.c.event,
    entries.c.id,
    sqlite_where=entries.c.listing.is_not(None),
    postgresql_where=entries.c.listing.is_not(None),
)

leaves = Table(
    "trail_leaves",
    metadata,
    Column("leaf", _BigId, primary_key=True, autoincrement=False),
    Column("entry_id", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("entry_id", name="uq_trail_leaves_entry_id"),
)

tiles = Table(
    "trail_tiles",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("tile", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

checkpoints = Table(
    "trail_checkpoints",
    metadata,
    Column("id", _BigId, primary_key=True, autoincrement=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    # One head for each size: the database, too, refuses the plainest of forks.
    UniqueConstraint("size", name="uq_trail_checkpoints_size"),
    sqlite_autoincrement=True,
)

# Whatever appends shares it; whoever gives out leaf indexes holds it alone for a moment, and so knows what is settled.
INTEGRATION = "trail:integration"

_INSERT = insert_into(entries).returning(entries.c.id, sort_by_parameter_order=True)
# Ids rise, so what the signer has not integrated yet are the ids above its last; both ends are read by index. Entries
# stand nearly in order of time: the oldest that waits is among the first, and those are all that is looked at, or the
# database might walk the whole index on time instead.
_WAITING = (
    select(entries.c.at)
    .where(entries.c.id > select(func.coalesce(func.max(leaves.c.entry_id), 0)).scalar_subquery())
    .order_by(entries.c.id)
    .limit(1000)
    .subquery()
)
# The latest, not the last: an entry that is taken while the clock is in doubt must not make up for it.
NEWEST_TIME = select(func.max(entries.c.at)).scalar_subquery()
OLDEST_UNSIGNED_TIME = select(func.min(_WAITING.c.at)).scalar_subquery()
_TIMES = Statement(select(NEWEST_TIME, OLDEST_UNSIGNED_TIME))
_COLUMNS = tuple(column.name for column in entries.columns if column.name not in {"id", "payload", "mac"})


@dataclass(frozen=True, slots=True)
class Stored:
    """One row of the trail as the database holds it."""

    id: int
    payload: bytes
    mac: bytes
    columns: Columns


def insert(connection: Connection, sealed: Sequence[Sealed]) -> list[int]:
    """Append the entries in this order inside the caller's transaction and return their ids, rising.

    It shares ``INTEGRATION`` until the transaction ends, which is how the signer knows that no lower id
    is still to come: take every lock that may have to wait before it. Raises AppendError unless the database
    gave every row back.
    """
    if not sealed:
        return []
    locks.share(connection, [INTEGRATION])
    rows = [{**entry.columns, "payload": entry.payload, "mac": entry.mac} for entry in sealed]
    ids = list(connection.execute(_INSERT, rows).scalars())
    if len(ids) != len(rows) or any(later <= earlier for earlier, later in pairwise(ids)):
        raise AppendError("the database did not give every appended entry back in order")
    return ids


def trail_times(connection: Connection) -> tuple[int | None, int | None]:
    """The latest time of any entry and the oldest of an unsigned one, in µs since the epoch."""
    newest, oldest_unsigned = _TIMES.rows(connection, {})[0]
    return newest, oldest_unsigned


def newest_id(connection: Connection) -> int:
    """The id of the newest entry, 0 before the first."""
    return connection.execute(select(func.max(entries.c.id))).scalar() or 0


def read_after(connection: Connection, after: int, limit: int) -> list[Stored]:
    """At most ``limit`` entries with an id above ``after``, in order of id."""
    found = select(entries).where(entries.c.id > after).order_by(entries.c.id).limit(limit)
    return [stored_of(row) for row in connection.execute(found)]


def stored_of(row: Row[Any]) -> Stored:
    """A row that has every column of ``entries``, unchecked."""
    values = row._mapping
    columns = {name: values[name] for name in _COLUMNS}
    return Stored(values["id"], bytes(values["payload"]), bytes(values["mac"]), columns)
