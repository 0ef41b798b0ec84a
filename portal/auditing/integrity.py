"""Whether the log is untouched, as far as a page can tell while one waits.

Checks the newest signed head and the newest thousand entries, down to their bytes, and that the signer remembers no
more than the database holds. What lies further back is for ``portal-audit verify``, which checks everything. Each
check holds, is broken, or could not be made here; it never says more than it has seen.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from time import sleep
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from audit import treestore
from audit.checkpoint import Head, VerifierKey, open_checkpoint
from audit.errors import CheckpointError, HeadFileError, ProofError, SigningKeyError
from audit.findings import Fault
from audit.frontier import TILE_WIDTH
from audit.headfile import HeadFile
from audit.merkle import Hash, root_of
from audit.signer import oldest_unsigned_age
from audit.signingkey import SigningKey
from audit.store import entries, leaves, stored_of
from audit.treestore import StoredCheckpoint
from portal.auditing.examining import Check, Leaf, examine
from portal.auditing.service import LEAF_HASH, WHOLE
from portal.clock import instant
from portal.config import TrailSettings
from portal.gate.snapshot import snapshot

NEWEST_TILES = 4
MOST_WAITING = 10_000
# The signer writes its memory a moment before the database commits; for so long a page waits for the two to agree.
_PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.0)
# SQLite lets a text stand in a column of bytes, where somebody puts one.
_NO_TREE = (ProofError, TypeError)


class Part(StrEnum):
    """What is checked, in the order in which it is told."""

    SIGNATURE = "signature"
    TREE = "tree"
    ENTRIES = "entries"
    MEMORY = "memory"
    PACE = "pace"


class State(StrEnum):
    """How a check ended."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Integrity:
    """What was found. ``faults`` are those of single entries, by kind; ``waiting`` stops counting at MOST_WAITING."""

    states: Mapping[Part, State]
    faults: Mapping[Fault, int]
    first_faulty: tuple[int, ...]
    examined: int
    size: int
    signed_at: datetime | None
    waiting: int
    oldest_waiting: timedelta
    checked_at: datetime

    @property
    def is_touched(self) -> bool:
        """Whether something has been altered, removed or slipped in, or cannot be told from that."""
        return State.BROKEN in {state for part, state in self.states.items() if part is not Part.PACE}

    @property
    def is_signed_in_time(self) -> bool:
        """Whether the signer keeps up."""
        return self.states[Part.PACE] is State.HOLDS

    @property
    def is_whole(self) -> bool:
        """Whether every check could be made and holds."""
        return set(self.states.values()) == {State.HOLDS}


def check_integrity(engine: Engine, check: Check, settings: TrailSettings, now: datetime) -> Integrity:
    """Check what can be checked in well under a second; raises UnavailableError if the log cannot be read."""
    key = _verifier(settings)
    # Read before the database is, so that a head signed meanwhile can only make the database the longer of the two.
    memory, remembered = _remembered(settings, key)
    for wait in _PATIENCE:
        with snapshot(engine) as connection:
            last = treestore.last_checkpoint(connection)
            head = last.head if last else treestore.EMPTY
            if remembered is None or remembered.size <= head.size or not wait:
                if remembered is not None:
                    memory = _extends(connection, head, remembered)
                return _check(connection, check, settings, now, (key, last, memory))
        sleep(wait)
    raise AssertionError  # the last of _PATIENCE returns


def _check(
    connection: Connection,
    check: Check,
    settings: TrailSettings,
    now: datetime,
    signing: tuple[VerifierKey | None, StoredCheckpoint | None, State],
) -> Integrity:
    key, last, memory = signing
    head = last.head if last else treestore.EMPTY
    first_leaf = max(0, head.size // TILE_WIDTH - NEWEST_TILES) * TILE_WIDTH
    signed_up_to = treestore.last_entry(connection)
    faults, first_faulty, examined = _examine_newest(connection, first_leaf, signed_up_to, check)
    age = oldest_unsigned_age(connection, now)
    in_time = age <= timedelta(seconds=settings.stop_reads_after_seconds)
    waiting = select(entries.c.id).where(entries.c.id > signed_up_to).limit(MOST_WAITING).subquery()
    return Integrity(
        states={
            Part.SIGNATURE: _signature(last, key),
            Part.TREE: _tree(connection, head, first_leaf),
            Part.ENTRIES: State.BROKEN if faults else State.HOLDS,
            Part.MEMORY: memory,
            Part.PACE: State.HOLDS if in_time else State.BROKEN,
        },
        faults=faults,
        first_faulty=first_faulty,
        examined=examined,
        size=head.size,
        signed_at=instant(last.at) if last else None,
        waiting=connection.execute(select(func.count()).select_from(waiting)).scalar_one(),
        oldest_waiting=age,
        checked_at=now,
    )


def _verifier(settings: TrailSettings) -> VerifierKey | None:
    """The public half of the trail's key, where this process may read it."""
    try:
        key = SigningKey.read(settings.signing_key_file, settings.origin).verifier
    except SigningKeyError:
        return None
    return key


def _remembered(settings: TrailSettings, key: VerifierKey | None) -> tuple[State, Head | None]:
    """The last head the signer remembers, or None and whether that is a fault or only not for us to read."""
    if key is None:
        return State.UNKNOWN, None
    try:
        return State.HOLDS, HeadFile(settings.state_file, key).read()
    except HeadFileError:
        return State.BROKEN, None
    except OSError:
        return State.UNKNOWN, None


def _extends(connection: Connection, head: Head, remembered: Head) -> State:
    """Whether the database holds the tree the signer remembers, and perhaps more."""
    if remembered.size > head.size:
        return State.BROKEN
    try:
        root = treestore.read_frontier(connection, remembered.size).root()
    except _NO_TREE:
        return State.BROKEN
    return State.HOLDS if root == remembered.root else State.BROKEN


def _signature(last: StoredCheckpoint | None, key: VerifierKey | None) -> State:
    """Whether the newest head was signed by the trail's key, and the row beside the note says the same."""
    if last is None:
        return State.HOLDS
    if key is None:
        return State.UNKNOWN
    try:
        return State.HOLDS if open_checkpoint(last.note, key) == last.head else State.BROKEN
    except CheckpointError:
        return State.BROKEN


def _tree(connection: Connection, head: Head, first_leaf: int) -> State:
    """Whether the stored tree has the signed root, and the newest leaves are those that the tree was built over."""
    newest = connection.execute(select(func.max(leaves.c.leaf))).scalar()
    if (-1 if newest is None else newest) != head.size - 1:
        return State.BROKEN
    kept = select(LEAF_HASH).where(leaves.c.leaf >= first_leaf).order_by(leaves.c.leaf)
    hashes = [Hash(bytes(hash_)) for hash_ in connection.execute(kept).scalars()]
    try:
        for begin in range(0, len(hashes) - TILE_WIDTH + 1, TILE_WIDTH):
            tile = (first_leaf + begin) // TILE_WIDTH
            if root_of(hashes[begin : begin + TILE_WIDTH]) != treestore.read_node(connection, 8, tile):
                return State.BROKEN
        return State.HOLDS if treestore.read_frontier(connection, head.size).root() == head.root else State.BROKEN
    except _NO_TREE:
        return State.BROKEN


def _examine_newest(
    connection: Connection, first_leaf: int, signed_up_to: int, check: Check
) -> tuple[Mapping[Fault, int], tuple[int, ...], int]:
    """The faults of the newest entries by kind, the first entries that have any, and how many were examined."""
    begin = select(leaves.c.entry_id).where(leaves.c.leaf >= first_leaf).order_by(leaves.c.leaf).limit(1)
    first = connection.execute(begin).scalar() or 0
    wanted: Select[Any] = (
        select(*WHOLE, leaves.c.leaf, LEAF_HASH)
        .outerjoin(leaves, leaves.c.entry_id == entries.c.id)
        .where(entries.c.id >= first)
        .order_by(entries.c.id)
        .limit(2 * NEWEST_TILES * TILE_WIDTH)
    )
    faults: Counter[Fault] = Counter()
    faulty, examined = [], 0
    for row in connection.execute(wanted):
        leaf = None if row.leaf is None else Leaf(row.leaf, bytes(row.hash))
        examined += 1
        if wrong := examine(stored_of(row), leaf, signed_up_to, check).faults:
            faults.update(wrong)
            faulty.append(row.id)
    gone = (
        select(leaves.c.entry_id)
        .outerjoin(entries, entries.c.id == leaves.c.entry_id)
        .where(leaves.c.leaf >= first_leaf, entries.c.id.is_(None))
    )
    missing = list(connection.execute(gone).scalars())
    if missing:
        faults[Fault.ENTRY_MISSING] = len(missing)
    return faults, tuple(sorted([*faulty, *missing])[:5]), examined
