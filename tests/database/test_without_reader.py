"""Whose live consents name nobody left at an agency, once somebody there has left."""

from datetime import timedelta

import pytest

from portal import clock
from portal.accounts.rules import AgencyId
from portal.accounts.sealing import staff_subject
from portal.accounts.service import end_staff
from portal.consent.without_reader import WithoutReader, list_without_reader
from portal.database import Desk
from tests import factories
from tests.support.installation import Installation
from tests.support.situation import (
    ADMINISTRATOR,
    ENDED,
    OF_OTHERS,
    OPEN,
    PARTLY,
    PROTECTED,
    READER,
    STAND_IN,
    Situation,
    situate,
)
from tests.support.stocking import stock


@pytest.fixture
def situation(installation: Installation) -> Situation:
    """Anna is named by most, one who has ended beside her; Bo stands in for her."""
    return situate(installation)


def listed(situation: Situation, agency: str, days: int = 0) -> dict[str, WithoutReader]:
    """Whoever is without a reader at the agency, by id, some days from now."""
    names = {ref: key for key, ref in situation.refs.items()}
    with situation.installation.wiring.engine(Desk.READING).connect() as connection:
        found = list_without_reader(connection, AgencyId(agency), clock.now() + timedelta(days=days))
    return {names[each.person]: each for each in found}


def end(situation: Situation, staff: str) -> None:
    """Somebody leaves."""
    with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        act.hold([staff_subject(staff)])
        end_staff(act, staff)


def name(situation: Situation, person: str, staff: str) -> None:
    """One more live consent."""
    today = clock.today()
    dates = {"signed_on": f"{today}", "valid_from": f"{today}", "valid_until": f"{today + timedelta(days=9)}"}
    lines = [factories.line(recipients=[staff])]
    consent = factories.consent(f"c-more-{person}", person=person, lines=lines, **dates)
    stock(situation.installation, factories.document(consents=[consent]), ADMINISTRATOR)


def test_as_long_as_somebody_named_is_left_nobody_is_listed(situation: Situation) -> None:
    assert listed(situation, "af") == {}


def test_when_the_last_one_named_leaves_those_with_live_consents_are_listed(situation: Situation) -> None:
    end(situation, READER)
    found = listed(situation, "af")
    assert found.keys() == {OPEN, PROTECTED, PARTLY}
    assert {(each.named, each.until) for each in found.values()} == {
        (frozenset({READER, ENDED}), clock.today() + timedelta(days=60))
    }
    assert listed(situation, "ame") == {}
    assert listed(situation, "region") == {}


def test_a_consent_that_is_over_is_not_listed(situation: Situation) -> None:
    end(situation, READER)
    assert listed(situation, "af", days=61) == {}


def test_another_live_consent_that_names_a_colleague_is_enough(situation: Situation) -> None:
    end(situation, READER)
    name(situation, OPEN, STAND_IN)
    assert listed(situation, "af").keys() == {PROTECTED, PARTLY}


def test_a_colleague_of_another_agency_is_not_enough(situation: Situation) -> None:
    end(situation, READER)
    name(situation, OPEN, "s-lina")
    assert listed(situation, "af").keys() == {OPEN, PROTECTED, PARTLY}
    end(situation, "s-lina")
    assert listed(situation, "ame").keys() == {OPEN, OF_OTHERS}


def test_whoever_leaves_on_a_day_is_there_until_it_is_over(situation: Situation) -> None:
    end(situation, READER)
    last = factories.staff(STAND_IN, name="Bo Dahl", active_from=f"{clock.today()}", active_until=f"{clock.today()}")
    stock(situation.installation, factories.document(staff=[last]))
    name(situation, OPEN, STAND_IN)
    assert OPEN not in listed(situation, "af")
    assert OPEN in listed(situation, "af", days=1)
