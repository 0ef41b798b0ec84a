"""What the administrator types about agencies, named staff and stand-ins."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, SelectField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from portal import clock
from portal.accounts.rules import AgencyKind, Role, Staff, StaffDetails
from portal.web.fields import DayField, LineField
from portal.web.forms import PortalForm
from portal.web.words import word

_needed = DataRequired(_("Fyll i det här."))
_short = Length(max=200, message=_("Skriv högst 200 tecken."))


class DetailsForm(PortalForm):
    """What may change of a staff entry."""

    name = LineField(_("Namn"), [_needed, _short])
    title = LineField(_("Titel"), [_needed, _short])
    phone = LineField(_("Telefon"), [Optional(), _short])
    phone_hours = LineField(_("Telefontid"), [Optional(), _short])
    email = LineField(
        _("E-post"),
        [Optional(), _short, Regexp(r"^[^@\s]+@[^@\s]+$", message=_("Skriv en e-postadress, som namn@example.se."))],
    )

    @property
    def details(self) -> StaffDetails:
        """What was typed."""
        return StaffDetails(
            self.name.data or "",
            self.title.data or "",
            self.email.data or None,
            self.phone.data or None,
            self.phone_hours.data or None,
        )


class ChangeStaffForm(DetailsForm):
    """Change what may change of a staff entry; ``version`` is the one that was on the page."""

    version = HiddenField(_("Formuläret"), validators=[Regexp(r"^[0-9]{1,9}$")])


class StaffForm(DetailsForm):
    """Add a named staff member: who, where, in which role, known to which provider by which subject."""

    staff = HiddenField(_("Formuläret"), validators=[Regexp(r"^[0-9a-f]{32}$")])
    agency = SelectField(_("Myndighet"))
    role = SelectField(_("Roll"))
    active_from = DayField(_("Från och med"), [InputRequired(_("Skriv ett datum som finns."))])
    active_until = DayField(_("Till och med"), [Optional()])
    issuer = SelectField(_("Loggar in hos"))
    subject = LineField(_("Identitet hos inloggningstjänsten"), [_needed, _short])

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

    def refuse_taken(self) -> None:
        """Say at the field that somebody else has the identity."""
        _say_at(self.subject, say("Någon annan har den identiteten under samma tid. Två personer kan inte dela den."))

    def refuse_both_roles(self) -> None:
        """Say at the field that the roles are kept apart."""
        words = say("Den som har identiteten är eller har varit administratör eller granskare. Ingen kan vara båda.")
        _say_at(self.role, words)


class AgencyForm(PortalForm):
    """Add an agency. Its id is what the settings of the sign-in providers call it, and never changes."""

    name = LineField(_("Namn"), [_needed, _short])
    kind = SelectField(_("Slag"))
    agency = LineField(
        _("Kod"),
        [
            _needed,
            Regexp(
                r"^[a-z0-9][a-z0-9-]{0,39}$",
                message=_("Skriv högst 40 små bokstäver (a–z), siffror och bindestreck, till exempel region-skane."),
            ),
        ],
    )

    def offer(self) -> None:
        """Say which kinds there are."""
        self.kind.choices = [(kind.value, word(kind)) for kind in AgencyKind]

    def refuse_taken(self) -> None:
        """Say at the field that another agency has the code."""
        _say_at(self.agency, say("En annan myndighet har redan den koden."))


class RenameAgencyForm(PortalForm):
    """Rename an agency; ``known_as`` is the name that was on the page."""

    known_as = HiddenField(_("Formuläret"))
    name = LineField(_("Namn"), [_needed, _short])


class StandInForm(PortalForm):
    """Let somebody read in place of an absent colleague, from a day until another."""

    stand_in = HiddenField(_("Formuläret"), validators=[Regexp(r"^[0-9a-f]{32}$")])
    by = SelectField(_("Vem läser i stället?"))
    from_ = DayField(_("Från och med"), [InputRequired(_("Skriv ett datum som finns."))])
    until = DayField(_("Till och med"), [InputRequired(_("Skriv ett datum som finns."))])

    def offer(self, colleagues: Iterable[Staff]) -> None:
        """Say who can stand in."""
        self.by.choices = [("", say("Välj en kollega")), *((str(each.id), _spoken(each)) for each in colleagues)]

    def validate_by(self, field: Any) -> None:
        """Somebody must be chosen: nobody is taken for granted."""
        if not field.data:
            raise ValidationError(say("Välj vem som ska läsa i stället."))

    def validate_until(self, field: Any) -> None:
        """A stand-in ends on or after the first day, and not before today."""
        if field.data and self.from_.data and field.data < self.from_.data:
            raise ValidationError(say("Sista dagen kommer före den första. Ändra någon av dem."))
        if field.data and field.data < clock.today():
            raise ValidationError(say("Den dagen har redan varit."))

    def refuse_colleague(self) -> None:
        """Say at the field that whoever was chosen cannot stand in after all."""
        _say_at(self.by, say("Den kollegan kan inte längre vara ersättare. Välj någon annan."))

    def refuse_days(self) -> None:
        """Say at the field that the colleague stands in on some of the days already."""
        _say_at(self.from_, say("Kollegan är redan ersättare någon av de dagarna. Ändra dagarna, eller avsluta först."))


def _spoken(entry: Staff) -> str:
    return f"{entry.name}, {entry.title}"


def _say_at(field: Field, words: str) -> None:
    field.errors = [*field.errors, words]
