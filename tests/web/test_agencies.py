"""The desk's pages for agencies: adding one, renaming one, and a colleague who was quicker."""

import pytest

from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.situation import ADMINISTRATOR, AUDITOR, READER, Situation, situate
from tests.web.test_staff_desk import fault_at
from tests.web.test_unsent_forms import expire, hidden, sign_in_again

AGENCIES = "/administration/staff/agencies"
NEW = f"{AGENCIES}/new"
RENAME = f"{AGENCIES}/region/rename"
TYPED = {"name": "Komvux Hässleholm", "kind": "skola", "agency": "skola"}


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """Three agencies, whose staff can sign in."""
    return situate(sqlite_installation)


def test_an_agency_sent_twice_is_added_once_and_cannot_sign_in_yet(eva: Browser, situation: Situation) -> None:
    assert "Personalen kan inte logga in" not in eva.get(AGENCIES).text
    before = len(situation.portal.told("agency_changed"))
    for _ in range(2):
        after = eva.post(NEW, TYPED).location
    shown = eva.get(after).text
    assert "Myndigheten är tillagd." in shown
    assert shown.count("Personalen kan inte logga in") == 1
    assert 'value="skola"' in eva.get("/administration/staff/new").text
    entry = situation.portal.told("agency_changed")[before:]
    assert [(each["changed"], each["change"], each["actor"]) for each in entry] == [("skola", "added", ADMINISTRATOR)]


@pytest.mark.parametrize(
    ("wrong", "field", "status"),
    [
        ({"name": ""}, "name", 422),
        ({"kind": "church"}, "kind", 422),
        ({"agency": "Skola Ö"}, "agency", 422),
        ({"agency": "x" * 41}, "agency", 422),
        ({"agency": "af"}, "agency", 409),
    ],
)
def test_an_agency_filled_in_wrong_is_asked_about(
    eva: Browser, situation: Situation, wrong: dict[str, str], field: str, status: int
) -> None:
    before = len(situation.portal.told("agency_changed"))
    answer = eva.post(NEW, TYPED | wrong, status)
    assert fault_at(answer.text, field)
    assert len(situation.portal.told("agency_changed")) == before


def test_an_agency_is_called_by_its_new_name(eva: Browser, situation: Situation) -> None:
    form = hidden(eva.get(RENAME).text) | {"name": "Region Skåne, vuxenpsykiatri"}
    for _ in range(2):
        after = eva.post(RENAME, form).location
    shown = eva.get(after).text
    assert "Myndigheten har bytt namn." in shown
    assert "Region Skåne, vuxenpsykiatri" in shown
    assert situation.portal.told("agency_changed")[-1]["change"] == "changed"
    assert fault_at(eva.post(RENAME, form | {"name": " "}, 422).text, "name")


def test_a_colleagues_name_is_shown_and_not_overwritten(eva: Browser, situation: Situation) -> None:
    form = hidden(eva.get(RENAME).text)
    other = situation.portal.browser(ADMINISTRATOR)
    other.post(RENAME, hidden(other.get(RENAME).text) | {"name": "Regionen"})
    shown = eva.post(RENAME, form | {"name": "Psykiatrin"}, 409).text
    assert "Nu heter myndigheten" in shown
    assert 'value="Psykiatrin"' in shown
    eva.post(RENAME, hidden(shown) | {"name": "Psykiatrin"})
    assert "Psykiatrin" in eva.get(AGENCIES).text


@pytest.mark.parametrize("address", [NEW, RENAME])
def test_what_came_too_late_comes_back(eva: Browser, situation: Situation, address: str) -> None:
    form = TYPED | hidden(eva.get(address).text)
    expire(eva)
    held = hidden(eva.fetch("POST", address, 403, data=form).text)
    sign_in_again(eva, ADMINISTRATOR)
    shown = eva.fetch("POST", address, 400, data=held).text
    assert 'value="Komvux Hässleholm"' in shown
    eva.fetch("POST", address, 303, data=form | hidden(shown))
    assert situation.portal.told("agency_changed")[-1]["actor"] == ADMINISTRATOR


@pytest.mark.parametrize("who", [READER, AUDITOR])
def test_nobody_else_changes_agencies_and_the_attempt_is_in_the_trail(situation: Situation, who: str) -> None:
    for address in (NEW, RENAME):
        situation.portal.browser(who).post(address, TYPED, 403)
        refused = situation.portal.told("refused")[-1]
        assert (refused["actor"], refused["cause"]) == (who, "wrong_role")
