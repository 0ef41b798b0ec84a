"""Holding an uploaded document, from being looked through until it is applied: sealed, for minutes, for one person.

What is applied is byte for byte what was looked through. The key goes to the browser, wrapped, in its form cookie, and
is nowhere else: who has the database and the root keys opens nothing, who has the cookie opens nothing, and once the
minutes have passed the row is deleted. Signing in and out forgets the key.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from keys.envelope import Place, open_envelope, seal_envelope
from keys.errors import KeysError
from keys.keyring import Keyring
from portal.accounts.rules import StaffId
from portal.clock import instant, microseconds
from portal.exchange.models import held_documents

Cookie = MutableMapping[str, Any]

# A cookie has room for few keys, and nobody looks through many documents at once.
MOST_HELD = 3
_HELD = "held_documents"


@dataclass(frozen=True, slots=True)
class Held:
    """A document that waits, and until when."""

    name: str
    until: datetime
    content: bytes = field(repr=False)


def hold_document(
    connection: Connection, keyring: Keyring, cookie: Cookie, administrator: StaffId, content: bytes, until: datetime
) -> str:
    """Hold ``content`` for ``administrator`` until then, and give the name under which it is found again."""
    name = secrets.token_hex(16)
    key, wrapped = keyring.new_data_key()
    sealed = seal_envelope(key, _place(name, administrator), content)
    row = {"id": name, "administrator": administrator, "until": microseconds(until), "content": sealed}
    connection.execute(insert(held_documents), [row])
    cookie[_HELD] = [*cookie.get(_HELD, []), [name, b64encode(wrapped).decode()]][-MOST_HELD:]
    return name


def held_document(
    connection: Connection, keyring: Keyring, cookie: Cookie, administrator: StaffId, name: str, at: datetime
) -> Held | None:
    """The document held under ``name``; None if its time has passed, or it is another's or another browser's."""
    wrapped = dict(cookie.get(_HELD, [])).get(name)
    if wrapped is None:
        return None
    statement = select(held_documents.c.until, held_documents.c.content).where(held_documents.c.id == name)
    row = connection.execute(statement.where(held_documents.c.administrator == administrator)).one_or_none()
    if row is None or row.until <= microseconds(at):
        return None
    try:
        key = keyring.unwrap(b64decode(wrapped))
        return Held(name, instant(row.until), open_envelope(key, _place(name, administrator), bytes(row.content)))
    except KeysError:
        return None


def let_go(connection: Connection, cookie: Cookie, administrator: StaffId, name: str) -> None:
    """Hold the document no longer, and forget its key."""
    cookie[_HELD] = [each for each in cookie.get(_HELD, []) if each[0] != name]
    is_own = (held_documents.c.id == name) & (held_documents.c.administrator == administrator)
    connection.execute(delete(held_documents).where(is_own))


def holds_too_long(connection: Connection, at: datetime) -> bool:
    """Whether any document is held whose time has passed."""
    is_over = held_documents.c.until <= microseconds(at)
    return connection.execute(select(held_documents.c.id).where(is_over).limit(1)).first() is not None


def let_old_go(connection: Connection, at: datetime) -> None:
    """Hold none of the documents any longer whose time has passed."""
    connection.execute(delete(held_documents).where(held_documents.c.until <= microseconds(at)))


def until_when(at: datetime, minutes: int) -> datetime:
    """Until when a document that comes at ``at`` is held."""
    return at + timedelta(minutes=minutes)


def _place(name: str, administrator: StaffId) -> Place:
    return Place("held_documents", name, administrator, 1)
