"""Somebody registered twice, at the desk: found, shown beside each other, confirmed, and looked at again."""

import re

import pytest

from portal import doctor
from portal.accounts.rules import StaffId
from portal.consent.desk import withdraw_consent
from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.register import verified
from tests.support.situation import (
    ADMINISTRATOR,
    AUDITOR,
    NOBODYS_NUMBER,
    NUMBER_OF,
    OF_OTHERS,
    OPEN,
    PARTLY,
    PROTECTED,
    READER,
    SEALED,
    Situation,
    situate,
)

VERSIONS = re.compile(r'name="((?:other_)?version)"\s+value="(\d+)"')
SAID = {"current": "kept", "known": "new_number"}


@pytest.fixture
def situation(installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(installation)


def test_the_number_leads_to_both_beside_each_other_and_stands_in_no_address(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    where = f"{person(situation, OPEN)}/twice"
    assert where in eva.get(person(situation, OPEN)).text
    location = eva.post(where, {"personnummer": NUMBER_OF[OF_OTHERS]}).location
    assert location == together(situation, OPEN, OF_OTHERS)
    (entry,) = situation.portal.told("looked_up")
    assert entry["person"] == situation.refs[OF_OTHERS]
    page = eva.get(location).text
    for number in (OPEN, OF_OTHERS):
        assert NUMBER_OF[number][-4:] in page
    opened = {entry["person"] for entry in situation.portal.told("maintained")[-2:]}
    assert opened == {situation.refs[OPEN], situation.refs[OF_OTHERS]}


@pytest.mark.parametrize(
    ("number", "words"),
    [("", "Skriv ett personnummer"), (NUMBER_OF[OPEN], "redan den här personens"), (NOBODYS_NUMBER, "Ingen annan")],
)
def test_a_number_that_leads_to_nobody_else_is_told_kindly(situation: Situation, number: str, words: str) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    assert words in eva.post(f"{person(situation, OPEN)}/twice", {"personnummer": number}, 422).text


def test_the_page_says_who_will_read_more_and_then_they_do(situation: Situation) -> None:
    eva, anna = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(READER)
    page = eva.get(together(situation, OPEN, SEALED)).text
    assert "Anna Berg" in page
    assert "Läser mer än i dag" in page
    anna.get(f"/people/{situation.refs[SEALED]}", 404)
    before = anna.get(f"/people/{situation.refs[OPEN]}").text.count("Individuell handlingsplan")
    merge(eva, situation, OPEN, SEALED)
    anna.get(f"/people/{situation.refs[SEALED]}", 404)
    assert anna.get(f"/people/{situation.refs[OPEN]}").text.count("Individuell handlingsplan") > before
    is_well(situation)


def test_the_page_says_who_is_shut_out_by_the_others_protection(situation: Situation) -> None:
    eva, anna = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(READER)
    page = eva.get(together(situation, OPEN, PROTECTED)).text
    assert "Ser ingenting" in page
    assert "Skyddsmarkeringen gäller för hela personen" in page
    merge(eva, situation, OPEN, PROTECTED)
    anna.get(f"/people/{situation.refs[OPEN]}", 404)


def test_both_answers_are_needed(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    address, form = together(situation, OPEN, OF_OTHERS), filled(eva, situation, OPEN, OF_OTHERS)
    for missing in SAID:
        page = eva.post(address, {name: each for name, each in form.items() if name != missing}, 422).text
        assert "Välj ett av alternativen." in page
    eva.post(address, {**form, "known": "a_dream"}, 422)
    assert not situation.portal.told("person_merged")


def test_sent_twice_or_gone_back_to_it_is_merged_once(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    form = filled(eva, situation, OPEN, OF_OTHERS)
    for _ in range(2):
        assert eva.post(together(situation, OPEN, OF_OTHERS), form).location == person(situation, OPEN)
    assert eva.post(together(situation, OF_OTHERS, OPEN), form).location == person(situation, OPEN)
    assert eva.get(together(situation, OPEN, OF_OTHERS), 303).location == person(situation, OPEN)
    assert eva.get(person(situation, OF_OTHERS), 303).location == person(situation, OPEN)
    assert len(situation.portal.told("person_merged")) == 2
    found = eva.post("/administration/people/find", {"sought": NUMBER_OF[OF_OTHERS]}).location
    assert found == person(situation, OPEN)
    assert situation.refs[OF_OTHERS] in eva.get(found).text


def test_whoever_has_changed_meanwhile_is_looked_at_again(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    form = filled(eva, situation, OPEN, PARTLY)
    with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        withdraw_consent(act, situation.refs[PARTLY], f"c-{PARTLY}", "phone", StaffId(ADMINISTRATOR))
    page = eva.post(together(situation, OPEN, PARTLY), form, 409).text
    assert "Inget är ihopfört än" in page
    eva.post(together(situation, OPEN, PARTLY), {**form, **dict(VERSIONS.findall(page))})
    assert len(situation.portal.told("person_merged")) == 2


def test_a_number_that_is_taken_leads_on_to_both(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    found = VERSIONS.search(eva.get(f"{person(situation, OPEN)}/change").text)
    assert found is not None
    form = {
        "version": found[2],
        "personnummer": NUMBER_OF[SEALED],
        "given_name": "A",
        "family_name": "B",
        "language": "sv",
    }
    assert together(situation, OPEN, SEALED) in eva.post(f"{person(situation, OPEN)}/change", form, 409).text


def test_the_auditor_sees_that_two_pseudonyms_are_one_person(situation: Situation) -> None:
    merge(situation.portal.browser(ADMINISTRATOR), situation, OPEN, OF_OTHERS)
    ulla, one, other = situation.portal.browser(AUDITOR), situation.refs[OPEN], situation.refs[OF_OTHERS]
    for sought, same in ((one, other), (other, one)):
        page = ulla.get(f"/auditing/log?person={sought}").text
        assert "Personen har varit registrerad två gånger" in page
        assert f"person={same}" in page
    assert "registrerad två gånger" not in ulla.get(f"/auditing/log?person={situation.refs[SEALED]}").text


def person(situation: Situation, who: str) -> str:
    return f"/administration/people/{situation.refs[who]}"


def together(situation: Situation, kept: str, other: str) -> str:
    return f"{person(situation, kept)}/twice/{situation.refs[other]}"


def filled(eva: Browser, situation: Situation, kept: str, other: str) -> dict[str, str]:
    """The form as the page gives it, with both answers."""
    page = eva.get(together(situation, kept, other)).text
    return {**dict(VERSIONS.findall(page)), **SAID}


def merge(eva: Browser, situation: Situation, kept: str, other: str) -> None:
    location = eva.post(together(situation, kept, other), filled(eva, situation, kept, other)).location
    assert "ihopförda" in eva.get(location).text


def is_well(situation: Situation) -> None:
    assert verified(situation.installation).holds
    assert doctor.run(situation.installation.wiring, False) == 0
