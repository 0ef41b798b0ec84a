"""Signing in against panva's oidc-provider, a certified provider that nobody here wrote.

It does everything right; the faults are put between it and the portal, and tokens signed anew with its own key.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey
from requests import PreparedRequest
from requests.adapters import HTTPAdapter

from portal import clock
from portal.accounts.openid import Identity, Provider, Refusal, SignInError, Transaction, begin, finish
from portal.accounts.providers import ProviderSettings
from tests.conftest import missing
from tests.oidc.server import NotInstallableError, OidcProvider, installed
from tests.web.fake_provider import CALLBACK, LOA3, SECRET, Answer, FakeProvider, ec_key, make_settings, rsa_key
from tests.web.sign_in_faults import REFUSALS

pytestmark = pytest.mark.oidc

LOA2 = "http://id.elegnamnden.se/loa/1.0/loa2"
P384 = ECKey.generate_key("P-384", {"kid": "three", "use": "sig"})
CLIENTS: dict[str, dict[str, Any]] = {
    "portalen": {"id_token_signed_response_alg": "ES256"},
    "rs256": {"id_token_signed_response_alg": "RS256"},
    "ps256": {"id_token_signed_response_alg": "PS256"},
    "es384": {"id_token_signed_response_alg": "ES384"},
    "hs256": {"id_token_signed_response_alg": "HS256"},
    "post": {"id_token_signed_response_alg": "ES256", "token_endpoint_auth_method": "client_secret_post"},
    "ec key": {
        "id_token_signed_response_alg": "ES256",
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [ec_key("client").as_dict(private=False)]},
    },
    "rsa key": {
        "id_token_signed_response_alg": "ES256",
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [rsa_key("client").as_dict(private=False)]},
    },
}


def registered(name: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """A client as oidc-provider is told of it."""
    has_key = metadata.get("token_endpoint_auth_method") == "private_key_jwt"
    return {
        "client_id": name,
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        **({} if has_key else {"client_secret": SECRET}),
        **metadata,
    }


@pytest.fixture(scope="module")
def server() -> Iterator[OidcProvider]:
    """oidc-provider, running."""
    try:
        folder = installed()
    except NotInstallableError as error:
        missing(str(error))
    clients = [registered(name, metadata) for name, metadata in CLIENTS.items()]
    running = OidcProvider(folder, clients, LOA3, LOA2)
    running.start([ec_key("one"), rsa_key("rsa"), P384])
    yield running
    running.stop()


@dataclass
class Tampered(FakeProvider):
    """oidc-provider behind a wire that a test may meddle with; what is left alone is passed on as it is."""

    real: HTTPAdapter = field(default_factory=HTTPAdapter)

    def authorize(self, url: str) -> dict[str, list[str]]:
        query = {**parse_qs(urlsplit(browse(url)).query), **self.query}
        return {name: values for name, values in query.items() if values}

    def _answer(self, path: str, request: PreparedRequest) -> Answer:
        response = self.real.send(request, timeout=60)
        document = response.json()
        if path.startswith("/.well-known/"):
            document = {name: value for name, value in {**document, **self.metadata}.items() if value is not None}
        if path == "/jwks" and (self.jwks is not None or self.published != [ec_key("one")]):
            document = self.jwks or {"keys": [key.as_dict(private=False) for key in self.published]}
        if path == "/token" and "id_token" in document and self._meddles_with_tokens:
            claims = jwt.decode(document["id_token"], ec_key("one"), algorithms=["ES256"]).claims
            document["id_token"] = self.sign(claims, int(clock.now().timestamp()))
        return response.status_code, response.headers["Content-Type"], json.dumps(document).encode()

    @property
    def _meddles_with_tokens(self) -> bool:
        untouched = FakeProvider()
        names = ("key", "header", "claims", "forge")
        return any(getattr(self, name) != getattr(untouched, name) for name in names)

    def __hash__(self) -> int:
        return id(self)


def browse(url: str) -> str:
    """Follow the provider like a browser until it sends us back to the portal; gives that address."""
    with requests.Session() as browser:
        browser.trust_env = False
        for _ in range(10):
            response = browser.get(url, allow_redirects=False, timeout=60)
            url = urljoin(url, response.headers.get("Location", "about:nowhere"))
            if url.startswith(CALLBACK):
                return url
    raise AssertionError("the provider did not send us back")


def settings_for(server: OidcProvider, folder: Path, client: str = "portalen", **changes: Any) -> ProviderSettings:
    """Our settings for one of its clients."""
    return make_settings(folder, demo=True, issuer=server.issuer, client_id=client, **changes)


def ask(provider: Provider, who: str = "lina") -> tuple[str, Transaction, datetime]:
    """Begin a sign-in as ``who``."""
    now = clock.now()
    return *begin(provider, CALLBACK, now, who), now


def sign_in(provider: Provider, who: str = "lina") -> str:
    """Sign in from beginning to end; gives the subject."""
    url, transaction, now = ask(provider, who)
    return finish(provider, transaction, parse_qs(urlsplit(browse(url)).query), now).subject


def sign_in_over(tampered: Tampered, provider: Provider) -> Identity:
    """Sign in from beginning to end over the wire."""
    url, transaction, now = ask(provider)
    return finish(provider, transaction, tampered.authorize(url), now)


@pytest.mark.parametrize("fault", REFUSALS)
def test_one_fault_is_enough_to_refuse(fault: str, server: OidcProvider, tmp_path: Path) -> None:
    change, refusal = REFUSALS[fault]
    tampered = Tampered(issuer=server.issuer)
    change(tampered)
    provider = Provider(settings_for(server, tmp_path), tampered)
    with pytest.raises(SignInError) as refused:
        sign_in_over(tampered, provider)
    assert refused.value.refusal is refusal


def test_without_a_fault_the_wire_changes_nothing(server: OidcProvider, tmp_path: Path) -> None:
    tampered = Tampered(issuer=server.issuer)
    provider = Provider(settings_for(server, tmp_path), tampered)
    identity = sign_in_over(tampered, provider)
    assert (identity.subject, identity.acr) == ("lina", LOA3)


@pytest.mark.parametrize("client", ["portalen", "rs256", "ps256"])
def test_each_algorithm_on_the_list(client: str, server: OidcProvider, tmp_path: Path) -> None:
    assert sign_in(Provider(settings_for(server, tmp_path, client))) == "lina"


def test_an_algorithm_added_to_the_list(server: OidcProvider, tmp_path: Path) -> None:
    assert sign_in(Provider(settings_for(server, tmp_path, "es384", algorithms=("ES384",)))) == "lina"


@pytest.mark.parametrize("client", ["es384", "hs256"])
def test_an_algorithm_not_on_the_list(client: str, server: OidcProvider, tmp_path: Path) -> None:
    with pytest.raises(SignInError) as refused:
        sign_in(Provider(settings_for(server, tmp_path, client)))
    assert refused.value.refusal is Refusal.WRONG_ALGORITHM


def test_a_secret_in_the_form(server: OidcProvider, tmp_path: Path) -> None:
    assert sign_in(Provider(settings_for(server, tmp_path, "post", client_authentication="post"))) == "lina"


@pytest.mark.parametrize(("client", "key"), [("ec key", ec_key("client")), ("rsa key", rsa_key("client"))])
def test_a_private_key_instead_of_a_secret(client: str, key: Any, server: OidcProvider, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.touch(mode=0o600)
    file.write_bytes(key.as_pem(private=True))
    keys = {"client_secret_file": None, "private_key_file": file, "private_key_id": "client"}
    assert sign_in(Provider(settings_for(server, tmp_path, client, **keys))) == "lina"


def test_a_secret_where_a_key_is_wanted(server: OidcProvider, tmp_path: Path) -> None:
    with pytest.raises(SignInError) as refused:
        sign_in(Provider(settings_for(server, tmp_path, "ec key")))
    assert refused.value.refusal is Refusal.CODE_REFUSED


def test_the_wrong_secret(server: OidcProvider, tmp_path: Path) -> None:
    file = tmp_path / "wrong"
    file.touch(mode=0o600)
    file.write_text("guessed")
    with pytest.raises(SignInError) as refused:
        sign_in(Provider(settings_for(server, tmp_path, client_secret_file=file)))
    assert refused.value.refusal is Refusal.CODE_REFUSED


def test_a_weaker_assurance_than_the_one_asked_for(server: OidcProvider, tmp_path: Path) -> None:
    with pytest.raises(SignInError) as refused:
        sign_in(Provider(settings_for(server, tmp_path)), "weak")
    assert refused.value.refusal is Refusal.WRONG_ASSURANCE


def test_somebody_who_changes_their_mind(server: OidcProvider, tmp_path: Path) -> None:
    with pytest.raises(SignInError) as refused:
        sign_in(Provider(settings_for(server, tmp_path)), "refuses")
    assert refused.value.refusal is Refusal.DENIED_BY_PROVIDER


def test_how_long_ago_somebody_proved_who_they_are(server: OidcProvider, tmp_path: Path) -> None:
    assert sign_in(Provider(settings_for(server, tmp_path, max_age=60))) == "lina"


def test_a_code_used_twice(server: OidcProvider, tmp_path: Path) -> None:
    provider = Provider(settings_for(server, tmp_path))
    url, transaction, now = ask(provider)
    query = parse_qs(urlsplit(browse(url)).query)
    assert finish(provider, transaction, query, now).subject == "lina"
    with pytest.raises(SignInError) as refused:
        finish(provider, transaction, query, now)
    assert refused.value.refusal is Refusal.CODE_REFUSED


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"verifier": "x" * 43}, Refusal.CODE_REFUSED),
        ({"redirect_uri": "https://portal.example/another"}, Refusal.CODE_REFUSED),
        ({"nonce": "y" * 43}, Refusal.WRONG_NONCE),
        ({"state": "z" * 43}, Refusal.WRONG_STATE),
        ({"provider": "another"}, Refusal.WRONG_PROVIDER),
    ],
)
def test_an_answer_to_another_question(
    changes: dict[str, Any], refusal: Refusal, server: OidcProvider, tmp_path: Path
) -> None:
    provider = Provider(settings_for(server, tmp_path))
    url, transaction, now = ask(provider)
    with pytest.raises(SignInError) as refused:
        finish(provider, replace(transaction, **changes), parse_qs(urlsplit(browse(url)).query), now)
    assert refused.value.refusal is refusal


@pytest.mark.parametrize("name", ["code_challenge", "code_challenge_method"])
def test_a_question_without_pkce_gets_no_code(name: str, server: OidcProvider, tmp_path: Path) -> None:
    url, _, _ = ask(Provider(settings_for(server, tmp_path)))
    parts = urlsplit(url)
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key != name])
    assert "error=invalid_request" in browse(parts._replace(query=query).geturl())


def test_a_question_with_another_address_to_answer_to(server: OidcProvider, tmp_path: Path) -> None:
    url, _ = begin(Provider(settings_for(server, tmp_path)), "https://evil.example/callback", clock.now(), "lina")
    response = requests.get(url, allow_redirects=False, timeout=60)
    assert response.status_code == 400
    assert "Location" not in response.headers


def test_a_provider_that_says_it_is_another(server: OidcProvider, tmp_path: Path) -> None:
    settings = settings_for(server, tmp_path).model_copy(update={"issuer": f"http://localhost:{server.port}"})
    with pytest.raises(SignInError) as refused:
        ask(Provider(settings))
    assert refused.value.refusal is Refusal.UNTRUSTED_METADATA


def test_keys_that_roll_over_while_we_serve(server: OidcProvider, tmp_path: Path) -> None:
    provider = Provider(settings_for(server, tmp_path))
    assert sign_in(provider) == "lina"
    server.stop()
    server.start([ec_key("two"), rsa_key("rsa"), P384])
    try:
        assert sign_in(provider) == "lina"
    finally:
        server.stop()
        server.start([ec_key("one"), rsa_key("rsa"), P384])


def test_a_provider_that_is_down(server: OidcProvider, tmp_path: Path) -> None:
    provider = Provider(settings_for(server, tmp_path))
    url, transaction, now = ask(provider)
    query = parse_qs(urlsplit(browse(url)).query)
    server.stop()
    try:
        with pytest.raises(SignInError) as refused:
            finish(provider, transaction, query, now)
        assert refused.value.refusal is Refusal.PROVIDER_UNREACHABLE
    finally:
        server.start([ec_key("one"), rsa_key("rsa"), P384])
