"""Rows without a seal, held to what the trail last told of them: drafts, and what readers ask the desk for.

Nothing rests on them, so they are read unproved; but who was asked about what is told from them, and what the person
will not share. Each entry about one carries a keyed digest of the whole row as it was then written. Reads both, opens
nothing, changes nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from hmac import compare_digest
from typing import Any

from sqlalchemy import Connection, Table, select

from audit.entry import Entry, decode
from audit.errors import EntryError
from audit.store import entries
from audit.vocabulary import Event
from keys.keyring import Keyring
from portal.consent.models import drafts
from portal.consent.written_drafts import row_digest as draft_digest
from portal.requests.models import requests
from portal.requests.sealing import row_digest as request_digest

Digest = Callable[[Keyring, Mapping[str, Any]], str]


def unlike_the_trail(connection: Connection, keyring: Keyring) -> Iterator[tuple[str, str]]:
    """Each draft and request that is ``altered``, ``missing`` or ``slipped_in``, by its name in the trail."""
    of_drafts = _last(connection, keyring, "draft", Event.DRAFT_CHANGED)
    gone = {draft for draft, entry in of_drafts.items() if entry.fields["change"] == "dropped"}
    yield from _compare(connection, keyring, drafts, of_drafts, gone, draft_digest)
    of_requests = _last(connection, keyring, "request", Event.REQUEST_MADE, Event.REQUEST_ANSWERED, Event.REQUEST_MOVED)
    yield from _compare(connection, keyring, requests, of_requests, set(), request_digest)


def _last(connection: Connection, keyring: Keyring, name: str, *events: Event) -> dict[str, Entry]:
    """The last entry that says what became of each row; what was not written by us says nothing."""
    told = select(entries.c.payload, entries.c.mac).where(entries.c.event.in_(events)).order_by(entries.c.id)
    found: dict[str, Entry] = {}
    for payload, mac in connection.execute(told):
        try:
            is_ours = compare_digest(keyring.trail_mac(bytes(payload)), bytes(mac))
            entry = decode(bytes(payload)) if is_ours else None
        except (EntryError, TypeError):
            continue
        # Asked once more, it is only told again.
        if entry is not None and "cause" not in entry.fields:
            found[str(entry.fields[name])] = entry
    return found


def _compare(
    connection: Connection,
    keyring: Keyring,
    table: Table,
    told: Mapping[str, Entry],
    gone: set[str],
    digest: Digest,
) -> Iterator[tuple[str, str]]:
    kind = table.name.removesuffix("s")
    left = told.keys() - gone
    for row in connection.execute(select(table).order_by(table.c.id)).mappings():
        key = row["id"]
        if key not in left:
            yield f"{kind}:{key}", "slipped_in"
        elif told[key].fields.get("digest") != _digest_or_none(keyring, dict(row), digest):
            yield f"{kind}:{key}", "altered"
        left = left - {key}
    for key in sorted(left):
        yield f"{kind}:{key}", "missing"


def _digest_or_none(keyring: Keyring, row: Mapping[str, Any], digest: Digest) -> str | None:
    try:
        return digest(keyring, row)
    except TypeError:
        # On SQLite, a text may stand in a column of bytes, where somebody puts one.
        return None
