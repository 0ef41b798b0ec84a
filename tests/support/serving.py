"""Serving an application with waitress in another thread, and stopping it there without a word in the log."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress.server import create_server


@contextmanager
def served(app: Flask, port: int, threads: int) -> Iterator[None]:
    """Serve ``app`` on loopback until the end."""
    server: Any = create_server(app, host="127.0.0.1", port=port, threads=threads, ident=None)
    thread = threading.Thread(target=server.run, name="waitress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        # From within its own loop: closed from here, it might be waiting on a socket that is no more.
        server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
        thread.join(10)
        server.task_dispatcher.shutdown()
