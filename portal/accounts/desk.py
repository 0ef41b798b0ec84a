"""What the administrator's desk does with named staff, each in one transaction with its entries.

A form sent twice counts once; one that was opened before somebody else's change does not undo that change.
"""

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from audit import locks
from portal.accounts.models import staff
from portal.accounts.rules import Role, Staff, StaffDetails
from portal.accounts.sealing import has_ended, read_staff, staff_subject
from portal.accounts.service import put_staff, staff_digest, subject_index
from portal.acting import Act
from portal.errors import ConflictError

KEPT_APART = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


class TakenSubjectError(ConflictError):
    """Another entry has the same issuer and subject on some of the same days."""


class BothRolesError(ConflictError):
    """One person would be both administrator and auditor."""


class ChangedMeanwhileError(ConflictError):
    """Somebody else changed it after the form was opened."""


def add_staff(act: Act, entry: Staff) -> None:
    """Add a new named staff member; one who is there already, word for word, is left as is, ended or not.

    Raises TakenSubjectError if the provider's subject is another entry's at the same time, BothRolesError if it
    would make one person administrator and auditor.
    """
    index = subject_index(act.keyring, entry.issuer, entry.subject)
    act.hold([staff_subject(entry.id)])
    # Two administrators adding the same person at once wait for each other here.
    locks.hold(act.connection, [f"staff_subject:{index.hex()}"])
    row = _row(act, entry.id)
    if row is not None:
        if bytes(row["digest"]) != staff_digest(act.keyring, entry):
            raise ConflictError("the entry is there already, and is another")
        return
    others = act.connection.execute(select(staff).where(staff.c.subject_index == index)).mappings().all()
    if any({Role(other["role"]), entry.role} == KEPT_APART for other in others):
        raise BothRolesError("the subject is of a role that is kept apart")
    if any(not has_ended(dict(other)) and _share_days(dict(other), entry) for other in others):
        raise TakenSubjectError("the subject is another entry's")
    put_staff(act, entry)


def change_staff(act: Act, staff_id: str, details: StaffDetails, version: int) -> None:
    """Change what may change of an entry that the form knew at ``version``.

    Raises ChangedMeanwhileError if it has another version and other details, ConflictError if it is gone or has ended.
    """
    act.hold([staff_subject(staff_id)])
    row = _row(act, staff_id)
    if row is None or has_ended(row):
        raise ConflictError("there is no such entry, or it has ended")
    there = read_staff(act.keyring, row)
    changed = replace(there, **asdict(details))
    if changed != there and row["version"] != version:
        raise ChangedMeanwhileError("the entry has been changed")
    put_staff(act, changed)


def _share_days(row: dict[str, Any], entry: Staff) -> bool:
    """Whether the entry of a row and ``entry`` hold on any same day."""
    begins_in_time = row["active_until"] is None or entry.active_from <= row["active_until"]
    return begins_in_time and (entry.active_until is None or row["active_from"] <= entry.active_until)


def _row(act: Act, key: str) -> dict[str, Any] | None:
    row = act.connection.execute(select(staff).where(staff.c.id == key)).mappings().one_or_none()
    return None if row is None else dict(row)
