"""`make bench`: measures, prints one table and writes the same as JSON. It asserts nothing.

python -m tests.bench [--people N] [--rounds N] [--seconds S] [--only NAME]… [--json FILE]
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from tests.bench import (
    appending,
    clashing,
    existence,
    growing,
    importing,
    listing,
    machine,
    printing,
    reading,
    weighing,
    withdrawing,
)
from tests.bench.figures import Topic
from tests.bench.ground import DISK, Ground, postgresql_ground, sqlite_ground
from tests.bench.options import Options

Measure = Callable[[Ground, Options], Topic]
MakeGround = Callable[[int], AbstractContextManager[Ground | None]]

# In this order; a withdrawal closes people, so it comes last.
ON_SQLITE: dict[str, Measure] = {
    "sqlite": reading.run,
    "append-sqlite": appending.run,
    "grow": growing.run,
    "list": listing.run,
    "import-sqlite": importing.run,
    "page": weighing.run,
    "existence-sqlite": existence.run,
    "withdraw-sqlite": withdrawing.run,
}
ON_POSTGRESQL: dict[str, Measure] = {
    "postgresql": reading.run,
    "append-postgresql": appending.run,
    "import-postgresql": importing.run,
    "existence-postgresql": existence.run,
    "withdraw-postgresql": withdrawing.run,
}
ELSEWHERE: dict[str, Callable[[], Topic]] = {"clashes": clashing.run}
NAMES = [*ON_SQLITE, *ON_POSTGRESQL, *ELSEWHERE]


def main(arguments: list[str]) -> int:
    """Measure what is asked for, everything unless told otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure, and print what was measured.")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each round")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", type=Path, default=Path("instance/bench.json"), metavar="FILE")
    asked = parser.parse_args(arguments)
    options = Options(asked.people, asked.rounds, asked.seconds, min(3.0, asked.seconds))
    wanted = set(asked.only or NAMES)
    console = Console(width=None if sys.stdout.isatty() else 120)
    on = machine.describe(DISK)
    topics = list(_measure(console, wanted, options))
    printing.print_topics(console, topics, on)
    printing.write_json(asked.json, topics, on, asdict(options))
    console.print(f"JSON: {asked.json.resolve()}", highlight=False, soft_wrap=True)
    return 0


def _measure(console: Console, wanted: set[str], options: Options) -> Iterator[Topic]:
    places: list[tuple[dict[str, Measure], MakeGround]] = [
        (ON_SQLITE, sqlite_ground),
        (ON_POSTGRESQL, postgresql_ground),
    ]
    for measures, make_ground in places:
        here = {name: measure for name, measure in measures.items() if name in wanted}
        if here:
            yield from _measure_on(console, here, make_ground, options)
    for name, measure in ELSEWHERE.items():
        if name in wanted:
            with _told(console, name):
                yield measure()


def _measure_on(
    console: Console, measures: dict[str, Measure], make_ground: MakeGround, options: Options
) -> Iterator[Topic]:
    with ExitStack() as stack:
        with _told(console, f"stocking for {', '.join(measures)}"):
            ground = stack.enter_context(make_ground(options.people))
        if ground is None:
            console.print("PostgreSQL is not found here: its figures are left out.")
            return
        for name, measure in measures.items():
            with _told(console, name):
                yield measure(ground, options)


@contextmanager
def _told(console: Console, what: str) -> Iterator[None]:
    """Say what is going on, to a terminal only."""
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
