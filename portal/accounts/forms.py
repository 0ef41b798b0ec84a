"""What the administrator types about a named staff member."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.accounts.rules import Role
from portal.web.forms import PortalForm
from portal.web.words import word

_needed = InputRequired(_("Fyll i det här."))
_short = Length(max=200, message=_("Skriv högst 200 tecken."))


def _no_padding(text: str | None) -> str | None:
    return text.strip() if text else text


class StaffForm(PortalForm):
    """Add a named staff member: who, where, in which role, known to which provider by which subject."""

    staff = HiddenField(_("Formuläret"), validators=[Regexp(r"^[0-9a-f]{32}$")])
    name = StringField(_("Namn"), [_needed, _short], filters=[_no_padding])
    title = StringField(_("Titel"), [_needed, _short], filters=[_no_padding])
    agency = SelectField(_("Myndighet"))
    role = SelectField(_("Roll"))
    issuer = SelectField(_("Loggar in hos"))
    subject = StringField(_("Identitet hos inloggningstjänsten"), [_needed, _short], filters=[_no_padding])
    phone = StringField(_("Telefon"), [Optional(), _short], filters=[_no_padding])
    phone_hours = StringField(_("Telefontid"), [Optional(), _short], filters=[_no_padding])
    email = StringField(
        _("E-post"),
        [Optional(), _short, Regexp(r"^[^@\s]+@[^@\s]+$", message=_("Skriv en e-postadress, som namn@example.se."))],
        filters=[_no_padding],
    )
    active_from = DateField(_("Från och med"), [InputRequired(_("Skriv ett datum som finns."))])
    active_until = DateField(_("Till och med"), [Optional()])

    vouched: Mapping[str, tuple[str, ...]] = {}

    def offer(
        self, agencies: Mapping[str, str], issuers: Mapping[str, str], vouched: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Say what can be chosen: agencies, and issuers with the agencies each may vouch for."""
        self.agency.choices = list(agencies.items())
        self.issuer.choices = list(issuers.items())
        self.role.choices = [(role.value, word(role)) for role in Role]
        self.vouched = vouched

    def validate_issuer(self, field: Any) -> None:
        """A provider vouches only for the staff of its own agencies."""
        if self.agency.data not in self.vouched.get(field.data, ()):
            raise ValidationError(say("Den inloggningstjänsten gäller inte för personal på den myndigheten."))

    def validate_active_until(self, field: Any) -> None:
        """An entry does not end before it begins."""
        if field.data and self.active_from.data and field.data < self.active_from.data:
            raise ValidationError(say("Sista dagen kommer före den första. Ändra någon av dem."))
