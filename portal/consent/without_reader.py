"""Whose live consents name nobody who is left at an agency: the people to ask for a new consent when somebody leaves.

Nothing is opened here: who works where and whom a consent names is known before. That a person is listed opens nothing
either, and a stand-in for whoever has left is not somebody whom the person has named.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from portal.accounts.models import staff
from portal.accounts.rules import AgencyId, StaffId
from portal.consent.models import consents, recipients
from portal.consent.rules import Consent, ConsentId, day_of
from portal.consent.sealing import read_consent
from portal.people.rules import PersonId


@dataclass(frozen=True, slots=True)
class WithoutReader:
    """A person none of whose live consents names anybody left; whom they named, and the last day they hold.

    ``consent`` is the one that names them and holds longest: the one to renew.
    """

    person: PersonId
    consent: ConsentId
    named: frozenset[StaffId]
    until: date


def list_without_reader(connection: Connection, agency: AgencyId, at: datetime) -> list[WithoutReader]:
    """Those whose live consents name staff of ``agency`` of whom nobody is left at the instant ``at``."""
    rows = connection.execute(
        select(staff.c.id, staff.c.ended_at, staff.c.active_until).where(staff.c.agency == agency)
    ).all()
    today = day_of(at)
    everybody = frozenset(StaffId(row.id) for row in rows)
    gone = frozenset(StaffId(row.id) for row in rows if row.ended_at is not None or (row.active_until or today) < today)
    named = select(recipients.c.consent).join(staff, staff.c.id == recipients.c.staff).where(staff.c.agency == agency)
    statement = select(consents).where(consents.c.id.in_(named) & consents.c.withdrawn_at.is_(None))
    found = map(dict, connection.execute(statement).mappings())
    return without_reader(map(read_consent, found), everybody - gone, gone, at)


def without_reader(
    kept: Iterable[Consent], left: frozenset[StaffId], gone: frozenset[StaffId], at: datetime
) -> list[WithoutReader]:
    """Of the people whose consents are ``kept``, those who name some of the ``gone`` and none of those ``left``."""
    of_person: dict[PersonId, list[Consent]] = defaultdict(list)
    for consent in kept:
        if consent.is_live(at):
            of_person[consent.person].append(consent)
    found = []
    for person, live in of_person.items():
        named = frozenset[StaffId]().union(*(consent.recipients for consent in live))
        if named & gone and not named & left:
            until = max(consent.valid_until for consent in live)
            longest = max((each for each in live if each.recipients & gone), key=lambda each: each.valid_until)
            found.append(WithoutReader(person, longest.id, named & gone, until))
    return found
