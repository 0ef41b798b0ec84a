"""Putting a signed paper under a consent, and opening one for the gate's door."""

import secrets
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select

from audit.vocabulary import Event
from keys.envelope import DataKey, Place, open_envelope, seal_envelope
from portal.acting import Act
from portal.consent.evidence.models import evidence
from portal.consent.evidence.papers import digest_of
from portal.consent.sealing import subject_of
from portal.consent.service import SealedPerson
from portal.errors import ConflictError

PAPER = "paper"


def receive_paper(act: Act, ref: str, consent: str, paper: str, content: bytes, pages: int) -> bool:
    """Keep a paper of ``pages`` pages under a consent that has not ended, as ``paper``; False if it is there already.

    It is a step of the person's: whoever has the confirmation of the consent before them is shown the new paper first.
    """
    act.hold([subject_of(ref)])
    person = SealedPerson.load(act, ref)
    if consent not in person.consents or person.consents[consent]["withdrawn_at"] is not None:
        raise ConflictError("the person has no such consent, or it has ended")
    if act.connection.execute(select(evidence.c.id).where(evidence.c.id == paper)).first() is not None:
        return False
    content_key = person.row["content_key"]
    if content_key is None:
        raise ConflictError("the person's content has been disposed of")
    key = act.keyring.unwrap(bytes(content_key))
    sealed = seal_envelope(key, evidence_place(paper, ref), content)
    row: dict[str, Any] = {
        "id": paper,
        "consent": consent,
        "person": ref,
        "kind": PAPER,
        "pages": pages,
        "received_at": act.since_epoch,
        "received_by": act.actor,
        "content": sealed,
        "content_digest": sha256(sealed).digest(),
    }
    row["digest"] = digest_of(act.keyring, row)
    act.connection.execute(insert(evidence), [row])
    told = b64encode(row["digest"]).decode()
    person.step(Event.EVIDENCE_RECEIVED, consent=consent, evidence=paper, digest=told, count=pages)
    person.save()
    return True


def new_paper() -> str:
    """A random id for a paper about to be received."""
    return secrets.token_hex(16)


def find_paper(connection: Connection, ref: str, consent: str, paper: str) -> Mapping[str, Any] | None:
    """The row of one paper of a person's consent, unopened."""
    which = (evidence.c.id == paper) & (evidence.c.consent == consent) & (evidence.c.person == ref)
    row = connection.execute(select(evidence).where(which)).mappings().first()
    return None if row is None else dict(row)


def open_paper(key: DataKey, row: Mapping[str, Any]) -> bytes:
    """The file of a paper; for the gate's door."""
    return open_envelope(key, evidence_place(row["id"], row["person"]), bytes(row["content"]))


def evidence_place(paper: str, ref: str) -> Place:
    """Where the envelope of a paper belongs."""
    return Place("evidence", paper, ref, 1)
