"""The settings: one TOML file, every key known, checked before anything starts.

An unknown key, a wrong type or a missing file stops the start with all the reasons at once. Secrets are named
by file path, never written here. Relative paths are relative to the file. config.example.toml documents each.
"""

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from keys.errors import KeysError
from keys.settings import KeySettings, key_settings
from portal.accounts.providers import Providers
from portal.errors import SettingsError
from portal.plans.clashes import ClashSettings


def _beside_the_file(path: Path, info: ValidationInfo) -> Path:
    folder = (info.context or {}).get("folder", Path.cwd())
    return Path(folder, path)


def _key_table(table: object, info: ValidationInfo) -> KeySettings:
    if isinstance(table, KeySettings):
        return table
    try:
        return key_settings(table, Path((info.context or {}).get("folder", Path.cwd())))
    except KeysError as error:
        raise ValueError(str(error)) from None


def _known_limits(table: object) -> object:
    """A dataclass would let an unknown key pass without a word."""
    known = {field.name for field in fields(ClashSettings)}
    unknown = sorted(table.keys() - known) if isinstance(table, dict) else []
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}")
    return table


SettingsPath = Annotated[Path, AfterValidator(_beside_the_file)]


class Section(BaseModel):
    """A table of the settings file; what is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _database_url(url: str, info: ValidationInfo) -> str:
    """A relative SQLite path is relative to the settings file, like every other path."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url.startswith(f"{prefix}/"):
        return url
    return f"{prefix}{_beside_the_file(Path(url.removeprefix(prefix)), info)}"


class DatabaseSettings(Section):
    """Where the register and the trail are. On PostgreSQL each role connects with its own URL."""

    url: Annotated[str, AfterValidator(_database_url)]
    administration_url: str | None = None
    signer_url: str | None = None
    owner_url: str | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.url.startswith("sqlite")


class TrailSettings(Section):
    """The trail's name and signing key, the signer's memory and when reads stop for want of a signature."""

    origin: str = Field(min_length=1, max_length=200, pattern=r"^[^\s+]+$")
    signing_key_file: SettingsPath
    state_file: SettingsPath
    stop_reads_after_seconds: int = Field(default=60, ge=2, le=3600)


class SessionSettings(Section):
    """How long a sign-in lasts: idle minutes, and hours at most."""

    idle_minutes: int = Field(default=15, ge=1, le=60)
    hours: int = Field(default=8, ge=1, le=12)


class ReadingSettings(Section):
    """The reasons a reader chooses between, by code, with their words in each language."""

    reasons: dict[str, dict[str, str]] = {
        "ongoing": {"sv": "löpande handläggning", "en": "ongoing casework"},
        "check_in": {"sv": "avstämning", "en": "check-in"},
        "decision": {"sv": "beslut", "en": "decision"},
        "follow_up": {"sv": "uppföljning", "en": "follow-up"},
    }
    look_ups_per_hour: int = Field(default=60, ge=1)

    @field_validator("reasons")
    @classmethod
    def _has_both_languages(cls, reasons: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for code, words in reasons.items():
            if words.keys() != {"sv", "en"} or re.fullmatch(r"[a-z0-9_-]{1,64}", code) is None:
                raise ValueError(f"the reason {code!r} needs words in sv and en, and a code of a-z, 0-9, _ and -")
        return reasons


class ConsentSettings(Section):
    """How long a consent may last and closed content is kept, its paper and who confirms it, and what is printed."""

    max_months: int = Field(default=12, ge=1, le=36)
    keep_closed_months: int = Field(default=24, ge=1, le=240)
    max_paper_bytes: int = Field(default=15_000_000, ge=100_000, le=50_000_000)
    second_administrator: bool = True
    form_fonts: SettingsPath = Path("/usr/share/fonts/truetype/noto")
    legal_basis: str = "GDPR artikel 6.1 e: uppgift av allmänt intresse"


class ExchangeSettings(Section):
    """The largest document taken in, in bytes: by the command, and at the desk, where it is kept for some minutes."""

    max_bytes: int = Field(default=1_000_000_000, ge=1)
    desk_max_bytes: int = Field(default=2_000_000, ge=1, le=50_000_000)
    desk_minutes: int = Field(default=30, ge=5, le=120)


class WebSettings(Section):
    """Where the portal answers, the address it is known by, and the proxies it believes."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    address: str = "https://portal.example"
    workers: int = Field(default=2, ge=1)
    threads: int = Field(default=8, ge=1)
    trusted_proxies: int = Field(default=0, ge=0, le=3)
    limiter_url: str = "memory://"
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=1, le=65535)


class Settings(Section):
    """Everything one installation is told."""

    name: str = "Gemensam ingång"
    operator_contact: str = "AME"
    demo: bool = False
    database: DatabaseSettings
    keys: Annotated[KeySettings, PlainValidator(_key_table)]
    trail: TrailSettings
    sessions: SessionSettings = SessionSettings()
    reading: ReadingSettings = ReadingSettings()
    consent: ConsentSettings = ConsentSettings()
    clashes: Annotated[ClashSettings, BeforeValidator(_known_limits)] = ClashSettings()
    exchange: ExchangeSettings = ExchangeSettings()
    web: WebSettings = WebSettings()
    providers: Providers = ()


def read_settings(path: Path) -> Settings:
    """The settings in the TOML file at ``path``.

    Raises SettingsError with every fault in it, named by key.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read the settings file {path}: name one with --config or PORTAL_CONFIG") from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from error
    try:
        return Settings.model_validate(values, context={"folder": path.resolve().parent})
    except ValidationError as error:
        faults = "\n".join(
            f"  {'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise SettingsError(f"{path} cannot be used:\n{faults}") from error
