"""What a document changes among agencies, named staff and stand-ins: few rows, written as the desk writes them."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from keys.keyring import Keyring
from portal.accounts.models import agencies, staff, stand_ins
from portal.accounts.rules import Agency, Staff, StandIn
from portal.accounts.service import (
    end_stand_in,
    put_agency,
    put_staff,
    put_stand_in,
    staff_digest,
    subject_index,
)
from portal.acting import Act
from portal.errors import ConflictError
from portal.exchange.counting import Counts
from portal.exchange.preparing import Preparation


@dataclass(slots=True)
class Directory:
    """The entries that are not as the register has them, and the stand-ins to end."""

    agencies: list[Agency] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    stand_ins: list[StandIn] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    accounts: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def compare(cls, preparation: Preparation, removed: Collection[str]) -> "Directory":
        """What of the document's directory differs from the register's; counts it as well."""
        self, counts = cls(), preparation.counts
        with preparation.registered.engine.connect() as connection:
            there = {row.id: (row.name, row.kind) for row in connection.execute(select(agencies))}
            for agency in preparation.agencies:
                is_same = there.get(agency.id) == (agency.name, agency.kind.value)
                if _count(counts["agencies"], agency.id in there, is_same):
                    self.agencies.append(agency)
            entries = {row.id: row for row in connection.execute(select(staff))}
            for entry in preparation.staff:
                row = entries.get(entry.id)
                digest = staff_digest(preparation.keyring, entry)
                is_same = row is not None and bytes(row.digest) == digest and row.ended_at is None
                if _count(counts["staff"], row is not None, is_same):
                    self.staff.append(entry)
            known = {row.id: row for row in connection.execute(select(stand_ins))}
            for each in preparation.stand_ins:
                if each.id in removed:
                    continue
                row = known.get(each.id)
                is_there = row is not None and row.ended_at is None
                is_same = row is not None and is_there and _facts(each) == tuple(row[1:5])
                if _count(counts["stand_ins"], is_there, is_same):
                    self.stand_ins.append(each)
            self.ended = sorted(id_ for id_ in removed if id_ in known and known[id_].ended_at is None)
            counts["stand_ins"].removed = len(self.ended)
            self.accounts = self._sharing_accounts(connection, preparation.keyring)
        return self

    def write(self, act: Act) -> None:
        """Write the differences; raises ConflictError if somebody else's entry has got hold of an account since."""
        if self._sharing_accounts(act.connection, act.keyring) != self.accounts:
            raise ConflictError("the staff changed while the document was being prepared: run the import again")
        for agency in self.agencies:
            put_agency(act, agency)
        for entry in self.staff:
            put_staff(act, entry)
        for stand_in in self.stand_ins:
            put_stand_in(act, stand_in)
        for id_ in self.ended:
            end_stand_in(act, id_)

    def _sharing_accounts(self, connection: Connection, keyring: Keyring) -> set[tuple[str, int]]:
        """Who has an account that one of the entries to be written has, at which version."""
        indexes = {subject_index(keyring, entry.issuer, entry.subject) for entry in self.staff}
        if not indexes:
            return set()
        rows = connection.execute(select(staff.c.id, staff.c.version, staff.c.subject_index))
        return {(row.id, row.version) for row in rows if bytes(row.subject_index) in indexes}


def _facts(stand_in: StandIn) -> tuple[object, ...]:
    return stand_in.absent, stand_in.by, stand_in.from_, stand_in.until


def _count(counts: Counts, is_there: bool, is_same: bool) -> bool:
    """Count one object; whether it is to be written."""
    if is_same:
        counts.unchanged += 1
    elif is_there:
        counts.changed += 1
    else:
        counts.created += 1
    return not is_same
