"""The gate: what opens, to whom, and what stands in the trail about it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from audit.entry import Entry, decode
from audit.store import entries
from portal.accounts.models import staff
from portal.accounts.rules import Staff
from portal.accounts.sealing import read_staff
from portal.consent.rules import Withdrawal
from portal.consent.sealing import subject_of
from portal.consent.service import SealedPerson
from portal.database import Desk
from portal.errors import NotOpenError
from portal.people.models import persons
from tests import factories
from tests.support.installation import Installation
from tests.support.stocking import stock

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
ADMINISTRATOR = "s-eva"


def test_a_named_reader_opens_what_the_line_says_and_the_entry_says_so(installation: Installation) -> None:
    ref = _stocked(installation)
    opened = installation.wiring.reading.open_record(_staff(installation, "s-anna"), ref, "ongoing")
    assert opened.identity.name == "Test Persson"
    (entry,) = [each for each in _trail(installation) if each.event == "read"]
    assert entry.fields["actor"] == "s-anna"
    assert entry.fields["person"] == ref
    shown = [plan.id for plan in opened.plans] + [activity.id for activity in opened.activities]
    assert entry.fields["items"] == sorted([*shown, *(note.id for note in opened.notes)])


def test_a_colleague_who_is_not_named_gets_nothing(installation: Installation) -> None:
    ref = _stocked(installation)
    with pytest.raises(NotOpenError):
        installation.wiring.reading.open_record(_staff(installation, "s-bo"), ref, "ongoing")
    (entry,) = [each for each in _trail(installation) if each.event == "refused"]
    assert (entry.fields["cause"], entry.fields["person"]) == ("no_consent", ref)


def test_a_withdrawn_consent_closes_the_record(installation: Installation) -> None:
    ref = _stocked(installation)
    anna = _staff(installation, "s-anna")
    installation.wiring.reading.open_record(anna, ref, "ongoing")
    _withdraw(installation, ref)
    with pytest.raises(NotOpenError):
        installation.wiring.reading.open_record(anna, ref, "ongoing")


def _stocked(installation: Installation) -> str:
    installation.rewire(lambda: NOON)
    stock(installation, factories.anna(), confirmed_by=ADMINISTRATOR)
    with installation.wiring.engine(Desk.READING).connect() as connection:
        return str(connection.execute(select(persons.c.ref)).scalar_one())


def _staff(installation: Installation, key: str) -> Staff:
    with installation.wiring.engine(Desk.READING).connect() as connection:
        row = connection.execute(select(staff).where(staff.c.id == key)).mappings().one()
        return read_staff(installation.wiring.keyring, dict(row))


def _withdraw(installation: Installation, ref: str) -> None:
    with installation.wiring.act(ADMINISTRATOR, "ame") as act:
        act.hold([subject_of(ref)])
        person = SealedPerson.load(act, ref)
        row = act.connection.execute(select(persons.c.content_key)).scalar_one()
        key = installation.wiring.keyring.unwrap(row)
        for consent in person.consents:
            person.withdraw(consent, Withdrawal(act.at, "phone", None), key)
        person.save()


def _trail(installation: Installation) -> list[Entry]:
    with installation.wiring.engine(Desk.READING).connect() as connection:
        return [decode(row) for row in connection.execute(select(entries.c.payload).order_by(entries.c.id)).scalars()]
