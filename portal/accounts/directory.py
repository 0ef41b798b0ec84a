"""Who works where, for choosing among and for naming in lists. Staff names are no client's content."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from keys.keyring import Keyring
from portal.accounts.models import agencies, staff
from portal.accounts.rules import Agency, Staff
from portal.accounts.sealing import has_ended, read_agency, read_staff


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
