"""How long a session lasts, what ends it, and that no row in the database makes or revives one."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.accounts.rules import AgencyId, Role
from tests.support.installation import Installation
from tests.web.entrance import SESSION, Entrance, cookie, sign_in, sign_out, who


@pytest.fixture
def entrance(sqlite_installation: Installation) -> Entrance:
    """A portal where Lina may sign in."""
    entrance = Entrance(sqlite_installation)
    entrance.employ()
    return entrance


def signed_in(entrance: Entrance) -> FlaskClient:
    """A browser in which Lina is signed in."""
    browser = entrance.browser()
    sign_in(entrance, browser)
    assert who(browser) == "s-lina"
    return browser


def causes(entrance: Entrance) -> list[str]:
    """Why sessions have ended."""
    return [entry["cause"] for entry in entrance.told("signed_out")]


def test_fifteen_idle_minutes_end_a_session(installation: Installation) -> None:
    entrance = Entrance(installation)
    entrance.employ()
    browser = signed_in(entrance)
    entrance.clock.pass_(minutes=14, seconds=59)
    assert who(browser) == "s-lina"
    entrance.clock.pass_(minutes=15)
    assert who(browser) is None
    entrance.clock.pass_(minutes=-5)
    assert who(browser) is None
    assert causes(entrance) == ["idle"]


def test_eight_hours_end_a_session_however_busy(entrance: Entrance) -> None:
    browser = signed_in(entrance)
    for _ in range(47):
        entrance.clock.pass_(minutes=10)
        assert who(browser) == "s-lina"
    entrance.clock.pass_(minutes=10)
    assert who(browser) is None
    assert causes(entrance) == ["too_long"]


def test_the_last_use_is_written_at_most_once_a_minute(entrance: Entrance) -> None:
    browser = signed_in(entrance)
    untouched = "UPDATE sessions SET ending = NULL WHERE seen_at = created_at"
    entrance.clock.pass_(seconds=59)
    who(browser)
    assert entrance.attack(untouched) == 1
    entrance.clock.pass_(seconds=1)
    who(browser)
    assert entrance.attack(untouched) == 0


def test_a_clock_set_back_ends_a_session(entrance: Entrance) -> None:
    browser = signed_in(entrance)
    entrance.clock.pass_(hours=-1)
    assert who(browser) is None


def test_a_staff_member_ended_while_signed_in_is_out_at_the_next_request(installation: Installation) -> None:
    entrance = Entrance(installation)
    entrance.employ()
    browser = signed_in(entrance)
    entrance.end()
    assert who(browser) is None
    assert causes(entrance) == ["no_standing"]


@pytest.mark.parametrize(
    "changes",
    [{"role": Role.ADMINISTRATOR}, {"subject": "another"}, {"agency": AgencyId("region")}, {"name": "Lina Ek"}],
)
def test_a_staff_entry_that_changes_asks_for_a_new_sign_in(changes: dict[str, Any], entrance: Entrance) -> None:
    browser = signed_in(entrance)
    entrance.employ(**changes)
    assert who(browser) is None
    assert causes(entrance) == ["no_standing"]


def test_an_entrys_last_day_ends_at_midnight_in_stockholm(entrance: Entrance) -> None:
    entrance.employ(active_until=entrance.clock.at.date())
    entrance.clock.pass_(hours=13, minutes=55)  # 22.55 UTC is 23.55 in Stockholm
    browser = signed_in(entrance)
    entrance.clock.pass_(minutes=4)
    assert who(browser) == "s-lina"
    entrance.clock.pass_(minutes=1)
    assert who(browser) is None


@pytest.mark.parametrize("token", ["", "x", "å", "a" * 4000, "' OR 1=1 --"])
def test_a_made_up_token_is_nobody(token: str, entrance: Entrance) -> None:
    signed_in(entrance)
    browser = entrance.browser()
    browser.set_cookie(SESSION, token, domain="portal.example", secure=True)
    assert who(browser) is None


def test_the_token_stands_nowhere_in_the_database(entrance: Entrance) -> None:
    browser = signed_in(entrance)
    token = (cookie(browser, SESSION) or "").encode()
    files = [each.read_bytes() for each in entrance.installation.folder.iterdir() if each.is_file()]
    assert len(token) >= 43
    assert not any(token in content for content in files)


def test_a_row_inserted_in_the_database_signs_nobody_in(installation: Installation) -> None:
    entrance = Entrance(installation)
    entrance.employ()
    signed_in(entrance)
    columns = "staff, staff_version, provider, acr, created_at, seen_at, seal"
    entrance.attack(
        f"INSERT INTO sessions (id_hash, sign_in, {columns}) SELECT :mine, :other, {columns} FROM sessions",
        mine=b"m" * 32,
        other=b"o" * 32,
    )
    browser = entrance.browser()
    for token in ("m" * 32, "bW1t"):
        browser.set_cookie(SESSION, token, domain="portal.example", secure=True)
        assert who(browser) is None


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE sessions SET staff = 's-eva'",
        "UPDATE sessions SET staff_version = 7",
        "UPDATE sessions SET seen_at = seen_at + 1",
        "UPDATE sessions SET created_at = created_at + 1",
        "UPDATE sessions SET provider = 'another'",
        "UPDATE sessions SET seal = sign_in",
    ],
)
def test_a_session_altered_in_the_database_signs_nobody_in(forgery: str, entrance: Entrance) -> None:
    entrance.employ("s-eva", subject="eva", role=Role.ADMINISTRATOR)
    browser = signed_in(entrance)
    assert entrance.attack(forgery) == 1
    assert who(browser) is None


def test_a_session_revived_in_the_database_signs_nobody_in(installation: Installation) -> None:
    entrance = Entrance(installation)
    entrance.employ()
    browser = signed_in(entrance)
    token = cookie(browser, SESSION) or ""
    sign_out(browser)
    assert entrance.attack("UPDATE sessions SET ended_at = NULL, ending = NULL") == 1
    browser.set_cookie(SESSION, token, domain="portal.example", secure=True)
    assert who(browser) is None


def test_a_session_of_a_provider_that_is_trusted_no_longer_has_ended(entrance: Entrance) -> None:
    browser = signed_in(entrance)
    token = cookie(browser, SESSION) or ""
    [provider] = entrance.installation.settings.providers
    entrance.configure(providers=(provider.model_copy(update={"agencies": (AgencyId("region"),)}),))
    browser = entrance.browser()
    browser.set_cookie(SESSION, token, domain="portal.example", secure=True)
    assert who(browser) is None


def test_sessions_outlive_a_restart(entrance: Entrance) -> None:
    browser = signed_in(entrance)
    token = cookie(browser, SESSION) or ""
    entrance.configure()
    browser = entrance.browser()
    browser.set_cookie(SESSION, token, domain="portal.example", secure=True)
    assert who(browser) == "s-lina"
