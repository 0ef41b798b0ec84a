"""A provider as we know it: its discovery document and its signing keys, fetched, checked and kept a while.

The document's issuer must be the configured one to the letter, and every address in it one we may talk to.
Keys are public, asymmetric and strong enough, or as if they were not there. A token signed with a key we do
not know makes us look for new keys once, then not again for a while: a stranger with made-up tokens cannot
make us hammer the provider.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key
from joserfc.util import base64_to_int
from pydantic import BaseModel, ConfigDict, ValidationError
from requests import RequestException
from requests.adapters import BaseAdapter

from portal.accounts.openid.backchannel import open_session
from portal.accounts.openid.refusals import Refusal, SignInError
from portal.accounts.providers import MINIMUM_RSA_BITS, ProviderSettings

VerifyingKey = RSAKey | ECKey
T = TypeVar("T")

KEPT_FOR = timedelta(minutes=10)
NEW_KEYS_AT_MOST_EVERY = timedelta(seconds=30)
MAXIMUM_KEYS = 50

_KEY_TYPES: dict[str, type[VerifyingKey]] = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey}


class Metadata(BaseModel):
    """What we use of a discovery document (OpenID Connect Discovery 1.0, section 3, and RFC 9207)."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    code_challenge_methods_supported: list[str] | None = None
    token_endpoint_auth_signing_alg_values_supported: list[str] | None = None
    authorization_response_iss_parameter_supported: bool = False
    claims_parameter_supported: bool = False


@dataclass(frozen=True)
class _Kept(Generic[T]):
    """Something fetched, and when."""

    value: T
    at: datetime

    def is_fresh(self, now: datetime, lasts: timedelta) -> bool:
        # A clock that was set back makes the age negative: then it is not fresh.
        return timedelta(0) <= now - self.at < lasts


class Provider:
    """One configured provider, reached by ``adapter`` or else its own HTTPS. Threads may share it."""

    def __init__(self, settings: ProviderSettings, adapter: BaseAdapter | None = None) -> None:
        self.settings = settings
        self.adapter = adapter
        # Each is replaced whole: two threads may fetch the same at once, neither sees half.
        self._metadata: _Kept[Metadata] | None = None
        self._keys: _Kept[tuple[VerifyingKey, ...]] | None = None
        self._looked_for_new_keys: _Kept[None] | None = None

    def metadata(self, now: datetime) -> Metadata:
        """The provider's discovery document; raises SignInError when it cannot be had or trusted."""
        if self._metadata is None or not self._metadata.is_fresh(now, KEPT_FOR):
            self._metadata = _Kept(self._fetch_metadata(), now)
        return self._metadata.value

    def signing_key(self, kid: str | None, algorithm: str, now: datetime) -> VerifyingKey:
        """The provider's key for tokens with this ``kid`` and ``alg``, or SignInError."""
        if self._keys is None or not self._keys.is_fresh(now, KEPT_FOR):
            self._keys = _Kept(self._fetch_keys(now), now)
        key = _pick(self._keys.value, kid, algorithm)
        if key is None and self._may_look_for_new_keys(now):
            self._looked_for_new_keys = _Kept(None, now)
            self._keys = _Kept(self._fetch_keys(now), now)
            key = _pick(self._keys.value, kid, algorithm)
        if key is None:
            raise SignInError(Refusal.UNKNOWN_KEY)
        return key

    def _may_look_for_new_keys(self, now: datetime) -> bool:
        last = self._looked_for_new_keys
        return last is None or not last.is_fresh(now, NEW_KEYS_AT_MOST_EVERY)

    def _fetch_metadata(self) -> Metadata:
        document = self._get(get_well_known_url(self.settings.issuer, external=True))
        try:
            metadata = Metadata.model_validate(document)
        except ValidationError as error:
            raise SignInError(Refusal.UNTRUSTED_METADATA) from error
        addresses = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri)
        if metadata.issuer != self.settings.issuer or not all(map(self.settings.trusts_address, addresses)):
            raise SignInError(Refusal.UNTRUSTED_METADATA)
        methods = metadata.code_challenge_methods_supported
        if methods is not None and "S256" not in methods:
            raise SignInError(Refusal.PKCE_UNSUPPORTED)
        return metadata

    def _fetch_keys(self, now: datetime) -> tuple[VerifyingKey, ...]:
        document = self._get(self.metadata(now).jwks_uri)
        keys = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(keys, list) or len(keys) > MAXIMUM_KEYS:
            raise SignInError(Refusal.UNTRUSTED_KEYS)
        return tuple(_usable(keys))

    def _get(self, url: str) -> Any:
        with open_session(self.settings, self.adapter) as session:
            try:
                response = session.get(url, withhold_token=True)
                response.raise_for_status()
                return response.json()
            except (RequestException, ValueError, RecursionError) as error:
                raise SignInError(Refusal.PROVIDER_UNREACHABLE) from error


def _usable(keys: Iterable[Any]) -> Iterable[VerifyingKey]:
    for data in keys:
        if not isinstance(data, dict) or data.get("kty") not in ("RSA", "EC") or data.get("use", "sig") != "sig":
            continue
        try:
            if data["kty"] == "RSA" and base64_to_int(data["n"]).bit_length() < MINIMUM_RSA_BITS:
                continue
            key = import_key(data)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue
        if isinstance(key, VerifyingKey):
            yield key


def _pick(keys: tuple[VerifyingKey, ...], kid: str | None, algorithm: str) -> VerifyingKey | None:
    """The one key meant: by ``kid``, or without one the only key there is for the algorithm."""
    fitting = [
        key
        for key in keys
        if isinstance(key, _KEY_TYPES[algorithm[:2]]) and key.get("alg") in (None, algorithm) and kid in (None, key.kid)
    ]
    return fitting[0] if len(fitting) == 1 else None
