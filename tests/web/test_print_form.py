"""Printing the consent form from the desk: the paper, its entry, and what is refused."""

from pathlib import Path

import pytest

from portal.consent.form.texts import CURRENT, form_texts
from tests.support.browserless import Browser
from tests.support.drafting import begin, fill, register, take
from tests.support.installation import Installation
from tests.support.paper import words_of
from tests.support.records import staff
from tests.support.situation import ADMINISTRATOR, NUMBER_OF, PROTECTED, SEALED, Situation, situate


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(sqlite_installation)


def test_a_form_is_printed_with_its_entries(installation: Installation) -> None:
    situation = situate(installation)
    administrator, ref = _desk(situation)
    draft = fill(administrator, ref, purpose="Planering tillsammans")
    before = situation.portal.told()
    response = administrator.post(f"{draft}/print", {}, 200)
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="samtycke.pdf"'
    said = words_of(response.data)
    assert NUMBER_OF[SEALED][-4:] in said
    assert "Planering tillsammans" in said
    (looked, printed, changed) = situation.portal.told()[len(before) :]
    assert (looked["event"], printed["event"], changed["event"]) == ("maintained", "form_printed", "draft_changed")
    assert (changed["change"], changed["draft"]) == ("printed", draft.rpartition("/")[2])
    assert (printed["actor"], printed["person"]) == (ADMINISTRATOR, situation.refs[SEALED])
    assert (printed["text"], printed["language"]) == ("sv-1", "sv")
    assert printed["form"] in said


def test_what_the_person_will_not_share_is_printed(situation: Situation) -> None:
    administrator, ref = _desk(situation)
    draft = fill(administrator, ref, not_shared="Ingenting om familjen\n\nInte heller om skolan")
    said = words_of(administrator.post(f"{draft}/print", {}, 200).data)
    assert "vad du inte vill dela: Ingenting om familjen Inte heller om skolan" in said


def test_what_is_written_by_hand_may_be_left_out(situation: Situation) -> None:
    administrator, ref = _desk(situation)
    administrator.post(f"{fill(administrator, ref, place='')}/print", {}, 200)


def test_what_lacks_something_is_not_printed(situation: Situation) -> None:
    administrator, ref = _desk(situation)
    draft = begin(administrator, ref)
    assert "Välj minst en person som får läsa." in administrator.post(f"{draft}/print", {}, 422).text
    assert situation.portal.told("form_printed") == []


def test_the_purpose_that_is_filled_in_beforehand_is_printed_in_the_persons_language(situation: Situation) -> None:
    administrator, ref = _desk(situation)
    usual = form_texts("sv-1").usual_purpose
    assert usual in administrator.get(f"{begin(administrator, ref)}/terms").text
    draft = fill(administrator, ref, purpose=usual, form="en")
    said = words_of(administrator.post(f"{draft}/print", {}, 200).data)
    assert f"{form_texts('en-1').usual_purpose} {usual}" in said
    # What somebody wrote themselves is nobody's to translate.
    take(administrator, draft, "terms", purpose="Egna ord", form="en")
    own = words_of(administrator.post(f"{draft}/print", {}, 200).data)
    assert form_texts("en-1").usual_purpose not in own


def test_each_language_is_printed_in_its_own_version(situation: Situation) -> None:
    administrator, ref = _desk(situation)
    draft = fill(administrator, ref)
    for choice in ("sv-easy", "en", "so", "uk"):
        take(administrator, draft, "terms", form=choice)
        administrator.post(f"{draft}/print", {}, 200)
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
    administrator, ref = _desk(situation)
    draft = fill(administrator, ref)
    page = administrator.get(f"{draft}/terms").text
    assert "för teckensnitt saknas på servern: Arabiska och Tigrinska." in page
    for choice in ("ar", "ti"):
        take(administrator, draft, "terms", form=choice)
        assert "Teckensnitt saknas." in administrator.post(f"{draft}/print", {}, 422).text
    assert situation.portal.told("form_printed") == []


def test_what_no_font_can_draw_is_asked_about_and_leaves_no_entry(situation: Situation) -> None:
    administrator, ref = _desk(situation)
    draft = fill(administrator, ref, place="Ort \U0010fffd")
    refused = administrator.post(f"{draft}/print", {}, 422).text
    assert "tecken som saknas i teckensnitten" in refused
    assert situation.portal.told("form_printed") == []


def test_a_form_for_somebody_protected_says_whether_it_covers_that(situation: Situation) -> None:
    administrator, ref = _desk(situation, PROTECTED)
    words = "Det gäller uttryckligen också skyddade personuppgifter."
    draft = fill(administrator, ref)
    assert words not in words_of(administrator.post(f"{draft}/print", {}, 200).data)
    take(administrator, draft, "readers", covers_protected="y")
    assert words in words_of(administrator.post(f"{draft}/print", {}, 200).data)


def test_a_registered_consent_keeps_the_version_that_was_signed(situation: Situation) -> None:
    administrator, ref = _desk(situation)
    for choice in CURRENT:
        register(administrator, ref, form=choice)
    door = situation.portal.wiring.maintaining
    kept = door.open_person(staff(ADMINISTRATOR), situation.refs[SEALED]).consents
    signed = {(each.paper.form.version, each.paper.form.language) for each in kept}
    assert signed >= {(version, version.split("-")[0]) for version in CURRENT.values()}


def _desk(situation: Situation, person: str = SEALED) -> tuple[Browser, str]:
    return situation.portal.browser(ADMINISTRATOR), situation.refs[person]
