"""An old copy of a row, put back by somebody with the database alone, is never sealed anew by an honest change."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from portal.accounts.models import staff, stand_ins
from portal.accounts.rules import StaffId
from portal.accounts.service import end_staff
from portal.consent.desk import withdraw_consent
from portal.consent.models import consents
from portal.errors import ConflictError, NotOpenError
from portal.people.models import persons
from portal.schema import owner_engine
from tests import factories as make
from tests.support.installation import Installation
from tests.support.register import read, ref_of, rows, verified
from tests.support.stocking import stock

EVA = StaffId("s-eva")


def test_a_person_put_back_stays_closed_and_unchanged(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by=EVA)
    person, consent = rows(installation, persons)["p-1"], rows(installation, consents)["c-1"]
    ref = ref_of(installation)
    with installation.wiring.act(EVA, "ame") as act:
        withdraw_consent(act, ref, "c-1", "phone", EVA)
    _put_back(installation, persons, persons.c.ref == ref, person)
    _put_back(installation, consents, consents.c.id == "c-1", consent)
    with pytest.raises(ConflictError):
        stock(installation, make.document(consents=[make.consent("c-2")]), confirmed_by=EVA)
    with pytest.raises(ConflictError), installation.wiring.act(EVA, "ame") as act:
        withdraw_consent(act, ref, "c-1", "phone", EVA)
    with pytest.raises(NotOpenError):
        read(installation, "s-anna")
    assert verified(installation).holds


def test_a_staff_entry_put_back_is_not_changed(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by=EVA)
    anna = rows(installation, staff)["s-anna"]
    with installation.wiring.act(EVA, "ame") as act:
        end_staff(act, "s-anna")
    _put_back(installation, staff, staff.c.id == "s-anna", anna)
    with pytest.raises(ConflictError):
        stock(installation, make.document(staff=[make.staff(title="Chef")]))
    assert verified(installation).holds


def test_a_stand_in_taken_away_by_hand_is_not_made_anew(installation: Installation) -> None:
    stock(installation, make.anna(stand_ins=[make.stand_in()]), confirmed_by=EVA)
    stock(installation, make.document(removed={"stand_ins": ["si-1"]}))
    engine = owner_engine(installation.settings.database)
    with engine.begin() as connection:
        connection.execute(delete(stand_ins))
    engine.dispose()
    with pytest.raises(ConflictError):
        stock(installation, make.document(stand_ins=[make.stand_in()]))


def _put_back(installation: Installation, table: Any, which: Any, row: Any) -> None:
    engine = owner_engine(installation.settings.database)
    with engine.begin() as connection:
        if connection.execute(select(table).where(which)).first() is None:
            connection.execute(insert(table), [row._asdict()])
        else:
            connection.execute(update(table).where(which).values(row._asdict()))
    engine.dispose()
