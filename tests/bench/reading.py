"""A gated read against an ungated one: the same page, side by side, in alternating rounds.

Both sides are served the same way at the same time; the load goes to one of them at a time. A ratio is of two
neighbouring rounds, so what slows the machine down slows both. Processor time is that of everything which takes part:
server, worker and, where it is ours, PostgreSQL.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from tests.bench.client import Played, load
from tests.bench.figures import Figure, Topic
from tests.bench.ground import Ground
from tests.bench.options import Options
from tests.bench.processors import processor_seconds
from tests.bench.readers import Order, fetch, orders_for, plain_orders, sign_in
from tests.bench.serving import serving

COMPARED = 5
GOALS = {"SQLite": "≥ 1.2", "PostgreSQL": "≥ 1.0"}

# What may differ: a form's secret, the minute, and what the reader last saw, which only the gated side knows.
_VARYING = re.compile(
    r'<input type="hidden" name="csrf_token"[^>]*>|\d\d[.:]\d\d|<p class="soft">(?:Det är första|Inget nytt)[^<]*</p>'
)
_MAIN = re.compile(r"<main.*</main>", re.DOTALL)


class UnlikePagesError(Exception):
    """The two sides do not show the same page, so comparing their speed would mean nothing."""


def run(ground: Ground, options: Options) -> Topic:
    """Measure gated against ungated reads on this ground."""
    with (
        serving("gated", str(ground.settings_file)) as gated,
        serving("ungated", ground.ungated_url) as plain,
    ):
        gated_orders, plain_ones = orders_for(ground, sign_in(ground, gated.port)), plain_orders(ground)
        _compare(gated.port, gated_orders, plain.port, plain_ones)
        database = [] if ground.server is None else [ground.server]
        with load(gated.port, gated_orders) as gated_load, load(plain.port, plain_ones) as plain_load:
            sides = [
                partial(_play, gated_load.play, [[gated.pid], [ground.worker], database]),
                partial(_play, plain_load.play, [[plain.pid], [], database]),
            ]
            for side in sides:
                side(options.warm_up, 0)
            pairs = []
            for number in range(options.rounds):
                # Each goes first every other time.
                first = number % 2
                played = {place: sides[place](options.seconds, number + 1) for place in (first, 1 - first)}
                pairs.append((played[0], played[1]))
    return _topic(ground, options, pairs)


@dataclass(frozen=True, slots=True)
class _Round:
    """One round of one side: what the client saw, and ms of processor time a page of server, worker and database."""

    played: Played
    server: float
    worker: float
    database: float

    @property
    def processor(self) -> float:
        return self.server + self.worker + self.database


def _play(play: Callable[[float, int], Played], processes: list[list[int]], seconds: float, seed: int) -> _Round:
    before = [processor_seconds(group) for group in processes]
    played = play(seconds, seed)
    used = [processor_seconds(group) - was for group, was in zip(processes, before, strict=True)]
    server, worker, database = (each * 1000 / played.count for each in used)
    return _Round(played, server, worker, database)


def _compare(gated_port: int, gated: list[Order], plain_port: int, plain: list[Order]) -> None:
    """Raise UnlikePagesError unless both sides show the same of a few people."""
    for number in range(0, len(gated), max(1, len(gated) // COMPARED)):
        pages = [fetch(port, orders[number][0]) for port, orders in ((gated_port, gated), (plain_port, plain))]
        mains = [_VARYING.sub("", found[0]) if (found := _MAIN.search(page)) else "" for page in pages]
        if not mains[0] or mains[0].split() != mains[1].split():
            raise UnlikePagesError(f"person {number}")


def _topic(ground: Ground, options: Options, pairs: Sequence[tuple[_Round, _Round]]) -> Topic:
    rates = [gated.played.rate / plain.played.rate for gated, plain in pairs]
    figures = [
        _figure("requests/s, gated ÷ ungated", "×", rates, GOALS[ground.kind]),
        _figure("p99, gated ÷ ungated", "×", [gated.played.p99 / plain.played.p99 for gated, plain in pairs], "≤ 1.5"),
        _figure("p50, gated ÷ ungated", "×", [gated.played.p50 / plain.played.p50 for gated, plain in pairs]),
        _figure("processor time a page, gated ÷ ungated", "×", [g.processor / p.processor for g, p in pairs]),
    ]
    for place, side in enumerate(("gated", "ungated")):
        rounds = [pair[place] for pair in pairs]
        figures += [
            _figure(f"{side}: answers", "requests/s", [each.played.rate for each in rounds]),
            _figure(f"{side}: p50", "ms", [each.played.p50 for each in rounds]),
            _figure(f"{side}: p99", "ms", [each.played.p99 for each in rounds]),
            _figure(f"{side}: processor time a page, server", "ms", [each.server for each in rounds]),
            _figure(f"{side}: processor time a page, worker that signs", "ms", [each.worker for each in rounds]),
            _figure(f"{side}: processor time a page, PostgreSQL", "ms", [each.database for each in rounds]),
            _figure(f"{side}: page", "bytes", [each.played.page for each in rounds]),
            _figure(f"{side}: the client's share of a core", "%", [each.played.client * 100 for each in rounds]),
        ]
    figures = [each for each in figures if any(each.rounds)]
    return Topic(
        f"gated read against an ungated one, {ground.kind}",
        f"The record page of one of {len(ground.refs)} people at random (3 plans, 12 activities, 4 notes), over 16 "
        f"connections to gunicorn with 2 × 8 threads; {ground.readers} readers are signed in, each page is asked for "
        "by one of the three its consent names, and every answer is checked to be the whole page. The other side is "
        "Flask and SQLAlchemy's ORM on clear text (5 queries): no session, consent, decryption or entry. Both commit "
        f"and read from disk, with the signer beside the gated one. Medians of {options.rounds} alternating rounds of "
        f"{options.seconds:g} s; a ratio is that of neighbouring rounds.",
        "A disk that takes longer to be sure (each group of reads waits for one commit); people with many consents; "
        "readers who stand in for many; a database on another machine, where the gate's statements are round trips; "
        "more cores on SQLite, which takes one writer at a time.",
        tuple(figures),
    )


def _figure(name: str, unit: str, values: list[float], goal: str | None = None) -> Figure:
    return Figure(name, round(median(values), 3), unit, goal, tuple(round(value, 3) for value in values))
