"""Who works where, for choosing among and for naming in lists. Staff names are no client's content."""

from sqlalchemy import Connection, select

from keys.keyring import Keyring
from portal.accounts.models import agencies, staff
from portal.accounts.rules import Agency, Staff
from portal.accounts.sealing import read_agency, read_staff


def list_agencies(connection: Connection) -> list[Agency]:
    """All agencies by name."""
    rows = connection.execute(select(agencies).order_by(agencies.c.name, agencies.c.id))
    return [read_agency(row) for row in map(dict, rows.mappings())]


def list_staff(connection: Connection, keyring: Keyring) -> list[tuple[Staff, bool]]:
    """All staff entries by agency and name, each with whether it was ended by an act."""
    rows = connection.execute(select(staff)).mappings()
    found = [(read_staff(keyring, row), row["ended_at"] is not None) for row in map(dict, rows)]
    return sorted(found, key=lambda each: (each[0].agency, each[0].name.casefold(), each[0].id))
