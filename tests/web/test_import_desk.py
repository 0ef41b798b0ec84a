"""The desk's pages for exchange documents: faults, the difference person by person, and applying just that."""

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from portal import clock
from portal.accounts.rules import StaffId
from portal.consent.desk import withdraw_consent
from portal.database import Desk
from portal.exchange.models import held_documents
from portal.working import let_old_documents_go
from tests import factories
from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.situation import (
    ADMINISTRATOR,
    NOBODYS_NUMBER,
    NUMBER_OF,
    OPEN,
    READER,
    SEALED,
    WITHDRAWN,
    Situation,
    situate,
)
from tests.web.test_staff_desk import fault_at

IMPORT = "/administration/import"


@pytest.fixture
def situation(installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(installation)


def send(browser: Browser, document: Any, status: int = 303) -> Any:
    """Send a document, an object of the format or any bytes, as the form does."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    file = FileStorage(io.BytesIO(content), "document.json", "document")
    # Werkzeug's browser would lay what it sends in a temporary file.
    sent, _, boundary = stream_encode_multipart({"csrf_token": browser.token(), "document": file}, use_tempfile=False)
    how = {"data": sent.read(), "content_type": f"multipart/form-data; boundary={boundary}"}
    return browser.fetch("POST", IMPORT, status, **how)


def take_in(browser: Browser, address: str, status: int = 303) -> Any:
    """Press the button on the page that shows the difference."""
    return browser.post(address, {"seen": seen_on(browser.get(address).text)}, status)


def seen_on(page: str) -> str:
    """The mark of what the page shows."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def plan(person: str, **changes: Any) -> dict[str, Any]:
    """Arbetsförmedlingen's plan of somebody in the situation, changed."""
    begun = (clock.today() - timedelta(days=30)).isoformat()
    said = {"person": person, "caseworker": None, "released_on": begun, "from_": begun, "last_follow_up": None}
    return factories.plan(f"pl-af-{person}", **said | changes)


def changing() -> dict[str, Any]:
    """Somebody new with a consent, and of the one who is open: a plan changed, a note added and another taken away."""
    today = clock.today()
    dates = {
        "signed_on": today.isoformat(),
        "valid_from": today.isoformat(),
        "valid_until": (today + timedelta(days=90)).isoformat(),
    }
    return factories.document(
        persons=[
            factories.person("p-new", personnummer=NOBODYS_NUMBER, given_name="Nova", family_name="Nyström"),
        ],
        consents=[factories.consent("c-new", person="p-new", **dates)],
        plans=[
            plan(OPEN, goal="Körkort för truck"),
            factories.plan("pl-new", person="p-new", caseworker=None, title="Helt ny plan"),
        ],
        notes=[factories.note("n-new", person=OPEN, text="Börjar på måndag.")],
        removed={"notes": [f"n-{OPEN}"]},
    )


def test_what_is_shown_is_what_is_taken_in(eva: Browser, situation: Situation) -> None:
    address = send(eva, changing()).location
    page = eva.get(address).text
    for words in ("Nova Nyström", "Ny person", "1 nytt samtycke", "1 uppgift ändras", "1 uppgift tas bort"):
        assert words in page, words
    for link in (f'href="{address}/people/p-new"', f'action="{address}"', f'action="{address}/discard"'):
        assert link in page
    assert situation.portal.told("imported")[-1]["actor"] != ADMINISTRATOR
    after = eva.get(take_in(eva, address).location).text
    assert "Dokumentet är intaget." in after
    entry = situation.portal.told("imported")[-1]
    assert (entry["actor"], entry["agency"], "through" in entry) == (ADMINISTRATOR, "ame", False)
    assert entry["counts"]["plans_changed"] == 1
    shown = eva.get(f"/administration/people/{situation.refs[OPEN]}").text
    assert "Körkort för truck" in shown
    assert "Börjar på måndag." in shown


def test_a_consent_that_comes_in_waits_for_confirmation(eva: Browser, situation: Situation) -> None:
    take_in(eva, send(eva, changing()).location)
    found = eva.post("/administration/people/find", {"sought": NOBODYS_NUMBER}).location
    assert "Väntar på papper" in eva.get(found).text
    assert situation.portal.told("consent_confirmed")[-1]["consent"] != "c-new"


def test_both_values_of_what_changes_stand_side_by_side_and_looking_is_an_entry(
    eva: Browser, situation: Situation
) -> None:
    address = send(eva, changing()).location
    before = len(situation.portal.told("maintained"))
    page = eva.get(f"{address}/people/{OPEN}").text
    (entry,) = situation.portal.told("maintained")[before:]
    assert (entry["actor"], entry["person"]) == (ADMINISTRATOR, situation.refs[OPEN])
    row = re.search(r"<th scope=\"row\">Mål</th>(.*?)</tr>", page, re.DOTALL)
    assert row is not None
    assert "Arbete inom lager" in row[1]
    assert "Körkort för truck" in row[1]
    # Only what differs of a plan that changes; all there is of what comes and goes.
    assert "Individuell handlingsplan</td>" not in page
    assert "Börjar på måndag." in page
    assert "Vill bli klar med gymnasiet innan sommaren." in page


def test_whoever_is_named_in_the_list_is_an_entry(eva: Browser, situation: Situation) -> None:
    address = send(eva, changing()).location
    (entry,) = [each for each in situation.portal.told("found") if "count" in each]
    assert (entry["actor"], entry["count"]) == (ADMINISTRATOR, 2)
    before = len(situation.portal.told("found"))
    eva.get(address)
    assert [each["person"] for each in situation.portal.told("found")[before:]] == [situation.refs[OPEN]]


@pytest.mark.parametrize("person", [WITHDRAWN, SEALED])
def test_the_content_of_somebody_sealed_is_not_shown_but_counted(eva: Browser, person: str) -> None:
    address = send(eva, factories.document(plans=[plan(person, goal="Körkort för truck")])).location
    page = eva.get(f"{address}/people/{person}").text
    assert "Innehållet är stängt" in page
    assert "planering: 1 uppgift" in page
    assert "Körkort" not in page
    assert "Arbete inom lager" not in page


def test_the_content_of_somebody_new_is_not_shown_before_there_is_a_consent_that_holds(eva: Browser) -> None:
    page = eva.get(f"{send(eva, changing()).location}/people/p-new").text
    assert "Nova Nyström" in page
    assert "Nytt, väntar på bekräftelse" in page
    assert "Helt ny plan" not in page


def test_every_fault_is_shown_at_once_and_in_the_language_of_the_page(eva: Browser, situation: Situation) -> None:
    wrong = factories.document(
        persons=[factories.person("p-new", personnummer="199001012386", given_name="Hemlig")],
        notes=[factories.note("n-new", person="p-nobody")],
    )
    before = situation.portal.told("person_registered")
    page = send(eva, wrong, 422).text
    assert "Det är 2 fel i dokumentet." in page
    assert "persons[0].personnummer" in page
    assert "Numrets kontrollsiffra stämmer inte." in page
    assert "notes[0].person" in page
    assert "Hemlig" not in page
    eva.post("/language", {"language": "en", "back": "/"})
    assert "The number&#39;s check digit is wrong." in send(eva, wrong, 422).text
    assert situation.portal.told("person_registered") == before
    assert _held_count(situation) == 0


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"null", b"%PDF-1.7", b'{"format": 1}', b"\0" * 100])
def test_what_is_no_document_is_said_kindly(eva: Browser, content: bytes) -> None:
    send(eva, content, 422)


def test_a_form_without_a_file_asks_for_one(eva: Browser) -> None:
    assert "Välj en fil." in fault_at(eva.post(IMPORT, {}, 422).text, "document")


def test_a_document_too_large_for_the_desk_is_led_to_the_command_line(eva: Browser) -> None:
    assert "kommandoraden" in fault_at(send(eva, b" " * 2_000_001, 413).text, "document")
    sent = {"data": b" " * 6_000_000, "content_type": "multipart/form-data; boundary=x"}
    assert "kommandoraden" in fault_at(eva.fetch("POST", IMPORT, 413, **sent).text, "document")


def test_nobody_else_hears_how_large_a_document_may_be(situation: Situation) -> None:
    sent = {"data": b" " * 6_000_000, "content_type": "multipart/form-data; boundary=x"}
    for browser in (situation.portal.visitor(), situation.portal.browser(READER)):
        assert "kommandoraden" not in browser.fetch("POST", IMPORT, 413, **sent).text


def test_a_document_the_register_knows_already_is_not_held(eva: Browser, situation: Situation) -> None:
    take_in(eva, send(eva, changing()).location)
    assert "Allt i dokumentet finns redan" in send(eva, changing(), 200).text
    assert _held_count(situation) == 0


def test_what_has_changed_meanwhile_is_shown_anew_and_not_done(eva: Browser, situation: Situation) -> None:
    address = send(eva, changing()).location
    seen = seen_on(eva.get(address).text)
    with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        withdraw_consent(act, situation.refs[OPEN], f"c-{OPEN}", "phone", StaffId(ADMINISTRATOR))
    before = len(situation.portal.told("imported"))
    page = eva.post(address, {"seen": seen}, 409).text
    assert "Registret har ändrats sedan du granskade dokumentet." in page
    assert len(situation.portal.told("imported")) == before
    eva.post(address, {"seen": seen_on(page)})
    assert len(situation.portal.told("imported")) == before + 1


def test_without_the_mark_of_what_was_seen_nothing_is_done(eva: Browser, situation: Situation) -> None:
    address = send(eva, changing()).location
    before = len(situation.portal.told("imported"))
    for seen in ({}, {"seen": ""}, {"seen": "x" * 43}):
        eva.post(address, seen, 409)
    assert len(situation.portal.told("imported")) == before


def test_taken_in_twice_it_is_taken_in_once(eva: Browser, situation: Situation) -> None:
    address = send(eva, changing()).location
    seen = {"seen": seen_on(eva.get(address).text)}
    before = len(situation.portal.told("imported"))
    eva.post(address, seen)
    assert "Dokumentet finns inte kvar" in eva.post(address, seen, 410).text
    assert len(situation.portal.told("imported")) == before + 1
    assert _held_count(situation) == 0


def test_a_document_thrown_away_is_gone(eva: Browser, situation: Situation) -> None:
    address = send(eva, changing()).location
    assert _held_count(situation) == 1
    assert "Dokumentet är kastat." in eva.get(eva.post(f"{address}/discard").location).text
    assert _held_count(situation) == 0
    for page in (address, f"{address}/people/{OPEN}"):
        eva.get(page, 410)


def test_nobody_opens_what_another_browser_holds(eva: Browser, situation: Situation) -> None:
    address = send(eva, changing()).location
    situation.portal.browser(ADMINISTRATOR).get(address, 410)
    eva.get(address)


def test_after_half_an_hour_a_document_is_gone_and_the_worker_deletes_it(eva: Browser, situation: Situation) -> None:
    address = send(eva, changing()).location
    let_old_documents_go(situation.portal.wiring)
    assert _held_count(situation) == 1
    situation.portal.clock.ahead = timedelta(minutes=31)
    eva.sign_in(ADMINISTRATOR)
    eva.get(address, 410)
    let_old_documents_go(situation.portal.wiring)
    assert _held_count(situation) == 0


def test_somebody_whom_the_document_does_not_change_has_no_page(eva: Browser) -> None:
    address = send(eva, changing()).location
    for person in ("p-nobody", SEALED, "x" * 200):
        eva.get(f"{address}/people/{person}", 404)


def test_a_number_that_another_has_by_now_is_a_fault_on_the_page(eva: Browser, situation: Situation) -> None:
    address = send(eva, changing()).location
    seen = {"seen": seen_on(eva.get(address).text)}
    typed = {"personnummer": NOBODYS_NUMBER, "given_name": "A", "family_name": "B", "language": "sv"}
    eva.post("/administration/people/new", typed)
    assert "har eller har haft numret" in eva.post(address, seen, 422).text
    assert "har eller har haft numret" in eva.get(address, 422).text


def test_the_staff_a_document_brings_are_named(eva: Browser) -> None:
    document = factories.document(
        staff=[factories.staff("s-new", name="Tove Tillfällig", role="administrator", subject="tove")],
        stand_ins=[],
    )
    page = eva.get(send(eva, document).location).text
    assert "AME-administratör: Tove Tillfällig" in page


def test_a_changed_detail_stands_beside_the_old_one(eva: Browser) -> None:
    changed = factories.person(OPEN, personnummer=NUMBER_OF[OPEN], phone="070-174 06 99", family_name="Ek")
    page = eva.get(f"{send(eva, factories.document(persons=[changed])).location}/people/{OPEN}").text
    assert "Test Persson" in page
    assert "Test Ek" in page
    assert "070-174 06 99" in page
    closed = factories.person(SEALED, personnummer=NUMBER_OF[SEALED], phone="070-174 06 99")
    page = eva.get(f"{send(eva, factories.document(persons=[closed])).location}/people/{SEALED}").text
    assert "070-174 06 99" not in page
    assert "Telefon eller e-post ändras." in page


def _held_count(situation: Situation) -> int:
    with situation.portal.wiring.engine(Desk.SURVEYING).connect() as connection:
        return int(connection.execute(select(func.count()).select_from(held_documents)).scalar_one())
