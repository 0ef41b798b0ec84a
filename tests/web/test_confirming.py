"""From a registered consent to one that opens: its paper, a second administrator, and nothing before."""

import re
import tempfile
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from werkzeug.test import TestResponse

from portal import clock
from portal.accounts.rules import AgencyId, StaffId
from portal.consent.desk import register_consent
from portal.consent.evidence.confirming import Hindrance, NotToConfirmError, confirm_as_shown
from portal.consent.evidence.service import receive_paper
from portal.consent.rules import Category, Consent, ConsentId, Form, Line, Paper
from portal.people.rules import PersonId
from tests import factories
from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.papers import pdf_with, photo, scan
from tests.support.sending import post_paper, send_paper
from tests.support.situation import ADMINISTRATOR, READER, SEALED, Situation, situate
from tests.support.stocking import stock
from tests.web.test_staff_desk import fault_at
from tests.web.test_unsent_forms import hidden

SECOND, WAITING = "s-stina", "c-waiting"


@pytest.fixture
def situation(installation: Installation) -> Situation:
    """Two administrators, and a consent that one of them registered for somebody whom nobody may read."""
    situation = situate(installation)
    begun = (clock.today() - timedelta(days=30)).isoformat()
    second = factories.staff(
        SECOND, agency="ame", issuer="https://idp.example", role="administrator", name="Stina Ask", active_from=begun
    )
    stock(installation, factories.document(staff=[second]), confirmed_by=ADMINISTRATOR)
    _register(situation)
    return situation


def test_a_consent_opens_once_a_second_administrator_has_confirmed_it_against_its_paper(situation: Situation) -> None:
    eva, stina, anna = (situation.portal.browser(each) for each in (ADMINISTRATOR, SECOND, READER))
    record = f"/people/{situation.refs[SEALED]}"
    person = eva.get(_desk(situation)).text
    assert "Väntar på papper" in person
    assert f'href="{_at(situation, "paper")}"' in person
    anna.get(record, 404)
    shown = eva.get(_send(eva, situation, scan(2)).location)
    assert "Papperet är sparat." in shown.text
    pages = re.findall(r'src="([^"]+)"\s+alt="(Sida \d av 2 av det underskrivna papperet)"', shown.text)
    assert len(pages) == 2
    for address, _ in pages:
        image = eva.get(address)
        assert (image.mimetype, image.data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
        stina.get(address, 404)
    anna.get(record, 404)
    page = stina.get(_at(situation, "confirm")).text
    assert "Anna Berg" in page
    assert "Inget om skulder" in page
    assert "Väntar på bekräftelse" in stina.get(_desk(situation)).text
    stina.post(_at(situation, "confirm"), {**hidden(page), "answer": "confirmed"})
    assert "Gäller nu" in stina.get(_desk(situation)).text
    anna.get(record)
    told = situation.portal.told("evidence_received", "evidence_viewed", "consent_confirmed")
    assert [(each["event"], each["actor"]) for each in told if each["consent"] == WAITING] == [
        ("evidence_received", ADMINISTRATOR),
        ("evidence_viewed", ADMINISTRATOR),
        ("evidence_viewed", SECOND),
        ("consent_confirmed", SECOND),
    ]


def test_whoever_registered_it_or_took_in_the_paper_does_not_confirm(situation: Situation) -> None:
    eva, stina = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(SECOND)
    page = stina.get(_at(situation, "confirm")).text
    assert "Papperet saknas" in page
    stina.post(_at(situation, "confirm"), {**hidden(page), "answer": "confirmed"}, 409)
    _send(stina, situation, photo())
    for browser, words in ((eva, "Du har registrerat samtycket"), (stina, "Du har lagt till papperet")):
        page = browser.get(_at(situation, "confirm")).text
        assert words in page
        assert 'value="confirmed"' not in page
        browser.post(_at(situation, "confirm"), {**hidden(page), "answer": "confirmed"}, 409)
        assert "En kollega ska bekräfta" in browser.get("/administration/consents").text
    situation.portal.browser(READER).get(f"/people/{situation.refs[SEALED]}", 404)
    # A paper of the other's, and this one may.
    _send(eva, situation, photo())
    assert 'value="confirmed"' in stina.get(_at(situation, "confirm")).text


def test_where_one_is_enough_the_same_may_confirm_but_not_without_a_paper(situation: Situation) -> None:
    installation = situation.installation
    consent = installation.settings.consent.model_copy(update={"second_administrator": False})
    installation.settings = installation.settings.model_copy(update={"consent": consent})
    situation.portal.start()
    eva = situation.portal.browser(ADMINISTRATOR)
    page = eva.get(_at(situation, "confirm")).text
    eva.post(_at(situation, "confirm"), {**hidden(page), "answer": "confirmed"}, 409)
    _send(eva, situation, photo())
    page = eva.get(_at(situation, "confirm")).text
    eva.post(_at(situation, "confirm"), {**hidden(page), "answer": "confirmed"})
    situation.portal.browser(READER).get(f"/people/{situation.refs[SEALED]}")


def test_what_changed_since_it_was_shown_is_shown_again(situation: Situation) -> None:
    eva, stina = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(SECOND)
    _send(eva, situation, photo())
    page = stina.get(_at(situation, "confirm")).text
    _send(eva, situation, scan(3))
    shown = stina.post(_at(situation, "confirm"), {**hidden(page), "answer": "confirmed"}, 409).text
    assert "Det ändrades medan du läste" in shown
    assert "Sida 3 av 3" in shown
    assert len([each for each in situation.portal.told("consent_confirmed") if each["consent"] == WAITING]) == 0
    stina.post(_at(situation, "confirm"), {**hidden(shown), "answer": "confirmed"})


def test_what_is_not_what_the_paper_says_ends_as_mistaken_and_the_registrar_is_told(situation: Situation) -> None:
    eva, stina = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(SECOND)
    _send(eva, situation, photo())
    page = stina.get(_at(situation, "confirm")).text
    stina.post(_at(situation, "confirm"), {**hidden(page), "answer": "mistaken"})
    assert situation.portal.told("consent_withdrawn")[-1]["ending"] == "in_error"
    assert "Stämde inte med papperet" in eva.get("/administration/consents").text
    assert "Stämde inte med papperet" not in stina.get("/administration/consents").text
    assert "Registrerat av misstag" in eva.get(_desk(situation)).text
    stina.post(_at(situation, "confirm"), {**hidden(page), "answer": "confirmed"})
    situation.portal.browser(READER).get(f"/people/{situation.refs[SEALED]}", 404)


def test_the_service_itself_refuses_the_same_administrator(situation: Situation) -> None:
    with situation.installation.wiring.act(SECOND, "ame") as act:
        receive_paper(act, situation.refs[SEALED], WAITING, "0" * 32, photo(), 1)
    for who, hindrance in ((ADMINISTRATOR, Hindrance.REGISTERED_IT), (SECOND, Hindrance.RECEIVED_THE_PAPER)):
        with (
            pytest.raises(NotToConfirmError) as refused,
            situation.installation.wiring.act(who, "ame") as act,
        ):
            confirm_as_shown(act, situation.refs[SEALED], WAITING, 1, needs_second=True)
        assert refused.value.hindrance is hindrance


def test_two_who_confirm_in_the_same_moment_confirm_once(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    _send(eva, situation, photo())
    both = [situation.portal.browser(SECOND) for _ in range(2)]
    forms = [hidden(each.get(_at(situation, "confirm")).text) for each in both]
    tokens, begin, statuses = [each.token() for each in both], Barrier(2), list[int]()

    def confirm(number: int) -> None:
        begin.wait()
        sent = {**forms[number], "csrf_token": tokens[number], "answer": "confirmed"}
        statuses.append(both[number].fetch("POST", _at(situation, "confirm"), data=sent).status_code)

    threads = [Thread(target=confirm, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303, 303]
    assert len([each for each in situation.portal.told("consent_confirmed") if each["consent"] == WAITING]) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Filen är tom"),
        (b"PK\x03\x04 word", "varken PDF, JPEG eller PNG"),
        (pdf_with(password="x"), "låst med lösenord"),
        (pdf_with(script="app.alert(1)"), "innehåller program"),
        (scan(21), "högst 20 sidor"),
        (photo() + bytes(15_000_000), "större än 15 MB"),
    ],
)
def test_a_file_that_is_no_paper_is_said_kindly_at_the_field(situation: Situation, content: bytes, words: str) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    assert words in fault_at(_send(eva, situation, content, 422).text, "file")
    assert situation.portal.told("evidence_received") == []


def test_a_paper_sent_twice_is_one_and_never_touches_the_disk(
    situation: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    eva = situation.portal.browser(ADMINISTRATOR)
    form, big = hidden(eva.get(_at(situation, "paper")).text), photo((2000, 2000), kind="PNG", compress_level=0)
    assert len(big) > 8_000_000
    for _ in range(2):
        post_paper(eva, _at(situation, "paper"), form, big)
    assert len(situation.portal.told("evidence_received")) == 1
    # Nobody else is let in with anything that large.
    post_paper(situation.portal.browser(READER), _at(situation, "paper"), form, big, 413)


def test_the_lists_say_what_waits_and_the_front_page_how_much(situation: Situation) -> None:
    eva, stina = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(SECOND)
    assert "1 samtycke väntar på papper" in eva.get("/").text
    assert f'href="{_at(situation, "paper")}"' in eva.get("/administration/consents").text
    _send(eva, situation, photo())
    assert "1 samtycke väntar på bekräftelse" in eva.get("/").text
    assert f'href="{_at(situation, "confirm")}"' in stina.get("/administration/consents").text
    assert f'href="{_at(situation, "confirm")}"' not in eva.get("/administration/consents").text


def _register(situation: Situation) -> None:
    today, ref = clock.today(), situation.refs[SEALED]
    line = Line(
        frozenset({AgencyId("af")}),
        frozenset({Category.PLANNING}),
        frozenset({StaffId(READER)}),
        stand_ins=False,
        covers_protected=False,
    )
    consent = Consent(ConsentId(WAITING), PersonId(ref), today, today + timedelta(days=90), (line,))
    form = Form(
        "sv-1", "sv", interpreter=False, place="Hässleholm", informed_by=StaffId(ADMINISTRATOR), representative=None
    )
    with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        register_consent(act, ref, consent, Paper("Samordnad planering", today, form, "Inget om skulder"))


def _send(browser: Browser, situation: Situation, content: bytes, status: int = 303) -> TestResponse:
    return send_paper(browser, _at(situation, "paper"), content, status)


def _desk(situation: Situation) -> str:
    return f"/administration/people/{situation.refs[SEALED]}"


def _at(situation: Situation, page: str) -> str:
    return f"{_desk(situation)}/consents/{WAITING}/{page}"
