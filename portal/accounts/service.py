"""Changing agencies, named staff and stand-ins: each change sealed, versioned and written in the trail.

A staff entry or stand-in is never deleted, only ended; whoever calls holds its lock (``Act.hold``) and commits.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from audit.vocabulary import Event
from keys.keyring import Keyring
from portal.accounts.models import agencies, staff, stand_ins
from portal.accounts.rules import Agency, Staff, StandIn
from portal.accounts.sealing import (
    STAFF,
    STAND_IN,
    read_staff,
    staff_body,
    staff_subject,
    stand_in_body,
    stand_in_subject,
    write_staff,
)
from portal.acting import Act
from portal.errors import ConflictError


def put_agency(act: Act, agency: Agency) -> bool:
    """Register or change an agency; False if it already stands so."""
    values = {"id": agency.id, "name": agency.name, "kind": agency.kind.value}
    row = act.connection.execute(select(agencies).where(agencies.c.id == agency.id)).mappings().one_or_none()
    if row is not None and dict(row) == values:
        return False
    if row is None:
        act.connection.execute(insert(agencies), [values])
    else:
        act.connection.execute(update(agencies).where(agencies.c.id == agency.id).values(values))
    act.note(Event.AGENCY_CHANGED, {"changed": agency.id, "change": "added" if row is None else "changed"})
    return True


def put_staff(act: Act, entry: Staff) -> bool:
    """Register or change a named staff member; False if it already stands so.

    Raises ConflictError where the row's seal does not fit.
    """
    digest = staff_digest(act.keyring, entry)
    row = _current(act, staff, entry.id)
    _check(act, STAFF, staff_body, staff_subject(entry.id), row)
    if row is not None and bytes(row["digest"]) == digest and row["ended_at"] is None:
        return False
    version = 1 if row is None else row["version"] + 1
    values = {
        "id": entry.id,
        "agency": entry.agency,
        "role": entry.role.value,
        "subject_index": subject_index(act.keyring, entry.issuer, entry.subject),
        "active_from": entry.active_from,
        "active_until": entry.active_until,
        "ended_at": None,
        "content": write_staff(act.keyring, entry, version),
        "digest": digest,
        "version": version,
    }
    values["seal"] = act.keyring.seal(STAFF, staff_body(values))
    _write(act, staff, values, row)
    _note(act, Event.STAFF_CHANGED, staff_subject(entry.id), values, "added" if row is None else "changed")
    return True


def end_staff(act: Act, staff_id: str) -> None:
    """End a staff entry this instant: no read and no sign-in succeeds once this has been committed."""
    _end(act, staff, staff_id, STAFF, staff_body, staff_subject(staff_id), Event.STAFF_CHANGED)


def put_stand_in(act: Act, stand_in: StandIn) -> bool:
    """Register or change a stand-in; False if it already stands so."""
    row = _current(act, stand_ins, stand_in.id)
    values: dict[str, Any] = {
        "id": stand_in.id,
        "absent": stand_in.absent,
        "by": stand_in.by,
        "from_day": stand_in.from_,
        "until_day": stand_in.until,
        "ended_at": None,
    }
    _check(act, STAND_IN, stand_in_body, stand_in_subject(stand_in.id), row)
    if row is not None and all(row[name] == value for name, value in values.items()):
        return False
    values["version"] = 1 if row is None else row["version"] + 1
    values["seal"] = act.keyring.seal(STAND_IN, stand_in_body(values))
    _write(act, stand_ins, values, row)
    change = "added" if row is None else "changed"
    _note(act, Event.STAND_IN_CHANGED, stand_in_subject(stand_in.id), values, change)
    return True


def end_stand_in(act: Act, stand_in: str) -> None:
    """End a stand-in this instant."""
    _end(act, stand_ins, stand_in, STAND_IN, stand_in_body, stand_in_subject(stand_in), Event.STAND_IN_CHANGED)


def subject_index(keyring: Keyring, issuer: str, subject: str) -> bytes:
    """The keyed hash by which whoever a provider vouches for is found among the staff."""
    return keyring.index(json.dumps(["staff", issuer, subject]))


def staff_digest(keyring: Keyring, entry: Staff) -> bytes:
    """A keyed digest of the whole entry, by which an unchanged one is known again unopened."""
    days = [day and day.isoformat() for day in (entry.active_from, entry.active_until)]
    values = [getattr(entry, name) for name in Staff.__slots__ if not name.startswith("active_")]
    return keyring.digest(json.dumps(["staff", *values, *days]).encode())


def _end(act: Act, table: Any, key: str, kind: str, body: Any, subject: str, event: Event) -> None:
    row = _current(act, table, key)
    if row is None:
        raise ConflictError("there is no such entry")
    _check(act, kind, body, subject, row)
    if row["ended_at"] is not None:
        raise ConflictError("the entry has already ended")
    values = {**row, "ended_at": act.since_epoch, "version": row["version"] + 1}
    if table is staff:
        # The envelope is bound to the version, so it is sealed anew.
        values["content"] = write_staff(act.keyring, read_staff(act.keyring, row), values["version"])
    values["seal"] = act.keyring.seal(kind, body(values))
    _write(act, table, values, row)
    _note(act, event, subject, values, "ended")


def _current(act: Act, table: Any, key: str) -> dict[str, Any] | None:
    row = act.connection.execute(select(table).where(table.c.id == key)).mappings().one_or_none()
    return None if row is None else dict(row)


def _check(act: Act, kind: str, body: Any, subject: str, row: Mapping[str, Any] | None) -> None:
    """Hold a row to its seal and to the trail, so that a forged row or an old copy is never sealed anew."""
    version = act.latest_versions([subject]).get(subject)
    is_latest = version == (None if row is None else row["version"])
    if not is_latest or (row is not None and not act.keyring.check_seal(kind, body(row), bytes(row["seal"]))):
        raise ConflictError("an entry is not as the trail says: run portal doctor before anything is changed")


def _write(act: Act, table: Any, values: Mapping[str, Any], row: Mapping[str, Any] | None) -> None:
    if row is None:
        act.connection.execute(insert(table), [dict(values)])
    else:
        act.connection.execute(update(table).where(table.c.id == values["id"]).values(dict(values)))


def _note(act: Act, event: Event, subject: str, values: Mapping[str, Any], change: str) -> None:
    state = b64encode(values["seal"]).decode()
    act.note(event, {"subject": subject, "version": values["version"], "state": state, "change": change})
