"""Changing a person's consents and protection mark, each step sealed and written in the trail.

A step raises the person's version by one, seals protection and all consents anew and leaves its entry; rows and
entries go into the same transaction. Whoever calls holds the person's lock (``Act.hold``) and commits.
"""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from audit.vocabulary import Event
from keys.envelope import DataKey, Place, open_envelope, seal_envelope
from keys.keyring import Keyring
from portal.accounts.rules import StaffId
from portal.acting import Act
from portal.clock import microseconds
from portal.consent.models import consents, recipients
from portal.consent.rules import Consent, Form, Paper, Withdrawal
from portal.consent.sealing import SEAL_KIND, sealed_body, subject_of, write_paper, write_terms, write_whole
from portal.errors import ConflictError
from portal.people.models import persons


@dataclass(slots=True)
class SealedPerson:
    """A person's protection and consents while they are being changed; ``save`` writes what became of them."""

    act: Act
    ref: str
    version: int
    is_protected: bool
    consents: dict[str, dict[str, Any]]
    seal: bytes = b""
    _added: set[str] = field(default_factory=set)
    _changed: set[str] = field(default_factory=set)

    @classmethod
    def new(cls, act: Act, ref: str, is_protected: bool) -> "SealedPerson":
        """A person about to be registered."""
        return cls(act, ref, 0, is_protected, {})

    @classmethod
    def load(cls, act: Act, ref: str) -> "SealedPerson":
        """The person as registered; the lock must be held. Raises ConflictError if the seal does not fit."""
        found = load_sealed_people(act, [ref])
        if ref not in found:
            raise ConflictError("there is no such person")
        return found[ref]

    def step(self, event: Event, **fields: object) -> None:
        """Raise the version, seal, and leave the entry."""
        self.version += 1
        body = sealed_body(self.ref, self.version, self.is_protected, self.consents.values())
        self.seal = self.act.keyring.seal(SEAL_KIND, body)
        state = {
            "subject": subject_of(self.ref),
            "version": self.version,
            "state": b64encode(self.seal).decode(),
        }
        self.act.note(event, {"person": self.ref, **state, **fields})

    def register(self, consent: Consent, paper: Paper, key: DataKey) -> None:
        """Add a consent as it was signed, not yet confirmed."""
        act = self.act
        if consent.id in self.consents:
            raise ConflictError("a consent with that id is already registered")
        content = write_paper(paper).encode()
        digest = terms_digest(act.keyring, write_whole(consent, paper))
        self.consents[consent.id] = {
            "id": consent.id,
            "person": self.ref,
            "valid_from": consent.valid_from,
            "valid_until": consent.valid_until,
            "terms": write_terms(consent.lines),
            "registered_at": act.since_epoch,
            "registered_by": act.actor,
            "confirmed_at": None,
            "confirmed_by": None,
            "withdrawn_at": None,
            "content": seal_envelope(key, Place("consents", consent.id, self.ref, 1), content),
            "withdrawal": None,
            "digest": digest,
        }
        self._added.add(consent.id)
        self.step(Event.CONSENT_REGISTERED, consent=consent.id, digest=b64encode(digest).decode())

    def confirm(self, consent: str, confirmed_by: StaffId) -> None:
        """Make a registered consent count from now on."""
        row = self._row(consent)
        if row["confirmed_at"] is not None or row["withdrawn_at"] is not None:
            raise ConflictError("the consent is already confirmed or withdrawn")
        row |= {"confirmed_at": self.act.since_epoch, "confirmed_by": confirmed_by}
        self._changed.add(consent)
        self.step(Event.CONSENT_CONFIRMED, consent=consent, confirmed_by=confirmed_by)

    def withdraw(self, consent: str, withdrawal: Withdrawal, key: DataKey) -> None:
        """Close a consent for good."""
        row = self._row(consent)
        if row["withdrawn_at"] is not None:
            raise ConflictError("the consent is already withdrawn")
        content = json.dumps([withdrawal.how, withdrawal.received_by]).encode()
        row |= {
            "withdrawn_at": microseconds(withdrawal.at),
            "withdrawal": seal_envelope(key, withdrawal_place(consent, self.ref), content),
        }
        self._changed.add(consent)
        received = {} if withdrawal.received_by is None else {"received_by": withdrawal.received_by}
        self.step(Event.CONSENT_WITHDRAWN, consent=consent, how=withdrawal.how, **received)

    def protect(self, is_protected: bool) -> None:
        """Set or lift the protection mark."""
        if self.is_protected != is_protected:
            self.is_protected = is_protected
            self.step(Event.PERSON_CHANGED, change="protected" if is_protected else "unprotected")

    def save(self) -> None:
        """Write what changed; the person's row must exist."""
        connection = self.act.connection
        added = [self.consents[consent] for consent in sorted(self._added)]
        if added:
            connection.execute(insert(consents), added)
            connection.execute(insert(recipients), recipient_rows(added))
        for consent in sorted(self._changed - self._added):
            row = self.consents[consent]
            names = ("confirmed_at", "confirmed_by", "withdrawn_at", "withdrawal")
            values = {name: row[name] for name in names}
            connection.execute(update(consents).where(consents.c.id == consent).values(values))
        connection.execute(
            update(persons)
            .where(persons.c.ref == self.ref)
            .values(version=self.version, is_protected=self.is_protected, seal=self.seal)
        )

    def _row(self, consent: str) -> dict[str, Any]:
        if consent not in self.consents:
            raise ConflictError("the person has no such consent")
        return self.consents[consent]


def load_sealed_people(act: Act, refs: list[str]) -> dict[str, SealedPerson]:
    """Persons as registered, held to seal and trail: a forged row, or an old copy, must not be sealed anew.

    Raises ConflictError where a seal does not fit or the trail knows of another version.
    """
    found: dict[str, SealedPerson] = {}
    seals = {}
    for start in range(0, len(refs), 500):
        some = refs[start : start + 500]
        for row in act.connection.execute(select(persons).where(persons.c.ref.in_(some))).mappings():
            found[row["ref"]] = SealedPerson(act, row["ref"], row["version"], row["is_protected"], {})
            seals[row["ref"]] = bytes(row["seal"])
        for row in act.connection.execute(select(consents).where(consents.c.person.in_(some))).mappings():
            found[row["person"]].consents[row["id"]] = dict(row)
    versions = act.latest_versions([subject_of(ref) for ref in found])
    for ref, person in found.items():
        body = sealed_body(ref, person.version, person.is_protected, person.consents.values())
        is_latest = versions.get(subject_of(ref)) == person.version
        if not is_latest or not act.keyring.check_seal(SEAL_KIND, body, seals[ref]):
            raise ConflictError("a person's seal does not fit: run portal doctor before anything is changed")
        person.seal = seals[ref]
    return found


def recipient_rows(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The index rows that lead from each named recipient to the consents' person."""
    return [
        {"staff": staff, "person": row["person"], "consent": row["id"]}
        for row in rows
        for staff in sorted({name for line in json.loads(row["terms"]) for name in line["recipients"]})
    ]


def terms_digest(keyring: Keyring, whole: bytes) -> bytes:
    """A keyed digest of a whole consent (``write_whole``), by which the same one is known again unopened."""
    return keyring.digest(b"consent\0" + whole)


def withdrawal_place(consent: str, ref: str) -> Place:
    """Where the envelope of how a consent was withdrawn belongs."""
    return Place("withdrawals", consent, ref, 1)


def read_paper(key: DataKey, row: Any) -> Paper:
    """Open what is on the paper of a consents row; for the gate's doors."""
    values = json.loads(open_envelope(key, Place("consents", row["id"], row["person"], 1), bytes(row["content"])))
    return Paper(values["purpose"], date.fromisoformat(values["signed_on"]), Form(**values["form"]))


def read_withdrawal(key: DataKey, row: Any, at: datetime) -> Withdrawal:
    """Open how a consents row was withdrawn; ``at`` is when. For the gate's doors."""
    place = withdrawal_place(row["id"], row["person"])
    how, received_by = json.loads(open_envelope(key, place, bytes(row["withdrawal"])))
    return Withdrawal(at, how, received_by)
