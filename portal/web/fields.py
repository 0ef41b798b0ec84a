"""What somebody types in a field, as the register wants it: a line of text that can be seen, a day that is meant.

What a page reads back to somebody else is never steered by what cannot be seen: control characters, and those that
turn the direction of the text around them, are taken away when they are typed.
"""

import unicodedata
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField
from wtforms.validators import StopValidation

# They join letters within a word in Persian and other languages, and so belong to names.
_JOINERS = "\u200c\u200d"
_UNSEEN = ("Cc", "Cf")
_FIRST_YEAR = 1900


def one_line(text: str | None) -> str | None:
    """``text`` on one line, without padding and without characters that nobody sees; empty where nothing is left."""
    if not text:
        return text
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or letter in _JOINERS or unicodedata.category(letter) not in _UNSEEN
    )
    return " ".join(seen.split()) if seen.strip(f" {_JOINERS}") else ""


class LineField(StringField):
    """A line of text, without padding and without what cannot be seen."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, filters=[one_line], **options)


class DayField(DateField):
    """A Stockholm day of this time: a year typed with two digits is a year of the first century to a browser."""

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse a year that nobody means."""
        if self.data is not None and self.data.year < _FIRST_YEAR:
            raise StopValidation(_("Skriv året med fyra siffror, till exempel 2026."))


def day_in(field: DateField) -> date:
    """The day in a required field of a form that validated; raises ValueError before that."""
    if field.data is None:
        raise ValueError("the field has not been validated")
    return field.data
