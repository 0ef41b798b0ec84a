"""What an import takes, and how long it holds up those who read beside it.

Each round takes in two documents of people who are new to the register: one by itself, and one while readers ask for
records over and over, until the last of its entries is signed.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from sqlalchemy import func, select

from audit.store import entries, leaves
from portal import clock
from portal.database import Desk
from portal.wiring import Wiring
from tests.bench.client import Load, load
from tests.bench.documents import write_bench_document
from tests.bench.figures import Figure, Topic
from tests.bench.ground import Ground, Imported, bring_in
from tests.bench.options import Options
from tests.bench.readers import orders_for, sign_in
from tests.bench.serving import serving

LARGEST = 10_000
READERS = 8
# Long enough to be a loop, short enough to notice soon that the import is over.
LOOP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Round:
    alone: Imported
    beside: Imported
    longest: float
    longest_without: float
    signed_after: float


def run(ground: Ground, options: Options) -> Topic:
    """Measure imports into this ground, which holds more people afterwards."""
    people = min(LARGEST, options.people)
    wiring = ground.wire()
    try:
        with serving("gated", str(ground.settings_file)) as server:
            orders = orders_for(ground, sign_in(ground, server.port))
            with load(server.port, orders, READERS) as readers:
                readers.play(options.warm_up, 0)
                rounds = [_play(ground, wiring, readers, people, options.seconds, n) for n in range(options.rounds)]
    finally:
        wiring.close()
    return _topic(ground, people, rounds)


def _play(ground: Ground, wiring: Wiring, readers: Load, people: int, seconds: float, number: int) -> _Round:
    first = len(ground.refs) + 2 * number * people
    alone = _bring_in(ground, first, people)
    _read_while(readers, lambda: not _is_signed(wiring, _newest(wiring)))
    without = readers.play(seconds, number).slowest
    with ThreadPoolExecutor(1) as beside:
        importing = beside.submit(_bring_in, ground, first + people, people)
        longest = _read_while(readers, lambda: not importing.done())
        newest, ended = _newest(wiring), perf_counter()
        longest = max(longest, _read_while(readers, lambda: not _is_signed(wiring, newest)))
    return _Round(alone, importing.result(), longest / 1000, without / 1000, perf_counter() - ended)


def _bring_in(ground: Ground, first: int, people: int) -> Imported:
    document = ground.folder / "further.json"
    write_bench_document(document, people, today=clock.today(), readers=ground.readers, first=first)
    try:
        return bring_in(ground.settings_file, document, people)
    finally:
        document.unlink()


def _read_while(readers: Load, is_so: Callable[[], bool]) -> float:
    """Read over and over for as long as it is so; the longest time of one read, in ms."""
    longest = 0.0
    while is_so():
        longest = max(longest, readers.play(LOOP_SECONDS, 0).slowest)
    return longest


def _newest(wiring: Wiring) -> int:
    with wiring.engine(Desk.READING).connect() as connection:
        return int(connection.execute(select(func.max(entries.c.id))).scalar_one())


def _is_signed(wiring: Wiring, entry: int) -> bool:
    with wiring.engine(Desk.READING).connect() as connection:
        return int(connection.execute(select(func.max(leaves.c.entry_id))).scalar_one()) >= entry


def _topic(ground: Ground, people: int, rounds: list[_Round]) -> Topic:
    def figure(name: str, values: list[float], unit: str, goal: str | None = None) -> Figure:
        told = tuple(round(each, 3) for each in values)
        return Figure(name, median(told), unit, goal, told)

    goal = "≥ 1000" if ground.kind == "SQLite" else None
    return Topic(
        f"import, {ground.kind}",
        f"Documents of {people} people new to the register ({rounds[0].alone.document / 1e6:.0f} MB, 19 items each), "
        "in a process of their own, consents confirmed, while the worker signs; alternating, alone and beside "
        f"{READERS} connections that ask for records over and over (gunicorn, 2 × 8 threads). Held up: the longest "
        "time of any read from the import's beginning until all its entries were signed, which includes the pages' "
        "own time on processors that the import shares. Memory is the process's largest, less what it had before.",
        "Larger texts; a register that holds the same people already and must be compared; a slower disk, for all "
        "that an import wrote must be on it before anybody reads on; on SQLite item ids in no order, which spread over "
        "the whole index; on PostgreSQL a database on another machine.",
        (
            figure("people imported", [each.alone.rate for each in rounds], "people/s", goal),
            Figure("the same, into an empty register", round(ground.imported.rate, 1), "people/s"),
            figure("the same, beside readers", [each.beside.rate for each in rounds], "people/s"),
            figure("memory ÷ document", [each.alone.memory / each.alone.document for each in rounds], "×", "≤ 4"),
            figure("longest a read was held up", [each.longest for each in rounds], "s", "≤ 2"),
            figure("longest read without it", [each.longest_without for each in rounds], "s"),
            figure("signed after", [each.signed_after for each in rounds], "s"),
        ),
    )
