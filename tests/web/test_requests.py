"""The pages on which readers ask the desk and are answered: what is typed, sent twice, sent late, and what is shown."""

import re

import pytest

from tests import factories
from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.situation import (
    ADMINISTRATOR,
    NOBODYS_NUMBER,
    NUMBER_OF,
    OPEN,
    PROTECTED,
    READER,
    SEALED,
    STRANGER,
    Situation,
    situate,
)
from tests.support.stocking import stock
from tests.web.test_staff_desk import fault_at
from tests.web.test_unsent_forms import expire, hidden, sign_in_again

OWN, NEW, DESK = "/people/requests", "/people/requests/new", "/administration/requests"
ASKED = {"whom": NOBODYS_NUMBER, "reason": "Vi ska planera praktik ihop."}
SHOWN = f"{NOBODYS_NUMBER[:8]}-{NOBODYS_NUMBER[8:]}"
SECOND = "s-efva"


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(sqlite_installation)


@pytest.fixture
def anna(situation: Situation) -> Browser:
    """The reader's browser."""
    return situation.portal.browser(READER)


def one_waiting(browser: Browser) -> str:
    """Where the one request that waits is."""
    (address,) = set(re.findall(rf'href="({DESK}/[0-9a-f]{{32}})"', browser.get(DESK).text))
    return str(address)


def test_from_the_search_that_opened_nobody_one_asks_with_the_number_filled_in(anna: Browser) -> None:
    page = anna.post("/people/find", {"personnummer": NOBODYS_NUMBER}, 404).text
    assert f'value="{NOBODYS_NUMBER}"' in page
    assert f'action="{NEW}"' in page
    after = anna.post(NEW, hidden(page) | ASKED).location
    assert after == OWN
    shown = anna.get(after).text
    assert "AME har fått din förfrågan." in shown
    assert "Väntar på svar" in shown
    assert ASKED["reason"] in shown
    assert NOBODYS_NUMBER not in shown


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"whom": ""}, "whom"),
        ({"whom": "19920517-2382"}, "whom"),
        ({"reason": ""}, "reason"),
        ({"reason": " \u200b\0"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_a_request_filled_in_wrong_is_asked_about(
    anna: Browser, situation: Situation, wrong: dict[str, str], field: str
) -> None:
    assert fault_at(anna.post(NEW, ASKED | wrong, 422).text, field)
    assert situation.portal.told("request_made") == []


def test_asked_twice_it_stands_once_with_the_reader_and_once_with_the_desk(anna: Browser, eva: Browser) -> None:
    for _ in range(2):
        anna.post(NEW, ASKED)
    assert anna.get(OWN).text.count(ASKED["reason"]) == 1
    assert eva.get(DESK).text.count(ASKED["reason"]) == 1


def test_what_was_asked_too_late_comes_back(anna: Browser, situation: Situation) -> None:
    form = hidden(anna.get(NEW).text) | ASKED
    expire(anna)
    held = hidden(anna.fetch("POST", NEW, 403, data=form).text)
    sign_in_again(anna, READER)
    shown = anna.fetch("POST", NEW, 400, data=held).text
    assert ASKED["reason"] in shown
    anna.fetch("POST", NEW, 303, data=form | hidden(shown))
    assert len(situation.portal.told("request_made")) == 1


def test_requests_are_throttled_as_look_ups_are(situation: Situation) -> None:
    settings = situation.installation.settings
    reading = settings.reading.model_copy(update={"look_ups_per_hour": 2})
    situation.installation.settings = settings.model_copy(update={"reading": reading})
    situation.portal.start()
    anna = situation.portal.browser(READER)
    for status in (303, 303, 429):
        anna.post(NEW, ASKED, status)
    assert situation.portal.told("refused")[-1]["cause"] == "too_many"


def test_the_front_page_of_the_desk_says_how_many_wait(anna: Browser, eva: Browser) -> None:
    assert "väntar på svar" not in eva.get("/").text
    anna.post(NEW, ASKED)
    assert "1 förfrågan från handläggare väntar på svar" in eva.get("/").text
    anna.post(NEW, ASKED | {"whom": NUMBER_OF[SEALED]})
    assert "2 förfrågningar från handläggare väntar på svar" in eva.get("/").text


def test_the_desk_sees_who_asks_and_goes_on_to_register_whoever_is_not_there(anna: Browser, eva: Browser) -> None:
    anna.post(NEW, ASKED)
    address = one_waiting(eva)
    page = eva.get(address).text
    for words in ("Anna Berg", "Arbetsförmedlingen", ASKED["reason"], SHOWN, "Finns inte i registret."):
        assert words in page
    assert NOBODYS_NUMBER not in address
    form = eva.get(f"{address}/register").text
    assert f'value="{NOBODYS_NUMBER}"' in form
    assert 'action="/administration/people/new"' in form


def test_the_desk_goes_on_to_whoever_is_in_the_register(anna: Browser, eva: Browser, situation: Situation) -> None:
    anna.post(NEW, ASKED | {"whom": NUMBER_OF[PROTECTED]})
    page = eva.get(one_waiting(eva)).text
    assert f'href="/administration/people/{situation.refs[PROTECTED]}"' in page
    assert "Skyddade personuppgifter" in page
    assert "/register" not in page


def test_a_yes_reaches_the_reader_and_opens_nothing_by_itself(
    anna: Browser, eva: Browser, situation: Situation
) -> None:
    anna.post(NEW, ASKED | {"whom": NUMBER_OF[SEALED]})
    after = eva.post(f"{one_waiting(eva)}/answer", {"answer": "yes"}).location
    shown = eva.get(after).text
    assert "Svaret är sparat" in shown
    assert "Ingen förfrågan väntar på svar." in shown
    assert "Samtycke finns" in anna.get(OWN).text
    anna.get(f"/people/{situation.refs[SEALED]}", 404)


def test_a_no_reaches_the_reader_without_the_note(anna: Browser, eva: Browser) -> None:
    anna.post(NEW, ASKED)
    address = one_waiting(eva)
    eva.post(f"{address}/answer", {"answer": "no", "note": "Ville vänta till hösten."})
    own = anna.get(OWN).text
    assert "Avböjd" in own
    assert "hösten" not in own
    page = eva.get(address).text
    assert "Ville vänta till hösten." in page
    assert "Skicka svaret" not in page


def test_an_answer_filled_in_wrong_is_asked_about(anna: Browser, eva: Browser, situation: Situation) -> None:
    anna.post(NEW, ASKED)
    address = one_waiting(eva)
    assert fault_at(eva.post(f"{address}/answer", {"note": "x"}, 422).text, "answer")
    assert fault_at(eva.post(f"{address}/answer", {"answer": "perhaps"}, 422).text, "answer")
    assert fault_at(eva.post(f"{address}/answer", {"answer": "no", "note": "x" * 501}, 422).text, "note")
    assert situation.portal.told("request_answered") == []


def test_the_second_to_answer_is_told_so_and_the_first_answer_stands(
    anna: Browser, eva: Browser, situation: Situation
) -> None:
    ame = {"agency": "ame", "issuer": "https://idp.example", "role": "administrator", "active_from": "2026-01-01"}
    document = {"staff": [{**_staff(SECOND), **ame}]}
    stock(situation.installation, {"format": "gemensam-ingang/1", **document}, ADMINISTRATOR)
    efva = situation.portal.browser(SECOND)
    anna.post(NEW, ASKED)
    address = f"{one_waiting(eva)}/answer"
    for _ in range(2):
        eva.post(address, {"answer": "yes"})
    for answer in ("no", "yes"):
        shown = efva.post(address, {"answer": answer, "note": "Nej."}, 409).text
        assert "Någon hann före" in shown
        assert "Eva Ek" in shown
    assert len(situation.portal.told("request_answered")) == 1
    assert "Samtycke finns" in anna.get(OWN).text


def test_a_mistake_is_told_from_the_record_and_reaches_the_desk_and_not_the_record(
    anna: Browser, eva: Browser, situation: Situation
) -> None:
    record = f"/people/{situation.refs[OPEN]}"
    before = anna.get(record).text
    assert f'href="{record}/mistake"' in before
    assert f'href="{record}/mistake"' not in anna.get(f"{record}/print").text
    assert fault_at(anna.post(f"{record}/mistake", {"words": "x" * 1001}, 422).text, "words")
    form = hidden(anna.get(f"{record}/mistake").text) | {"words": "Praktiken slutade i går."}
    for _ in range(2):
        after = anna.post(f"{record}/mistake", form).location
    own = anna.get(after).text
    assert own.count("Något som inte stämmer") == 1
    assert "Praktiken slutade" not in own
    assert "Praktiken slutade" not in anna.get(record).text
    address = one_waiting(eva)
    page = eva.get(address).text
    assert "Något stämmer inte: Test Persson" in page
    assert "Praktiken slutade i går." in page
    eva.get(f"{address}/register", 404)
    eva.post(f"{address}/answer", {"answer": "yes"})
    assert "Rättat" in anna.get(after).text


def test_what_is_wrong_with_somebody_closed_meanwhile_is_said_to_be_closed(
    anna: Browser, eva: Browser, situation: Situation
) -> None:
    ref = situation.refs[OPEN]
    anna.post(f"/people/{ref}/mistake", {"words": "Praktiken slutade i går."})
    eva.post(f"/administration/people/{ref}/consents/c-{OPEN}/withdraw", {"how": "phone"})
    page = eva.get(one_waiting(eva)).text
    assert "Praktiken slutade" not in page
    assert "Innehållet är stängt" in page


def test_each_sees_their_own_requests_alone(anna: Browser, situation: Situation) -> None:
    anna.post(NEW, ASKED)
    other = situation.portal.browser(STRANGER)
    assert ASKED["reason"] not in other.get(OWN).text
    assert "Du har inte bett AME om något." in other.get(OWN).text


def _staff(id_: str) -> dict[str, object]:
    return factories.staff(id_, name="Efva Al")
