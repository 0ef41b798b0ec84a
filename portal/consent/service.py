"""Changing a person's consents, protection mark, details and records, each step sealed and written in the trail.

A step raises the person's version by one, seals all of them anew and leaves its entry; rows and entries go into the
same transaction. Whoever calls holds the person's lock (``Act.hold``) and commits.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
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
from portal.consent.rules import Consent, Ending, Form, Paper, Withdrawal
from portal.consent.sealing import (
    SEAL_KIND,
    read_consent,
    sealed_body,
    subject_of,
    write_paper,
    write_terms,
    write_whole,
)
from portal.errors import ConflictError
from portal.people.models import persons
from portal.plans.models import items
from portal.plans.sealing import CHANGES_PER_ENTRY, NO_RECORDS, Change, Imprint, imprint_of, records_digest

# The columns of a person that steps change.
_CHANGING = ("is_protected", "content", "content_version", "digest", "records", "version", "seal")


@dataclass(slots=True)
class SealedPerson:
    """A person under one seal, while it is being changed; ``save`` writes what became of person and consents.

    ``row`` is of the persons table, ``consents`` are rows by id, and ``items`` what the seal knows of the person's
    plans, activities and notes; their rows are written by whoever changes them.
    """

    act: Act
    row: dict[str, Any]
    consents: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: dict[str, Imprint] = field(default_factory=dict)
    _added: set[str] = field(default_factory=set)
    _changed: set[str] = field(default_factory=set)

    @classmethod
    def new(cls, act: Act, row: dict[str, Any]) -> "SealedPerson":
        """A person about to be registered, without consents or records as yet; ``row`` is completed by each step."""
        row |= {"records": NO_RECORDS, "version": 0, "seal": b"", "merged_into": None}
        return cls(act, row)

    @classmethod
    def load(cls, act: Act, ref: str) -> "SealedPerson":
        """The person as registered; the lock must be held. Raises ConflictError if the seal does not fit."""
        found = load_sealed_people(act, [ref])
        if ref not in found:
            raise ConflictError("there is no such person")
        return found[ref]

    @property
    def ref(self) -> str:
        """The reference under which the register and the trail know the person."""
        return str(self.row["ref"])

    @property
    def key(self) -> DataKey:
        """The person's opened content key; raises ConflictError if the content has been disposed of."""
        if self.row["content_key"] is None:
            raise ConflictError("the person's content has been disposed of")
        return self.act.keyring.unwrap(bytes(self.row["content_key"]))

    @property
    def is_open(self) -> bool:
        """Whether any consent is live at the instant of the act, so that the desk may keep the person's records."""
        standing = (row for row in self.consents.values() if row["withdrawn_at"] is None)
        return any(read_consent(row).is_live(self.act.at) for row in standing)

    @property
    def is_as_sealed(self) -> bool:
        """Whether the seal is ours, and of exactly this person, these consents and these items."""
        body = sealed_body(self.row, self.consents.values())
        has_its_records = records_digest(self.items.values()) == self.row["records"]
        return has_its_records and self.act.keyring.check_seal(SEAL_KIND, body, self.row["seal"])

    def step(self, event: Event, **fields: object) -> None:
        """Raise the version, seal, and leave the entry."""
        self.row["version"] += 1
        seal = self.act.keyring.seal(SEAL_KIND, sealed_body(self.row, self.consents.values()))
        self.row["seal"] = seal
        state = {
            "subject": subject_of(self.ref),
            "version": self.row["version"],
            "state": b64encode(seal).decode(),
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
            "ending": None,
            "replaces": consent.replaces,
            "content": seal_envelope(key, paper_place(consent.id, self.ref), content),
            "withdrawal": None,
            "digest": digest,
        }
        self._added.add(consent.id)
        replaces = {} if consent.replaces is None else {"replaces": consent.replaces}
        self.step(Event.CONSENT_REGISTERED, consent=consent.id, digest=b64encode(digest).decode(), **replaces)

    def confirm(self, consent: str, confirmed_by: StaffId) -> None:
        """Make a registered consent count from now on."""
        row = self._row(consent)
        if row["confirmed_at"] is not None or row["withdrawn_at"] is not None:
            raise ConflictError("the consent is already confirmed or withdrawn")
        row |= {"confirmed_at": self.act.since_epoch, "confirmed_by": confirmed_by}
        self._changed.add(consent)
        self.step(Event.CONSENT_CONFIRMED, consent=consent, confirmed_by=confirmed_by)

    def withdraw(self, consent: str, withdrawal: Withdrawal, key: DataKey, ending: Ending = Ending.WITHDRAWN) -> None:
        """Close a consent for good, for whatever reason it ends."""
        row = self._row(consent)
        if row["withdrawn_at"] is not None:
            raise ConflictError("the consent is already withdrawn")
        told = withdrawal.told_on and withdrawal.told_on.isoformat()
        content = json.dumps([withdrawal.how, withdrawal.received_by, told, withdrawal.note]).encode()
        row |= {
            "withdrawn_at": microseconds(withdrawal.at),
            "ending": ending.value,
            "withdrawal": seal_envelope(key, withdrawal_place(consent, self.ref), content),
        }
        self._changed.add(consent)
        received = {} if withdrawal.received_by is None else {"received_by": withdrawal.received_by}
        on_the_day = {} if told is None else {"told_on": told}
        said = {"how": withdrawal.how, "ending": ending.value, **received, **on_the_day}
        self.step(Event.CONSENT_WITHDRAWN, consent=consent, **said)

    def protect(self, is_protected: bool) -> None:
        """Set or lift the protection mark."""
        if self.row["is_protected"] != is_protected:
            self.row["is_protected"] = is_protected
            self.step(Event.PERSON_CHANGED, change="protected" if is_protected else "unprotected")

    def change_details(self, columns: Mapping[str, Any]) -> None:
        """Put other details in place of those that stand: the columns that hold them, sealed at the next version."""
        self.row |= columns
        self.step(Event.PERSON_CHANGED, change="details", digest=b64encode(columns["digest"]).decode())

    def change_records(self, changes: Sequence[Change], **told: object) -> None:
        """Take in what became of the person's items; very many changes are several steps. ``told`` stands in each.

        Raises ConflictError if an activity would not be of its plan's agency and category.
        """
        for start in range(0, len(changes), CHANGES_PER_ENTRY):
            some = changes[start : start + CHANGES_PER_ENTRY]
            for each in some:
                if each.imprint is None:
                    self.items.pop(each.item, None)
                else:
                    self.items[each.item] = each.imprint
            self.row["records"] = records_digest(self.items.values())
            self.step(Event.RECORDS_CHANGED, items=[each.said() for each in some], **told)
        # The plan was looked up before its row was proved, and it decides who may read the activity.
        for imprint in (each.imprint for each in changes):
            if imprint is not None and imprint.plan is not None:
                plan = self.items.get(imprint.plan)
                if plan is None or (plan.agency, plan.category) != (imprint.agency, imprint.category):
                    raise ConflictError("an activity does not go with its plan")

    def save(self) -> None:
        """Write what changed; the person's row must exist."""
        connection = self.act.connection
        added = [self.consents[consent] for consent in sorted(self._added)]
        if added:
            connection.execute(insert(consents), added)
            connection.execute(insert(recipients), recipient_rows(added))
        for consent in sorted(self._changed - self._added):
            row = self.consents[consent]
            names = ("confirmed_at", "confirmed_by", "withdrawn_at", "ending", "withdrawal")
            values = {name: row[name] for name in names}
            connection.execute(update(consents).where(consents.c.id == consent).values(values))
        values = {name: self.row[name] for name in _CHANGING}
        connection.execute(update(persons).where(persons.c.ref == self.ref).values(values))

    def _row(self, consent: str) -> dict[str, Any]:
        if consent not in self.consents:
            raise ConflictError("the person has no such consent")
        return self.consents[consent]


def load_sealed_people(act: Act, refs: Sequence[str]) -> dict[str, SealedPerson]:
    """Persons as registered, held to seal and trail: a forged row, or an old copy, must not be sealed anew.

    Raises ConflictError where a seal does not fit or the trail knows of another version.
    """
    found: dict[str, SealedPerson] = {}
    try:
        for start in range(0, len(refs), 500):
            some = refs[start : start + 500]
            for row in act.connection.execute(select(persons).where(persons.c.ref.in_(some))).mappings():
                found[row["ref"]] = SealedPerson(act, dict(row))
            there = [ref for ref in some if ref in found]
            for row in act.connection.execute(select(consents).where(consents.c.person.in_(there))).mappings():
                found[row["person"]].consents[row["id"]] = dict(row)
            for row in act.connection.execute(select(items).where(items.c.person.in_(there))).mappings():
                found[row["person"]].items[row["id"]] = imprint_of(dict(row))
        versions = act.latest_versions([subject_of(ref) for ref in found])
        is_well = all(
            versions.get(subject_of(ref)) == person.row["version"] and person.is_as_sealed
            for ref, person in found.items()
        )
    except TypeError:
        is_well = False
    if not is_well:
        raise ConflictError("a person's seal does not fit: run portal doctor before anything is changed")
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


def paper_place(consent: str, ref: str) -> Place:
    """Where the envelope of what is on a consent's paper belongs."""
    return Place("consents", consent, ref, 1)


def withdrawal_place(consent: str, ref: str) -> Place:
    """Where the envelope of how a consent was withdrawn belongs."""
    return Place("withdrawals", consent, ref, 1)


def read_paper(key: DataKey, row: Any) -> Paper:
    """Open what is on the paper of a consents row; for the gate's doors."""
    values = json.loads(open_envelope(key, paper_place(row["id"], row["person"]), bytes(row["content"])))
    return Paper(
        values["purpose"],
        date.fromisoformat(values["signed_on"]),
        Form(**values["form"]),
        values.get("not_shared", ""),
    )


def read_withdrawal(key: DataKey, row: Any, at: datetime) -> Withdrawal:
    """Open how a consents row was withdrawn; ``at`` is when. For the gate's doors."""
    place = withdrawal_place(row["id"], row["person"])
    how, received_by, told, note = json.loads(open_envelope(key, place, bytes(row["withdrawal"])))
    return Withdrawal(at, how, received_by, None if told is None else date.fromisoformat(told), note)
