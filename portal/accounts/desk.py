"""What the administrator's desk does with agencies, staff and stand-ins, each in one transaction with its entries.

A form sent twice counts once; one that was opened before somebody else's change does not undo that change.
"""

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from audit import locks
from portal.accounts.models import agencies, staff, stand_ins
from portal.accounts.rules import Agency, Role, Staff, StaffDetails, StandIn
from portal.accounts.sealing import has_ended, read_agency, read_staff, read_stand_in, staff_subject, stand_in_subject
from portal.accounts.service import put_agency, put_staff, put_stand_in, staff_digest, subject_index
from portal.acting import Act
from portal.errors import ConflictError

KEPT_APART = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


class TakenAgencyError(ConflictError):
    """Another agency has the same id."""


class TakenSubjectError(ConflictError):
    """Another entry has the same issuer and subject on some of the same days."""


class BothRolesError(ConflictError):
    """One person would be both administrator and auditor."""


class ChangedMeanwhileError(ConflictError):
    """Somebody else changed it after the form was opened."""


class NoStandInError(ConflictError):
    """Whoever is chosen cannot stand in: at another agency, no reader, or gone."""


class AlreadyStandsInError(ConflictError):
    """The same colleague stands in for the same one on some of the same days already."""


def add_agency(act: Act, agency: Agency) -> None:
    """Add a new agency; one that is there already, word for word, is left as is. Raises TakenAgencyError."""
    _hold_agency(act, agency.id)
    row = _row(act, agencies, agency.id)
    if row is not None and read_agency(row) != agency:
        raise TakenAgencyError("another agency has that id")
    put_agency(act, agency)


def rename_agency(act: Act, agency: str, name: str, known_as: str) -> None:
    """Rename an agency that the form knew as ``known_as``; raises ChangedMeanwhileError if it has got a third name."""
    _hold_agency(act, agency)
    row = _row(act, agencies, agency)
    if row is None:
        raise ConflictError("there is no such agency")
    there = read_agency(row)
    if there.name not in (name, known_as):
        raise ChangedMeanwhileError("the agency has been renamed")
    put_agency(act, replace(there, name=name))


def add_staff(act: Act, entry: Staff) -> None:
    """Add a new named staff member; one who is there already, word for word, is left as is, ended or not.

    Raises TakenSubjectError if the provider's subject is another entry's at the same time, BothRolesError if it
    would make one person administrator and auditor.
    """
    index = subject_index(act.keyring, entry.issuer, entry.subject)
    act.hold([staff_subject(entry.id)])
    # Two administrators adding the same person at once wait for each other here.
    locks.hold(act.connection, [f"staff_subject:{index.hex()}"])
    row = _row(act, staff, entry.id)
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
    row = _row(act, staff, staff_id)
    if row is None or has_ended(row):
        raise ConflictError("there is no such entry, or it has ended")
    there = read_staff(act.keyring, row)
    changed = replace(there, **asdict(details))
    if changed != there and row["version"] != version:
        raise ChangedMeanwhileError("the entry has been changed")
    put_staff(act, changed)


def add_stand_in(act: Act, stand_in: StandIn) -> None:
    """Let a reader stand in for a colleague; the same sent twice is added once, and is not begun again once ended.

    Raises NoStandInError if the two are not readers of one agency, or if whoever would stand in is gone, and
    AlreadyStandsInError where it would say again what another stand-in says.
    """
    # Two administrators adding the same stand-in at once wait for each other here.
    act.hold([stand_in_subject(stand_in.id), f"stand_ins:{stand_in.absent}:{stand_in.by}"])
    row = _row(act, stand_ins, stand_in.id)
    if row is not None:
        if read_stand_in(row) != stand_in:
            raise ConflictError("the stand-in is there already, and is another")
        return
    absent, by = _row(act, staff, stand_in.absent), _row(act, staff, stand_in.by)
    if absent is None or by is None or stand_in.absent == stand_in.by or has_ended(by):
        raise NoStandInError("there is nobody to stand in")
    if absent["agency"] != by["agency"] or {Role(absent["role"]), Role(by["role"])} != {Role.READER}:
        raise NoStandInError("a stand-in reads at the same agency")
    is_same_pair = (stand_ins.c.absent == stand_in.absent) & (stand_ins.c.by == stand_in.by)
    shares_days = (stand_ins.c.from_day <= stand_in.until) & (stand_ins.c.until_day >= stand_in.from_)
    same = select(stand_ins.c.id).where(is_same_pair & shares_days & stand_ins.c.ended_at.is_(None))
    if act.connection.execute(same).first() is not None:
        raise AlreadyStandsInError("the two have such a stand-in already")
    put_stand_in(act, stand_in)


def _hold_agency(act: Act, agency: str) -> None:
    act.hold([f"agency:{agency}"])


def _share_days(row: dict[str, Any], entry: Staff) -> bool:
    """Whether the entry of a row and ``entry`` hold on any same day."""
    begins_in_time = row["active_until"] is None or entry.active_from <= row["active_until"]
    return begins_in_time and (entry.active_until is None or row["active_from"] <= entry.active_until)


def _row(act: Act, table: Any, key: str) -> dict[str, Any] | None:
    row = act.connection.execute(select(table).where(table.c.id == key)).mappings().one_or_none()
    return None if row is None else dict(row)
