"""What a read costs as the register and its trail grow: the same door on a small register and on the large one."""

import random
import time
from statistics import median

from portal.accounts.rules import Staff
from portal.wiring import Wiring
from tests.bench.documents import reader_of
from tests.bench.figures import Figure, Topic
from tests.bench.ground import Ground, sqlite_ground
from tests.bench.options import Options
from tests.bench.readers import staff_entry

SMALL = 1_000
READS_A_ROUND = 200


def run(ground: Ground, options: Options) -> Topic:
    """Measure reads on this ground against a register of a twentieth."""
    small_people = max(3, min(SMALL, len(ground.refs) // 2))
    with sqlite_ground(small_people, with_ungated=False) as small:
        wirings = [(each, each.wire()) for each in (small, ground)]
        try:
            for each, wiring in wirings:
                _read(each, wiring, READS_A_ROUND // 4, 0)
            pairs = [
                [_read(each, wiring, READS_A_ROUND, number) for each, wiring in wirings]
                for number in range(1, options.rounds + 1)
            ]
        finally:
            for _, wiring in wirings:
                wiring.close()
    ratios = tuple(round(large / little, 3) for little, large in pairs)
    return Topic(
        f"cost of a read as the register grows, {ground.kind}",
        f"The gate's read (decide, record, open) of a random person, in one process, on a register of "
        f"{len(ground.refs)} people against one of {small_people}; medians of {READS_A_ROUND} reads a round, "
        "alternating, each with its durable entry.",
        "A register that no longer fits in memory: then each read waits for the disk for its own pages.",
        (
            Figure("large ÷ small", median(ratios), "×", "≤ 1.15", ratios),
            Figure("large", round(median(large for _, large in pairs), 2), "ms"),
            Figure("small", round(median(little for little, _ in pairs), 2), "ms"),
        ),
    )


def _read(ground: Ground, wiring: Wiring, count: int, seed: int) -> float:
    """The median time of a read, in ms."""
    chance = random.Random(seed)  # noqa: S311 - a schedule, no secret
    known: dict[str, Staff] = {}
    times = []
    for _ in range(count):
        number = chance.randrange(len(ground.refs))
        reader = reader_of(number, 0, ground.readers)
        if reader not in known:
            known[reader] = staff_entry(wiring, reader)
        begun = time.perf_counter()
        wiring.reading.open_record(known[reader], ground.refs[number], "ongoing")
        times.append((time.perf_counter() - begun) * 1000)
    return median(times)
