"""A form that could not be taken: what was typed comes back to whoever typed it, and nothing of it is done."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from portal.accounts.cookies import cookie_name
from tests.faults.test_outages import sign, trail_that_takes_nothing
from tests.support.browserless import ADDRESS, Browser
from tests.support.drafting import fill, step
from tests.support.installation import Installation
from tests.support.situation import ADMINISTRATOR, AUDITOR, NOBODYS_NUMBER, OPEN, SEALED, Situation, situate
from tests.web.test_sent_twice import staff_form

_A_MINUTE = timedelta(minutes=1)
NEW_PERSON = "/administration/people/new"
NEW_STAFF = "/administration/staff/new"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
TYPED = {
    "personnummer": NOBODYS_NUMBER,
    "given_name": 'Ada "<b>"',
    "family_name": "Månsson",
    "phone": "070-174 06 58",
    "email": "",
    "language": "ar",
}


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(sqlite_installation)


def hidden(page: str) -> dict[str, str]:
    """What a form on the page holds out of sight, but for the frame's own forms."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page.partition("<main")[2])}


def expire(browser: Browser) -> None:
    """As if nothing had been done for a quarter of an hour, and then half of one."""
    ahead = browser.portal.clock
    ahead.ahead += 2 * browser.portal.installation.settings.sessions.idle_minutes * _A_MINUTE


def sign_in_again(browser: Browser, staff: str) -> None:
    """As at the provider: the token of the forms before is no longer valid afterwards."""
    browser.client.delete_cookie(cookie_name(ADDRESS, "form"), domain="localhost")
    browser.sign_in(staff)


def open_form(situation: Situation, address: str) -> tuple[Browser, dict[str, Any]]:
    """A form in front of the administrator, with what the page itself holds in it."""
    browser = situation.portal.browser(ADMINISTRATOR)
    return browser, hidden(browser.get(address).text)


def test_what_was_typed_too_late_is_sent_after_signing_in_again(situation: Situation) -> None:
    browser, form = open_form(situation, NEW_PERSON)
    expire(browser)
    kept = browser.fetch("POST", NEW_PERSON, 403, data={**form, **TYPED})
    assert "Location" not in kept.headers
    assert "Du har loggats ut" in kept.text
    held = hidden(kept.text)
    assert {name: held[name] for name in TYPED} == TYPED

    again = browser.fetch("POST", NEW_PERSON, 403, data=held)
    assert hidden(again.text) == held

    sign_in_again(browser, ADMINISTRATOR)
    assert "tryck på Fortsätt" in browser.get("/signed-in").text
    shown = browser.fetch("POST", NEW_PERSON, 400, data=held).text
    assert "Se efter att det stämmer och skicka igen." in shown
    assert 'value="Ada &#34;&lt;b&gt;&#34;"' in shown
    assert re.search(r'<option value="ar"\s+selected>', shown)
    assert situation.portal.told("person_registered", "signed_out")[-1]["event"] == "signed_out"

    browser.fetch("POST", NEW_PERSON, 303, data={**TYPED, **hidden(shown)})
    assert situation.portal.told("person_registered", "signed_out")[-1]["event"] == "person_registered"


@pytest.mark.parametrize("late", [True, False])
def test_every_form_in_which_people_type_much_comes_back(situation: Situation, late: bool) -> None:
    browser = situation.portal.browser(ADMINISTRATOR)
    draft = fill(browser, situation.refs[SEALED])
    readers = step(browser, draft, "readers") | {"recipients": ["s-anna", "s-bo"]}
    shared = step(browser, draft, "shared") | {"shared": ["af|af|health", "af||contacts"]}
    terms = step(browser, draft, "terms") | {"not_shared": "Inget om <b>hälsa</b>"}
    signed = step(browser, draft, "signed") | {"place": "Ängelholm"}
    refused = step(browser, draft, "refused") | {"note": "Vill tänka"}
    staff = staff_form(browser.get(NEW_STAFF).text) | {"title": "Vägledare"}
    for address, typed, shows in (
        (f"{draft}/readers", readers, [r'value="s-bo"\s+checked']),
        (f"{draft}/shared", shared, [r'value="af\|af\|health"\s+checked', r'value="af\|\|contacts"\s+checked']),
        (f"{draft}/terms", terms, ["Inget om &lt;b&gt;hälsa"]),
        (f"{draft}/signed", signed, ['value="Ängelholm"']),
        (f"{draft}/refused", refused, ["Vill tänka"]),
        (NEW_STAFF, staff, ['value="Vägledare"', 'value="nya"']),
        (NEW_PERSON, TYPED, ['value="Månsson"']),
    ):
        typed = {**typed, "whose": hidden(browser.get(address).text)["whose"]}
        before = len(situation.portal.told("draft_changed", "consent_registered", "staff_changed", "person_registered"))
        if late:
            expire(browser)
            sign(situation)
            kept = browser.fetch("POST", address, 403, data=typed)
            assert dict(HIDDEN.findall(kept.text)).keys() >= typed.keys()
        sign_in_again(browser, ADMINISTRATOR)
        shown = browser.fetch("POST", address, 400, data=typed).text
        for each in shows:
            assert re.search(each, shown), each
        assert (
            len(situation.portal.told("draft_changed", "consent_registered", "staff_changed", "person_registered"))
            == before
        )


def test_nobody_else_gets_what_was_typed(situation: Situation) -> None:
    browser, form = open_form(situation, NEW_PERSON)
    colleague = staff_form(browser.get(NEW_STAFF).text) | {"role": "administrator"}
    browser.post(NEW_STAFF, colleague)
    expire(browser)
    held = hidden(browser.fetch("POST", NEW_PERSON, 403, data={**form, **TYPED}).text)
    for staff in (colleague["staff"], AUDITOR):
        sign_in_again(browser, staff)
        answer = browser.fetch("POST", NEW_PERSON, 400, data=held)
        assert "Månsson" not in answer.text


@pytest.mark.parametrize("mark", ["", "x", "åäö", "\0"])
def test_no_form_is_filled_in_without_the_mark_of_whose_it_is(situation: Situation, mark: str) -> None:
    browser = situation.portal.browser(ADMINISTRATOR)
    answer = browser.fetch("POST", NEW_PERSON, 400, data={**TYPED, "whose": mark})
    assert "Månsson" not in answer.text


def test_no_other_site_fills_in_a_form(situation: Situation) -> None:
    browser, form = open_form(situation, NEW_PERSON)
    for site in ("cross-site", "same-site", "none"):
        elsewhere = {"data": {**TYPED, "whose": form["whose"]}, "headers": {"Sec-Fetch-Site": site}}
        assert "Månsson" not in browser.fetch("POST", NEW_PERSON, 400, **elsewhere).text


def test_what_cannot_be_taken_just_now_can_be_sent_again(situation: Situation) -> None:
    browser, form = open_form(situation, NEW_PERSON)
    with trail_that_takes_nothing(situation):
        kept = browser.fetch("POST", NEW_PERSON, 503, data={**form, **TYPED})
        assert "Inget är sparat än" in kept.text
    browser.fetch("POST", NEW_PERSON, 303, data=hidden(kept.text))
    assert len(situation.portal.told("person_registered")) == len(situation.refs) + 1


def test_a_form_with_nothing_typed_in_it_is_no_matter(situation: Situation) -> None:
    browser, form = open_form(situation, NEW_PERSON)
    expire(browser)
    protect = f"/administration/people/{situation.refs[OPEN]}/protection"
    lost = browser.post(protect, {"is_protected": "yes", "whose": form["whose"]})
    assert "Det sparades inte." in browser.get(lost.location).text
