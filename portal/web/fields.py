"""What somebody types in a field, as the register wants it: a line of text that can be seen, a day that is meant.

What a page reads back to somebody else is never steered by what cannot be seen: control characters, and those that
turn the direction of the text around them, are taken away when they are typed.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField

from portal import clock
from portal.web.days import DayError, DayFault, read_day

# They join letters within a word in Persian and other languages, and so belong to names.
_JOINERS = "\u200c\u200d"
_UNSEEN = ("Cc", "Cf")
_WRONG_DAY: Mapping[DayFault, Any] = {
    DayFault.UNREADABLE: _("Skriv dagen till exempel som 2026-03-16, 16/3 2026 eller 16 mars."),
    DayFault.NO_SUCH_DAY: _("Den dagen finns inte i kalendern."),
    DayFault.WHICH_YEAR: _("Skriv året också, till exempel 16 mars 2026."),
    DayFault.LONG_AGO: _("Skriv året med fyra siffror, till exempel 2026."),
}


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
    """A Stockholm day, typed in any of the ways people type one; shown again as it was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, or say kindly what is missing."""
        self.data = None
        if not valuelist or not valuelist[0]:
            return
        try:
            self.data = read_day(one_line(valuelist[0]) or "", clock.today())
        except DayError as error:
            raise ValueError(_WRONG_DAY[error.fault]) from None


def day_in(field: DateField) -> date:
    """The day in a required field of a form that validated; raises ValueError before that."""
    if field.data is None:
        raise ValueError("the field has not been validated")
    return field.data
