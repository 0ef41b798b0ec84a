"""Signing in and out in a browser: where it leads, which cookies it leaves, what the trail says."""

import pytest

from portal.accounts.openid import (
    LIFETIME,
    Identity,
    Refusal,
    SignInError,
    Transaction,
    open_transaction,
    seal_transaction,
)
from portal.accounts.rules import Agency, AgencyKind
from portal.accounts.sessions import Admitted
from tests.support.installation import Installation
from tests.web.entrance import (
    ADDRESS,
    SESSION,
    SIGN_IN,
    Entrance,
    come_back,
    cookie,
    go_to_provider,
    sign_in,
    sign_out,
    signing_in,
    who,
)
from tests.web.fake_provider import LOA3, NOW


@pytest.fixture
def entrance(sqlite_installation: Installation) -> Entrance:
    """A portal where Lina may sign in."""
    entrance = Entrance(sqlite_installation)
    entrance.employ()
    return entrance


def test_a_named_staff_member_signs_in(installation: Installation) -> None:
    entrance = Entrance(installation)
    entrance.employ()
    browser = entrance.browser()
    assert who(browser) is None
    response = sign_in(entrance, browser)
    assert (response.status_code, response.location) == (303, "/")
    assert who(browser) == "s-lina"
    [entry] = entrance.told("signed_in")
    assert (entry["actor"], entry["agency"], entry["provider"]) == ("s-lina", "ame", "kommunen")
    assert entry["acr"].endswith("loa3")


def test_the_providers_are_shown_to_choose_from(entrance: Entrance) -> None:
    page = entrance.browser().get("/login?next=/people", base_url=ADDRESS)
    assert "Kommunens inloggning" in page.text
    assert 'href="/login/kommunen?next=/people"' in page.text


def test_whoever_is_signed_in_is_not_asked_again(entrance: Entrance) -> None:
    browser = entrance.browser()
    sign_in(entrance, browser)
    assert browser.get("/login?next=/people", base_url=ADDRESS).location == "/people"


def test_a_page_for_the_signed_in_leads_to_the_choice_and_back(entrance: Entrance) -> None:
    response = entrance.browser().get("/who?page=2", base_url=ADDRESS)
    assert (response.status_code, response.location) == (303, "/login?next=/who?page%3D2")


def test_a_request_for_json_is_told_to_sign_in(entrance: Entrance) -> None:
    response = entrance.browser().get("/who", base_url=ADDRESS, headers={"Accept": "application/json"})
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/people?sort=name", "/people?sort=name"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\tevil.example", "/"),
        ("people", "/"),
        ("javascript:alert(1)", "/"),
        ("/" + "x" * 600, "/"),
    ],
)
def test_after_signing_in_nobody_is_sent_elsewhere(wanted: str, given: str, entrance: Entrance) -> None:
    browser = entrance.browser()
    entrance.fake.now = entrance.clock.at
    sent = browser.get("/login/kommunen", query_string={"next": wanted}, base_url=ADDRESS)
    assert come_back(browser, entrance.fake.authorize(sent.location)).location == given


def test_the_cookies_cannot_be_read_by_scripts_nor_set_by_other_hosts(entrance: Entrance) -> None:
    browser = entrance.browser()
    sent = go_to_provider(browser)
    [under_way] = sent.headers.getlist("Set-Cookie")
    entrance.fake.now = entrance.clock.at
    back = come_back(browser, entrance.fake.authorize(sent.location))
    [session] = [each for each in back.headers.getlist("Set-Cookie") if each.startswith(SESSION)]
    for each in (under_way, session):
        assert "; Secure; HttpOnly; Path=/; SameSite=Lax" in each
        assert "Domain" not in each
        assert len(each) < 4096
    assert under_way.startswith(SIGN_IN)
    assert f"Max-Age={int(LIFETIME.total_seconds())}" in under_way
    assert "Max-Age" not in session


def test_the_cookie_of_a_sign_in_under_way_tells_nothing(entrance: Entrance) -> None:
    browser = entrance.browser()
    sent = go_to_provider(browser)
    sealed = cookie(browser, SIGN_IN) or ""
    wishes = entrance.fake.codes[entrance.fake.authorize(sent.location)["code"][0]]
    assert wishes["state"] not in sealed
    assert "kommunen" not in sealed


def test_the_cookie_of_a_sign_in_with_the_longest_destination_still_fits(entrance: Entrance) -> None:
    browser = entrance.browser()
    go_to_provider(browser, "/login/kommunen?next=/" + "%25" * 499)
    assert len(cookie(browser, SIGN_IN) or "") < 4000


def test_the_cookie_of_the_sign_in_goes_when_it_is_done(entrance: Entrance) -> None:
    browser = entrance.browser()
    sign_in(entrance, browser)
    assert cookie(browser, SIGN_IN) is None


def test_an_answer_to_somebody_elses_browser_signs_nobody_in(entrance: Entrance) -> None:
    attacker, victim = entrance.browser(), entrance.browser()
    entrance.fake.now = entrance.clock.at
    query = entrance.fake.authorize(go_to_provider(attacker).location)
    assert come_back(victim, query).status_code == 403
    assert who(victim) is None
    assert [entry["cause"] for entry in entrance.told("sign_in_refused")] == ["transaction_missing"]


def test_an_answer_to_another_sign_in_of_the_same_browser_signs_nobody_in(entrance: Entrance) -> None:
    browser = entrance.browser()
    entrance.fake.now = entrance.clock.at
    query = entrance.fake.authorize(go_to_provider(browser).location)
    go_to_provider(browser)
    assert come_back(browser, query).status_code == 403
    assert [entry["cause"] for entry in entrance.told("sign_in_refused")] == ["wrong_state"]


def test_a_replayed_callback_signs_nobody_in_even_if_the_provider_takes_the_code_again(
    installation: Installation,
) -> None:
    entrance = Entrance(installation)
    entrance.employ()
    entrance.fake.forgets_codes = False
    browser, thief = entrance.browser(), entrance.browser()
    sent = go_to_provider(browser)
    stolen = cookie(browser, SIGN_IN) or ""
    query = entrance.fake.authorize(sent.location)
    assert come_back(browser, query).status_code == 303
    asked = len(entrance.fake.asked)
    thief.set_cookie(SIGN_IN, stolen, domain="portal.example", secure=True)
    assert come_back(thief, query).status_code == 403
    assert who(thief) is None
    assert who(browser) == "s-lina"
    assert len(entrance.fake.asked) == asked
    assert [entry["cause"] for entry in entrance.told("sign_in_refused")] == ["transaction_replayed"]


@pytest.mark.parametrize("sealed", ["", "x", "gAAAAA", "å" * 10])
def test_a_cookie_of_ones_own_making_is_no_sign_in(sealed: str, entrance: Entrance) -> None:
    browser = entrance.browser()
    entrance.fake.now = entrance.clock.at
    query = entrance.fake.authorize(go_to_provider(browser).location)
    browser.set_cookie(SIGN_IN, sealed, domain="portal.example", secure=True)
    assert come_back(browser, query).status_code == 403


def test_a_sign_in_that_took_longer_than_ten_minutes_is_refused(entrance: Entrance) -> None:
    browser = entrance.browser()
    sent = go_to_provider(browser)
    entrance.clock.pass_(minutes=11)
    entrance.fake.now = entrance.clock.at
    assert come_back(browser, entrance.fake.authorize(sent.location)).status_code == 403
    assert [entry["cause"] for entry in entrance.told("sign_in_refused")] == ["transaction_expired"]


def test_a_sealed_sign_in_altered_anywhere_is_none() -> None:
    key = b"k" * 32
    sealed = seal_transaction(key, Transaction.begin("kommunen", "https://portal.example/", "/", NOW))
    assert open_transaction(key, sealed, NOW).provider == "kommunen"
    altered = [
        sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        for at in range(len(sealed.rstrip("=")) - 1)
    ]
    for each in (*altered, sealed[:-4], sealed + sealed):
        with pytest.raises(SignInError):
            open_transaction(key, each, NOW)
    with pytest.raises(SignInError):
        open_transaction(b"l" * 32, sealed, NOW)


def test_two_answers_at_once_to_one_sign_in_make_one_session(installation: Installation) -> None:
    entrance = Entrance(installation)
    lina = entrance.employ()
    sessions = signing_in(entrance.app).sessions
    identity = Identity(lina.issuer, lina.subject, LOA3, "kommunen")
    admitted = Admitted(lina, Agency(lina.agency, "Kommunen", AgencyKind.AME), 1)
    sessions.begin(admitted, identity, b"s" * 32, entrance.clock.at, "")
    with pytest.raises(SignInError) as refused:
        sessions.begin(admitted, identity, b"s" * 32, entrance.clock.at, "")
    assert refused.value.refusal is Refusal.TRANSACTION_REPLAYED
    assert len(entrance.told("signed_in")) == 1


def test_a_stranger_cannot_fill_the_trail_with_refusals(entrance: Entrance) -> None:
    stranger = entrance.browser()
    statuses = [come_back(stranger, {}).status_code for _ in range(65)]
    assert statuses == [403] * 60 + [429] * 5
    assert len(entrance.told("sign_in_refused")) == 60


def test_a_whole_office_behind_one_address_can_sign_in(entrance: Entrance) -> None:
    for _ in range(65):
        assert sign_in(entrance, entrance.browser()).status_code == 303


def test_an_unknown_provider_is_not_found(entrance: Entrance) -> None:
    assert entrance.browser().get("/login/nobody", base_url=ADDRESS).status_code == 404
    assert come_back(entrance.browser(), {}, "nobody").status_code == 404


def test_a_provider_that_cannot_be_reached_is_a_refusal_with_its_entry(entrance: Entrance) -> None:
    entrance.fake.answers["/.well-known/openid-configuration"] = (503, "text/html", b"")
    assert entrance.browser().get("/login/kommunen", base_url=ADDRESS).status_code == 403
    assert [entry["cause"] for entry in entrance.told("sign_in_refused")] == ["provider_unreachable"]


def test_a_hint_of_whom_to_be_is_not_passed_on_outside_the_demo(entrance: Entrance) -> None:
    sent = go_to_provider(entrance.browser(), "/login/kommunen?login_hint=lina")
    assert "lina" not in sent.location


def test_signing_out_ends_the_session_for_good(installation: Installation) -> None:
    entrance = Entrance(installation)
    entrance.employ()
    browser, thief = entrance.browser(), entrance.browser()
    sign_in(entrance, browser)
    thief.set_cookie(SESSION, cookie(browser, SESSION) or "", domain="portal.example", secure=True)
    response = sign_out(browser)
    assert (response.status_code, response.location) == (303, "/login")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert cookie(browser, SESSION) is None
    assert who(thief) is None
    [entry] = entrance.told("signed_out")
    assert (entry["actor"], entry["agency"], entry["cause"]) == ("s-lina", "ame", "signed_out")
    assert entry["session"] == entrance.told("signed_in")[0]["session"]


def test_signing_out_twice_or_without_having_signed_in_is_no_fault(entrance: Entrance) -> None:
    browser = entrance.browser()
    assert sign_out(browser).status_code == 303
    assert sign_out(browser).status_code == 303
    assert entrance.told("signed_out") == []


def test_another_site_cannot_sign_anybody_out(entrance: Entrance) -> None:
    browser = entrance.browser()
    sign_in(entrance, browser)
    assert browser.post("/logout", base_url=ADDRESS).status_code == 400
    assert browser.get("/logout", base_url=ADDRESS).status_code == 405
    assert who(browser) == "s-lina"


def test_signing_in_anew_ends_the_session_the_browser_had(entrance: Entrance) -> None:
    browser, thief = entrance.browser(), entrance.browser()
    sign_in(entrance, browser)
    first = cookie(browser, SESSION)
    thief.set_cookie(SESSION, first or "", domain="portal.example", secure=True)
    sign_in(entrance, browser)
    assert cookie(browser, SESSION) != first
    assert who(browser) == "s-lina"
    assert who(thief) is None
    assert [entry["cause"] for entry in entrance.told("signed_out")] == ["signed_in_anew"]


def test_a_session_planted_before_signing_in_is_not_the_one_after(entrance: Entrance) -> None:
    browser, attacker = entrance.browser(), entrance.browser()
    for each in (browser, attacker):
        each.set_cookie(SESSION, "planted", domain="portal.example", secure=True)
    sign_in(entrance, browser)
    assert cookie(browser, SESSION) != "planted"
    assert who(attacker) is None


def test_one_person_may_be_signed_in_in_two_browsers(entrance: Entrance) -> None:
    desk, phone = entrance.browser(), entrance.browser()
    sign_in(entrance, desk)
    sign_in(entrance, phone)
    sign_out(desk)
    assert (who(desk), who(phone)) == (None, "s-lina")
