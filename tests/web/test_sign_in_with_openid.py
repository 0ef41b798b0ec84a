"""What is asked of a provider, how we prove who we are to it, and how its keys may change."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from portal.accounts.openid import Provider, Refusal, SignInError
from tests.web.fake_provider import (
    CALLBACK,
    ISSUER,
    LOA3,
    NOW,
    SECRET,
    FakeProvider,
    ec_key,
    make_settings,
    rsa_key,
    sign_in,
    start,
)


def asked(fake: FakeProvider, path: str) -> int:
    """How many times an address was asked."""
    return sum(urlsplit(request.url or "").path == path for request in fake.asked)


def test_the_provider_says_who_it_was_and_how_surely(tmp_path: Path) -> None:
    fake = FakeProvider()
    identity = sign_in(Provider(make_settings(tmp_path), fake), fake)
    assert (identity.issuer, identity.subject, identity.acr, identity.provider) == (ISSUER, "lina", LOA3, "kommunen")
    assert "lina" not in repr(identity)


def test_what_is_asked(tmp_path: Path) -> None:
    fake = FakeProvider()
    url, transaction = start(Provider(make_settings(tmp_path, max_age=600), fake))
    parts = urlsplit(url)
    wishes = parse_qs(parts.query)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
    assert wishes.pop("code_challenge") != [transaction.verifier]
    assert wishes == {
        "tenant": ["1"],
        "response_type": ["code"],
        "client_id": ["portalen"],
        "redirect_uri": [CALLBACK],
        "scope": ["openid"],
        "state": [transaction.state],
        "nonce": [transaction.nonce],
        "code_challenge_method": ["S256"],
        "acr_values": [LOA3],
        "max_age": ["600"],
    }
    for secret in (transaction.state, transaction.nonce, transaction.verifier):
        assert len(secret) == 43
        assert secret not in repr(transaction)


def test_no_secret_is_ever_used_twice(tmp_path: Path) -> None:
    provider = Provider(make_settings(tmp_path), FakeProvider())
    transactions = [start(provider)[1] for _ in range(20)]
    assert len({secret for each in transactions for secret in (each.state, each.nonce, each.verifier)}) == 60


def test_assurance_is_asked_for_as_essential_where_that_is_understood(tmp_path: Path) -> None:
    fake = FakeProvider(metadata={"claims_parameter_supported": True}, claims={"employeeHsaId": "SE-lina"})
    provider = Provider(make_settings(tmp_path, subject_claim="employeeHsaId"), fake)
    url, _ = start(provider)
    [wishes] = parse_qs(urlsplit(url).query)["claims"]
    assert json.loads(wishes) == {
        "id_token": {"acr": {"essential": True, "values": [LOA3]}, "employeeHsaId": {"essential": True}}
    }
    assert sign_in(provider, fake).subject == "SE-lina"


def test_a_subject_in_another_claim_is_missed_when_it_is_missing(tmp_path: Path) -> None:
    fake = FakeProvider()
    with pytest.raises(SignInError) as refused:
        sign_in(Provider(make_settings(tmp_path, subject_claim="employeeHsaId"), fake), fake)
    assert refused.value.refusal is Refusal.WRONG_SUBJECT


@pytest.mark.parametrize(
    "claims", [{"aud": ["portalen"]}, {"azp": "portalen"}, {"auth_time": int(NOW.timestamp()) - 60}]
)
def test_what_may_stand_in_a_token(claims: dict[str, Any], tmp_path: Path) -> None:
    fake = FakeProvider(claims=claims)
    assert (
        sign_in(Provider(make_settings(tmp_path, max_age=600 if "auth_time" in claims else None), fake), fake).subject
        == "lina"
    )


@pytest.mark.parametrize("iat", [-59, 59])
def test_clocks_may_differ_by_a_minute(iat: int, tmp_path: Path) -> None:
    fake = FakeProvider(claims={"iat": int(NOW.timestamp()) + iat})
    assert sign_in(Provider(make_settings(tmp_path), fake), fake).subject == "lina"


@pytest.mark.parametrize("metadata", [{"code_challenge_methods_supported": None}, {"something_else": 7}])
def test_a_provider_that_says_nothing_of_pkce_is_asked_with_it_all_the_same(
    metadata: dict[str, Any], tmp_path: Path
) -> None:
    fake = FakeProvider(metadata=metadata)
    assert sign_in(Provider(make_settings(tmp_path), fake), fake).subject == "lina"


def test_a_provider_that_never_promised_iss_need_not_send_it_but_must_not_send_another(tmp_path: Path) -> None:
    fake = FakeProvider(metadata={"authorization_response_iss_parameter_supported": None}, query={"iss": []})
    assert sign_in(Provider(make_settings(tmp_path), fake), fake).subject == "lina"
    fake.query = {"iss": ["https://evil.example"]}
    with pytest.raises(SignInError) as refused:
        sign_in(Provider(make_settings(tmp_path), fake), fake)
    assert refused.value.refusal is Refusal.MIXED_UP_ISSUER


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_rsa_signatures_on_the_list_are_taken(algorithm: str, tmp_path: Path) -> None:
    fake = FakeProvider(
        key=rsa_key("rsa"), published=[rsa_key("rsa"), ec_key("one")], header={"alg": algorithm, "kid": "rsa"}
    )
    assert sign_in(Provider(make_settings(tmp_path), fake), fake).subject == "lina"


def test_a_token_without_kid_is_read_with_the_only_key_there_is(tmp_path: Path) -> None:
    fake = FakeProvider(published=[rsa_key("rsa"), ec_key("one")], header={"alg": "ES256"})
    assert sign_in(Provider(make_settings(tmp_path), fake), fake).subject == "lina"


def test_a_header_with_a_certificate_is_no_hindrance(tmp_path: Path) -> None:
    fake = FakeProvider(header={"alg": "ES256", "kid": "one", "x5c": ["A" * 2000], "vendor": "x"})
    assert sign_in(Provider(make_settings(tmp_path), fake), fake).subject == "lina"


# keys


def test_a_rolled_over_key_works_after_one_look(tmp_path: Path) -> None:
    fake = FakeProvider()
    provider = Provider(make_settings(tmp_path), fake)
    sign_in(provider, fake)
    fake.key, fake.published, fake.header = ec_key("two"), [ec_key("two")], {"alg": "ES256", "kid": "two"}
    assert sign_in(provider, fake).subject == "lina"
    assert asked(fake, "/jwks") == 2


def test_an_old_key_is_forgotten_when_the_provider_withdraws_it(tmp_path: Path) -> None:
    fake = FakeProvider()
    provider = Provider(make_settings(tmp_path), fake)
    sign_in(provider, fake)
    fake.published = [ec_key("two")]
    later = NOW + timedelta(minutes=10)
    fake.now = later
    with pytest.raises(SignInError) as refused:
        sign_in(provider, fake, later)
    assert refused.value.refusal is Refusal.UNKNOWN_KEY


def test_made_up_keys_do_not_make_us_hammer_the_provider(tmp_path: Path) -> None:
    fake = FakeProvider()
    provider = Provider(make_settings(tmp_path), fake)
    sign_in(provider, fake)
    fake.header = {"alg": "ES256", "kid": "made-up"}
    for _ in range(10):
        with pytest.raises(SignInError):
            sign_in(provider, fake)
    assert asked(fake, "/jwks") == 2
    fake.now = NOW + timedelta(seconds=30)
    with pytest.raises(SignInError):
        sign_in(provider, fake, fake.now)
    assert asked(fake, "/jwks") == 3


def test_discovery_is_kept_for_ten_minutes_and_not_past_a_clock_set_back(tmp_path: Path) -> None:
    fake = FakeProvider()
    provider = Provider(make_settings(tmp_path), fake)
    discovery = "/.well-known/openid-configuration"
    for minutes, times in ((0, 1), (9, 1), (10, 2), (5, 3)):
        start(provider, NOW + timedelta(minutes=minutes))
        assert asked(fake, discovery) == times


# proving who we are


def token_request(fake: FakeProvider) -> tuple[str | None, dict[str, str]]:
    """The Authorization header and the form of the token request."""
    [request] = [each for each in fake.asked if each.method == "POST"]
    form = {name: values[0] for name, values in parse_qs(str(request.body)).items()}
    return request.headers.get("Authorization"), form


def test_a_secret_goes_in_the_header_form_encoded(tmp_path: Path) -> None:
    fake = FakeProvider()
    sign_in(Provider(make_settings(tmp_path), fake), fake)
    header, form = token_request(fake)
    client, _, secret = base64.b64decode((header or "").removeprefix("Basic ")).decode().partition(":")
    assert (client, unquote_plus(secret)) == ("portalen", SECRET)
    assert "client_secret" not in form


def test_a_secret_goes_in_the_form_where_the_settings_say_so(tmp_path: Path) -> None:
    fake = FakeProvider()
    sign_in(Provider(make_settings(tmp_path, client_authentication="post"), fake), fake)
    header, form = token_request(fake)
    assert header is None
    assert (form["client_id"], form["client_secret"]) == ("portalen", SECRET)


@pytest.mark.parametrize(
    ("key", "taken", "algorithm"),
    [
        (ec_key("ours"), None, "ES256"),
        (rsa_key("ours"), None, "RS256"),
        (rsa_key("ours"), ["RS256", "PS256"], "PS256"),
    ],
)
def test_a_private_key_proves_us_with_an_assertion_for_this_provider_alone(
    key: ECKey | RSAKey, taken: list[str] | None, algorithm: str, tmp_path: Path
) -> None:
    file = tmp_path / "client-key.pem"
    file.touch(mode=0o600)
    file.write_bytes(key.as_pem(private=True))
    settings = make_settings(tmp_path, client_secret_file=None, private_key_file=file, private_key_id="2026")
    fake = FakeProvider(metadata={"token_endpoint_auth_signing_alg_values_supported": taken})
    sign_in(Provider(settings, fake), fake)
    header, form = token_request(fake)
    assert header is None
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assertion = jwt.decode(form["client_assertion"], key, algorithms=[algorithm])
    seconds = int(NOW.timestamp())
    assert assertion.header == {"typ": "JWT", "alg": algorithm, "kid": "2026"}
    assert assertion.claims.pop("jti")
    assert assertion.claims == {
        "iss": "portalen",
        "sub": "portalen",
        "aud": ISSUER,
        "iat": seconds,
        "exp": seconds + 60,
    }


def test_the_verifier_goes_to_the_token_endpoint_alone(tmp_path: Path) -> None:
    fake = FakeProvider()
    url, transaction = start(Provider(make_settings(tmp_path), fake))
    assert transaction.verifier not in url
    sign_in(Provider(make_settings(tmp_path), fake), fake)
    _, form = token_request(fake)
    assert len(form["code_verifier"]) == 43
