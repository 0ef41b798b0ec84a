"""A light load: one process, plain sockets, each connection asking again as soon as it has its answer.

    python -m tests.bench.load PORT CONNECTIONS < ORDERS

The first line of standard input is a JSON list of [request, mark]: the request as sent, and what a whole answer to
it must hold. Every further line is one round, {"seconds", "seed", "statuses"}, answered by one line of JSON. An answer
counts only if it has one of the statuses and, where that is 200, is a whole page that holds its mark.
"""

import json
import random
import selectors
import socket
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TypedDict

BUFFER = 1_048_576
END = b"</html>"


class Round(TypedDict):
    """What one round gave: seconds it took, each answer's latency in seconds, and the client's own processor time."""

    seconds: float
    latencies: list[float]
    bad: int
    bytes: int
    client_cpu: float


@dataclass(slots=True)
class Connection:
    """One keep-alive connection with its own buffer, used again for every answer."""

    socket: socket.socket
    buffer: bytearray = field(default_factory=lambda: bytearray(BUFFER))
    filled: int = 0
    expected: int = 0
    begun: float = 0.0
    mark: bytes = b""

    def ask(self, request: bytes, mark: bytes) -> None:
        """Send one request; the answer is awaited by ``take``."""
        self.filled = self.expected = 0
        self.mark = mark
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def take(self) -> bool:
        """Take what has come; True when the answer is whole. Raises ConnectionError if it never will be."""
        count = self.socket.recv_into(memoryview(self.buffer)[self.filled :])
        if not count:
            raise ConnectionError("the server hung up in the middle of a round")
        self.filled += count
        if not self.expected:
            end = self.buffer.find(b"\r\n\r\n", 0, self.filled)
            if end < 0:
                return False
            head = bytes(self.buffer[:end]).lower()
            length = head.index(b"content-length:") + 15
            self.expected = end + 4 + int(head[length:].split(b"\r\n", 1)[0])
        return self.filled >= self.expected

    def is_good(self, statuses: Collection[int]) -> bool:
        """Whether the answer has one of the statuses and, if that is 200, is the whole page that was asked for."""
        status = int(self.buffer[9:12])
        if self.filled != self.expected or status not in statuses:
            return False
        if status != 200:
            return True
        is_whole = self.buffer.find(END, self.filled - 16, self.filled) > 0
        return is_whole and self.buffer.find(self.mark, 0, self.filled) > 0


def play(
    port: int, connections: int, orders: list[tuple[bytes, bytes]], seconds: float, seed: int, statuses: Collection[int]
) -> Round:
    """Ask for random ones of ``orders`` over so many connections for ``seconds``, then wait for what is under way."""
    chance = random.Random(seed)  # noqa: S311 - a schedule, no secret
    latencies: list[float] = []
    bad = received = 0
    own = time.process_time()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connected = socket.create_connection(("127.0.0.1", port), timeout=30)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connected, selectors.EVENT_READ, Connection(connected))
        waiting = [key.data for key in selector.get_map().values()]
        begun = time.perf_counter()
        for connection in waiting:
            connection.ask(*chance.choice(orders))
        under_way = len(waiting)
        while under_way:
            for key, _ in selector.select(30):
                connection = key.data
                if not connection.take():
                    continue
                now = time.perf_counter()
                latencies.append(now - connection.begun)
                bad += not connection.is_good(statuses)
                received += connection.filled
                if now - begun < seconds:
                    connection.ask(*chance.choice(orders))
                else:
                    under_way -= 1
        took = time.perf_counter() - begun
        for connection in waiting:
            connection.socket.close()
    return {
        "seconds": took,
        "latencies": latencies,
        "bad": bad,
        "bytes": received,
        "client_cpu": time.process_time() - own,
    }


def main(port: int, connections: int) -> None:
    """Play every round that is asked for, until standard input closes."""
    orders = [(request.encode(), mark.encode()) for request, mark in json.loads(sys.stdin.readline())]
    for line in sys.stdin:
        asked = json.loads(line)
        round_ = play(port, connections, orders, asked["seconds"], asked["seed"], asked["statuses"])
        sys.stdout.write(json.dumps(round_) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
