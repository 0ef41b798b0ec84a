"""Signing in with OpenID Connect: the authorization code flow with PKCE S256, state and nonce.

What comes back is believed only when it answers the question this browser asked: same state, same provider
(by its own callback address, and by `iss` where RFC 9207 is spoken), a code that is exchanged once over our
own connection, and an ID token that holds in every respect. The access token is dropped unread: we want to
know who, nothing more.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import quote

from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import RSAKey
from requests import RequestException, Response

from portal.accounts.openid.backchannel import open_session
from portal.accounts.openid.id_token import check_id_token, subject_of
from portal.accounts.openid.provider import Metadata, Provider
from portal.accounts.openid.refusals import Refusal, SignInError
from portal.accounts.openid.transaction import Transaction, is_same, refuse_expired
from portal.accounts.providers import ClientKey, ProviderSettings

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider says has signed in, and how surely."""

    issuer: str
    subject: str
    acr: str
    provider: str

    def __repr__(self) -> str:
        return f"Identity(provider={self.provider!r}, <redacted>)"


def begin(
    provider: Provider,
    redirect_uri: str,
    now: datetime,
    login_hint: str | None = None,
    destination: str = "/",
) -> tuple[str, Transaction]:
    """The provider's address to send the browser to, and what to remember until it comes back.

    Raises SignInError when the provider cannot be reached or trusted.
    """
    settings, metadata = provider.settings, provider.metadata(now)
    transaction = Transaction.begin(settings.id, redirect_uri, destination, now)
    wishes: dict[str, str] = {"nonce": transaction.nonce}
    if settings.acr_values:
        wishes["acr_values"] = " ".join(settings.acr_values)
    if metadata.claims_parameter_supported:
        wishes["claims"] = json.dumps({"id_token": _essential_claims(settings)})
    if settings.max_age is not None:
        wishes["max_age"] = str(settings.max_age)
    if login_hint:
        wishes["login_hint"] = login_hint
    with _session(provider, redirect_uri) as session:
        url, _ = session.create_authorization_url(
            metadata.authorization_endpoint,
            state=transaction.state,
            code_verifier=transaction.verifier,
            **wishes,
        )
    return str(url), transaction


def finish(provider: Provider, transaction: Transaction, query: Query, now: datetime) -> Identity:
    """Who has signed in, from what the browser brought back to the callback address.

    ``query`` holds every value of every parameter. Raises SignInError for whatever does not hold.
    """
    if transaction.provider != provider.settings.id:
        raise SignInError(Refusal.WRONG_PROVIDER)
    refuse_expired(transaction, now)
    code = _code(provider, transaction, query, now)
    token = _exchange(provider, transaction, code, now)
    claims = check_id_token(provider, transaction, token, now)
    acr = claims.get("acr")
    return Identity(
        issuer=provider.settings.issuer,
        subject=subject_of(claims, provider.settings),
        acr=str(acr) if acr in provider.settings.acr_values else "",
        provider=provider.settings.id,
    )


def _code(provider: Provider, transaction: Transaction, query: Query, now: datetime) -> str:
    if any(len(values) > 1 for values in query.values()):
        raise SignInError(Refusal.REPEATED_PARAMETER)
    answer = {name: values[0] for name, values in query.items() if values}
    if not is_same(answer.get("state", ""), transaction.state):
        raise SignInError(Refusal.WRONG_STATE)
    issuer = answer.get("iss")
    if issuer is None and provider.metadata(now).authorization_response_iss_parameter_supported:
        raise SignInError(Refusal.MIXED_UP_ISSUER)
    if issuer not in (None, provider.settings.issuer):
        raise SignInError(Refusal.MIXED_UP_ISSUER)
    if "error" in answer:
        raise SignInError(Refusal.DENIED_BY_PROVIDER)
    if not answer.get("code"):
        raise SignInError(Refusal.MISSING_CODE)
    return answer["code"]


def _exchange(provider: Provider, transaction: Transaction, code: str, now: datetime) -> str:
    metadata = provider.metadata(now)
    with _session(provider, transaction.redirect_uri) as session:
        _prove_who_we_are(session, provider.settings, metadata, now)
        session.register_compliance_hook("access_token_response", _refuse_unless_200)
        try:
            answer = session.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=transaction.verifier,
                allow_redirects=False,
            )
        except (OAuthError, RequestException) as error:
            refusal = Refusal.CODE_REFUSED if isinstance(error, OAuthError) else Refusal.PROVIDER_UNREACHABLE
            raise SignInError(refusal) from error
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise SignInError(Refusal.MALFORMED_ANSWER) from error
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise SignInError(Refusal.MISSING_TOKEN)
    return token


def _session(provider: Provider, redirect_uri: str) -> OAuth2Session:
    settings = provider.settings
    return open_session(
        settings,
        provider.adapter,
        scope=" ".join(settings.scopes),
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )


def _prove_who_we_are(session: OAuth2Session, settings: ProviderSettings, metadata: Metadata, now: datetime) -> None:
    key = settings.private_key
    if key is None:
        in_header = settings.client_authentication == "basic"
        # RFC 6749, section 2.3.1: both halves are form-encoded first, which Authlib leaves to us.
        # A space as %20 is read alike by those who decode forms and by those who only decode percent signs.
        encode = partial(quote, safe="") if in_header else str
        session.client_id, session.client_secret = (
            encode(settings.client_id),
            encode(settings.client_secret or ""),
        )
        session.token_endpoint_auth_method = "client_secret_basic" if in_header else "client_secret_post"
        return
    issued = int(now.timestamp())
    # The audience is the issuer and not the token endpoint: a provider that lies about its endpoint gets an
    # assertion that is worth nothing elsewhere.
    assertion = PrivateKeyJWT(
        settings.issuer,
        claims={"iat": issued, "exp": issued + 60},
        headers={"kid": key.kid} if key.kid else None,
        alg=_assertion_algorithm(key, metadata),
    )
    session.client_secret = key
    session.register_client_auth_method(assertion)
    session.token_endpoint_auth_method = assertion.name


def _assertion_algorithm(key: ClientKey, metadata: Metadata) -> str:
    if not isinstance(key, RSAKey):
        return {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[key.curve_name]
    taken = metadata.token_endpoint_auth_signing_alg_values_supported or []
    return "PS256" if "PS256" in taken else "RS256"


def _refuse_unless_200(response: Response) -> Response:
    if response.status_code == 200 or response.status_code >= 500:
        return response
    raise SignInError(Refusal.CODE_REFUSED)


def _essential_claims(settings: ProviderSettings) -> dict[str, dict[str, object]]:
    wanted: dict[str, dict[str, object]] = {}
    if settings.acr_values:
        wanted["acr"] = {"essential": True, "values": list(settings.acr_values)}
    if settings.subject_claim != "sub":
        wanted[settings.subject_claim] = {"essential": True}
    return wanted
