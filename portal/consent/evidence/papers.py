"""Which papers there are under a person's consents, proved against the trail without opening any.

A paper counts if its row is ours and the trail tells of it by the digest of the row. What the trail tells of and the
register has not, or has otherwise, makes the person's papers *incomplete*: then nothing is confirmed by any of them.
"""

import hmac
import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from audit.entry import decode
from audit.store import entries
from audit.vocabulary import Event
from keys.keyring import Keyring
from portal.clock import instant
from portal.consent.evidence.models import evidence

_IN_THE_CLEAR = ("id", "consent", "person", "kind", "pages", "received_at", "received_by")
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class ReceivedPaper:
    """That there is a paper, who received it and when; what is on it is for the gate's door alone."""

    id: str
    consent: str
    pages: int
    received_at: datetime
    received_by: str


@dataclass(frozen=True, slots=True)
class Papers:
    """A person's papers, the oldest first; ``is_complete`` says that they are just those the trail tells of."""

    received: tuple[ReceivedPaper, ...] = ()
    is_complete: bool = True

    def under(self, consent: str) -> tuple[ReceivedPaper, ...]:
        """Those of one consent."""
        return tuple(paper for paper in self.received if paper.consent == consent)


def read_papers(connection: Connection, keyring: Keyring, refs: Sequence[str]) -> dict[str, Papers]:
    """The papers of each of these persons."""
    found: dict[str, Papers] = {}
    columns = [column for column in evidence.c if column.name != "content"]
    for start in range(0, len(refs), _AT_A_TIME):
        some = refs[start : start + _AT_A_TIME]
        there: dict[str, list[Mapping[str, Any]]] = {ref: [] for ref in some}
        statement = select(*columns).where(evidence.c.person.in_(some))
        for row in connection.execute(statement.order_by(evidence.c.received_at, evidence.c.id)).mappings():
            there[row["person"]].append(dict(row))
        told = _told(connection, keyring, some)
        found |= {ref: _papers(keyring, there[ref], told[ref]) for ref in some}
    return found


def are_whole(connection: Connection, ref: str) -> bool:
    """Whether every envelope of a person's papers is the one that its row was written with; one is read at a time."""
    for key in connection.execute(select(evidence.c.id).where(evidence.c.person == ref)).scalars().all():
        columns = select(evidence.c.content, evidence.c.content_digest)
        if not is_whole(dict(connection.execute(columns.where(evidence.c.id == key)).mappings().one())):
            return False
    return True


def is_whole(row: Mapping[str, Any]) -> bool:
    """Whether the envelope of a row is the one it was written with."""
    return hmac.compare_digest(sha256(row["content"]).digest(), bytes(row["content_digest"]))


def digest_of(keyring: Keyring, row: Mapping[str, Any]) -> bytes:
    """The keyed digest over all that a row of the table holds."""
    told = [1, *(row[name] for name in _IN_THE_CLEAR), bytes(row["content_digest"]).hex()]
    return keyring.digest(b"evidence\0" + json.dumps(told, separators=(",", ":")).encode())


def _papers(keyring: Keyring, rows: Sequence[Mapping[str, Any]], told: Mapping[str, bytes]) -> Papers:
    ours = [row for row in rows if _is_ours(keyring, row, told.get(row["id"], b""))]
    received = tuple(
        ReceivedPaper(row["id"], row["consent"], row["pages"], instant(row["received_at"]), row["received_by"])
        for row in ours
    )
    return Papers(received, is_complete=len(received) == len(rows) == len(told))


def _is_ours(keyring: Keyring, row: Mapping[str, Any], told: bytes) -> bool:
    try:
        return hmac.compare_digest(digest_of(keyring, row), told)
    except TypeError:
        return False


def _told(connection: Connection, keyring: Keyring, refs: Sequence[str]) -> dict[str, dict[str, bytes]]:
    """What the trail tells of these persons' papers: the digest of each, by its id."""
    told: dict[str, dict[str, bytes]] = {ref: {} for ref in refs}
    statement = select(entries.c.person, entries.c.payload, entries.c.mac).where(entries.c.person.in_(refs))
    for ref, payload, mac in connection.execute(statement.where(entries.c.event == Event.EVIDENCE_RECEIVED.value)):
        fields = decode(bytes(payload)).fields
        if hmac.compare_digest(keyring.trail_mac(bytes(payload)), bytes(mac)) and fields["person"] == ref:
            told[ref][str(fields["evidence"])] = b64decode(str(fields["digest"]))
    return told
