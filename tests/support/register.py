"""What stands in an installation's tables and trail, for tests that ask what an act left behind."""

from typing import Any

from sqlalchemy import select

from audit.entry import Entry, decode
from audit.fromdatabase import FromDatabase
from audit.signingkey import SigningKey
from audit.store import entries
from audit.verify import Report, verify
from portal.accounts import models as accounts
from portal.accounts.rules import Staff
from portal.accounts.sealing import read_staff
from portal.consent import models as consent
from portal.consent.evidence import models as papers
from portal.database import Desk
from portal.gate.record import Record
from portal.people import models as people
from portal.plans import models as plans
from portal.requests import models as requests
from portal.working import make_signer
from tests.support.installation import Installation

TABLES = (
    accounts.agencies,
    accounts.staff,
    accounts.stand_ins,
    people.persons,
    people.person_numbers,
    consent.consents,
    consent.recipients,
    papers.evidence,
    plans.items,
    plans.item_history,
    requests.requests,
    entries,
)


def contents(installation: Installation) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the register and the trail."""
    with installation.wiring.engine(Desk.SURVEYING).connect() as connection:
        return {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in TABLES}


def rows(installation: Installation, table: Any) -> dict[str, Any]:
    """The rows of one table by id."""
    with installation.wiring.engine(Desk.SURVEYING).connect() as connection:
        return {row.id: row for row in connection.execute(select(table))}


def trail(installation: Installation, *events: str) -> list[Entry]:
    """The entries of these events, or all, in their order."""
    with installation.wiring.engine(Desk.READING).connect() as connection:
        payloads = connection.execute(select(entries.c.payload).order_by(entries.c.id)).scalars()
        found = [decode(bytes(payload)) for payload in payloads]
    return [entry for entry in found if not events or entry.event in events]


def ref_of(installation: Installation, person: str = "p-1") -> str:
    """The reference of the person with the sender's id ``person``."""
    return str(rows(installation, people.persons)[person].ref)


def staff_entry(installation: Installation, staff: str) -> Staff:
    """A named staff member, as a signed-in session holds one."""
    return read_staff(installation.wiring.keyring, rows(installation, accounts.staff)[staff]._mapping)


def read(installation: Installation, reader: str, person: str = "p-1") -> Record:
    """Open a record at the gate; raises NotOpenError."""
    door = installation.wiring.reading
    return door.open_record(staff_entry(installation, reader), ref_of(installation, person), "ongoing")


def verified(installation: Installation) -> Report:
    """Sign what waits and verify the whole trail."""
    signer = make_signer(installation.wiring)
    while signer.step().has_more:
        pass
    key = SigningKey.read(installation.settings.trail.signing_key_file)
    with installation.wiring.engine(Desk.READING).connect() as connection:
        return verify(FromDatabase(connection), key.verifier)
