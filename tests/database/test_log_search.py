"""Searching the log on both databases, against a naive reading of the same entries."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, event

from audit.entry import Entry
from audit.vocabulary import Event, Outcome
from portal.auditing.rules import Criteria
from portal.auditing.service import PAGE_ROWS, find
from portal.consent.rules import day_of
from tests.trails import append, check, sqlite_trail

BEGINNING = datetime(2026, 3, 1, 20, tzinfo=UTC)
WANTED: tuple[dict[str, Any], ...] = (
    {"person": "p-1"},
    {"staff": "s-1"},
    {"agency": "af"},
    {"event": Event.READ},
    {"event": Event.PRINTED},
    {"outcome": Outcome.REFUSED},
    {"outcome": Outcome.PERMITTED},
    {"listing": "l-3"},
    {"from_": date(2026, 3, 2)},
    {"until": date(2026, 3, 2)},
)


def test_every_search_finds_what_a_naive_reading_finds(engine: Engine) -> None:
    written = _some_log()
    ids = append(engine, written)
    log = list(zip(ids, written, strict=True))
    searches = [{}, *WANTED, *(a | b for a, b in combinations(WANTED, 2) if not a.keys() & b.keys())]
    with engine.connect() as connection:
        for wanted in searches:
            criteria = Criteria(**wanted)
            expected = _naively(log, criteria)
            assert _walk(connection, criteria, reach=1000) == expected, wanted
            assert _walk(connection, criteria, reach=37) == expected, wanted


def test_a_page_that_reached_its_bound_says_so_and_is_gone_on_from(engine: Engine) -> None:
    append(engine, [_entry(Event.SIGNED_OUT, 0, agency="ame")] + [_entry(Event.SIGNED_OUT, 0)] * 100)
    with engine.connect() as connection:
        page = find(connection, Criteria(staff="s-0", agency="ame"), check, reach=60)
        assert (page.rows, page.is_cut_short) == ((), True)
        page = find(connection, Criteria(staff="s-0", agency="ame", before=page.older), check, reach=60)
        assert (len(page.rows), page.is_cut_short, page.older) == (1, False, None)


def test_a_full_page_is_not_cut_short(engine: Engine) -> None:
    append(engine, [_entry(Event.SIGNED_OUT, 0)] * (PAGE_ROWS + 1))
    with engine.connect() as connection:
        page = find(connection, Criteria(), check)
        assert (len(page.rows), page.is_cut_short, page.older) == (PAGE_ROWS, False, page.rows[-1].id)
        page = find(connection, Criteria(before=page.older), check)
        assert (len(page.rows), page.is_cut_short, page.older) == (1, False, None)


def test_an_empty_log_has_an_empty_page(engine: Engine) -> None:
    with engine.connect() as connection:
        for criteria in (Criteria(), Criteria(staff="s-1"), Criteria(from_=date(2026, 3, 2)), Criteria(before=1)):
            assert find(connection, criteria, check).rows == ()


def test_every_search_is_led_by_an_index(tmp_path: Path) -> None:
    # On SQLite, whose plan does not depend on how much there is; PostgreSQL reads what is small without any index.
    engine = sqlite_trail(tmp_path / "trail.sqlite")
    indexes = {
        "person": "ix_trail_entries_person",
        "staff": "ix_trail_entries_actor",
        "agency": "ix_trail_entries_agency",
        "event": "ix_trail_entries_event",
        "outcome": "ix_trail_entries_refused",
        "listing": "ix_trail_entries_listing",
        "from_": "ix_trail_entries_at",
    }
    with engine.connect() as connection:
        for wanted in WANTED:
            (name,) = wanted
            if name in indexes and wanted[name] is not Outcome.PERMITTED:
                assert indexes[name] in _plans(connection, Criteria(**wanted)), name
    engine.dispose()


def _plans(connection: Connection, criteria: Criteria) -> str:
    """How the database goes about a search."""
    said: list[tuple[str, Any]] = []

    def hear(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        said.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", hear)
    find(connection, criteria, check)
    event.remove(connection, "before_cursor_execute", hear)
    rows = [row for each in said for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each[0]}", each[1])]
    plans = "\n".join(str(row[-1]) for row in rows)
    assert "SCAN trail_entries\n" not in f"{plans}\n"
    return plans


def _walk(connection: Connection, criteria: Criteria, reach: int) -> list[tuple[int, int]]:
    """Every row of every page, with how many entries it stands for."""
    found: list[tuple[int, int]] = []
    while True:
        page = find(connection, criteria, check, reach)
        assert all(row.faults == () for row in page.rows)
        found += [(row.id, row.listed) for row in page.rows]
        if page.older is None:
            return found
        criteria = Criteria(**{name: getattr(criteria, name) for name in criteria.__slots__} | {"before": page.older})


def _naively(log: Sequence[tuple[int, Entry]], criteria: Criteria) -> list[tuple[int, int]]:
    fields = {
        "person": criteria.person,
        "actor": criteria.staff,
        "agency": criteria.agency,
        "outcome": criteria.outcome,
        "listing": criteria.listing,
    }
    found = []
    for id_, entry in reversed(log):
        listing = (entry.fields.get("listing"), entry.event)
        fellows = [other for other, each in log if listing[0] and (each.fields.get("listing"), each.event) == listing]
        if criteria.sums_up_listings and fellows and id_ != max(fellows):
            continue
        if any(value is not None and entry.fields.get(name) != value for name, value in fields.items()):
            continue
        if criteria.event is not None and entry.event != criteria.event:
            continue
        day = day_of(entry.at)
        if (criteria.from_ or day) <= day <= (criteria.until or day):
            found.append((id_, len(fellows) if criteria.sums_up_listings and fellows else 1))
    return found


def _some_log() -> list[Entry]:
    """Some hundred entries of several kinds, not quite in order of time, with listings among them."""
    random = Random(7)  # noqa: S311 - the same log each time
    log: list[Entry] = []
    for minutes in range(0, 1500, 5):
        kind = random.choice([Event.READ, Event.READ, Event.PRINTED, Event.REFUSED, Event.LISTED, Event.SIGNED_OUT])
        shift = minutes - random.choice([0, 0, 0, 30])
        who = {"actor": f"s-{random.randrange(3)}", "agency": random.choice(["ame", "af"])}
        if kind is Event.LISTED:
            listing = f"l-{len(log) % 7}-{minutes}" if random.random() < 0.8 else "l-3"
            log += [
                _seen(kind, shift, person=f"p-{each}", listing=listing, **who) for each in range(random.randrange(4))
            ]
        elif kind in (Event.READ, Event.PRINTED):
            log.append(_seen(kind, shift, person=f"p-{random.randrange(4)}", **who))
        elif kind is Event.REFUSED:
            log.append(_entry(kind, shift, person=f"p-{random.randrange(4)}", outcome="refused", **who))
        else:
            log.append(_entry(kind, shift, **who))
    return log


def _seen(kind: Event, minutes: int, **fields: Any) -> Entry:
    return _entry(kind, minutes, outcome="permitted", reason="ongoing", rests_on={}, lines=[], **fields)


def _entry(kind: Event, minutes: int, **fields: Any) -> Entry:
    return Entry(kind, BEGINNING + timedelta(minutes=minutes), {"actor": "s-0", **fields})
