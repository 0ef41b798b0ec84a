"""Searching the log: the newest first, a page at a time, in a time that does not grow with the log.

The search is itself recorded before anything of it is shown. Each page examines a bounded number of rows, whatever is
asked for: the one criterion that leads to the fewest is answered by its index, the others are held against what that
finds, and where the bound is reached before the page is full, the page says so and can be gone on from. Pages follow
each other by entry id; nothing is counted or skipped.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, Engine, LargeBinary, cast, func, literal_column, select

from audit import treestore
from audit.entry import decode
from audit.store import Stored, entries, leaves, stored_of
from audit.vocabulary import Event, Outcome
from keys.keyring import Keyring
from portal.accounts.rules import Staff
from portal.auditing.examining import Check, Leaf, Row, examine
from portal.auditing.names import Names, read_names
from portal.auditing.rules import Criteria
from portal.clock import microseconds
from portal.gate.snapshot import snapshot

PAGE_ROWS = 50
REACH = 20_000
_NO_END = 2**63 - 1

# What happens so often that the agency leads to fewer.
_COMMON = frozenset({Event.READ, Event.LISTED, Event.SIGNED_IN, Event.SIGNED_OUT})

_newer = entries.alias("newer")
_IS_LAST_OF_ITS_LISTING = ~(
    select(_newer.c.id)
    .where(_newer.c.listing == entries.c.listing, _newer.c.event == entries.c.event, _newer.c.id > entries.c.id)
    .exists()
)
# As bytes, whatever somebody may have put there: SQLite would hand a text back as a text.
_BYTES = ("payload", "mac")
WHOLE = [cast(each, LargeBinary).label(each.name) if each.name in _BYTES else each for each in entries.c]
LEAF_HASH = cast(leaves.c.hash, LargeBinary).label("hash")


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log. ``older`` is where the next begins, or None at the end.

    ``is_cut_short`` says that the page is not full although older rows may match.
    """

    rows: tuple[Row, ...]
    older: int | None
    is_cut_short: bool


@dataclass(frozen=True, slots=True)
class Log:
    """The log as auditors read it. ``append`` records one entry durably or raises UnavailableError."""

    engine: Engine
    keyring: Keyring
    append: Callable[..., None]

    def names(self) -> Names:
        """Who the staff and agencies in the log are; no person's name is among them."""
        with snapshot(self.engine) as connection:
            return read_names(connection, self.keyring)

    def search(self, auditor: Staff, criteria: Criteria) -> LogPage:
        """One page of what matches, recorded first.

        Whatever narrows the log or goes back in it is recorded, every page of it; the newest page of the whole log,
        which is what the address itself shows, is not. What is shown is the log as it was before the search's own
        entry. Raises UnavailableError.
        """
        recorded = criteria.as_query()
        if recorded:
            with snapshot(self.engine) as connection:
                newest = _newest(connection)
            criteria = replace(criteria, before=min(criteria.before or _NO_END, newest + 1))
            person = {"person": recorded.pop("person")} if criteria.person else {}
            who = {"actor": auditor.id, "agency": auditor.agency}
            self.append(Event.LOG_SEARCHED, **who, **person, criteria=recorded)
        with snapshot(self.engine) as connection:
            return find(connection, criteria, self.is_ours)

    def people_like(self, pseudonym: str) -> tuple[str, ...]:
        """The first and last of the pseudonyms in the log that begin so: none, the one, or two of several."""
        person = entries.c.person
        # No letter of a pseudonym comes after f.
        ends = select(func.min(person), func.max(person)).where(person >= pseudonym, person < f"{pseudonym}g")
        with snapshot(self.engine) as connection:
            return tuple(sorted(set(connection.execute(ends).one()) - {None}))

    def same_as(self, person: str) -> tuple[str, ...]:
        """The other pseudonyms of a person who was registered twice, as the log itself tells it."""
        told = select(entries.c.payload, entries.c.mac).where(
            entries.c.person == person, entries.c.event == Event.PERSON_MERGED.value
        )
        with snapshot(self.engine) as connection:
            found = [(bytes(row.payload), bytes(row.mac)) for row in connection.execute(told)]
        ours = [decode(payload).fields["same_as"] for payload, mac in found if self.is_ours(payload, mac)]
        return tuple(sorted(set(map(str, ours))))

    def is_ours(self, payload: bytes, mac: bytes) -> bool:
        """Whether the portal wrote these bytes."""
        return hmac.compare_digest(self.keyring.trail_mac(payload), mac)


def find(connection: Connection, criteria: Criteria, check: Check, reach: int = REACH) -> LogPage:
    """One page of what matches, the newest first, each row examined; at most ``reach`` rows are looked at."""
    lowest, highest = _span(connection, criteria)
    leading, others = _conditions(criteria)
    reached = _reach(connection, leading, lowest, highest, reach)
    conditions = [*leading, *others, entries.c.id >= reached, entries.c.id <= highest]
    wanted = select(*WHOLE).where(*conditions).order_by(entries.c.id.desc()).limit(PAGE_ROWS + 1)
    found = [stored_of(row) for row in connection.execute(wanted)]
    shown = found[:PAGE_ROWS]
    is_cut_short = len(found) <= PAGE_ROWS and reached > lowest
    older = shown[-1].id if len(found) > PAGE_ROWS else reached if is_cut_short else None
    rows = _examine(connection, shown, check)
    return LogPage(_sum_up(connection, shown, rows) if criteria.sums_up_listings else rows, older, is_cut_short)


def _span(connection: Connection, criteria: Criteria) -> tuple[int, int]:
    """The lowest and highest id that can match; the lowest above the highest where none can."""
    lowest, highest = 1, _newest(connection)
    if criteria.from_ or criteria.until:
        first, end = map(microseconds, criteria.period)
        # Entries stand nearly in order of time, but not quite: both ends are read from the index on time, whose ids
        # are added to nothing so that PostgreSQL does not walk all ids up to the first that matches.
        within = select(func.min(entries.c.id + 0), func.max(entries.c.id + 0))
        ends = connection.execute(within.where(entries.c.at >= first, entries.c.at < end)).one()
        lowest, highest = (ends[0], ends[1]) if ends[0] is not None else (1, 0)
    if criteria.before is not None:
        highest = min(highest, criteria.before - 1)
    return lowest, highest


def _newest(connection: Connection) -> int:
    return connection.execute(select(func.max(entries.c.id))).scalar() or 0


def _conditions(criteria: Criteria) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """The condition whose index leads the search, and the others, in a form that no index answers."""
    wanted = {
        "person": criteria.person,
        "listing": criteria.listing,
        "actor": criteria.staff,
        "outcome": criteria.outcome,
        "event": criteria.event,
        "agency": criteria.agency,
    }
    leaders = _leaders(criteria)
    leading, others = list[ColumnElement[bool]](), list[ColumnElement[bool]]()
    for name, value in wanted.items():
        if value is None:
            continue
        if name in leaders:
            # The index on what was refused is a partial one, and a parameter is not known to fit it.
            leading.append(entries.c[name] == (literal_column("'refused'") if name == "outcome" else value))
        else:
            others.append(func.coalesce(entries.c[name], "") == value)
    if criteria.from_ or criteria.until:
        first, end = map(microseconds, criteria.period)
        others += [entries.c.at + 0 >= first, entries.c.at + 0 < end]
    if criteria.sums_up_listings:
        others.append(_IS_LAST_OF_ITS_LISTING)
    return leading, others


def _leaders(criteria: Criteria) -> frozenset[str]:
    """The columns of the index that leads to the fewest rows."""
    if criteria.person is not None:
        return frozenset({"person"})
    if criteria.listing is not None:
        return frozenset({"listing", "event"})
    if criteria.staff is not None:
        return frozenset({"actor"})
    if criteria.outcome is Outcome.REFUSED:
        return frozenset({"outcome"})
    if criteria.agency is not None and (criteria.event is None or criteria.event in _COMMON):
        return frozenset({"agency"})
    return frozenset({"event"})


def _reach(
    connection: Connection, leading: Sequence[ColumnElement[bool]], lowest: int, highest: int, reach: int
) -> int:
    """The lowest id that a page looks at: from it on ``leading`` finds at most ``reach`` rows."""
    if not leading:
        return max(lowest, highest - reach + 1)
    near = select(entries.c.id).where(*leading, entries.c.id >= lowest, entries.c.id <= highest)
    looked_at = near.order_by(entries.c.id.desc()).limit(reach).subquery()
    reached, count = connection.execute(select(func.min(looked_at.c.id), func.count())).one()
    return lowest if count < reach else int(reached)


def _examine(connection: Connection, found: Sequence[Stored], check: Check) -> tuple[Row, ...]:
    ids = [stored.id for stored in found]
    kept = connection.execute(select(leaves.c.leaf, leaves.c.entry_id, LEAF_HASH).where(leaves.c.entry_id.in_(ids)))
    places = {row.entry_id: Leaf(row.leaf, bytes(row.hash)) for row in kept}
    signed_up_to = treestore.last_entry(connection)
    return tuple(examine(stored, places.get(stored.id), signed_up_to, check) for stored in found)


def _sum_up(connection: Connection, found: Sequence[Stored], rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, each that is the last of a listing saying how many entries it stands for."""
    key = (entries.c.listing, entries.c.event)
    listings = {each.columns["listing"] for each in found} - {None}
    counted = select(*key, func.count()).where(entries.c.listing.in_(listings)).group_by(*key)
    sizes = {(row[0], row[1]): row[2] for row in connection.execute(counted)} if listings else {}
    return tuple(
        replace(row, listed=sizes.get((each.columns["listing"], each.columns["event"]), 1))
        for each, row in zip(found, rows, strict=True)
    )
