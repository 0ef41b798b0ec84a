"""Who works where, for choosing among and for naming in lists. Staff names are no client's content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from keys.keyring import Keyring
from portal.accounts.models import agencies, staff, stand_ins
from portal.accounts.rules import Agency, Role, Staff, StandIn
from portal.accounts.sealing import has_ended, read_agency, read_staff, read_stand_in


@dataclass(frozen=True, slots=True)
class KeptStaff:
    """A staff entry as it stands at ``version``, and whether it was ended by an act."""

    entry: Staff
    version: int
    has_ended: bool


def list_agencies(connection: Connection) -> list[Agency]:
    """All agencies by name."""
    rows = connection.execute(select(agencies).order_by(agencies.c.name, agencies.c.id))
    return [read_agency(row) for row in map(dict, rows.mappings())]


def list_staff(connection: Connection, keyring: Keyring) -> list[tuple[Staff, bool]]:
    """All staff entries by agency and name, each with whether it was ended by an act."""
    rows = connection.execute(select(staff)).mappings()
    found = [(read_staff(keyring, row), row["ended_at"] is not None) for row in map(dict, rows)]
    return sorted(found, key=lambda each: (each[0].agency, each[0].name.casefold(), each[0].id))


def find_staff(connection: Connection, keyring: Keyring, staff_id: str) -> KeptStaff | None:
    """One staff entry, or None."""
    # What is no id leads nowhere; PostgreSQL would not even take a NUL.
    if not staff_id.isprintable():
        return None
    row = connection.execute(select(staff).where(staff.c.id == staff_id)).mappings().one_or_none()
    return None if row is None else KeptStaff(read_staff(keyring, dict(row)), row["version"], has_ended(dict(row)))


def list_stand_ins(connection: Connection, today: date) -> list[StandIn]:
    """The stand-ins that hold today or will, by first day."""
    holds = stand_ins.c.ended_at.is_(None) & (stand_ins.c.until_day >= today)
    rows = connection.execute(select(stand_ins).where(holds).order_by(stand_ins.c.from_day, stand_ins.c.id))
    return [read_stand_in(row) for row in map(dict, rows.mappings())]


def colleagues_of(absent: Staff, entries: Sequence[tuple[Staff, bool]], today: date) -> list[Staff]:
    """Who can stand in for ``absent``: the other readers of the same agency who are there or are coming."""
    return [
        entry
        for entry, is_gone in entries
        if entry.agency == absent.agency
        and entry.id != absent.id
        and entry.role is Role.READER
        and not is_gone
        and (entry.active_until is None or entry.active_until >= today)
    ]
