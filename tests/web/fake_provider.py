"""An OpenID provider in memory that does everything right until a test tells it to do one thing wrong."""

import base64
import hashlib
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, RSAKey
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from portal.accounts.openid import Identity, Provider, Transaction, begin, finish
from portal.accounts.providers import ProviderSettings
from portal.accounts.rules import AgencyId

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ISSUER = "https://idp.example"
CALLBACK = "https://portal.example/login/kommunen/callback"
LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
SECRET = "a secret: with % signs"

Answer = tuple[int, str, bytes]


@cache
def ec_key(kid: str) -> ECKey:
    """A key of its own for each ``kid``."""
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


@cache
def rsa_key(kid: str, bits: int = 2048) -> RSAKey:
    """A key of its own for each ``kid``, however short: cryptography makes what joserfc warns of."""
    pem = rsa.generate_private_key(65537, bits).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        return RSAKey.import_key(pem, {"kid": kid, "use": "sig"})


def make_settings(folder: Path, **changes: Any) -> ProviderSettings:
    """Settings under which the fake provider, left alone, signs people in."""
    secret_file = folder / "client-secret"
    if not secret_file.exists():
        secret_file.touch(mode=0o600)
        secret_file.write_text(SECRET)
    values: dict[str, Any] = {
        "id": "kommunen",
        "name": "Kommunens inloggning",
        "issuer": ISSUER,
        "client_id": "portalen",
        "client_secret_file": secret_file,
        "agencies": (AgencyId("ame"),),
        "acr_values": (LOA3,),
    }
    return ProviderSettings(**{**values, **changes})


@dataclass
class FakeProvider(BaseAdapter):
    """Every attribute may be changed by a test; what is left alone is right."""

    issuer: str = ISSUER
    client_id: str = "portalen"
    subject: str = "lina"
    now: datetime = NOW
    key: ECKey | RSAKey | OctKey = field(default_factory=lambda: ec_key("one"))
    published: list[ECKey | RSAKey] = field(default_factory=lambda: [ec_key("one")])
    jwks: Any = None
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "ES256", "kid": "one"})
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    query: dict[str, list[str]] = field(default_factory=dict)
    forge: Callable[[str], str] = str
    answers: dict[str, Answer | Exception] = field(default_factory=dict)
    forgets_codes: bool = True
    asked: list[PreparedRequest] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, url: str) -> dict[str, list[str]]:
        """What the browser brings back to the callback after ``url``; a None or [] in ``query`` leaves it out."""
        wishes = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = wishes
        query = {"code": [code], "state": [wishes["state"]], "iss": [self.issuer], **self.query}
        return {name: values for name, values in query.items() if values}

    def id_token(self, wishes: Mapping[str, str]) -> str:
        """The signed token for the wishes of one authorization request."""
        seconds = int(self.now.timestamp())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": self.client_id,
            "iat": seconds,
            "exp": seconds + 300,
            "nonce": wishes.get("nonce"),
            "acr": LOA3,
        }
        return self.sign(claims, seconds)

    def sign(self, claims: Mapping[str, Any], seconds: int) -> str:
        """A token with these claims, but for what the test wants otherwise; a function is given the time."""
        wanted = {name: value(seconds) if callable(value) else value for name, value in self.claims.items()}
        kept = {name: value for name, value in {**claims, **wanted}.items() if value is not None}
        registry = jws.JWSRegistry(algorithms=[self.header["alg"]], strict_check_header=False)
        return self.forge(jwt.encode(self.header, kept, self.key, registry=registry))

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        self.asked.append(request)
        path = urlsplit(request.url or "").path
        answer = self.answers.get(path) or self._answer(path, request)
        if isinstance(answer, Exception):
            raise answer
        status, kind, body = answer
        response = Response()
        response.request, response.url, response.status_code = request, request.url or "", status
        response.headers["Content-Type"] = kind
        response.raw = BytesIO(body)
        return response

    def close(self) -> None:
        """Nothing is held open."""

    def _answer(self, path: str, request: PreparedRequest) -> Answer:
        if path == "/.well-known/openid-configuration":
            document = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
                **self.metadata,
            }
            return as_json({name: value for name, value in document.items() if value is not None})
        if path == "/jwks":
            keys = [key.as_dict(private=False) for key in self.published]
            return as_json({"keys": keys} if self.jwks is None else self.jwks)
        return self._token(request)

    def _token(self, request: PreparedRequest) -> Answer:
        form = {name: values[0] for name, values in parse_qs(str(request.body)).items()}
        code = form.get("code", "")
        wishes = self.codes.pop(code, None) if self.forgets_codes else self.codes.get(code)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            wishes is None
            or wishes.get("code_challenge_method") != "S256"
            or wishes.get("code_challenge") != challenge.rstrip(b"=").decode()
            or wishes.get("redirect_uri") != form.get("redirect_uri")
        ):
            return as_json({"error": "invalid_grant"}, 400)
        return as_json({"access_token": "unread", "token_type": "Bearer", "id_token": self.id_token(wishes)})

    def __hash__(self) -> int:
        return id(self)


def as_json(document: Any, status: int = 200) -> Answer:
    """``document`` as an answer."""
    return status, "application/json", json.dumps(document).encode()


def start(provider: Provider, now: datetime = NOW) -> tuple[str, Transaction]:
    """Begin a sign-in."""
    return begin(provider, CALLBACK, now)


def sign_in(provider: Provider, fake: FakeProvider, now: datetime = NOW) -> Identity:
    """A whole sign-in, from the first address to who it was."""
    url, transaction = start(provider, now)
    return finish(provider, transaction, fake.authorize(url), now)
