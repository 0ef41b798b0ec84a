"""The words of the letter: one file for each language and version, checked when they are read.

A text that has been sent is never changed: a new one gets a new version, and the trail says which was printed. The
words for categories, and for who releases what to whom, are those of the form that was signed.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from portal.consent.form.texts import CURRENT, Words, read_texts
from portal.errors import SettingsError

# The version that is printed now, by what one chooses; and the form whose words go with it.
LETTERS: Mapping[str, str] = {
    "sv": "sv-1",
    "sv-easy": "sv-easy-1",
    "en": "en-1",
    "ar": "ar-1",
    "so": "so-1",
    "uk": "uk-1",
    "ti": "ti-1",
}
_FOLDER = Path(__file__).with_name("texts")


class Ways(BaseModel):
    """In which way it was told, by code."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phone: Words
    visit: Words
    letter: Words
    online: Words
    other: Words


class LetterTexts(BaseModel):
    """Every word of one letter. ``is_reviewed`` says whether somebody who answers for the translation has read it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Literal["sv", "en", "ar", "so", "uk", "ti"]
    direction: Literal["ltr", "rtl"]
    is_reviewed: bool

    title: Words
    intro: Words
    intro_part: Words
    to: Words
    when: Words
    told_on: Words
    how: Words
    received_by: Words
    closed: Words
    effect: Words
    remains: Words
    remains_until: Words
    support_heading: Words
    support: Words
    kept_heading: Words
    kept: Words
    ask: Words
    contact: Words
    version: Words
    page: Words
    ways: Ways


@cache
def letter_texts(version: str) -> LetterTexts:
    """The words of one version, such as ``sv-1``; raises SettingsError if a text is missing, unknown or empty."""
    return read_texts(LetterTexts, _FOLDER / f"{version}.toml", f"the letter {version}")


def check_letter_texts() -> None:
    """Read every text that can be printed; raises SettingsError."""
    for choice, version in LETTERS.items():
        letter_texts(version)
        if choice not in CURRENT:
            raise SettingsError(f"the letter {choice} has no form whose words go with it")
