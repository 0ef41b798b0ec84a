"""What the administrator types about a person and a withdrawal."""

import calendar
from datetime import MAXYEAR, date
from typing import Any

from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    SelectField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional, Regexp

from portal.people.forms import IdentityNumberField
from portal.web.fields import LineField
from portal.web.forms import PortalForm

LANGUAGES = {
    "sv": _("Svenska"),
    "en": _("Engelska"),
    "ar": _("Arabiska"),
    "so": _("Somaliska"),
    "uk": _("Ukrainska"),
    "ti": _("Tigrinska"),
}
WAYS_TO_WITHDRAW = {
    "phone": _("På telefon"),
    "visit": _("Vid besök"),
    "letter": _("I brev"),
    "online": _("På nätet"),
    "other": _("På annat sätt"),
}
# The texts of the form, by what is chosen in portal.consent.form.texts.CURRENT.
FORMS = {
    "sv": LANGUAGES["sv"],
    "sv-easy": _("Lätt svenska"),
    **{code: name for code, name in LANGUAGES.items() if code != "sv"},
}

_needed = DataRequired(_("Fyll i det här."))
_short = Length(max=200, message=_("Skriv högst 200 tecken."))


def _languages() -> list[tuple[str, Any]]:
    return list(LANGUAGES.items())


class FindPersonForm(PortalForm):
    """Find somebody in the register by number or by name."""

    sought = LineField(_("Personnummer eller namn"), [_needed, _short])


class PersonForm(PortalForm):
    """Register a person."""

    personnummer = IdentityNumberField(_("Personnummer eller samordningsnummer"))
    given_name = LineField(_("Förnamn"), [_needed, _short])
    family_name = LineField(_("Efternamn"), [_needed, _short])
    phone = LineField(_("Telefon"), [Optional(), Length(max=60)])
    email = LineField(
        _("E-post"),
        [
            Optional(),
            Length(max=200),
            Regexp(r"^[^@\s]+@[^@\s]+$", message=_("Skriv en e-postadress, som namn@example.se.")),
        ],
    )
    language = SelectField(_("Språk"), choices=_languages, default="sv")
    is_protected = BooleanField(_("Personen har skyddade personuppgifter"))

    def validate_is_protected(self, field: Any) -> None:
        """A protected person has neither phone nor e-mail in the portal at all."""
        if field.data and (self.phone.data or self.email.data):
            raise ValidationError(say("För den som har skyddade personuppgifter sparas varken telefon eller e-post."))


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    # The calendar ends somewhere; what is typed beyond it is no longer for that.
    year, month = min(day.year + years, MAXYEAR), month + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))
