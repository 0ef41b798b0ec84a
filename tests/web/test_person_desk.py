"""Who a person is, at the desk: changed, protected, closed; and what the desk writes holds against the trail."""

import json
import re
from io import BytesIO

import pytest

from portal import clock, doctor
from portal.accounts.rules import StaffId
from portal.exchange.exporting import export_document
from portal.gate.maintaining import Maintained
from tests import factories
from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.records import staff
from tests.support.register import verified
from tests.support.situation import (
    ADMINISTRATOR,
    AUDITOR,
    NOBODYS_NUMBER,
    NUMBER_OF,
    OF_OTHERS,
    OPEN,
    PROTECTED,
    READER,
    SEALED,
    WITHDRAWN,
    Situation,
    situate,
)
from tests.support.stocking import stock

VERSION = re.compile(r'name="version"\s+value="(\d+)"')
MARK = "Skyddade personuppgifter"


@pytest.fixture
def situation(installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(installation)


def test_a_coordination_number_becomes_a_personal_number_and_both_lead_there(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    former = NUMBER_OF[OPEN]
    eva.post(_address(situation, OPEN, "change"), {**_form(eva, situation, OPEN), "personnummer": NOBODYS_NUMBER})
    for number in (former, NOBODYS_NUMBER):
        found = eva.post("/administration/people/find", {"sought": number}).location
        assert found == _address(situation, OPEN)
    kept = _kept(situation, OPEN).identity
    assert (kept.personnummer, kept.former_numbers) == (NOBODYS_NUMBER, (former,))
    # And back again: neither stands twice.
    eva.post(_address(situation, OPEN, "change"), {**_form(eva, situation, OPEN), "personnummer": former})
    kept = _kept(situation, OPEN).identity
    assert (kept.personnummer, kept.former_numbers) == (former, (NOBODYS_NUMBER,))
    _is_well(situation)


def test_a_number_of_somebody_else_is_refused_and_leads_to_them(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    form = {**_form(eva, situation, OPEN), "personnummer": NUMBER_OF[SEALED]}
    assert situation.refs[SEALED] in eva.post(_address(situation, OPEN, "change"), form, 409).text
    assert _kept(situation, OPEN).identity.personnummer == NUMBER_OF[OPEN]


def test_name_language_and_contacts_are_changed_and_nothing_of_it_is_in_the_trail(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    changed = {"given_name": "Nyttnamn", "language": "ar", "phone": "070-174 06 51", "email": "ny@example.se"}
    address = _address(situation, OPEN, "change")
    for _ in range(2):
        eva.post(address, {**_form(eva, situation, OPEN), **changed})
    kept = _kept(situation, OPEN)
    assert (kept.identity.given_name, kept.identity.language) == ("Nyttnamn", "ar")
    assert kept.contacts is not None
    assert (kept.contacts.phone, kept.contacts.email) == ("070-174 06 51", "ny@example.se")
    (entry,) = situation.portal.told("person_changed")
    assert entry["change"] == "details"
    assert "Nyttnamn" not in str(situation.portal.told())
    _is_well(situation)


def test_whoever_was_changed_meanwhile_is_looked_at_again(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    stale = {**_form(eva, situation, OPEN), "given_name": "Sen"}
    eva.post(_address(situation, OPEN, "change"), {**_form(eva, situation, OPEN), "given_name": "Snabb"})
    page = eva.post(_address(situation, OPEN, "change"), stale, 409).text
    assert 'value="Sen"' in page
    found = VERSION.search(page)
    assert found is not None
    eva.post(_address(situation, OPEN, "change"), {**stale, "version": found[1]})
    assert _kept(situation, OPEN).identity.given_name == "Sen"


def test_closed_contacts_are_kept_unseen(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    eva.post(_address(situation, OPEN, "change"), {**_form(eva, situation, OPEN), "phone": "070-174 06 51"})
    eva.post(_address(situation, OPEN, "withdraw"), {"how": "phone"})
    page = eva.get(_address(situation, OPEN, "change")).text
    assert "174 06 51" not in page
    eva.post(_address(situation, OPEN, "change"), {**_form(eva, situation, OPEN), "family_name": "Ny"})
    today = clock.today().isoformat()
    dates = {"signed_on": today, "valid_from": today, "valid_until": today}
    again = factories.document(consents=[factories.consent("c-again", person=OPEN, **dates)])
    stock(situation.installation, again, ADMINISTRATOR)
    contacts = _kept(situation, OPEN).contacts
    assert contacts is not None
    assert contacts.phone == "070-174 06 51"


def test_the_mark_closes_at_once_and_takes_the_contacts_away(situation: Situation) -> None:
    eva, anna = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(READER)
    eva.post(_address(situation, OPEN, "change"), {**_form(eva, situation, OPEN), "phone": "070-174 06 51"})
    anna.get(f"/people/{situation.refs[OPEN]}")
    page = eva.get(_address(situation, OPEN, "protection")).text
    assert "De här slutar genast läsa" in page
    assert "Anna Berg" in page
    for _ in range(2):
        eva.post(_address(situation, OPEN, "protection"), {"is_protected": "yes"})
    anna.get(f"/people/{situation.refs[OPEN]}", 404)
    contacts = _kept(situation, OPEN).contacts
    assert contacts is None or (contacts.phone, contacts.email) == (None, None)
    changes = [entry["change"] for entry in situation.portal.told("person_changed")]
    assert changes == ["details", "protected", "details"]
    eva.post(_address(situation, OPEN, "protection"), {"is_protected": "no"})
    anna.get(f"/people/{situation.refs[OPEN]}")
    assert _kept(situation, OPEN).contacts is not None
    _is_well(situation)


def test_somebody_protected_is_marked_wherever_the_desk_meets_them(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    today = clock.today().isoformat()
    soon = factories.consent("c-soon", person=PROTECTED, signed_on=today, valid_from=today, valid_until=today)
    stock(situation.installation, factories.document(consents=[soon]), ADMINISTRATOR)
    searched = eva.post("/administration/people/find", {"sought": "Test"}).location
    pages = [searched, "/administration/consents"]
    pages += [_address(situation, PROTECTED, each) for each in ("", "change", "withdraw")]
    for page in pages:
        assert MARK in eva.get(page).text, page
    assert "Ta bort skyddsmarkeringen" in eva.get(_address(situation, PROTECTED, "protection")).text
    eva.post(_address(situation, PROTECTED, "withdraw"), {"how": "phone"})
    assert MARK in eva.get("/administration/sealed").text


def test_no_contact_of_somebody_protected_is_taken(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    form = _form(eva, situation, PROTECTED)
    for contact in ({"phone": "070-174 06 51"}, {"email": "ny@example.se"}):
        eva.post(_address(situation, PROTECTED, "change"), {**form, **contact}, 422)
    assert 'name="phone"' not in eva.get(_address(situation, PROTECTED, "change")).text
    newcomer = {"personnummer": NOBODYS_NUMBER, "given_name": "Ny", "family_name": "Person", "language": "sv"}
    new = {**newcomer, "is_protected": "y", "phone": "070-174 06 51"}
    eva.post("/administration/people/new", new, 422)


def test_the_name_of_somebody_protected_stays_where_it_must(situation: Situation) -> None:
    # A marked name: the others are called the same.
    eva = situation.portal.browser(ADMINISTRATOR)
    eva.post(_address(situation, PROTECTED, "change"), {**_form(eva, situation, PROTECTED), "given_name": "Gömd"})
    anna, ulla = situation.portal.browser(READER), situation.portal.browser(AUDITOR)
    for page in ("/people", "/check-in"):
        assert "Gömd" not in anna.get(page).text
    anna.get(f"/people/{situation.refs[PROTECTED]}", 404)
    anna.get(f"/people/{situation.refs[PROTECTED]}/print", 404)
    assert "Gömd" not in anna.post("/people/find", {"personnummer": NUMBER_OF[PROTECTED]}, 404).text
    assert "Gömd" not in ulla.get("/auditing/log").text
    out = BytesIO()
    report = export_document(situation.portal.wiring, out, administrator=StaffId(ADMINISTRATOR), operator="system:test")
    exported = json.loads(out.getvalue())
    assert report.protected == 1
    assert PROTECTED not in {each["id"] for each in exported["persons"]}
    assert PROTECTED not in {each["person"] for name in ("consents", "plans", "notes") for each in exported[name]}
    assert "Gömd" not in out.getvalue().decode()


def test_a_line_that_covers_it_shows_the_mark_to_the_reader(situation: Situation) -> None:
    today = clock.today().isoformat()
    covering = factories.line(recipients=[READER], covers_protected=True)
    dates = {"signed_on": today, "valid_from": today, "valid_until": today}
    consent = factories.consent("c-covering", person=PROTECTED, lines=[covering], **dates)
    stock(situation.installation, factories.document(consents=[consent]), ADMINISTRATOR)
    anna = situation.portal.browser(READER)
    record = f"/people/{situation.refs[PROTECTED]}"
    for page in ("/people", "/check-in", record, f"{record}/print"):
        assert MARK in anna.get(page).text, page


def test_the_closed_are_listed_by_their_day_and_each_name_is_logged(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    before = len(situation.portal.told("found"))
    page = eva.get("/administration/sealed").text
    closed = {situation.refs[each] for each in situation.refs if each not in (OPEN, OF_OTHERS, PROTECTED, "p-partly")}
    named = {entry["person"] for entry in situation.portal.told("found")[before:]}
    assert named == closed
    # The one that was never open has no day, and comes last.
    places = [page.index(situation.refs[each]) for each in (WITHDRAWN, SEALED)]
    assert places == sorted(places)
    assert situation.refs[OPEN] not in page
    assert "Praktik" not in page
    assert "planering: 2 uppgifter" in page
    person = eva.get(_address(situation, WITHDRAWN)).text
    assert "Stängt sedan" in person
    assert "Det här går att göra" in person


def _address(situation: Situation, person: str, what: str = "") -> str:
    return f"/administration/people/{situation.refs[person]}" + (f"/{what}" if what else "")


def _form(eva: Browser, situation: Situation, person: str) -> dict[str, str]:
    """The form as the page fills it in."""
    found = VERSION.search(eva.get(_address(situation, person, "change")).text)
    assert found is not None
    identity = _kept(situation, person).identity
    return {
        "version": found[1],
        "personnummer": identity.personnummer,
        "given_name": identity.given_name,
        "family_name": identity.family_name,
        "language": identity.language,
    }


def _kept(situation: Situation, person: str) -> Maintained:
    return situation.portal.wiring.maintaining.open_person(staff(ADMINISTRATOR), situation.refs[person])


def _is_well(situation: Situation) -> None:
    assert verified(situation.installation).holds
    assert doctor.run(situation.installation.wiring, False) == 0
