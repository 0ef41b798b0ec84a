"""Everything that can be wrong with one answer of a provider, one fault at a time, and why it is refused."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

from joserfc.jwk import OctKey
from requests.exceptions import ConnectTimeout, ReadTimeout

from portal.accounts.openid import Refusal
from portal.accounts.openid.backchannel import MAXIMUM_BYTES
from tests.web.fake_provider import ISSUER, LOA3, FakeProvider, as_json, ec_key, rsa_key


def sets(**attributes: Any) -> Callable[[FakeProvider], None]:
    """A fault: these attributes of the provider are otherwise."""

    def change(fake: FakeProvider) -> None:
        for name, value in attributes.items():
            setattr(fake, name, value)

    return change


def says(**claims: Any) -> Callable[[FakeProvider], None]:
    """A fault: the token says otherwise; None leaves a claim out."""
    return sets(claims=claims)


def seconds_later(seconds: int) -> Callable[[int], int]:
    """A claim that many seconds after now."""
    return lambda now: now + seconds


def brings(**query: list[str]) -> Callable[[FakeProvider], None]:
    """A fault: the browser brings back otherwise; [] leaves a parameter out."""
    return sets(query=query)


def announces(**metadata: Any) -> Callable[[FakeProvider], None]:
    """A fault: the discovery document says otherwise; None leaves a member out."""
    return sets(metadata=metadata)


def answers(path: str, answer: Any) -> Callable[[FakeProvider], None]:
    """A fault: this address answers otherwise."""
    return sets(answers={path: answer})


def without_signature(token: str) -> str:
    """The same claims with `alg: none` and nothing behind the last dot."""
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def with_other_claims(token: str) -> str:
    """Another subject under the old signature."""
    header, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    other = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "eva"}).encode()).rstrip(b"=").decode()
    return f"{header}.{other}.{signature}"


def with_truncated_signature(token: str) -> str:
    """The last characters of the signature are gone."""
    return token[:-8]


def signed_with_the_public_key(fake: FakeProvider) -> None:
    """HS256, the public RSA key taken for a shared secret, made by hand because joserfc refuses to."""
    fake.published = [rsa_key("rsa")]

    def forge(token: str) -> str:
        header = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"rsa"}').rstrip(b"=")
        signed = header + b"." + token.split(".")[1].encode()
        mac = hmac.digest(rsa_key("rsa").as_pem(private=False), signed, "sha256")
        return (signed + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()

    fake.forge = forge


def signed_with_a_shared_key(fake: FakeProvider) -> None:
    """HS256 with a secret that the provider publishes among its keys."""
    shared = OctKey.generate_key(256, {"kid": "shared"})
    fake.key, fake.header = shared, {"alg": "HS256", "kid": "shared"}
    fake.jwks = {"keys": [shared.as_dict(private=True)]}


def signed_with_the_key_in_the_header(fake: FakeProvider) -> None:
    """The token brings its own key."""
    fake.key = ec_key("brought")
    fake.header = {"alg": "ES256", "kid": "one", "jwk": ec_key("brought").as_dict(private=False)}


REFUSALS: dict[str, tuple[Callable[[FakeProvider], None], Refusal]] = {
    # what the browser brings back
    "state of another sign-in": (brings(state=["x" * 43]), Refusal.WRONG_STATE),
    "state missing": (brings(state=[]), Refusal.WRONG_STATE),
    "state not ASCII": (brings(state=["å"]), Refusal.WRONG_STATE),
    "state twice": (brings(state=["a", "b"]), Refusal.REPEATED_PARAMETER),
    "code twice": (brings(code=["code-0", "code-1"]), Refusal.REPEATED_PARAMETER),
    "code missing": (brings(code=[]), Refusal.MISSING_CODE),
    "code of nobody": (brings(code=["guessed"]), Refusal.CODE_REFUSED),
    "iss of another provider": (brings(iss=["https://evil.example"]), Refusal.MIXED_UP_ISSUER),
    "iss missing though promised": (brings(iss=[]), Refusal.MIXED_UP_ISSUER),
    "an error with a code beside it": (brings(error=["access_denied"]), Refusal.DENIED_BY_PROVIDER),
    # discovery
    "discovery of another issuer": (announces(issuer="https://evil.example"), Refusal.UNTRUSTED_METADATA),
    "discovery with a slash more": (announces(issuer=f"{ISSUER}/"), Refusal.UNTRUSTED_METADATA),
    "discovery without issuer": (announces(issuer=None), Refusal.UNTRUSTED_METADATA),
    "token endpoint without TLS": (announces(token_endpoint="http://idp.example/t"), Refusal.UNTRUSTED_METADATA),
    "keys without TLS": (announces(jwks_uri="http://idp.example/jwks"), Refusal.UNTRUSTED_METADATA),
    "keys from a file": (announces(jwks_uri="file:///etc/passwd"), Refusal.UNTRUSTED_METADATA),
    "authorize without TLS": (announces(authorization_endpoint="http://a.example"), Refusal.UNTRUSTED_METADATA),
    "an endpoint that is a number": (announces(token_endpoint=1), Refusal.UNTRUSTED_METADATA),
    "PKCE with plain only": (announces(code_challenge_methods_supported=["plain"]), Refusal.PKCE_UNSUPPORTED),
    "PKCE with nothing": (announces(code_challenge_methods_supported=[]), Refusal.PKCE_UNSUPPORTED),
    "discovery not found": (
        answers("/.well-known/openid-configuration", as_json({}, 404)),
        Refusal.PROVIDER_UNREACHABLE,
    ),
    "discovery a list": (answers("/.well-known/openid-configuration", as_json([])), Refusal.UNTRUSTED_METADATA),
    # keys
    "keys not JSON": (answers("/jwks", (200, "application/json", b"{")), Refusal.PROVIDER_UNREACHABLE),
    "keys without a list": (sets(jwks={"keys": "one"}), Refusal.UNTRUSTED_KEYS),
    "keys a list": (sets(jwks=[1]), Refusal.UNTRUSTED_KEYS),
    "more keys than anybody has": (sets(jwks={"keys": [{}] * 51}), Refusal.UNTRUSTED_KEYS),
    "keys that are nonsense": (sets(jwks={"keys": [1, {}, {"kty": "EC"}]}), Refusal.UNKNOWN_KEY),
    "an unknown kid": (sets(header={"alg": "ES256", "kid": "other"}), Refusal.UNKNOWN_KEY),
    "a kid of another kind of key": (sets(published=[rsa_key("one")]), Refusal.UNKNOWN_KEY),
    "no kid where there are two keys": (
        sets(published=[ec_key("one"), ec_key("two")], header={"alg": "ES256"}),
        Refusal.UNKNOWN_KEY,
    ),
    "one kid for two keys": (
        sets(jwks={"keys": [{**ec_key(k).as_dict(private=False), "kid": "one"} for k in ("one", "two")]}),
        Refusal.UNKNOWN_KEY,
    ),
    "a key for encryption": (
        sets(jwks={"keys": [{**ec_key("one").as_dict(private=False), "use": "enc"}]}),
        Refusal.UNKNOWN_KEY,
    ),
    "a key too short": (
        sets(key=rsa_key("rsa", 1024), published=[rsa_key("rsa", 1024)], header={"alg": "RS256", "kid": "rsa"}),
        Refusal.UNKNOWN_KEY,
    ),
    # the token endpoint
    "token endpoint says invalid_grant": (
        answers("/token", as_json({"error": "invalid_grant"}, 400)),
        Refusal.CODE_REFUSED,
    ),
    "token endpoint says so with 200": (answers("/token", as_json({"error": "invalid_grant"})), Refusal.CODE_REFUSED),
    "token endpoint says 400 and a token": (
        answers("/token", as_json({"id_token": "a.b.c"}, 400)),
        Refusal.CODE_REFUSED,
    ),
    "token endpoint broken": (answers("/token", as_json({}, 503)), Refusal.PROVIDER_UNREACHABLE),
    "token endpoint answers HTML": (
        answers("/token", (200, "text/html", b"<h1>Logga in</h1>")),
        Refusal.PROVIDER_UNREACHABLE,
    ),
    "token endpoint redirects": (answers("/token", as_json({"id_token": "a.b.c"}, 302)), Refusal.PROVIDER_UNREACHABLE),
    "token endpoint does not connect": (answers("/token", ConnectTimeout()), Refusal.PROVIDER_UNREACHABLE),
    "token endpoint does not answer": (answers("/token", ReadTimeout()), Refusal.PROVIDER_UNREACHABLE),
    "token endpoint answers without end": (
        answers("/token", (200, "application/json", b" " * (MAXIMUM_BYTES + 1))),
        Refusal.PROVIDER_UNREACHABLE,
    ),
    "token endpoint answers a list": (answers("/token", as_json([])), Refusal.MALFORMED_ANSWER),
    "token endpoint answers in a maze": (
        answers("/token", (200, "application/json", b"[" * 200_000)),
        Refusal.MALFORMED_ANSWER,
    ),
    "token endpoint lives for ever": (
        answers("/token", as_json({"access_token": "a", "expires_in": "soon"})),
        Refusal.MALFORMED_ANSWER,
    ),
    "no ID token": (answers("/token", as_json({"access_token": "a"})), Refusal.MISSING_TOKEN),
    "an ID token that is a number": (answers("/token", as_json({"id_token": 7})), Refusal.MISSING_TOKEN),
    # the token's signature
    "alg none": (sets(forge=without_signature), Refusal.WRONG_ALGORITHM),
    "HS256 with the public key": (signed_with_the_public_key, Refusal.WRONG_ALGORITHM),
    "HS256 with a published secret": (signed_with_a_shared_key, Refusal.WRONG_ALGORITHM),
    "an algorithm not on the list": (
        sets(key=rsa_key("rsa"), published=[rsa_key("rsa")], header={"alg": "RS384", "kid": "rsa"}),
        Refusal.WRONG_ALGORITHM,
    ),
    "another key under the same kid": (sets(key=ec_key("two")), Refusal.WRONG_SIGNATURE),
    "the key in its own header": (signed_with_the_key_in_the_header, Refusal.WRONG_SIGNATURE),
    "claims changed after signing": (sets(forge=with_other_claims), Refusal.WRONG_SIGNATURE),
    "signature cut short": (sets(forge=with_truncated_signature), Refusal.WRONG_SIGNATURE),
    "not a token": (sets(forge=lambda _: "lina"), Refusal.MALFORMED_TOKEN),
    "an encrypted token": (sets(forge=lambda _: "a.b.c.d.e"), Refusal.MALFORMED_TOKEN),
    "an access token": (sets(header={"alg": "ES256", "kid": "one", "typ": "at+jwt"}), Refusal.MALFORMED_TOKEN),
    "a logout token": (sets(header={"alg": "ES256", "kid": "one", "typ": "logout+jwt"}), Refusal.MALFORMED_TOKEN),
    # the token's claims
    "nonce missing": (says(nonce=None), Refusal.WRONG_NONCE),
    "nonce of another sign-in": (says(nonce="y" * 43), Refusal.WRONG_NONCE),
    "nonce a list": (says(nonce=["y"]), Refusal.WRONG_NONCE),
    "nonce not ASCII": (says(nonce="å" * 43), Refusal.WRONG_NONCE),
    "token of another issuer": (says(iss="https://evil.example"), Refusal.WRONG_ISSUER),
    "issuer with a slash more": (says(iss=f"{ISSUER}/"), Refusal.WRONG_ISSUER),
    "issuer missing": (says(iss=None), Refusal.MISSING_CLAIM),
    "audience another": (says(aud="another"), Refusal.WRONG_AUDIENCE),
    "audience us and another": (says(aud=["portalen", "another"]), Refusal.WRONG_AUDIENCE),
    "audience us and another, for us": (says(aud=["portalen", "another"], azp="portalen"), Refusal.WRONG_AUDIENCE),
    "audience us twice": (says(aud=["portalen", "portalen"]), Refusal.WRONG_AUDIENCE),
    "audience nobody": (says(aud=[]), Refusal.WRONG_AUDIENCE),
    "audience missing": (says(aud=None), Refusal.MISSING_CLAIM),
    "made for another party": (says(azp="another"), Refusal.WRONG_AUDIENCE),
    "expired": (says(iat=seconds_later(-30), exp=seconds_later(-61)), Refusal.EXPIRED),
    "expiry missing": (says(exp=None), Refusal.MISSING_CLAIM),
    "expiry a text": (says(exp="tomorrow"), Refusal.EXPIRED),
    "expiry not a number": (says(exp=float("nan")), Refusal.EXPIRED),
    "issued in the future": (says(iat=seconds_later(120)), Refusal.WRONG_ISSUE_TIME),
    "issued before we asked": (says(iat=seconds_later(-3600)), Refusal.WRONG_ISSUE_TIME),
    "issue time missing": (says(iat=None), Refusal.MISSING_CLAIM),
    "issue time a text": (says(iat="now"), Refusal.WRONG_ISSUE_TIME),
    "not valid yet": (says(nbf=seconds_later(120)), Refusal.NOT_YET_VALID),
    "assurance too low": (says(acr="http://id.elegnamnden.se/loa/1.0/loa2"), Refusal.WRONG_ASSURANCE),
    "assurance missing": (says(acr=None), Refusal.WRONG_ASSURANCE),
    "assurance a list": (says(acr=[LOA3]), Refusal.WRONG_ASSURANCE),
    "assurance nearly right": (says(acr=f"{LOA3} "), Refusal.WRONG_ASSURANCE),
    "subject missing": (says(sub=None), Refusal.MISSING_CLAIM),
    "subject empty": (says(sub=""), Refusal.WRONG_SUBJECT),
    "subject too long": (says(sub="x" * 256), Refusal.WRONG_SUBJECT),
    "subject a number": (says(sub=7), Refusal.WRONG_SUBJECT),
    "subject with a control character": (says(sub="lina\n"), Refusal.WRONG_SUBJECT),
}
