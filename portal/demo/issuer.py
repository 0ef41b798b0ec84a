"""One agency's OpenID provider in the demo: Authlib's authorization server with nothing but the code flow.

PKCE S256, nonce and client secret are demanded, a code works once and for a minute, and everything is held
in memory: a restart forgets it and makes new keys. It knows nobody but the agency's invented staff and
proves nothing: its assurance level says `demo` and no real installation lists that.
"""

# ruff: noqa: ARG002  Authlib calls these methods with what it has, not with what we need.

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import AuthorizationCodeMixin, UserInfo
from authlib.oidc.core.grants import OpenIDCode
from joserfc.jwk import ECKey

from portal.accounts.rules import Role

ACR = "urn:gemensam-ingang:demo"
CODE_LIVES = 60  # seconds
TOKEN_LIVES = 300  # seconds
MOST_CODES = 1000


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented staff member one can be."""

    subject: str
    name: str
    title: str
    role: Role


@dataclass(frozen=True)
class DemoClient(ClientMixin):  # type: ignore[misc]  # Authlib is untyped
    """The portal, as the provider knows it."""

    client_id: str
    secret: str = field(repr=False)
    redirect_uri: str
    id_token_signed_response_alg: str = "ES256"  # noqa: S105  an algorithm, not a secret

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: the address must be said each time."""

    def get_allowed_scope(self, scope: str | None) -> str:
        return "openid" if "openid" in (scope or "").split() else ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret.encode(), self.secret.encode())

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]  # Authlib is untyped
    """What a code stands for until it is exchanged."""

    person: DemoPerson
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    made: float

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.made)

    def get_acr(self) -> str:
        return ACR

    def get_amr(self) -> list[str]:
        return []


class Issuer:
    """An agency's provider: its address, its key and its codes. One client: the portal."""

    def __init__(self, address: str, client: DemoClient) -> None:
        self.address = address
        self.client = client
        self.key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        self._codes: dict[str, Code] = {}
        self.server = _Server(self)

    def metadata(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "acr_values_supported": [ACR],
            "scopes_supported": ["openid"],
            "claims_supported": ["sub", "acr", "auth_time"],
        }

    def jwks(self) -> dict[str, Any]:
        """The public half of the key."""
        return {"keys": [self.key.as_dict(private=False)]}

    def keep(self, code: str, meaning: Code) -> None:
        """Remember what ``code`` stands for; the oldest is forgotten when there are too many."""
        while len(self._codes) >= MOST_CODES:
            self._codes.pop(next(iter(self._codes)), None)
        self._codes[code] = meaning

    def take(self, code: str) -> Code | None:
        """What ``code`` stands for, once, while it lives."""
        meaning = self._codes.pop(code, None)
        return meaning if meaning and time.time() - meaning.made <= CODE_LIVES else None


class _Server(AuthorizationServer):  # type: ignore[misc]  # Authlib is untyped
    def __init__(self, issuer: Issuer) -> None:
        super().__init__(
            query_client=lambda client_id: issuer.client if client_id == issuer.client.client_id else None,
            save_token=lambda _token, _request: None,
        )
        self.issuer = issuer
        self.load_config({"OAUTH2_SCOPES_SUPPORTED": ["openid"]})
        self.register_grant(_CodeGrant, [_Pkce(), _IdToken(issuer)])
        self.register_extension(_IssuerInAnswer(issuer.address))


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib is untyped
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        asked = request.payload.data
        self.server.issuer.keep(
            code,
            Code(
                person=request.user,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                nonce=asked["nonce"],
                code_challenge=asked["code_challenge"],
                code_challenge_method=asked["code_challenge_method"],
                made=time.time(),
            ),
        )

    def query_authorization_code(self, code: str, _client: DemoClient) -> Code | None:
        # Taken, not looked at: a second exchange of the same code fails even when the first one failed.
        meaning: Code | None = self.server.issuer.take(code)
        return meaning

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """It is gone already."""

    def authenticate_user(self, authorization_code: Code) -> DemoPerson:
        return authorization_code.person


class _Pkce(CodeChallenge):  # type: ignore[misc]  # Authlib is untyped
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: AuthorizationCodeGrant, redirect_uri: str) -> None:
        # Authlib demands it of public clients only, and takes a missing method for "plain".
        if not all(grant.request.payload.data.get(name) for name in ("code_challenge", "code_challenge_method")):
            raise InvalidRequestError("Missing 'code_challenge' or 'code_challenge_method'")
        super().validate_code_challenge(grant, redirect_uri)


class _IdToken(OpenIDCode):  # type: ignore[misc]  # Authlib is untyped
    def __init__(self, issuer: Issuer) -> None:
        super().__init__(require_nonce=True)
        self._issuer = issuer

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return False  # comparing nonces is the client's part

    def resolve_client_private_key(self, client: DemoClient) -> ECKey:
        return self._issuer.key

    def get_encode_header(self, client: DemoClient) -> dict[str, Any]:
        return {"alg": "ES256", "kid": self._issuer.key.kid}

    def get_client_claims(self, client: DemoClient) -> dict[str, Any]:
        return {
            "iss": self._issuer.address,
            "aud": client.client_id,
            "exp": int(time.time()) + TOKEN_LIVES,
        }

    def generate_user_info(self, user: DemoPerson, scope: str) -> UserInfo:
        return UserInfo(sub=user.subject)


class _IssuerInAnswer(IssuerParameter):  # type: ignore[misc]  # Authlib is untyped
    def __init__(self, address: str) -> None:
        self._address = address

    def get_issuer(self) -> str:
        return self._address
