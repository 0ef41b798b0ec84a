"""Group commit: many waiting reads, one durable write.

Whoever finds nobody leading commits for all who wait: in one transaction it shares the locks of everything the
waiting appends rest on, checks in a statement of its own that each is still at the version decided on, inserts the
entries of those that hold and commits once. Then it wakes them, and the first of those who came meanwhile leads the
next group. So an append that returned is durable and stands in the trail before any later change of what it rests
on. What cannot be locked at once asks again a little later, so a change under way is never starved and never holds up
those that have nothing to do with it.

If the process dies before the commit, nothing was appended and nobody was told so; after it, the entries stand and
what they permitted was never opened, which is the side to err on.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from time import monotonic, sleep

from sqlalchemy import Connection, Engine, Text, bindparam, false, func, literal, select, union_all
from sqlalchemy.exc import SQLAlchemyError

from audit import locks, store
from audit.entry import Sealed
from audit.errors import AppendError
from audit.statement import Statement
from audit.store import entries

LARGEST_GROUP = 512
PATIENCE_SECONDS = 15.0
BREATH_SECONDS = 0.005
FEW = 64


class StaleError(AppendError):
    """What the append rests on has changed since it was decided; decide again."""


class UnwritableError(AppendError):
    """The trail could not be written."""


class BackwardsClockError(AppendError):
    """The entry's time lies well before the trail's latest, so the clock cannot be trusted to decide by."""


class UnsignedError(AppendError):
    """The trail has not been signed for too long, so what is read now could be denied later."""


@dataclass(slots=True)
class _Append:
    entries: Sequence[Sealed]
    rests_on: Mapping[str, int]
    at: int
    ids: list[int] | None = None
    error: AppendError | None = None
    since: float = field(default_factory=monotonic)
    was_tried: bool = False
    woken: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        # Let go by whoever wakes this one.
        self.woken.acquire()

    @property
    def is_done(self) -> bool:
        return self.ids is not None or self.error is not None


@dataclass(slots=True)
class Appender:
    """Appends entries in groups over ``engine``, whose transactions may write the trail and nothing else.

    ``stop_after`` is how many microseconds the oldest unsigned entry may wait before permitted reads stop, and
    ``clock_slack`` how far (µs) the clock may seem to have gone back. Safe to share between threads, and after a fork.
    """

    engine: Engine
    stop_after: int
    clock_slack: int = 30_000_000
    _waiting: list[_Append] = field(default_factory=list)
    _gathering: Lock = field(default_factory=Lock)
    _is_led: bool = False

    def append(self, entries: Sequence[Sealed], rests_on: Mapping[str, int], at: int) -> list[int]:
        """Append ``entries`` durably, all or none, if everything in ``rests_on`` is still at that version.

        ``at`` is the instant of the decision in µs. An empty ``rests_on`` marks what permits nothing (a refusal, a
        sign-out) and is taken also when the clock or the signer is in doubt. Returns the entries' ids; raises
        StaleError, BackwardsClockError, UnsignedError or UnwritableError.
        """
        mine = _Append(entries, rests_on, at)
        while not mine.is_done:
            self._go_with_a_group(mine)
            if not mine.is_done:
                sleep(BREATH_SECONDS)
        if mine.error is not None:
            raise mine.error
        assert mine.ids is not None  # noqa: S101 - done without error means there are ids
        return mine.ids

    def _go_with_a_group(self, mine: _Append) -> None:
        """Wait until a group with ``mine`` in it has been tried, or lead one."""
        mine.was_tried = False
        with self._gathering:
            self._waiting.append(mine)
            leads, self._is_led = not self._is_led, True
        if not leads:
            # Not a lock that all wait for: whoever is done goes on at once, and does not queue behind the next commit.
            mine.woken.acquire()
        if mine.was_tried:
            return
        with self._gathering:
            group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
        try:
            self._commit(group)
        finally:
            self._wake(group, mine)

    def _wake(self, group: Sequence[_Append], leader: _Append) -> None:
        with self._gathering:
            following = self._waiting[0] if self._waiting else None
            self._is_led = following is not None
        if following is not None:
            following.woken.release()
        for append in group:
            append.was_tried = True
            if append is not leader:
                append.woken.release()

    def _commit(self, group: Sequence[_Append]) -> None:
        try:
            with self.engine.begin() as connection:
                accepted = self._admit(connection, group)
                inserted = store.insert(connection, [entry for append in accepted for entry in append.entries])
        except BaseException as error:
            # Whatever went wrong, nobody waits for ever and nothing opens.
            for append in group:
                append.error = UnwritableError("the trail could not be written")
            if not isinstance(error, SQLAlchemyError | OSError | AppendError):
                raise
            return
        # Only now, after the commit, is anybody told.
        ids = iter(inserted)
        for append in accepted:
            append.ids = [next(ids) for _ in append.entries]

    def _admit(self, connection: Connection, group: Sequence[_Append]) -> list[_Append]:
        """Those of the group whose ground still holds; the others are given their error or another turn."""
        subjects = {subject for append in group for subject in append.rests_on}
        held = locks.try_share(connection, subjects | {locks.INSTALLATION})
        # A statement of its own after the locks: it sees every change that was committed before they were had.
        found = _versions_and_times(connection, subjects & held)
        newest, oldest_unsigned = found.pop(_NEWEST), found.pop(_OLDEST_UNSIGNED)
        accepted = []
        for append in group:
            if append.rests_on and not held.issuperset((locks.INSTALLATION, *append.rests_on)):
                if monotonic() - append.since > PATIENCE_SECONDS:
                    append.error = UnwritableError("what the entry rests on stayed locked")
            elif any(found.get(subject) != version for subject, version in append.rests_on.items()):
                append.error = StaleError("what the entry rests on has changed")
            elif append.rests_on and newest is not None and append.at < newest - self.clock_slack:
                append.error = BackwardsClockError("the clock has gone back")
            elif append.rests_on and oldest_unsigned is not None and oldest_unsigned < append.at - self.stop_after:
                append.error = UnsignedError("the trail is not being signed")
            else:
                accepted.append(append)
        return accepted


def current_versions(connection: Connection, subjects: Collection[str]) -> dict[str, int]:
    """The version of the last change of each subject that the trail knows."""
    return {row[0]: row[1] for row in connection.execute(_VERSIONS, {"subjects": list(subjects)})}


def _versions_and_times(connection: Connection, subjects: Collection[str]) -> dict[str, int | None]:
    """The same, and the trail's two times, in one statement: each is a way to the database with the locks held."""
    wanted = list(subjects)
    if len(wanted) > FEW:
        return {**current_versions(connection, wanted), **_versions_and_times(connection, ())}
    named = {f"subject_{place}": subject for place, subject in enumerate(wanted)}
    return {row[0]: row[1] for row in _looking_at(len(wanted)).rows(connection, named)}


# Named so that they are no subject: those have a colon.
_NEWEST, _OLDEST_UNSIGNED = "newest", "oldest unsigned"
_LATEST = select(entries.c.subject, func.max(entries.c.version)).group_by(entries.c.subject)
_VERSIONS = _LATEST.where(entries.c.subject.in_(bindparam("subjects", expanding=True)))


@cache
def _looking_at(count: int) -> Statement:
    """The statement for ``count`` subjects: a group of reads rests on a few, and a list in SQL has a length."""
    wanted = [bindparam(f"subject_{place}", type_=Text) for place in range(count)]
    return Statement(
        union_all(
            _LATEST.where(entries.c.subject.in_(wanted)) if wanted else _LATEST.where(false()),
            select(literal(_NEWEST), store.NEWEST_TIME),
            select(literal(_OLDEST_UNSIGNED), store.OLDEST_UNSIGNED_TIME),
        )
    )
