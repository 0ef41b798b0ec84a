"""What the administrator types about a person, a consent and a withdrawal."""

import calendar
from collections.abc import Mapping
from datetime import MAXYEAR, date
from typing import Any

from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from portal import clock
from portal.consent.rules import Category
from portal.people.forms import IdentityNumberField
from portal.web.fields import DayField, LineField
from portal.web.forms import PortalForm
from portal.web.words import word

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
# Somebody may have been ended while the form lay open. The stubs are older than WTForms' word for it.
_kindly: dict[str, Any] = {"invalid_choice_message": _("Något du valde går inte att välja längre. Välj igen.")}
_short = Length(max=200, message=_("Skriv högst 200 tecken."))


def _languages() -> list[tuple[str, Any]]:
    return list(LANGUAGES.items())


def _forms() -> list[tuple[str, Any]]:
    return list(FORMS.items())


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


class ConsentForm(PortalForm):
    """Register a consent as it was signed: who, from whom, what, until when."""

    consent = HiddenField(_("Formuläret"), validators=[Regexp(r"^[0-9a-f]{32}$")])
    recipients = SelectMultipleField(_("Vilka personer får läsa?"), **_kindly)
    sources = SelectMultipleField(_("Vilka myndigheter lämnar ut uppgifter?"), **_kindly)
    categories = SelectMultipleField(_("Vilka uppgifter får de lämna ut?"), **_kindly)
    stand_ins = BooleanField(_("En ersättare på samma myndighet får läsa när den som är namngiven är borta"))
    covers_protected = BooleanField(_("Samtycket gäller uttryckligen också skyddade personuppgifter"))
    purpose = LineField(_("Ändamål"), [_needed, Length(max=500)])
    valid_from = DayField(_("Gäller från och med"), [InputRequired(_("Skriv ett datum som finns."))])
    valid_until = DayField(_("Gäller till och med"), [InputRequired(_("Skriv ett datum som finns."))])
    signed_on = DayField(_("Underskrivet den"), [InputRequired(_("Skriv ett datum som finns."))])
    place = LineField(_("Ort"), [_needed, _short])
    informed_by = SelectField(_("Vem informerade personen?"), **_kindly)
    language = SelectField(_("Blankettens språk"), choices=_forms, default="sv")
    interpreter = BooleanField(_("En tolk var med"))
    representative = LineField(_("Ställföreträdare, om någon skrev under för personen"), [Optional(), _short])

    max_months: int = 12

    def offer(
        self,
        agencies: Mapping[str, str],
        readers: Mapping[str, list[tuple[str, str]]],
        staff: Mapping[str, str],
        max_months: int,
    ) -> None:
        """Say what can be chosen, id to words: agencies, active readers by agency, and all staff who may inform."""
        self.sources.choices = list(agencies.items())
        self.recipients.choices = {name: choices for name, choices in readers.items() if choices}
        self.informed_by.choices = list(staff.items())
        self.categories.choices = [(each.value, word(each)) for each in Category]
        self.max_months = max_months

    def validate_sources(self, field: Any) -> None:
        """Only contacts need no source."""
        if not field.data and set(self.categories.data or ()) != {Category.CONTACTS.value}:
            raise ValidationError(say("Välj minst en myndighet."))

    def validate_categories(self, field: Any) -> None:
        """A consent says what it is about."""
        if not field.data:
            raise ValidationError(say("Välj minst ett slags uppgifter."))

    def validate_recipients(self, field: Any) -> None:
        """A consent names people, never an agency."""
        if not field.data:
            raise ValidationError(say("Välj minst en person som får läsa."))

    def validate_signed_on(self, field: Any) -> None:
        """A paper is signed before it is registered."""
        if field.data and field.data > clock.today():
            raise ValidationError(say("Papperet kan inte vara underskrivet efter i dag."))

    def validate_valid_until(self, field: Any) -> None:
        """Never open-ended, and no longer than the settings say."""
        first, last = self.valid_from.data, field.data
        if first is None or last is None:
            return
        if last < first:
            raise ValidationError(say("Sista dagen kommer före den första. Ändra någon av dem."))
        if last > add_months(first, self.max_months):
            raise ValidationError(say("Ett samtycke gäller högst %(months)s månader.", months=self.max_months))


class PrintForm(ConsentForm):
    """Print the form that is to be signed: the same fields, but what is written by hand may be left out."""

    signed_on = DayField(_("Underskrivet den"), [Optional()])
    place = LineField(_("Ort"), [Optional(), _short])

    printable: frozenset[str] = frozenset()

    def validate_language(self, field: Any) -> None:
        """Only what the fonts at hand can draw is printed."""
        if field.data in FORMS and field.data not in self.printable:
            raise ValidationError(say("Blanketten kan inte skrivas ut på det språket här. Teckensnitt saknas."))


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    # The calendar ends somewhere; what is typed beyond it is no longer for that.
    year, month = min(day.year + years, MAXYEAR), month + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))
