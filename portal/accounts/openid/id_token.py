"""Whether an ID token says what we asked, was made for us, now, by the provider we asked.

OpenID Connect Core 1.0, section 3.1.3.7, stricter where it leaves a choice: our client alone in `aud`,
`nonce` and `acr` always compared, `iat` within the sign-in, `typ` nothing but JWT. joserfc does the
cryptography; the algorithm comes from our list, never from the token's wish, and the key from the
provider's set, never from the token's header.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    JoseError,
    MissingClaimError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import GuestProtocol

from portal.accounts.openid.provider import Provider, VerifyingKey
from portal.accounts.openid.refusals import Refusal, SignInError
from portal.accounts.openid.transaction import Transaction, is_same
from portal.accounts.providers import ProviderSettings

LEEWAY = 60  # seconds between the provider's clock and ours
MAXIMUM_SUBJECT = 255  # OpenID Connect Core, section 2

_BY_CLAIM = {
    "sub": Refusal.WRONG_SUBJECT,
    "iss": Refusal.WRONG_ISSUER,
    "aud": Refusal.WRONG_AUDIENCE,
    "exp": Refusal.EXPIRED,
    "nbf": Refusal.NOT_YET_VALID,
    "iat": Refusal.WRONG_ISSUE_TIME,
}


def check_id_token(provider: Provider, transaction: Transaction, token: str, now: datetime) -> Mapping[str, Any]:
    """The claims of an ID token that holds in every respect; raises SignInError where one does not."""
    claims = _verify(provider, token, now)
    settings = provider.settings
    seconds = int(now.timestamp())
    _check_registered(claims, settings, seconds)
    # A token made before we asked was not made for this sign-in, whatever its nonce.
    if claims["iat"] < transaction.created.timestamp() - LEEWAY:
        raise SignInError(Refusal.WRONG_ISSUE_TIME)
    if claims["aud"] not in (settings.client_id, [settings.client_id]):
        raise SignInError(Refusal.WRONG_AUDIENCE)
    if claims.get("azp", settings.client_id) != settings.client_id:
        raise SignInError(Refusal.WRONG_AUDIENCE)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not is_same(nonce, transaction.nonce):
        raise SignInError(Refusal.WRONG_NONCE)
    if settings.acr_values and claims.get("acr") not in settings.acr_values:
        raise SignInError(Refusal.WRONG_ASSURANCE)
    if settings.max_age is not None:
        _check_age(claims.get("auth_time"), settings.max_age, seconds)
    return claims


def subject_of(claims: Mapping[str, Any], settings: ProviderSettings) -> str:
    """The claim that names the person at this provider, as text of 1 to 255 characters."""
    subject = claims.get(settings.subject_claim)
    if not isinstance(subject, str) or not 0 < len(subject) <= MAXIMUM_SUBJECT or not subject.isprintable():
        raise SignInError(Refusal.WRONG_SUBJECT)
    return subject


def _verify(provider: Provider, token: str, now: datetime) -> Mapping[str, Any]:
    registry = jws.JWSRegistry(algorithms=provider.settings.algorithms, strict_check_header=False)
    registry.max_header_length = 8192  # certificates of the signer may stand there; they are not heeded

    def find_key(signed: GuestProtocol) -> VerifyingKey:
        header = signed.headers()
        if "crit" in header or str(header.get("typ", "JWT")).upper() != "JWT":
            raise SignInError(Refusal.MALFORMED_TOKEN)
        return provider.signing_key(header.get("kid"), header["alg"], now)

    try:
        return jwt.decode(token, find_key, registry=registry).claims
    except BadSignatureError as error:
        raise SignInError(Refusal.WRONG_SIGNATURE) from error
    except UnsupportedAlgorithmError as error:
        raise SignInError(Refusal.WRONG_ALGORITHM) from error
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise SignInError(Refusal.MALFORMED_TOKEN) from error


def _check_registered(claims: Mapping[str, Any], settings: ProviderSettings, seconds: int) -> None:
    registered = jwt.JWTClaimsRegistry(
        now=seconds,
        leeway=LEEWAY,
        iss={"essential": True, "value": settings.issuer},
        sub={"essential": True},
        aud={"essential": True, "value": settings.client_id},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registered.validate(dict(claims))
    except ExpiredTokenError as error:
        raise SignInError(Refusal.EXPIRED) from error
    except MissingClaimError as error:
        raise SignInError(Refusal.MISSING_CLAIM) from error
    except InvalidClaimError as error:
        raise SignInError(_BY_CLAIM.get(error.claim, Refusal.MALFORMED_TOKEN)) from error


def _check_age(auth_time: object, max_age: int, seconds: int) -> None:
    if isinstance(auth_time, bool) or not isinstance(auth_time, int | float):
        raise SignInError(Refusal.STALE_AUTHENTICATION)
    if not -LEEWAY <= seconds - auth_time <= max_age + LEEWAY:
        raise SignInError(Refusal.STALE_AUTHENTICATION)
