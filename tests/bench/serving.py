"""Both sides under the same server: gunicorn, 2 workers of 8 threads, on a socket that the benchmark opened.

python -m tests.bench.serving gated SETTINGS DESCRIPTOR
python -m tests.bench.serving ungated URL DESCRIPTOR
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

ROOT = Path(__file__).parents[2]
# What portal/serving.py sets, with the figures' numbers.
OPTIONS: dict[str, Any] = {
    "workers": 2,
    "threads": 8,
    "worker_class": "gthread",
    "graceful_timeout": 2,
    "timeout": 60,
    "keepalive": 5,
    "control_socket_disable": True,
    "loglevel": "warning",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    pid: int


@contextmanager
def serving(side: str, where: str) -> Iterator[Server]:
    """Serve ``side`` ("gated" or "ungated") from a settings file or a URL, until the end."""
    with create_server(("127.0.0.1", 0), backlog=128) as listener:
        listener.set_inheritable(True)
        command = [sys.executable, "-m", "tests.bench.serving", side, where, str(listener.fileno())]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[listener.fileno()])
        try:
            yield Server(listener.getsockname()[1], process.pid)
        finally:
            process.terminate()
            process.wait()


@contextmanager
def working(settings: Path) -> Iterator[int]:
    """Run the portal's worker, which signs the trail, until the end; its process id."""
    command = [str(Path(sys.executable).with_name("portal")), "worker", "--config", str(settings)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _make_app(side: str, where: str) -> Flask:
    from portal.hardening import take_short_turns

    # The portal's server does so; whatever it serves is measured under the same one.
    take_short_turns()
    if side == "ungated":
        from tests.bench.ungated.app import create_app as create_ungated

        return create_ungated(where)
    from portal.app import create_app
    from portal.config import read_settings
    from portal.hardening import harden, log_as_json
    from portal.wiring import wire

    harden()
    log_as_json()
    return create_app(wire(read_settings(Path(where))))


class _Gunicorn(BaseApplication):
    def __init__(self, make_app: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._make_app = make_app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._options.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Any:
        return self._make_app()


if __name__ == "__main__":
    side, where, descriptor = sys.argv[1:]
    _Gunicorn(lambda: _make_app(side, where), {**OPTIONS, "bind": f"fd://{descriptor}"}).run()
