"""The words of the form: one file for each language and version, checked when they are read.

A text that has been signed is never changed: a new one gets a new version, and the old file stays. Which version
was signed is kept with the consent.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator

from portal.consent.rules import Category
from portal.errors import SettingsError

# The version that is printed now, by what one chooses; easy Swedish is a text of its own in the same language.
CURRENT: Mapping[str, str] = {
    "sv": "sv-1",
    "sv-easy": "sv-easy-1",
    "en": "en-1",
    "ar": "ar-1",
    "so": "so-1",
    "uk": "uk-1",
    "ti": "ti-1",
}
_FOLDER = Path(__file__).with_name("texts")

Texts = TypeVar("Texts", bound=BaseModel)
Words = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S(.*\S)?$")]


class FormTexts(BaseModel):
    """Every word of one form. ``is_reviewed`` says whether somebody who answers for the translation has read it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Words
    language: Literal["sv", "en", "ar", "so", "uk", "ti"]
    direction: Literal["ltr", "rtl"]
    is_reviewed: bool

    title: Words
    intro: Words
    person: Words
    name_label: Words
    number_label: Words

    directions: Words
    directions_lead: Words
    source: Words
    own_contacts: Words
    what: Words
    recipients: Words
    stand_ins: Words
    no_stand_ins: Words
    covers_protected: Words

    not_shared: Words
    not_shared_lead: Words
    not_shared_rest: Words
    strike: Words

    purpose: Words
    usual_purpose: Words
    period: Words
    valid_from: Words
    valid_until: Words
    period_ends: Words

    voluntary: Words
    voluntary_words: Words
    withdraw: Words
    withdraw_words: Words
    withdraw_contact: Words
    log_words: Words

    informed: Words
    informed_by: Words
    informed_language: Words
    interpreter: Words
    yes: Words
    no: Words
    interpreter_name: Words

    signature_heading: Words
    declaration: Words
    place: Words
    date: Words
    signature: Words
    printed_name: Words
    representative: Words
    representative_words: Words
    representative_name: Words
    representative_role: Words

    version: Words
    reference: Words
    page: Words

    categories: dict[Category, tuple[Words, Words]]

    @field_validator("categories")
    @classmethod
    def _names_them_all(cls, categories: dict[Category, tuple[str, str]]) -> dict[Category, tuple[str, str]]:
        if missing := [each.value for each in Category if each not in categories]:
            raise ValueError(f"without words: {', '.join(missing)}")
        return categories


@cache
def form_texts(version: str) -> FormTexts:
    """The words of one version, such as ``sv-1``; raises SettingsError if a text is missing, unknown or empty."""
    return read_texts(FormTexts, _FOLDER / f"{version}.toml", f"the form {version}")


def read_texts(texts: type[Texts], path: Path, what: str) -> Texts:
    """The words of ``what``, a form or a letter, from its file; raises SettingsError as ``form_texts`` does."""
    try:
        return texts.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"the texts of {what} cannot be read: is the installation whole?") from error
    except ValidationError as error:
        faults = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False))
        raise SettingsError(f"the texts of {what} are not whole: {faults}") from error


def check_form_texts() -> None:
    """Read every text that can be printed; raises SettingsError."""
    for version in CURRENT.values():
        form_texts(version)
