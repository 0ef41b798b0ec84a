"""Agencies and staff for the desk's pages about consents: whom a line names, and who can be named today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from keys.keyring import Keyring
from portal.accounts.directory import list_agencies, list_staff
from portal.accounts.rules import Agency, AgencyId, AgencyKind, Role, Staff, StaffId
from portal.consent.drafts import Present


@dataclass(frozen=True, slots=True)
class Names:
    """All agencies and staff by id, agencies in order of name; ``here`` are those who are not gone today."""

    agencies: Mapping[AgencyId, Agency]
    staff: Mapping[StaffId, Staff]
    here: tuple[Staff, ...]

    @property
    def present(self) -> Present:
        """Who can be named in a draft today."""
        readers = {each.id: each.agency for each in self.here if each.role is Role.READER}
        return Present(readers, frozenset(each.id for each in self.here))

    @property
    def agency_of(self) -> dict[StaffId, AgencyId]:
        """Where everybody works or worked."""
        return {key: entry.agency for key, entry in self.staff.items()}

    def readers_of(self, agency: AgencyId) -> list[Staff]:
        """Who can be named at an agency."""
        return [each for each in self.here if each.role is Role.READER and each.agency == agency]

    def taking_part(self, readers: frozenset[StaffId]) -> list[AgencyId]:
        """The agencies of these readers and the arbetsmarknadsenhet, in order of name."""
        own = {self.staff[each].agency for each in readers if each in self.staff}
        return [key for key, each in self.agencies.items() if key in own or each.kind is AgencyKind.AME]


def read_names(connection: Connection, keyring: Keyring, today: date) -> Names:
    """Who works where, as of ``today``."""
    entries = list_staff(connection, keyring)
    here = (entry for entry, is_gone in entries if not is_gone and (entry.active_until or today) >= today)
    return Names(
        {agency.id: agency for agency in list_agencies(connection)},
        {entry.id: entry for entry, _ in entries},
        tuple(here),
    )
