"""A session is over when it is over: signed out, idle, too long, or the entry behind it ended."""

from datetime import timedelta

import pytest

from portal.accounts.cookies import cookie_name
from tests.support.browserless import ADDRESS, Browser
from tests.support.installation import Installation
from tests.support.situation import ADMINISTRATOR, NUMBER_OF, OPEN, READER, Situation, situate

JSON = {"Accept": "application/json"}


@pytest.fixture
def situation(installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(installation)


def test_a_session_used_again_after_signing_out_is_nobodys(situation: Situation) -> None:
    reader = Browser(situation.portal)
    token = reader.sign_in(READER)
    reader.get(f"/people/{situation.refs[OPEN]}")
    reader.post("/logout")
    thief = situation.portal.visitor()
    thief.client.set_cookie(cookie_name(ADDRESS, "session"), token, domain="localhost")
    for browser in (reader, thief):
        assert browser.get(f"/people/{situation.refs[OPEN]}", 303).location.startswith("/login")
        browser.get(f"/people/{situation.refs[OPEN]}", 401, headers=JSON)
    assert len(situation.portal.told("read")) == 1


def test_nothing_that_was_read_is_left_for_the_back_button(situation: Situation) -> None:
    reader, administrator = situation.portal.browser(READER), situation.portal.browser(ADMINISTRATOR)
    record = f"/people/{situation.refs[OPEN]}"
    for browser, address in (
        (reader, "/people"),
        (reader, record),
        (reader, f"{record}/print"),
        (reader, "/check-in"),
        (administrator, f"/administration{record}"),
        (administrator, "/administration/consents"),
    ):
        response = browser.get(address)
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers
        assert "Last-Modified" not in response.headers


def test_whoever_is_ended_while_reading_reads_no_further(situation: Situation) -> None:
    reader, administrator = situation.portal.browser(READER), situation.portal.browser(ADMINISTRATOR)
    record = f"/people/{situation.refs[OPEN]}"
    reader.get(record)
    administrator.post(f"/administration/staff/{READER}/end")
    for address in (record, "/people", "/check-in", f"{record}/print"):
        assert reader.get(address, 303).location.startswith("/login")
    reader.post("/people/find", {"personnummer": NUMBER_OF[OPEN]})
    reader.get(record, 401, headers=JSON)
    assert len(situation.portal.told("read")) == 1
    assert situation.portal.told("looked_up") == []


@pytest.mark.parametrize(
    ("minutes", "step", "is_over"), [(14, 14, False), (15, 15, True), (479, 10, False), (481, 10, True)]
)
def test_a_session_lasts_while_it_is_used_and_no_longer_than_a_day(
    sqlite_installation: Installation, minutes: int, step: int, is_over: bool
) -> None:
    situation = situate(sqlite_installation)
    reader = situation.portal.browser(READER)
    clock = situation.portal.clock
    begun = clock.ahead
    status = 200
    while clock.ahead - begun < _minutes(minutes):
        clock.ahead += min(_minutes(step), begun + _minutes(minutes) - clock.ahead)
        status = reader.fetch("GET", "/").status_code
    assert status == 200
    assert (reader.fetch("GET", "/people").status_code == 303) is is_over


def test_a_form_sent_too_late_is_answered_kindly(situation: Situation) -> None:
    reader = situation.portal.browser(READER)
    reader.get("/people/find")
    situation.portal.clock.ahead += _minutes(16)
    answer = reader.post("/people/find", {"personnummer": NUMBER_OF[OPEN]})
    page = reader.get(answer.location)
    assert NUMBER_OF[OPEN] not in answer.location + page.text
    assert "inte" in page.text
    assert situation.portal.told("looked_up") == []


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
