"""The locks that put reads and changes of the same thing in one order.

A change of a subject (a person's consents, a staff entry, a stand-in) holds its lock alone; the appends of reads
that rest on it share it. On PostgreSQL these are advisory transaction locks, let go by commit or rollback, also
when the process dies. On SQLite a writing transaction is alone by itself, so there is nothing to take.

Whoever takes several takes them in order of key, so nobody waits in a circle.
"""

from collections.abc import Collection, Iterable
from hashlib import sha256

from sqlalchemy import Connection, TextClause, text

# Whatever appends shares it; whoever gives out leaf indexes holds it alone, and so sees only settled entries.
INTEGRATION = "trail:integration"
# Whatever rests on something shares it; an import that changes very many subjects holds it alone in place of thousands.
INSTALLATION = "installation"
# Whoever changes the register shares it, before INSTALLATION; an import holds it alone while it fills the tables, so
# that nobody else changes them and everybody can still read.
CHANGES = "changes"

_SHARE = text("SELECT pg_advisory_xact_lock_shared(key) FROM unnest(CAST(:keys AS bigint[])) AS key ORDER BY key")
_TRY_SHARE = text(
    "SELECT key, pg_try_advisory_xact_lock_shared(key) FROM unnest(CAST(:keys AS bigint[])) AS key ORDER BY key"
)
_HOLD = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key ORDER BY key")


def key_of(name: str) -> int:
    """The 64-bit advisory lock key of a name."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)


def share(connection: Connection, names: Iterable[str]) -> None:
    """Wait for shared locks on ``names`` until the transaction ends."""
    _take(connection, _SHARE, names)


def hold(connection: Connection, names: Iterable[str]) -> None:
    """Wait for exclusive locks on ``names`` until the transaction ends."""
    _take(connection, _HOLD, names)


def try_share(connection: Connection, names: Collection[str]) -> frozenset[str]:
    """Share what can be shared at once; return which of ``names`` are held."""
    if connection.dialect.name != "postgresql":
        return frozenset(names)
    by_key = {key_of(name): name for name in names}
    rows = connection.execute(_TRY_SHARE, {"keys": sorted(by_key)})
    return frozenset(by_key[key] for key, is_held in rows if is_held)


def _take(connection: Connection, statement: TextClause, names: Iterable[str]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(statement, {"keys": sorted({key_of(name) for name in names})})
