"""Who the staff and the agencies in the log are. Staff names are no client's content; no person's name is here."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, select

from keys.errors import KeysError
from keys.keyring import Keyring
from portal.accounts.models import agencies, staff
from portal.accounts.rules import Staff
from portal.accounts.sealing import read_staff


@dataclass(frozen=True, slots=True)
class Names:
    """The staff by id, also those who have left, and the agencies' names by id.

    A staff entry that cannot be read is None: it still has its id.
    """

    staff: Mapping[str, Staff | None]
    agencies: Mapping[str, str]

    def of_agency(self, agency: str) -> str:
        """The agency's name, or its id where it is not in the register."""
        return self.agencies.get(agency, agency)

    def of_staff(self, key: str) -> str:
        """The staff member's name, or the id of whoever is not in the register."""
        entry = self.staff.get(key)
        return key if entry is None else entry.name


def read_names(connection: Connection, keyring: Keyring) -> Names:
    """All names that can be read; an entry that somebody spoilt spoils no page."""
    known: dict[str, Staff | None] = {}
    for row in connection.execute(select(staff)).mappings():
        known[row["id"]] = None
        with suppress(KeysError, ValueError, TypeError):
            known[row["id"]] = read_staff(keyring, dict(row))
    return Names(known, {row.id: row.name for row in connection.execute(select(agencies))})
