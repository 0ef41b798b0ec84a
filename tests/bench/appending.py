"""How many entries a second the trail takes from 32 threads, each waiting for its own to be durable.

Each entry is a permitted read as the reading door writes it, of a person at random: sealed, checked against the version
it rests on, and committed in a group with those that wait at the same time. The worker signs beside it.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from audit.appender import current_versions
from audit.entry import Entry, seal
from audit.vocabulary import Event, Outcome
from portal.clock import microseconds
from portal.consent.sealing import subject_of
from portal.database import Desk
from portal.wiring import Wiring
from tests.bench.figures import Figure, Topic
from tests.bench.ground import Ground
from tests.bench.options import Options

THREADS = 32
ITEMS = 19
GOALS = {"SQLite": "≥ 5000", "PostgreSQL": "≥ 2000"}


def run(ground: Ground, options: Options) -> Topic:
    """Measure appends on this ground."""
    wiring = ground.wire()
    try:
        with wiring.engine(Desk.READING).connect() as connection:
            versions = current_versions(connection, [subject_of(ref) for ref in ground.refs[:500]])
        rates = [
            _round(wiring, versions, seconds) for seconds in [options.warm_up] + [options.seconds] * options.rounds
        ]
    finally:
        wiring.close()
    rounds = tuple(round(rate, 1) for rate in rates[1:])
    return Topic(
        f"appended entries, grouped, {ground.kind}",
        f"{THREADS} threads of one process append entries of permitted reads ({ITEMS} items each) one after the other, "
        "each waiting until its own is on disk; making and sealing the entry counts. The worker signs beside it.",
        "A slower disk; several processes that append at once, since their groups commit one after another; larger "
        "entries.",
        (Figure("appended", median(rounds), "entries/s", GOALS[ground.kind], rounds),),
    )


def _round(wiring: Wiring, versions: dict[str, int], seconds: float) -> float:
    """Entries a second over ``seconds``."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        counts = pool.map(lambda seed: _append(wiring, versions, begun + seconds, seed), range(THREADS))
        return sum(counts) / (time.perf_counter() - begun)


def _append(wiring: Wiring, versions: dict[str, int], until: float, seed: int) -> int:
    chance = random.Random(seed)  # noqa: S311 - a schedule, no secret
    subjects, appender, count = list(versions), wiring.appender, 0
    while time.perf_counter() < until:
        subject = chance.choice(subjects)
        rests_on, at = {subject: versions[subject]}, wiring.now()
        fields = {
            "actor": "s-0",
            "agency": "ame",
            "person": subject.partition(":")[2],
            "outcome": Outcome.PERMITTED,
            "reason": "ongoing",
            "rests_on": rests_on,
            "lines": [{"consent": "c-0", "line": 0}],
            "items": [f"a-{item}" for item in range(ITEMS)],
        }
        appender.append([seal(Entry(Event.READ, at, fields), wiring.keyring.trail_mac)], rests_on, microseconds(at))
        count += 1
    return count
