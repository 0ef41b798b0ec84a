"""Opening: the only place where a person's content is decrypted, called after the entry is durable.

What the decision does not open is never touched, not even to count it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from keys.envelope import DataKey, Place, open_envelope
from keys.keyring import Keyring
from portal.accounts.rules import Agency, AgencyId, Staff, StaffId
from portal.accounts.sealing import read_agency, read_staff
from portal.clock import instant
from portal.consent.rules import Category, Decision, day_of
from portal.gate.record import Contacts, Identity, Record
from portal.gate.register import PersonRows, read_agencies_and_staff
from portal.people.rules import PersonId
from portal.plans.clashes import ClashSettings, find_clashes
from portal.plans.contents import ACTIVITY, NOTE, PLAN, item_place, read_activity, read_note, read_plan
from portal.plans.rules import Activity, Note, Plan


@dataclass(frozen=True, slots=True)
class Directory:
    """The agencies, and the staff whom somebody's plans name as caseworkers."""

    agencies: Mapping[AgencyId, Agency]
    staff: Mapping[StaffId, Staff]


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """One person's opened content, before it is laid beside agencies and staff."""

    rows: PersonRows
    decision: Decision
    identity: Identity
    contacts: Contacts | None
    plans: tuple[Plan, ...]
    activities: tuple[Activity, ...]
    notes: tuple[Note, ...]


def visible_items(rows: PersonRows, decision: Decision) -> list[Mapping[str, Any]]:
    """The rows of the items that the decision opens, in order of id; nothing is opened here."""
    opens = {
        pair: decision.opens(AgencyId(pair[0]), Category(pair[1]))
        for pair in {(row["agency"], row["category"]) for row in rows.items}
    }
    return sorted((row for row in rows.items if opens[row["agency"], row["category"]]), key=lambda row: row["id"])


def person_place(ref: str, version: int) -> Place:
    """Where a person's own envelope belongs."""
    return Place("persons", ref, ref, version)


def open_identity(keyring: Keyring, person: Mapping[str, Any]) -> tuple[Identity, Contacts]:
    """Open who a person is; for callers that have recorded it."""
    return _identity(keyring.unwrap(bytes(person["content_key"])), person)


def open_content(keyring: Keyring, rows: PersonRows, decision: Decision) -> Opened:
    """Open what the decision opens of one person; for callers whose entry is durable."""
    person = rows.person
    key = keyring.unwrap(bytes(person["content_key"]))
    identity, contacts = _identity(key, person)
    plans, activities, notes = [], [], []
    for row in visible_items(rows, decision):
        content = open_envelope(key, item_place(row), row["content"])
        if row["kind"] == PLAN:
            plans.append(read_plan(row, identity.id, content))
        elif row["kind"] == ACTIVITY:
            activities.append(read_activity(row, content))
        elif row["kind"] == NOTE:
            notes.append(read_note(row, identity.id, content))
    return Opened(
        rows,
        decision,
        identity,
        contacts if decision.shows_contacts else None,
        tuple(plans),
        tuple(activities),
        tuple(notes),
    )


def read_directory(keyring: Keyring, connection: Connection, opened: Iterable[Opened]) -> Directory:
    """The agencies, and the caseworkers of all the plans opened."""
    wanted = sorted({plan.caseworker for each in opened for plan in each.plans if plan.caseworker is not None})
    found = read_agencies_and_staff(connection, wanted)
    agencies = {AgencyId(agency["id"]): read_agency(agency) for agency, _ in found}
    staff = {StaffId(entry["id"]): read_staff(keyring, entry) for _, entry in found if entry["id"] is not None}
    return Directory(agencies, staff)


def assemble(opened: Opened, directory: Directory, settings: ClashSettings, at: datetime) -> Record:
    """Lay what was opened beside agencies and staff, and find its clashes as of ``at``."""
    last_read = opened.rows.person["last_read_at"]
    return Record(
        ref=opened.rows.person["ref"],
        identity=opened.identity,
        is_protected=opened.rows.person["is_protected"],
        contacts=opened.contacts,
        plans=opened.plans,
        activities=opened.activities,
        notes=opened.notes,
        agencies=directory.agencies,
        staff=directory.staff,
        clashes=find_clashes(
            opened.plans, opened.activities, directory.agencies, directory.staff, day_of(at), settings
        ),
        lines=opened.decision.lines,
        changed={
            row["id"]: instant(row["changed_at"])
            for row in visible_items(opened.rows, opened.decision)
            if last_read is not None and row["changed_at"] > last_read
        },
        read_at=at,
        last_read_at=None if last_read is None else instant(last_read),
    )


def _identity(key: DataKey, person: Mapping[str, Any]) -> tuple[Identity, Contacts]:
    place = person_place(person["ref"], person["content_version"])
    content = json.loads(open_envelope(key, place, bytes(person["content"])))
    identity = Identity(
        PersonId(person["id"]),
        content["personnummer"],
        content["given_name"],
        content["family_name"],
        content["language"],
        tuple(content["former_numbers"]),
    )
    return identity, Contacts(content["phone"], content["email"])
