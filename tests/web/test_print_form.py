"""Printing the consent form from the desk: the paper, its entry, and what is refused."""

from pathlib import Path

import pytest

from portal.consent.form.texts import CURRENT, form_texts
from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.paper import words_of
from tests.support.records import staff
from tests.support.situation import ADMINISTRATOR, NUMBER_OF, PROTECTED, SEALED, Situation, situate
from tests.web.test_sent_twice import consent_form


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(sqlite_installation)


def test_a_form_is_printed_with_its_entry_and_nothing_else_is_kept(installation: Installation) -> None:
    situation = situate(installation)
    administrator, address = _desk(situation)
    form = consent_form(administrator.get(f"{address}/new").text)
    before = situation.portal.told()
    response = administrator.post(f"{address}/print", form, 200)
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="samtycke.pdf"'
    said = words_of(response.data)
    assert NUMBER_OF[SEALED][-4:] in said
    assert form["purpose"] in said
    (looked, printed) = situation.portal.told()[len(before) :]
    assert (looked["event"], printed["event"]) == ("maintained", "form_printed")
    assert (printed["actor"], printed["person"]) == (ADMINISTRATOR, situation.refs[SEALED])
    assert (printed["text"], printed["language"]) == ("sv-1", "sv")
    assert printed["form"] in said


def test_what_is_written_by_hand_may_be_left_out(situation: Situation) -> None:
    administrator, address = _desk(situation)
    form = consent_form(administrator.get(f"{address}/new").text)
    administrator.post(f"{address}/print", {**form, "signed_on": "", "place": ""}, 200)
    administrator.post(f"{address}/print", {**form, "recipients": []}, 422)
    administrator.post(f"{address}/print", {**form, "valid_until": "2999-01-01"}, 422)


def test_the_purpose_that_is_filled_in_beforehand_is_printed_in_the_persons_language(situation: Situation) -> None:
    administrator, address = _desk(situation)
    page = administrator.get(f"{address}/new").text
    usual = form_texts("sv-1").usual_purpose
    assert usual in page
    form = {**consent_form(page), "purpose": usual, "language": "en"}
    said = words_of(administrator.post(f"{address}/print", form, 200).data)
    assert f"{form_texts('en-1').usual_purpose} {usual}" in said
    # What somebody wrote themselves is nobody's to translate.
    own = words_of(administrator.post(f"{address}/print", {**form, "purpose": "Egna ord"}, 200).data)
    assert form_texts("en-1").usual_purpose not in own


def test_each_language_is_printed_in_its_own_version(situation: Situation) -> None:
    administrator, address = _desk(situation)
    form = consent_form(administrator.get(f"{address}/new").text)
    for choice in ("sv-easy", "en", "so", "uk"):
        administrator.post(f"{address}/print", {**form, "language": choice}, 200)
    assert [(entry["text"], entry["language"]) for entry in situation.portal.told("form_printed")] == [
        ("sv-easy-1", "sv"),
        ("en-1", "en"),
        ("so-1", "so"),
        ("uk-1", "uk"),
    ]


def test_a_language_without_fonts_is_not_printed_and_the_page_says_why(sqlite_installation: Installation) -> None:
    settings = sqlite_installation.settings
    consent = settings.consent.model_copy(update={"form_fonts": Path("/nowhere")})
    sqlite_installation.settings = settings.model_copy(update={"consent": consent})
    situation = situate(sqlite_installation)
    administrator, address = _desk(situation)
    page = administrator.get(f"{address}/new").text
    assert "för teckensnitt saknas på servern: Arabiska och Tigrinska." in page
    form = consent_form(page)
    for choice in ("ar", "ti"):
        refused = administrator.post(f"{address}/print", {**form, "language": choice}, 422).text
        assert "Teckensnitt saknas." in refused
    assert situation.portal.told("form_printed") == []


def test_what_no_font_can_draw_is_asked_about_and_leaves_no_entry(situation: Situation) -> None:
    administrator, address = _desk(situation)
    form = consent_form(administrator.get(f"{address}/new").text)
    refused = administrator.post(f"{address}/print", {**form, "place": "Ort \U0010fffd"}, 422).text
    assert "tecken som saknas i teckensnitten" in refused
    assert situation.portal.told("form_printed") == []


def test_a_form_for_somebody_protected_says_whether_it_covers_that(situation: Situation) -> None:
    administrator, address = _desk(situation, PROTECTED)
    form = consent_form(administrator.get(f"{address}/new").text)
    words = "Det gäller uttryckligen också skyddade personuppgifter."
    assert words not in words_of(administrator.post(f"{address}/print", form, 200).data)
    assert words in words_of(administrator.post(f"{address}/print", {**form, "covers_protected": "y"}, 200).data)


def test_a_registered_consent_keeps_the_version_that_was_signed(situation: Situation) -> None:
    administrator, address = _desk(situation)
    for choice in CURRENT:
        form = consent_form(administrator.get(f"{address}/new").text)
        administrator.post(f"{address}/new", {**form, "language": choice})
    door = situation.portal.wiring.maintaining
    kept = door.open_person(staff(ADMINISTRATOR), situation.refs[SEALED]).consents
    signed = {(each.paper.form.version, each.paper.form.language) for each in kept}
    assert signed >= {(version, version.split("-")[0]) for version in CURRENT.values()}


def _desk(situation: Situation, person: str = SEALED) -> tuple[Browser, str]:
    return situation.portal.browser(ADMINISTRATOR), f"/administration/people/{situation.refs[person]}/consents"
