"""The load as the benchmark holds it: a process of its own, and what each round gave."""

import json
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.load import Round
from tests.bench.readers import Order
from tests.bench.serving import ROOT

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Played:
    """One round: answers a second, latencies in ms, bytes a page, and the client's share of one core."""

    count: int
    rate: float
    p50: float
    p95: float
    p99: float
    slowest: float
    page: int
    client: float


@dataclass(frozen=True, slots=True)
class Load:
    """A client process that plays rounds against one server."""

    process: "subprocess.Popen[str]"

    def play(self, seconds: float, seed: int, statuses: Collection[int] = (200,)) -> Played:
        """One round; raises ValueError if any answer was not the page that was asked for."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"seconds": seconds, "seed": seed, "statuses": list(statuses)}) + "\n")
        stdin.flush()
        told: Round = json.loads(stdout.readline())
        if told["bad"]:
            raise ValueError(f"{told['bad']} of {len(told['latencies'])} answers were not the page asked for")
        latencies = sorted(each * 1000 for each in told["latencies"])
        return Played(
            len(latencies),
            len(latencies) / told["seconds"],
            percentile(latencies, 50),
            percentile(latencies, 95),
            percentile(latencies, 99),
            latencies[-1],
            told["bytes"] // len(latencies),
            told["client_cpu"] / told["seconds"],
        )


@contextmanager
def load(port: int, orders: list[Order], connections: int = CONNECTIONS) -> Iterator[Load]:
    """A client for the server on ``port`` that asks for random ones of ``orders``."""
    command = [sys.executable, "-m", "tests.bench.load", str(port), str(connections)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(orders) + "\n")
        process.stdin.flush()
        yield Load(process)
    finally:
        process.stdin.close()
        process.wait()


def percentile(ordered: list[float], percent: int) -> float:
    """The nearest-rank percentile of values in rising order."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
