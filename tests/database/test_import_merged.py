"""A document from a sender who still knows two people where there is one: nobody comes back, and nothing is lost."""

from typing import Any

import pytest

from portal import clock, doctor
from portal.consent.models import consents
from portal.errors import ConflictError
from portal.exchange.problems import Reason
from portal.people.models import persons
from portal.plans.models import items
from tests import factories as make
from tests.support.attacking import Attacker
from tests.support.installation import Installation
from tests.support.merging import merge
from tests.support.register import read, rows, verified
from tests.support.situation import (
    ADMINISTRATOR,
    NUMBER_OF,
    OF_OTHERS,
    OPEN,
    PARTLY,
    READER,
    WITHDRAWN,
    Situation,
    document,
    situate,
)
from tests.support.stocking import attempt, stock


@pytest.fixture
def situation(installation: Installation) -> Situation:
    found = situate(installation)
    merge(found, OPEN, OF_OTHERS)
    return found


def test_the_whole_document_of_before_changes_nothing(situation: Situation) -> None:
    before = len(rows(situation.installation, persons))
    report = stock(situation.installation, sent_again(), ADMINISTRATOR)
    assert not report.changes
    assert len(rows(situation.installation, persons)) == before
    is_well(situation)


def test_what_comes_for_the_other_id_is_the_person_kept(situation: Situation) -> None:
    today = clock.today().isoformat()
    plan = make.plan("pl-late", person=OF_OTHERS, caseworker=None, released_on=today, from_=today, last_follow_up=None)
    activity = make.activity("a-late", plan="pl-late", from_=today, until=today)
    note = make.note("n-late", person=OF_OTHERS, date=today, released_on=today)
    stock(situation.installation, make.document(activities=[activity], plans=[plan], notes=[note]))
    assert {"pl-late"} <= {each.id for each in read(situation.installation, READER, OPEN).plans}
    kept = situation.refs[OPEN]
    assert {rows(situation.installation, items)[each].person for each in ("pl-late", "a-late", "n-late")} == {kept}
    is_well(situation)


def test_a_consent_that_came_along_is_taken_back_by_whoever_sent_it(situation: Situation) -> None:
    (consent,) = [each for each in document(clock.today())["consents"] if each["id"] == f"c-{OF_OTHERS}"]
    at = f"{clock.today().isoformat()}T00:00:01+00:00"
    taken_back = {**consent, "withdrawn": make.withdrawal(at=at)}
    for changes in (1, 0):
        assert bool(stock(situation.installation, make.document(consents=[taken_back])).changes) is bool(changes)
    assert rows(situation.installation, consents)[f"c-{OF_OTHERS}"].withdrawn_at is not None
    is_well(situation)


@pytest.mark.parametrize("changes", [{"personnummer": NUMBER_OF[PARTLY]}, {"protected": True}])
def test_what_does_not_fit_the_person_kept_is_looked_at_first(situation: Situation, changes: dict[str, Any]) -> None:
    person = make.person(OF_OTHERS, personnummer=NUMBER_OF[OF_OTHERS], phone=None)
    assert attempt(situation.installation, make.document(persons=[person])).is_accepted
    (fault,) = attempt(situation.installation, make.document(persons=[{**person, **changes}])).faults
    assert (fault.path, fault.reason) == ("persons[0].id", Reason.MERGED)


def test_somebody_merged_again_is_the_one_kept_last(situation: Situation) -> None:
    merge(situation, PARTLY, OPEN)
    today = clock.today().isoformat()
    note = make.note("n-late", person=OF_OTHERS, date=today, released_on=today)
    stock(situation.installation, make.document(notes=[note]))
    assert rows(situation.installation, items)["n-late"].person == situation.refs[PARTLY]
    report = stock(situation.installation, sent_again(), ADMINISTRATOR)
    assert not report.changes
    is_well(situation)


def test_a_merger_that_was_forged_leads_no_document_astray(situation: Situation) -> None:
    attacker = Attacker(situation.installation)
    kept, other = situation.refs[PARTLY], situation.refs[OF_OTHERS]
    assert attacker.does(f"UPDATE persons SET merged_into = '{kept}' WHERE ref = '{other}'")
    attacker.leaves()
    with pytest.raises(ConflictError):
        attempt(situation.installation, make.document(notes=[make.note("n-late", person=OF_OTHERS)]))


def sent_again() -> dict[str, Any]:
    """All about people that the sender sent before any were merged, but a consent that has been taken back since."""
    sent = document(clock.today())
    about = {name: sent[name] for name in ("persons", "plans", "activities", "notes")}
    return make.document(consents=[each for each in sent["consents"] if each["id"] != f"c-{WITHDRAWN}"], **about)


def is_well(situation: Situation) -> None:
    assert verified(situation.installation).holds
    assert doctor.run(situation.installation.wiring, False) == 0
