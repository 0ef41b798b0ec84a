"""The demo's own provider: one picks whom to be, by the same protocol as anybody, and only in the demo."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from flask.testing import FlaskClient

from portal.accounts.openid import Provider, Refusal, SignInError, begin, finish
from portal.accounts.rules import AgencyId, Role
from portal.clock import now
from portal.demo.issuer import ACR, DemoPerson
from portal.demo.provider import DemoAgency, issuer_address, stand_beside
from portal.errors import SettingsError
from tests.oidc.server import free_port
from tests.support import serving
from tests.support.installation import Installation
from tests.web.entrance import Clock, Entrance, signing_in
from tests.web.fake_provider import make_settings

ADDRESS = "http://localhost:8000"
AGENCIES = (
    DemoAgency(
        "ame",
        "Arbetsmarknadsenheten",
        lambda: (
            DemoPerson("lina", "Lina Holm", "Arbetsmarknadssekreterare", Role.READER),
            DemoPerson("eva", "Eva <Ek>", "Samordnare", Role.ADMINISTRATOR),
        ),
    ),
    DemoAgency("region", "Regionen", lambda: (DemoPerson("omar", "Omar Nilsson", "Koordinator", Role.READER),)),
)


class DemoEntrance(Entrance):
    """A portal made from the demo's settings, with the demo's providers beside it."""

    def __post_init__(self) -> None:
        folder = self.installation.folder
        providers = tuple(
            make_settings(
                folder,
                id=agency.id,
                name=agency.name,
                issuer=issuer_address(ADDRESS, agency.id),
                agencies=(AgencyId(agency.id),),
                acr_values=(ACR,),
                demo=True,
            )
            for agency in AGENCIES
        )
        web = self.installation.settings.web.model_copy(update={"address": ADDRESS})
        self.configure(demo=True, providers=providers, web=web)
        stand_beside(
            self.app,
            is_demo=True,
            address=ADDRESS,
            agencies=AGENCIES,
            providers=signing_in(self.app).providers,
        )


@pytest.fixture
def entrance(sqlite_installation: Installation) -> DemoEntrance:
    """A demo in which Lina and Eva work at the AME."""
    # The provider keeps the real time, so the portal must as well.
    entrance = DemoEntrance(sqlite_installation, clock=Clock(now()))
    issuer = issuer_address(ADDRESS, "ame")
    entrance.employ(issuer=issuer)
    entrance.employ("s-eva", issuer=issuer, subject="eva", role=Role.ADMINISTRATOR)
    return entrance


def who(browser: FlaskClient) -> str | None:
    """The id of whoever is signed in in this browser."""
    response = browser.get("/who", base_url=ADDRESS)
    return response.get_json()["id"] if response.status_code == 200 else None


def test_a_visitor_picks_whom_to_be(entrance: DemoEntrance) -> None:
    browser = entrance.browser()
    page = browser.get("/login/ame", base_url=ADDRESS, follow_redirects=True)
    assert page.status_code == 200
    assert "Vem vill du vara?" in page.text
    assert "Eva &lt;Ek&gt;" in page.text
    assert "Omar" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    back = browser.post(page.request.full_path, base_url=ADDRESS, data={"subject": "eva"}, follow_redirects=True)
    assert back.request.path == "/"
    assert who(browser) == "s-eva"
    assert entrance.told("signed_in")[0]["acr"] == ACR


def test_a_hint_signs_in_without_a_click(entrance: DemoEntrance) -> None:
    browser = entrance.browser()
    browser.get("/login/ame?login_hint=lina", base_url=ADDRESS, follow_redirects=True)
    assert who(browser) == "s-lina"


def test_the_cookies_carry_the_port_and_go_without_tls(entrance: DemoEntrance) -> None:
    browser = entrance.browser()
    browser.get("/login/ame?login_hint=lina", base_url=ADDRESS, follow_redirects=True)
    session = browser.get_cookie("session-8000")
    assert session is not None
    assert (session.secure, session.http_only, session.same_site) == (False, True, "Lax")


@pytest.mark.parametrize("hint", ["omar", "nobody", ""])
def test_a_hint_of_somebody_elsewhere_asks_whom_to_be(hint: str, entrance: DemoEntrance) -> None:
    browser = entrance.browser()
    page = browser.get(f"/login/ame?login_hint={hint}", base_url=ADDRESS, follow_redirects=True)
    assert "Vem vill du vara?" in page.text
    assert who(browser) is None


def test_the_page_speaks_english_too(entrance: DemoEntrance) -> None:
    browser = entrance.browser()
    browser.set_cookie("language", "en", domain="localhost")
    page = browser.get("/login/ame", base_url=ADDRESS, follow_redirects=True)
    assert '<html lang="en">' in page.text


@pytest.mark.parametrize("path", ["/demo-idp/nowhere/jwks", "/demo-idp/ame/userinfo", "/demo-idp/", "/demo-idp"])
def test_what_is_not_there_is_not_found(path: str, entrance: DemoEntrance) -> None:
    assert entrance.browser().get(path, base_url=ADDRESS).status_code == 404


def test_the_keys_are_public_halves_only(entrance: DemoEntrance) -> None:
    [key] = entrance.browser().get("/demo-idp/ame/jwks", base_url=ADDRESS).get_json()["keys"]
    assert "d" not in key


def wishes(entrance: DemoEntrance, **changes: str | None) -> str:
    """The address of an authorization request, changed; None leaves a parameter out."""
    provider = signing_in(entrance.app).providers["ame"]
    url, _ = begin(provider, f"{ADDRESS}/login/ame/callback", entrance.clock.at, "lina")
    values = {name: each[0] for name, each in parse_qs(urlsplit(url).query).items()} | changes
    kept = {name: value for name, value in values.items() if value is not None}
    return f"/demo-idp/ame/authorize?{urlencode(kept)}"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": f"{ADDRESS}/login/ame/callback/"},
        {"redirect_uri": None},
        {"client_id": "another"},
        {"client_id": None},
    ],
)
def test_a_code_goes_to_the_portals_own_address_only(changes: dict[str, str | None], entrance: DemoEntrance) -> None:
    response = entrance.browser().get(wishes(entrance, **changes), base_url=ADDRESS)
    assert response.status_code in (400, 401)
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"nonce": None},
        {"response_type": "id_token"},
        {"scope": "profile"},
    ],
)
def test_a_request_without_pkce_nonce_or_code_gets_no_code(
    changes: dict[str, str | None], entrance: DemoEntrance
) -> None:
    response = entrance.browser().get(wishes(entrance, **changes), base_url=ADDRESS)
    assert "code=" not in response.headers.get("Location", "")
    assert "error=" in response.headers.get("Location", "error=")


def code_of(entrance: DemoEntrance) -> tuple[Provider, Any, dict[str, list[str]]]:
    """A provider, a sign-in under way, and what the browser brings back."""
    provider = signing_in(entrance.app).providers["ame"]
    url, transaction = begin(provider, f"{ADDRESS}/login/ame/callback", entrance.clock.at, "lina")
    back = entrance.browser().get(url, base_url=ADDRESS)
    return provider, transaction, parse_qs(urlsplit(back.location).query)


def test_the_demos_codes_work_once(entrance: DemoEntrance) -> None:
    provider, transaction, query = code_of(entrance)
    assert finish(provider, transaction, query, entrance.clock.at).subject == "lina"
    with pytest.raises(SignInError) as refused:
        finish(provider, transaction, query, entrance.clock.at)
    assert refused.value.refusal is Refusal.CODE_REFUSED


def test_the_demos_codes_are_bound_to_their_verifier(entrance: DemoEntrance) -> None:
    provider, _, query = code_of(entrance)
    _, other, _ = code_of(entrance)
    with pytest.raises(SignInError) as refused:
        finish(provider, other, {**query, "state": [other.state]}, entrance.clock.at)
    assert refused.value.refusal is Refusal.CODE_REFUSED


def test_the_token_endpoint_wants_the_secret(entrance: DemoEntrance) -> None:
    _, transaction, query = code_of(entrance)
    form = {
        "grant_type": "authorization_code",
        "code": query["code"][0],
        "redirect_uri": transaction.redirect_uri,
        "code_verifier": transaction.verifier,
        "client_id": "portalen",
    }
    for credentials in (None, ("portalen", "guessed"), ("another", "guessed")):
        response = entrance.browser().post("/demo-idp/ame/token", base_url=ADDRESS, data=form, auth=credentials)
        assert response.status_code == 401
        assert "id_token" not in response.text


def test_the_demos_sign_in_stands_beside_no_real_portal(sqlite_installation: Installation) -> None:
    entrance = Entrance(sqlite_installation)
    providers = signing_in(entrance.app).providers
    for is_demo in (False, True):
        with pytest.raises(SettingsError):
            stand_beside(entrance.app, is_demo=is_demo, address=ADDRESS, agencies=AGENCIES, providers=providers)
    assert entrance.browser().get("/demo-idp/ame/jwks", base_url="https://portal.example").status_code == 404


@pytest.fixture
def served(entrance: DemoEntrance) -> Iterator[str]:
    """The demo on a real port, served by one thread only."""
    port = free_port()
    with serving.served(entrance.app, port, threads=1):
        yield f"http://127.0.0.1:{port}"


def test_signing_in_needs_no_second_thread(served: str, entrance: DemoEntrance, tmp_path: Path) -> None:
    with requests.Session() as browser:
        browser.trust_env = False
        address: str | None = "/login/ame?login_hint=lina"
        while address:
            path = re.sub("^http://localhost:8000", "", address)
            response = browser.get(
                f"{served}{path}", headers={"Host": "localhost:8000"}, allow_redirects=False, timeout=60
            )
            address = response.headers.get("Location")
        who_is_it = browser.get(f"{served}/who", headers={"Host": "localhost:8000"}, timeout=60)
        assert who_is_it.json() == {"id": "s-lina"}
