"""How what a reader asks for is sealed: the number and the reason, or what is wrong, and the desk's note.

Opening is for the gate's doors alone, once their entry is durable.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from keys.envelope import DataKey, Place, open_envelope, seal_envelope
from keys.errors import EnvelopeError
from keys.keyring import Keyring
from portal.clock import instant
from portal.requests.rules import About


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """What somebody asks for: the twelve digits of a number, if it is for a consent, and the reader's own words."""

    number: str | None
    words: str


def period_of(at: datetime) -> str:
    """The period of look-ups whose key seals a request for consent made at that instant."""
    return f"{at:%Y}"


def is_kept(keyring: Keyring, row: Mapping[str, Any]) -> bool:
    """Whether there still is a key to the request; that of a consent is destroyed with the log of its year."""
    return row["about"] != About.CONSENT or keyring.periods.get(period_of(instant(row["made_at"])), False)


def asked_for(keyring: Keyring, reader: str, about: About, what: str) -> bytes:
    """The keyed digest under which a reader's open request for ``what`` (a number; a person and words) is known."""
    return keyring.digest(json.dumps(["request", reader, about, what]).encode())


def write_content(key: DataKey, request: str, person: str | None, reader: str, content: Content) -> bytes:
    """The envelope of what a reader asks for."""
    plain = json.dumps([reader, content.number, content.words], ensure_ascii=False).encode()
    return seal_envelope(key, request_place(request, person), plain)


def read_content(key: DataKey, row: Mapping[str, Any]) -> Content:
    """Open what was asked for. Raises EnvelopeError also where the row names another than who asked."""
    place = request_place(row["id"], row["person"])
    reader, number, words = json.loads(open_envelope(key, place, bytes(row["content"])))
    if reader != row["reader"]:
        raise EnvelopeError("The request was made by another than its row says. Restore the row from a backup.")
    return Content(number, words)


def write_note(key: DataKey, request: str, person: str | None, note: str) -> bytes:
    """The envelope of what the desk notes for itself beside its answer."""
    return seal_envelope(key, note_place(request, person), note.encode())


def read_note(key: DataKey, row: Mapping[str, Any]) -> str | None:
    """Open the desk's note, if there is one."""
    if row["note"] is None:
        return None
    return open_envelope(key, note_place(row["id"], row["person"]), bytes(row["note"])).decode()


def row_digest(keyring: Keyring, row: Mapping[str, Any]) -> str:
    """The keyed digest of a row of the requests table as the trail tells it; raises TypeError for what is not ours."""
    names = ("id", "reader", "agency", "about", "person", "made_at", "answered_at", "answered_by", "answer")
    sealed = [None if row.get(name) is None else sha256(row[name]).hexdigest() for name in ("asked", "content", "note")]
    body = [1, *(row.get(name) for name in names), *sealed]
    return b64encode(keyring.digest(b"request_row\0" + json.dumps(body).encode())).decode()


def request_place(request: str, person: str | None) -> Place:
    """Where the envelope of what somebody asks for belongs."""
    return Place("requests", request, person or "", 1)


def note_place(request: str, person: str | None) -> Place:
    """Where the envelope of what the desk notes beside its answer belongs."""
    return Place("request_notes", request, person or "", 1)
