"""Ending consents from the desk: wholly, in part, in error; and the letter that says so."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from tests import factories
from tests.support.browserless import Browser
from tests.support.drafting import begin, take
from tests.support.installation import Installation
from tests.support.paper import words_of
from tests.support.situation import (
    ADMINISTRATOR,
    ENDED,
    NUMBER_OF,
    OPEN,
    PROTECTED,
    READER,
    STAND_IN,
    STRANGER,
    WITHDRAWN,
    Situation,
    situate,
)
from tests.support.stocking import stock

TOKEN = re.compile(r'name="consent"\s+value="([0-9a-f]{32})"')
BOX = re.compile(r'name="kept"\s+type="checkbox"\s+value="([^"]+)"\s+checked')


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(sqlite_installation)


def test_all_is_taken_back_with_two_clicks_from_a_list_of_found_people(installation: Installation) -> None:
    situation = situate(installation)
    eva, anna = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(READER)
    found = eva.get(eva.post("/administration/people/find", {"sought": "Test"}).location).text
    withdraw = _person(situation, OPEN) + "/withdraw"
    assert f'href="{withdraw}"' in found
    eva.get(withdraw)
    letter = eva.post(withdraw, {"how": "visit"}).location
    anna.get(f"/people/{situation.refs[OPEN]}", 404)
    page = eva.get(letter).text
    assert "Samtycket är återkallat." in page
    assert "Innehållet är stängt" in page
    assert eva.post(withdraw, {"how": "visit"}).location == _person(situation, OPEN)
    assert [(each["how"], each["received_by"]) for each in situation.portal.told("consent_withdrawn")][1:] == [
        ("visit", ADMINISTRATOR)
    ]


def test_a_part_is_taken_back_and_the_rest_stays_open(installation: Installation) -> None:
    situation = situate(installation)
    eva, anna = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(READER)
    record = f"/people/{situation.refs[OPEN]}"
    assert "Region Skåne, psykiatri" in anna.get(record).text
    address, form = _part(eva, situation)
    kept = [box for box in form["kept"] if "|opens|region|" not in box]
    letter = eva.post(address, {**form, "kept": kept}).location
    assert "Region Skåne, psykiatri" not in anna.get(record).text
    page = eva.get(letter).text
    assert "En del av samtycket är återkallad." in page
    assert page.index("Det här är stängt") < page.index("Region Skåne") < page.index("Det här gäller fortfarande")
    # Sent twice it is done once.
    before = len(situation.portal.told("consent_registered"))
    eva.post(address, {**form, "kept": kept})
    assert len(situation.portal.told("consent_registered")) == before


def test_a_reader_is_taken_away_with_whoever_stands_in(situation: Situation) -> None:
    eva, bo = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(STAND_IN)
    record = f"/people/{situation.refs[OPEN]}"
    bo.get(record)
    address, form = _part(eva, situation)
    eva.post(address, {**form, "kept": [box for box in form["kept"] if not box.endswith(f"|reader|{READER}")]})
    bo.get(record, 404)


@pytest.mark.parametrize("kept", ["all", "nothing", "only readers", "what is not there"])
def test_what_is_no_withdrawal_in_part_is_asked_about(situation: Situation, kept: str) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    address, form = _part(eva, situation)
    boxes = form["kept"]
    wrong = {
        "all": boxes,
        "nothing": [],
        "only readers": [box for box in boxes if "|reader|" in box],
        "what is not there": [*boxes[1:], "0|af|opens|fk|health"],
    }
    before = len(situation.portal.told("consent_registered", "consent_confirmed", "consent_withdrawn"))
    page = eva.post(address, {**form, "kept": wrong[kept]}, 422).text
    assert 'role="alert"' in page
    assert len(situation.portal.told("consent_registered", "consent_confirmed", "consent_withdrawn")) == before


def test_what_was_told_before_today_says_so_and_never_tomorrow(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    address = _person(situation, OPEN) + "/withdraw"
    eva.post(address, {"how": "letter", "told_on": "2999-01-01"}, 422)
    eva.post(address, {"how": "letter", "told_on": "2026-01-20"})
    assert situation.portal.told("consent_withdrawn")[-1]["told_on"] == "2026-01-20"
    assert "20 januari 2026" in eva.get(_person(situation, OPEN)).text


@pytest.mark.parametrize("where", ["withdraw", f"consents/c-{OPEN}/withdraw"])
def test_a_withdrawal_names_the_drafts_that_ask_for_the_same_and_takes_them_away(
    eva: Browser, situation: Situation, where: str
) -> None:
    person = _person(situation, OPEN)
    ref = situation.refs[OPEN]
    renewal = begin(eva, ref, replaces=f"c-{OPEN}")
    same = begin(eva, ref)
    take(eva, same, "readers", recipients=[READER])
    other = begin(eva, ref)
    take(eva, other, "readers", recipients=[STRANGER])
    page = eva.get(f"{person}/{where}").text
    assert all(f"{draft}/overview" in page for draft in (renewal, same))
    assert f"{other}/overview" not in page
    eva.post(f"{person}/{where}", {"how": "visit", "and_drafts": "y"})
    dropped = [each["draft"] for each in situation.portal.told("draft_changed") if each["change"] == "dropped"]
    assert {f"/administration/drafts/{each}" for each in dropped} == {renewal, same}
    eva.get(f"{other}/readers")


def test_drafts_stay_where_the_person_means_them_still(eva: Browser, situation: Situation) -> None:
    person = _person(situation, OPEN)
    draft = begin(eva, situation.refs[OPEN], replaces=f"c-{OPEN}")
    part = f"{person}/consents/c-{OPEN}/withdraw/part"
    assert f"{draft}/overview" in eva.get(part).text
    eva.post(f"{person}/withdraw", {"how": "visit"})
    eva.get(f"{draft}/readers")


def test_the_letters_page_says_which_translations_nobody_has_reviewed(eva: Browser, situation: Situation) -> None:
    withdraw = f"{_person(situation, OPEN)}/consents/c-{OPEN}/withdraw"
    page = eva.get(eva.post(withdraw, {"how": "visit"}).location).text
    said = re.search(r"ingen översättare granskat än: ([^<]*)\.</p>", page)
    assert said is not None
    for language in ("arabiska", "somaliska", "ukrainska", "tigrinska", "engelska"):
        assert language in said[1].lower()
    assert "svenska" not in said[1].lower()


def test_what_was_registered_in_error_says_why_and_has_no_letter(situation: Situation) -> None:
    eva, anna = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(READER)
    consent = f"{_person(situation, OPEN)}/consents/c-{OPEN}"
    eva.post(f"{consent}/in-error", {"note": " "}, 422)
    eva.post(f"{consent}/in-error", {"note": "x" * 301}, 422)
    page = eva.get(eva.post(f"{consent}/in-error", {"note": "Fel person"}).location).text
    assert "Fel person" in page
    assert "Registrerat av misstag" in page
    anna.get(f"/people/{situation.refs[OPEN]}", 404)
    eva.get(f"{consent}/letter", 404)
    eva.get(f"{_person(situation, OPEN)}/consents/none/letter", 404)


def test_the_letter_says_what_closed_and_leaves_its_entry(installation: Installation) -> None:
    situation = situate(installation)
    eva = situation.portal.browser(ADMINISTRATOR)
    address = f"{_person(situation, WITHDRAWN)}/consents/c-{WITHDRAWN}/letter"
    eva.get(address)
    response = eva.post(address, {"language": "sv"}, 200)
    assert response.headers["Content-Disposition"] == 'attachment; filename="bekraftelse.pdf"'
    said = words_of(response.data)
    for words in ("Du har tagit tillbaka ditt samtycke", "På telefon", "Region Skåne, psykiatri", "Anna Berg"):
        assert words in said
    assert "gäller fortfarande" not in said
    assert NUMBER_OF[WITHDRAWN][-4:] not in said
    (printed,) = situation.portal.told("letter_printed")
    assert (printed["actor"], printed["person"]) == (ADMINISTRATOR, situation.refs[WITHDRAWN])
    assert (printed["consent"], printed["text"], printed["language"]) == (f"c-{WITHDRAWN}", "sv-1", "sv")


def test_the_letter_about_a_part_says_what_still_holds(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    address, form = _part(eva, situation)
    kept = [box for box in form["kept"] if not box.endswith(f"|reader|{ENDED}")]
    letter = eva.post(address, {**form, "kept": kept}).location
    said = words_of(eva.post(letter, {"language": "sv"}, 200).data)
    closed, remains = said.split("Det här gäller fortfarande")
    assert "Gun Ny" in closed
    assert "Anna Berg" not in closed
    assert "Anna Berg" in remains


def test_a_consent_that_waits_is_told_of_and_can_end_too(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    address = _person(situation, OPEN) + "/withdraw"
    assert "väntar på bekräftelse" not in eva.get(address).text
    today = clock.today()
    dates = {"signed_on": f"{today}", "valid_from": f"{today}", "valid_until": f"{today + timedelta(days=9)}"}
    stock(situation.installation, factories.document(consents=[factories.consent("c-new", person=OPEN, **dates)]))
    assert "Det här väntar på bekräftelse" in eva.get(address).text
    eva.post(address, {"how": "phone", "and_waiting": "y"})
    ended = [each["consent"] for each in situation.portal.told("consent_withdrawn")]
    assert ended[1:] == [f"c-{OPEN}", "c-new"]


def test_somebody_protected_is_marked_on_every_page_of_it(situation: Situation) -> None:
    eva = situation.portal.browser(ADMINISTRATOR)
    person = _person(situation, PROTECTED)
    consent = f"{person}/consents/c-{PROTECTED}"
    for address in (f"{person}/withdraw", f"{consent}/withdraw", f"{consent}/withdraw/part", f"{consent}/in-error"):
        assert "Skyddade personuppgifter" in eva.get(address).text
    page = eva.get(eva.post(f"{person}/withdraw", {"how": "visit"}).location).text
    assert "Skicka inte brevet till en adress." in page


def _person(situation: Situation, person: str) -> str:
    return f"/administration/people/{situation.refs[person]}"


def _part(eva: Browser, situation: Situation) -> tuple[str, dict[str, Any]]:
    address = f"{_person(situation, OPEN)}/consents/c-{OPEN}/withdraw/part"
    page = eva.get(address).text
    found = TOKEN.search(page)
    assert found is not None
    return address, {"consent": found[1], "how": "phone", "kept": BOX.findall(page)}
