"""The form that all forms here are: what WTForms itself has to say of a field, it says in our words.

WTForms has messages of its own, in English and more or less in Swedish. None of them reaches a page: the few that our
fields can give are put in words here, and any other as something that could not be read.
"""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

_CHOOSE = _("Välj något i listan.")
_UNREADABLE = _("Det här gick inte att läsa. Rätta det, eller ladda om sidan och börja om.")

# By WTForms' own message; what stands in it (a length, a value) may stand in ours.
_SAID: Mapping[str, object] = {
    "This field is required.": _("Fyll i det här."),
    "Not a valid choice.": _CHOOSE,
    "'%(value)s' are not valid choices for this field.": _CHOOSE,
    "Not a valid date value.": _("Skriv ett datum som finns, till exempel 2026-03-16."),
    "Not a valid integer value.": _("Skriv ett heltal."),
    "Field cannot be longer than %(max)d characters.": _("Skriv högst %(max)d tecken."),
}


class _OurWords:
    """What WTForms asks for the translation of its messages."""

    def gettext(self, message: str) -> str:
        return str(_SAID.get(message, _UNREADABLE))

    def ngettext(self, _one: str, many: str, _count: int) -> str:
        return self.gettext(many)


class PortalForm(FlaskForm):
    """A form that speaks the language of the page."""

    class Meta:
        """WTForms' place for such things."""

        def get_translations(self, _form: object) -> _OurWords:
            """Our words for WTForms' messages."""
            return _OurWords()
