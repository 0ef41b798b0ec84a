"""The signer: gives entries their place in the tree and signs tree heads.

Promises that every head it signs extends the last one it signed, whatever happens to the database, and that only
entries whose MAC verifies get a leaf. The order of things makes it so: new leaves, tiles and heads are written in
one transaction, the head file is advanced to the last of them inside it, and only then is it committed.

- Crash before the head file is advanced: nothing was signed for anybody, the transaction is gone, the next step
  does the same again.
- Crash after it, before the commit: the head file is ahead of the database by one step. The entries are committed
  and settled, so the next step integrates exactly these again, arrives at the same roots and, Ed25519 being
  deterministic, at the same bytes. If it does not, somebody changed the entries, and it refuses (TrailForkError).
- Crash after the commit: database and head file agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from audit import locks, store, treestore
from audit.checkpoint import Head, open_checkpoint
from audit.entry import EPOCH, microseconds
from audit.errors import CheckpointError, ProofError, TrailForkError
from audit.findings import Fault, Finding
from audit.frontier import Frontier, Tile
from audit.headfile import HeadFile
from audit.merkle import Hash, leaf_hash
from audit.signingkey import SigningKey

# How many entries a head covers beyond the one before, at most.
LARGEST_HEAD = 256
# What an import leaves is signed several heads at a time: each step waits its turn among all who append.
HEADS_A_STEP = 4
LARGEST_STEP = HEADS_A_STEP * LARGEST_HEAD
PAUSE_SECONDS = 0.5
SIGNING = "trail:signing"


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: the head now, how many entries it integrated, and whether more may be waiting."""

    head: Head
    integrated: int
    has_more: bool


class Signer:
    """Signs the trail of one database.

    ``reading`` and ``signing`` are engines whose transactions see one snapshot and may write the tree, in that order
    (READ COMMITTED on PostgreSQL for ``signing``); ``check(payload, mac)`` tells whether an entry's MAC is ours;
    ``alarm`` is told of every entry left out and every fault that passes.
    """

    def __init__(
        self,
        reading: Engine,
        signing: Engine,
        key: SigningKey,
        head_file: HeadFile,
        check: Callable[[bytes, bytes], bool],
        clock: Callable[[], datetime],
        alarm: Callable[[Finding | Exception], None],
    ) -> None:
        self._reading = reading
        self._signing = signing
        self._key = key
        self._head_file = head_file
        self._check = check
        self._clock = clock
        self._alarm = alarm
        # The tree as of _head and the last entry in it, or None when it must be read anew.
        self._frontier: Frontier | None = None
        self._head = treestore.EMPTY
        self._integrated = 0
        # Entries above _integrated the alarm has been told of already.
        self._left_out: set[int] = set()

    def run(self, stop: Event, pause: float = PAUSE_SECONDS) -> None:
        """Step until ``stop`` is set, ``pause`` seconds apart when idle; raises TrailError when it may not go on.

        A database or disk that fails for a while is told to the alarm and tried again.
        """
        while not stop.is_set():
            try:
                has_more = self.step().has_more
            except (SQLAlchemyError, OSError) as error:
                self._alarm(error)
                has_more = False
            if not has_more:
                stop.wait(pause)

    def step(self) -> Step:
        """Integrate at most 1,024 waiting entries and sign a head over each 256 of them.

        Raises TrailForkError when what would be signed does not extend the last head signed.
        """
        with self._head_file.hold():
            signed = self._head_file.read()
            settled = self._settled()
            with self._reading.begin() as connection:
                self._catch_up(connection)
                limit = self._limit(connection, signed)
                grown = self._gather(connection, settled, limit)
            if signed.size > self._head.size and len(grown) < limit:
                raise TrailForkError("the trail is shorter than the last head signed")
            if grown and not self._publish(grown, signed):
                return Step(self._head, 0, has_more=True)
            return Step(self._head, len(grown), has_more=len(grown) == limit)

    def _settled(self) -> int:
        """The highest entry id below which no other can appear any more."""
        with self._reading.begin() as connection:
            newest = store.newest_id(connection)
        # SQLite gives out ids under the one write lock, so what is committed is settled.
        if newest <= self._integrated or self._signing.dialect.name != "postgresql":
            return newest
        with self._signing.begin() as connection:
            # Whoever appends shares this lock until its commit and takes ids only under it: once it is had, every
            # id given out is committed or gone. Let go at once, so appends wait no longer than for each other.
            locks.hold(connection, [store.INTEGRATION])
            return store.newest_id(connection)

    def _catch_up(self, connection: Connection) -> None:
        """Stand where the database's last head stands, having verified it."""
        last = treestore.last_checkpoint(connection)
        head = last.head if last else treestore.EMPTY
        if self._frontier is not None and head == self._head:
            return
        self._frontier = None
        try:
            if last is not None and open_checkpoint(last.note, self._key.verifier) != head:
                raise TrailForkError("the database's last checkpoint is not the head its note holds")
        except CheckpointError as error:
            raise TrailForkError(f"the database's last checkpoint cannot be built on: {error}") from error
        frontier = _read_frontier(connection, head.size)
        if frontier.root() != head.root:
            raise TrailForkError("the stored tree does not have the root of its last checkpoint")
        self._frontier, self._head = frontier, head
        self._integrated = treestore.last_entry(connection)

    def _limit(self, connection: Connection, signed: Head) -> int:
        """How many entries to integrate, having checked that the stored tree and the last head signed agree."""
        if signed.size > self._head.size:
            # A crash leaves the database one step behind at most; go exactly as far as was signed.
            ahead = signed.size - self._head.size
            if ahead > LARGEST_STEP:
                raise TrailForkError("the trail has been rolled back behind the last head signed")
            return ahead
        root = self._head.root
        if signed.size < self._head.size:
            # Another signer with this key and a memory of its own went on: its heads must extend ours.
            root = _read_frontier(connection, signed.size).root()
        if root != signed.root:
            raise TrailForkError("the stored tree does not extend the last head signed")
        return LARGEST_STEP

    def _gather(self, connection: Connection, settled: int, limit: int) -> list[tuple[int, Hash]]:
        """The next settled entries whose MAC verifies, in order of id; the alarm is told of the others, once.

        Others are looked at again until a good entry follows them, so that one with an enormous id hides nothing.
        """
        grown: list[tuple[int, Hash]] = []
        after = self._integrated
        while len(grown) < limit:
            found = store.read_after(connection, after, limit - len(grown))
            for entry in found:
                if entry.id > settled:
                    return grown
                after = entry.id
                if self._check(entry.payload, entry.mac):
                    grown.append((entry.id, leaf_hash(entry.payload)))
                elif entry.id not in self._left_out:
                    self._left_out.add(entry.id)
                    self._alarm(Finding(Fault.ENTRY_FORGED, f"entry {entry.id}", "its MAC does not verify"))
            if not found:
                break
        return grown

    def _publish(self, grown: list[tuple[int, Hash]], signed: Head) -> bool:
        """Sign and write the heads over the grown tree; False if another signer was first."""
        frontier, base = self._frontier, self._head
        assert frontier is not None  # noqa: S101 - _catch_up has read it
        # From here on the frontier runs ahead of the database: forget it unless the commit succeeds.
        self._frontier = None
        full: list[Tile] = []
        heads = []
        for start in range(0, len(grown), LARGEST_HEAD):
            full += frontier.extend([hash_ for _, hash_ in grown[start : start + LARGEST_HEAD]])
            heads.append(Head(frontier.size, frontier.root()))
        head = heads[-1]
        if head.size <= signed.size and head != signed:
            raise TrailForkError("the entries under the last head signed have changed")
        notes = [(each, self._key.sign(each)) for each in heads]
        with self._signing.begin() as connection:
            locks.hold(connection, [SIGNING])
            last = treestore.last_checkpoint(connection)
            if (last.head if last else treestore.EMPTY) != base:
                return False
            treestore.publish(connection, base.size, grown, full, notes, microseconds(self._clock()))
            # Nothing is visible yet. If we crash here, nothing was signed.
            self._head_file.advance(signed, notes[-1][1])
            # If we crash here, the head file is one step ahead and the next step arrives at this very head again.
        self._frontier, self._head, self._integrated = frontier, head, grown[-1][0]
        self._left_out = {id_ for id_ in self._left_out if id_ > self._integrated}
        return True


def oldest_unsigned_age(connection: Connection, now: datetime) -> timedelta:
    """How long the oldest entry without a signed head over it has waited; zero when there is none."""
    oldest = store.trail_times(connection)[1]
    return timedelta() if oldest is None else now - (EPOCH + timedelta(microseconds=oldest))


def _read_frontier(connection: Connection, size: int) -> Frontier:
    try:
        return treestore.read_frontier(connection, size)
    except ProofError as error:
        raise TrailForkError(str(error)) from error
