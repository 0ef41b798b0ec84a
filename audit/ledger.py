"""A map for walking a trail of any length in bounded memory.

Holds the keys used last in a dict and the rest in a private temporary SQLite database, which SQLite itself keeps in
its page cache until that is full and which vanishes with the connection. A trail of a hundred people never gets
there; one of ten million does, and takes no more memory for it.
"""

import sqlite3
from typing import Generic, TypeVar, cast

Value = TypeVar("Value", int, str)

ROOM = 100_000
_CACHE_KIB = 16_384


class Ledger(Generic[Value]):
    """Keys to whole numbers or to texts."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._recent: dict[str, Value] = {}
        self._written: sqlite3.Connection | None = None

    def get(self, key: str) -> Value | None:
        """The value last put under ``key``, or None."""
        value = self._recent.get(key)
        if value is None and self._written is not None:
            found = self._written.execute("SELECT value FROM known WHERE key = ?", (key,)).fetchone()
            if found is not None:
                value = cast("Value", found[0])
                self.put(key, value)
        return value

    def put(self, key: str, value: Value) -> None:
        """Keep ``value`` under ``key``."""
        self._recent[key] = value
        if len(self._recent) > self._room:
            self._write()

    def _write(self) -> None:
        if self._written is None:
            # The empty name is a database of our own on disk, deleted when it is closed.
            self._written = sqlite3.connect("", isolation_level=None)
            self._written.execute("PRAGMA journal_mode = OFF")
            self._written.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            self._written.execute("CREATE TABLE known (key TEXT PRIMARY KEY, value) WITHOUT ROWID")
        self._written.execute("BEGIN")
        self._written.executemany("INSERT OR REPLACE INTO known VALUES (?, ?)", self._recent.items())
        self._written.execute("COMMIT")
        self._recent.clear()

    def close(self) -> None:
        """Give the temporary database back."""
        if self._written is not None:
            self._written.close()
