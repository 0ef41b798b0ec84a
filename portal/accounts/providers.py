"""Which OpenID providers may vouch for whose staff: the part of the settings file that says so.

Refused at start: a provider without https, without listed assurance levels, with no way or two ways to
prove who we are, or with a secret that others on the machine can read. Only the demo's own provider, on
loopback, is let off the first two; `portal serve` refuses to start with such a provider.
"""

import ipaddress
import re
import stat
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.jwk import ECKey, KeyParameters, RSAKey
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from portal.accounts.rules import AgencyId
from portal.errors import SettingsError

SigningAlgorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
ClientKey = RSAKey | ECKey

MINIMUM_RSA_BITS = 2048
_ONE_VALUE = re.compile(r"[!-~]{1,200}")
CURVES = ("secp256r1", "secp384r1", "secp521r1")


def _beside_the_file(path: Path, info: ValidationInfo) -> Path:
    return Path((info.context or {}).get("folder", Path.cwd()), path)


class ProviderSettings(BaseModel):
    """One OpenID provider: where it is, who we are there, and for which agencies' staff its word is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=100)
    issuer: str
    client_id: str = Field(min_length=1, max_length=255)
    client_secret_file: Annotated[Path, AfterValidator(_beside_the_file)] | None = None
    private_key_file: Annotated[Path, AfterValidator(_beside_the_file)] | None = None
    private_key_id: str | None = None
    client_authentication: Literal["basic", "post"] = "basic"
    agencies: tuple[AgencyId, ...] = Field(min_length=1)
    acr_values: tuple[str, ...] = ()
    algorithms: tuple[SigningAlgorithm, ...] = Field(default=("RS256", "PS256", "ES256"), min_length=1)
    scopes: tuple[str, ...] = ("openid",)
    subject_claim: str = Field(default="sub", min_length=1)
    max_age: int | None = Field(default=None, ge=0, description="seconds since the person last proved who they are")
    timeout: int = Field(default=5, ge=1, le=30, description="seconds the provider has to answer each question")
    proxy: str | None = None
    ca_file: Annotated[Path, AfterValidator(_beside_the_file)] | None = None
    demo: bool = False

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if not self.trusts_address(self.issuer) or urlsplit(self.issuer).query:
            raise ValueError("issuer must be an https address without query or fragment")
        if not self.demo and not self.acr_values:
            raise ValueError("acr_values must list the assurance levels that are accepted, for example loa3")
        if not all(map(_ONE_VALUE.fullmatch, (*self.acr_values, *self.scopes))):
            raise ValueError("acr_values and scopes hold one value each, without spaces")
        if (self.client_secret_file is None) == (self.private_key_file is None):
            raise ValueError("name either client_secret_file or private_key_file")
        if "openid" not in self.scopes:
            raise ValueError("scopes must include openid")
        return self

    def trusts_address(self, url: str) -> bool:
        """Whether ``url`` may be talked to: https, or this machine itself for the demo's provider."""
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            return False
        if not host or parts.fragment or parts.username is not None or parts.password is not None:
            return False
        return parts.scheme == "https" or (self.demo and parts.scheme == "http" and _is_loopback(host))

    @cached_property
    def client_secret(self) -> str | None:
        """The secret that proves us to the provider; raises SettingsError when it cannot be had safely."""
        if self.client_secret_file is None:
            return None
        try:
            secret = _read_secret(self.client_secret_file).decode("ascii").strip()
        except UnicodeDecodeError as error:
            raise SettingsError(f"{self.client_secret_file} must hold the client secret, in ASCII") from error
        if not secret:
            raise SettingsError(f"{self.client_secret_file} is empty: it must hold the client secret")
        return secret

    @cached_property
    def private_key(self) -> ClientKey | None:
        """The key that proves us to the provider; raises SettingsError when it cannot be had safely."""
        if self.private_key_file is None:
            return None
        try:
            raw = load_pem_private_key(_read_secret(self.private_key_file), None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise SettingsError(f"{self.private_key_file} must hold a private key in PEM, without password") from error
        parameters: KeyParameters = {"kid": self.private_key_id} if self.private_key_id else {}
        if isinstance(raw, RSAPrivateKey) and raw.key_size >= MINIMUM_RSA_BITS:
            return RSAKey.import_key(raw, parameters)
        if isinstance(raw, EllipticCurvePrivateKey) and raw.curve.name in CURVES:
            return ECKey.import_key(raw, parameters)
        raise SettingsError(
            f"{self.private_key_file} must hold an EC key on a NIST curve or an RSA key of {MINIMUM_RSA_BITS} bits"
        )

    def check_secrets(self) -> None:
        """Read the secret or key once, so that a missing one stops the start and not the first sign-in."""
        _ = self.client_secret, self.private_key


def distinct(providers: tuple[ProviderSettings, ...]) -> tuple[ProviderSettings, ...]:
    """The providers, if no two share an id or an issuer: a staff entry names its provider by issuer alone."""
    for name in ("id", "issuer"):
        if len({getattr(each, name) for each in providers}) < len(providers):
            raise ValueError(f"two providers have the same {name}")
    return providers


Providers = Annotated[tuple[ProviderSettings, ...], AfterValidator(distinct)]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read_secret(path: Path) -> bytes:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingsError(f"{path} can be read by others: chmod 600 it")
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"cannot read {path}, named in the settings of a sign-in provider") from error
