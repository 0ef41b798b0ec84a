"""Whose word opens which account: only the named, active, proved entry, and only by its own agency's provider."""

import re
from datetime import date
from typing import Any

import pytest

from portal.accounts.rules import AgencyId, Role
from tests.support.installation import Installation
from tests.web.entrance import ADDRESS, Entrance, sign_in, who
from tests.web.fake_provider import ISSUER


@pytest.fixture
def entrance(sqlite_installation: Installation) -> Entrance:
    """A portal without staff."""
    return Entrance(sqlite_installation)


def refusal(entrance: Entrance) -> dict[str, object]:
    """The one entry about the sign-in that was just refused, after a look that nobody came in."""
    browser = entrance.browser()
    assert sign_in(entrance, browser).status_code == 403
    assert who(browser) is None
    assert entrance.told("signed_in") == []
    [entry] = entrance.told("sign_in_refused")
    return entry


def test_nobody_registers_themselves(entrance: Entrance) -> None:
    entry = refusal(entrance)
    assert (entry["cause"], entry["provider"]) == ("unknown_staff", "kommunen")
    assert "actor" not in entry
    assert "lina" not in str(entry)


@pytest.mark.parametrize(
    "changes", [{"issuer": "https://idp.other.example"}, {"subject": "Lina"}, {"subject": "lina "}]
)
def test_an_entry_with_another_issuer_or_subject_is_not_the_account(
    changes: dict[str, str], entrance: Entrance
) -> None:
    entrance.employ(**changes)
    assert refusal(entrance)["cause"] == "unknown_staff"


def test_a_provider_does_not_vouch_for_another_agencys_staff(entrance: Entrance) -> None:
    entrance.employ(agency=AgencyId("region"))
    entry = refusal(entrance)
    assert (entry["cause"], entry["actor"], entry["agency"]) == ("not_vouched_for", "s-lina", "region")


def test_an_entry_that_has_ended_is_refused(installation: Installation) -> None:
    entrance = Entrance(installation)
    entrance.employ()
    entrance.end()
    entry = refusal(entrance)
    assert (entry["cause"], entry["actor"]) == ("no_standing", "s-lina")


@pytest.mark.parametrize(
    "days",
    [
        {"active_from": date(2026, 3, 3)},
        {"active_until": date(2026, 3, 1)},
    ],
)
def test_an_entry_outside_its_days_is_refused(days: dict[str, Any], entrance: Entrance) -> None:
    entrance.employ(**days)
    assert refusal(entrance)["cause"] == "no_standing"


@pytest.mark.parametrize("days", [{"active_from": date(2026, 3, 2)}, {"active_until": date(2026, 3, 2)}])
def test_an_entry_holds_on_its_first_and_its_last_day(days: dict[str, Any], entrance: Entrance) -> None:
    entrance.employ(**days)
    browser = entrance.browser()
    sign_in(entrance, browser)
    assert who(browser) == "s-lina"


def test_two_entries_that_hold_at_once_are_one_too_many(entrance: Entrance) -> None:
    entrance.employ()
    entrance.employ("s-lina-2", role=Role.AUDITOR)
    entry = refusal(entrance)
    assert entry["cause"] == "ambiguous_staff"
    assert "actor" not in entry


def test_somebody_whose_first_entry_has_ended_signs_in_with_the_second(entrance: Entrance) -> None:
    entrance.employ()
    entrance.end()
    entrance.employ("s-lina-2")
    browser = entrance.browser()
    sign_in(entrance, browser)
    assert who(browser) == "s-lina-2"


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE staff SET role = 'administrator'",
        "UPDATE staff SET agency = 'region'",
        "UPDATE staff SET active_from = '2020-01-01'",
        "UPDATE staff SET version = version + 1",
        "UPDATE staff SET subject_index = (SELECT subject_index FROM staff WHERE id = 's-lina') WHERE id = 's-eva'",
    ],
)
def test_a_staff_entry_altered_in_the_database_lets_nobody_in(forgery: str, installation: Installation) -> None:
    entrance = Entrance(installation)
    entrance.employ("s-eva", subject="eva", role=Role.ADMINISTRATOR, agency=AgencyId("region"))
    entrance.employ()
    is_taking_over = "s-eva" in forgery
    assert entrance.attack(forgery) > 0
    browser = entrance.browser()
    sign_in(entrance, browser)
    # Pointing Eva's entry at Lina's index does not make Lina Eva; Lina's own entry is as it was.
    assert who(browser) == ("s-lina" if is_taking_over else None)


def test_an_end_taken_back_in_the_database_lets_nobody_in(installation: Installation) -> None:
    entrance = Entrance(installation)
    entrance.employ()
    columns = "version, content, seal"
    entrance.attack(f"CREATE TABLE kept AS SELECT {columns} FROM staff")
    entrance.end()
    old = ", ".join(f"{name} = (SELECT {name} FROM kept)" for name in columns.split(", "))
    assert entrance.attack(f"UPDATE staff SET ended_at = NULL, {old}") == 1
    assert refusal(entrance)["cause"] == "no_standing"


def test_every_refusal_looks_the_same(entrance: Entrance) -> None:
    def page() -> tuple[int, str, list[tuple[str, str]]]:
        response = sign_in(entrance, entrance.browser())
        # A form's secret is another one each time.
        text = re.sub(r'(name="csrf_token"\s+value=)"[^"]+"', r"\1", response.text)
        headers = [(name, value) for name, value in response.headers.items() if "-form=" not in value]
        return response.status_code, text, sorted(headers)

    nobody = page()
    entrance.employ(agency=AgencyId("region"))
    elsewhere = page()
    entrance.end()
    ended = page()
    entrance.fake.claims = {"acr": None}
    too_weak = page()
    assert nobody == elsewhere == ended == too_weak
    assert nobody[0] == 403
    assert len({entry["cause"] for entry in entrance.told("sign_in_refused")}) == 4


def test_a_trail_that_cannot_be_written_lets_nobody_in(installation: Installation) -> None:
    entrance = Entrance(installation)
    entrance.employ()
    if installation.is_sqlite:
        entrance.attack(
            "CREATE TRIGGER full BEFORE INSERT ON trail_entries BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    else:
        entrance.attack("ALTER TABLE trail_entries ADD CONSTRAINT disk_full CHECK (id < 0) NOT VALID")
    browser = entrance.browser()
    assert sign_in(entrance, browser).status_code == 503
    assert who(browser) is None
    assert entrance.attack("DELETE FROM sessions") == 0


def test_the_issuer_stands_in_the_settings_and_nowhere_else(entrance: Entrance) -> None:
    entrance.employ()
    browser = entrance.browser()
    sent = browser.get(f"/login/kommunen?issuer=https://evil.example&iss={ISSUER}", base_url=ADDRESS)
    assert sent.location.startswith(f"{ISSUER}/authorize?")
