"""The desk's pages for staff: faults at the field, a change that somebody else made first, a form sent too late."""

import re
from html import unescape

import pytest

from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.situation import (
    ADMINISTRATOR,
    AUDITOR,
    OPEN,
    PARTLY,
    PROTECTED,
    READER,
    Situation,
    situate,
)
from tests.web.test_sent_twice import staff_form
from tests.web.test_unsent_forms import expire, hidden, sign_in_again

NEW = "/administration/staff/new"
CHANGE = f"/administration/staff/{READER}/change"


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """Staff in every role at three agencies."""
    return situate(sqlite_installation)


def fault_at(page: str, field: str) -> str:
    """What is said to be wrong at a field, which the summary must say too."""
    found = re.search(rf'id="{field}-fault">\s*<span[^>]*>[^<]*</span>\s*([^<]*?)\s*</p>', page)
    assert found is not None, f"nothing is wrong at {field}"
    summary = page.partition('role="alert"')[2].partition("</section>")[0]
    assert f'href="#{field}"' in summary
    assert found[1] in summary
    return unescape(found[1])


def typed(page: str) -> dict[str, str]:
    """The form for changing somebody, as it is filled in on ``page``."""
    return {**hidden(page), "name": "Anna Berg", "title": "Arbetsförmedlare", "phone": "010-1", "email": ""}


@pytest.mark.parametrize(
    ("taken", "field", "words"),
    [
        ({"subject": "lina"}, "subject", "Någon annan har den identiteten under samma tid."),
        ({"subject": "ulla", "role": "administrator"}, "role", "Ingen kan vara båda."),
        ({"subject": "eva", "role": "auditor"}, "role", "Ingen kan vara båda."),
    ],
)
def test_a_subject_that_is_taken_is_said_at_the_field(
    eva: Browser, situation: Situation, taken: dict[str, str], field: str, words: str
) -> None:
    before = len(situation.portal.told("staff_changed"))
    answer = eva.post(NEW, staff_form(eva.get(NEW).text) | taken, 409)
    assert words in fault_at(answer.text, field)
    assert 'value="Nya Namnet"' in answer.text
    assert len(situation.portal.told("staff_changed")) == before


def test_a_change_is_made_once_and_told(eva: Browser, situation: Situation) -> None:
    before = len(situation.portal.told("staff_changed"))
    form = typed(eva.get(CHANGE).text)
    for _ in range(2):
        after = eva.post(CHANGE, form).location
    assert "Uppgifterna är ändrade." in eva.get(after).text
    assert 'value="010-1"' in eva.get(CHANGE).text
    assert len(situation.portal.told("staff_changed")) == before + 1


def test_what_ties_an_entry_to_others_is_not_changed_by_what_is_sent(eva: Browser, situation: Situation) -> None:
    forged = {"agency": "region", "role": "administrator", "subject": "x", "issuer": "x", "active_until": "2001-01-01"}
    eva.post(CHANGE, typed(eva.get(CHANGE).text) | forged)
    situation.portal.browser(READER).get("/people")
    eva.post(NEW, staff_form(eva.get(NEW).text) | {"staff": "0" * 32})
    eva.post(NEW, staff_form(eva.get(NEW).text) | {"staff": "0" * 32, "agency": "af"}, 409)


def test_a_colleagues_change_is_shown_and_not_overwritten(eva: Browser, situation: Situation) -> None:
    other = situation.portal.browser(ADMINISTRATOR)
    form = typed(eva.get(CHANGE).text)
    other.post(CHANGE, typed(other.get(CHANGE).text) | {"phone": "020-2"})
    shown = eva.post(CHANGE, form, 409).text
    assert "Någon annan har ändrat under tiden" in shown
    assert "020-2" in shown
    assert 'value="010-1"' in shown
    eva.post(CHANGE, form | hidden(shown))
    assert 'value="010-1"' in eva.get(CHANGE).text


def test_a_change_that_came_too_late_comes_back(eva: Browser, situation: Situation) -> None:
    form = typed(eva.get(CHANGE).text)
    expire(eva)
    held = hidden(eva.fetch("POST", CHANGE, 403, data=form).text)
    sign_in_again(eva, ADMINISTRATOR)
    shown = eva.fetch("POST", CHANGE, 400, data=held).text
    assert 'value="010-1"' in shown
    eva.fetch("POST", CHANGE, 303, data=form | hidden(shown))
    assert situation.portal.told("staff_changed")[-1]["change"] == "changed"


@pytest.mark.parametrize("wrong", [{"name": ""}, {"email": "nobody"}, {"title": "x" * 201}, {"version": "x"}])
def test_a_change_filled_in_wrong_is_asked_about(eva: Browser, wrong: dict[str, str]) -> None:
    answer = eva.post(CHANGE, typed(eva.get(CHANGE).text) | wrong, 422)
    if "version" not in wrong:
        fault_at(answer.text, next(iter(wrong)))


@pytest.mark.parametrize("who", [READER, AUDITOR])
def test_nobody_else_changes_staff_and_the_attempt_is_in_the_trail(situation: Situation, who: str) -> None:
    situation.portal.browser(who).post(CHANGE, {"name": "x"}, 403)
    refused = situation.portal.told("refused")[-1]
    assert (refused["actor"], refused["cause"]) == (who, "wrong_role")


def test_when_somebody_leaves_the_desk_is_told_whose_consents_name_nobody_left(
    eva: Browser, situation: Situation
) -> None:
    shown = "/administration/consents/without-reader/af"
    before = len(situation.portal.told("found"))
    assert "Alla klienter har någon läsare kvar." in eva.get(shown).text
    assert len(situation.portal.told("found")) == before

    anna = situation.portal.browser(READER)
    anna.get("/people")
    assert eva.post(f"/administration/staff/{READER}/end").location.endswith(shown)
    assert anna.get("/people", 303).location.startswith("/login")

    page = eva.get(shown).text
    assert "Åtkomsten är avslutad." in page
    without = {situation.refs[person] for person in (OPEN, PROTECTED, PARTLY)}
    assert set(re.findall(r'href="/administration/people/([0-9a-f]{32})"', page)) == without
    entries = situation.portal.told("found")[before:]
    assert {entry["person"] for entry in entries} == without
    assert {entry["actor"] for entry in entries} == {ADMINISTRATOR}
    assert len({entry["listing"] for entry in entries}) == 1


def test_when_one_who_reads_nothing_leaves_there_is_no_such_list(eva: Browser, situation: Situation) -> None:
    assert eva.post(f"/administration/staff/{AUDITOR}/end").location.endswith("/administration/staff")
    assert situation.portal.told("staff_changed")[-1]["change"] == "ended"
