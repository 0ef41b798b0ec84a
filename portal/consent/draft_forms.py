"""What the administrator chooses and types in the four steps of a draft, and when the paper or a no has come.

Going on asks for what is needed; going back, or leaving the rest for later, saves whatever there is.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from portal import clock
from portal.accounts.rules import AgencyId, StaffId
from portal.consent.drafts import MATRIX, Lack, Share
from portal.consent.forms import FORMS, WAYS_TO_WITHDRAW
from portal.consent.naming import Names
from portal.consent.rules import Category
from portal.web.fields import DayField, LineField
from portal.web.forms import PortalForm

LACKS: Mapping[Lack, Any] = {
    Lack.NOBODY: _("Välj minst en person som får läsa."),
    Lack.LEFT: _("Någon du har valt har slutat. Välj någon annan."),
    Lack.NOTHING: _("Kryssa i minst ett slags uppgifter för varje myndighet, eller ta bort dess läsare."),
    Lack.NO_DAYS: _("Skriv första och sista dagen."),
    Lack.WRONG_DAYS: _("Sista dagen kommer före den första. Ändra någon av dem."),
    Lack.TOO_LONG: _("Samtycket gäller för länge. Välj en tidigare sista dag."),
    Lack.OVERLAPS: _(
        "Det nya samtycket ersätter ett annat. Låt det börja i dag eller dagen efter att det andra går ut."
    ),
    Lack.NO_PURPOSE: _("Skriv vad uppgifterna ska användas till."),
    Lack.NO_INFORMANT: _("Välj vem som informerar personen."),
}
# At which step, and in which field of it, one mends what a draft lacks.
MENDED: Mapping[Lack, tuple[str, str]] = {
    Lack.NOBODY: ("readers", "recipients"),
    Lack.LEFT: ("readers", "recipients"),
    Lack.NOTHING: ("shared", "shared"),
    Lack.NO_DAYS: ("terms", "valid_from"),
    Lack.WRONG_DAYS: ("terms", "valid_until"),
    Lack.TOO_LONG: ("terms", "valid_until"),
    Lack.OVERLAPS: ("terms", "valid_from"),
    Lack.NO_PURPOSE: ("terms", "purpose"),
    Lack.NO_INFORMANT: ("terms", "informed_by"),
}

_needed = DataRequired(_("Fyll i det här."))
_kindly: dict[str, Any] = {"invalid_choice_message": _("Något du valde går inte att välja längre. Välj igen.")}
_short = Length(max=200, message=_("Skriv högst 200 tecken."))
_long = Length(max=1000, message=_("Skriv högst 1 000 tecken."))


def _forms() -> list[tuple[str, Any]]:
    return list(FORMS.items())


def _ways() -> list[tuple[str, Any]]:
    return list(WAYS_TO_WITHDRAW.items())


def _plain(text: str | None) -> str | None:
    return text and text.replace("\r\n", "\n").replace("\0", "").strip()


class StepForm(PortalForm):
    """One step; ``version`` is the draft's when the page was made."""

    version = HiddenField(_("Formuläret"), validators=[Regexp(r"^[0-9]{1,9}$")])
    is_stale = False

    def take_up(self, version: int) -> None:
        """Stand on the draft as it is now, changed by somebody else: sent again, what is typed here counts."""
        self.version.data = str(version)
        self.is_stale = True

    def refuse(self, lacks: Iterable[Lack]) -> bool:
        """Say at the fields of this step what is lacking, where nothing is said yet; whether anything was said."""
        said = [(MENDED[lack][1], LACKS[lack]) for lack in lacks if MENDED[lack][1] in self]
        for name, words in said:
            self[name].errors = self[name].errors or (words,)
        return bool(said)


class ReadersForm(StepForm):
    """Step 1: who may read."""

    recipients = SelectMultipleField(_("Vilka personer får läsa?"), **_kindly)
    stand_ins = BooleanField(_("En ersättare på samma myndighet får läsa när den som är namngiven är borta"))
    covers_protected = BooleanField(_("Samtycket gäller uttryckligen också skyddade personuppgifter"))

    def offer(self, names: Names) -> None:
        """Say who can be chosen: readers who are there, by agency."""
        groups = {agency.name: names.readers_of(key) for key, agency in names.agencies.items()}
        self.recipients.choices = {
            name: [(str(each.id), f"{each.name}, {each.title}") for each in readers]
            for name, readers in groups.items()
            if readers
        }


class SharedForm(StepForm):
    """Step 2: what from whom, one box for each of an agency's sources and categories, and one for contacts."""

    shared = SelectMultipleField(_("Vad får de läsa?"), **_kindly)

    def offer(self, agencies: Iterable[AgencyId], asked: Iterable[AgencyId]) -> None:
        """Say which boxes there are: for the readers of each agency ``asked``, what each of ``agencies`` releases."""
        pairs = [(source, what) for source in agencies for what in MATRIX]
        self.shared.choices = [
            box
            for agency in asked
            for box in ((name, name) for name in [contacts_box(agency), *(box_of(agency, *pair) for pair in pairs)])
        ]

    def share_of(self, agency: AgencyId) -> Share:
        """What is ticked for the readers of an agency, of the boxes there are."""
        offered = {each[0] for each in self.shared.iter_choices()}
        ticked = [box.split("|") for box in self.shared.data or () if box in offered]
        pairs = {(AgencyId(source), Category(what)) for whose, source, what in ticked if whose == agency and source}
        return Share(frozenset(pairs), [agency, "", Category.CONTACTS] in ticked)


class TermsForm(StepForm):
    """Step 3: why, how long, in which language, and what is not shared."""

    purpose = LineField(_("Ändamål"), [Optional(), Length(max=500)])
    valid_from = DayField(_("Gäller från och med"), [Optional()])
    valid_until = DayField(_("Gäller till och med"), [Optional()])
    form = SelectField(_("Blankettens språk"), choices=_forms)
    informed_by = SelectField(_("Vem informerar personen?"), **_kindly)
    interpreter = BooleanField(_("En tolk är med"))
    place = LineField(_("Ort"), [Optional(), _short])
    representative = LineField(_("Ställföreträdare, om någon skriver under för personen"), [Optional(), _short])
    not_shared = TextAreaField(_("Vad vill personen inte dela?"), [Optional(), _long], filters=[_plain])

    def offer(self, names: Names) -> None:
        """Say who can inform the person."""
        self.informed_by.choices = informants(names)


class SignedForm(StepForm):
    """The paper has been signed: when and where, and who was there."""

    signed_on = DayField(_("Underskrivet den"), [InputRequired(_("Skriv ett datum som finns."))])
    place = LineField(_("Ort"), [_needed, _short])
    informed_by = SelectField(_("Vem informerade personen?"), **_kindly)
    interpreter = BooleanField(_("En tolk var med"))
    representative = LineField(_("Ställföreträdare, om någon skrev under för personen"), [Optional(), _short])

    def offer(self, names: Names) -> None:
        """Say who can have informed the person."""
        self.informed_by.choices = informants(names)

    def validate_signed_on(self, field: Any) -> None:
        """A paper is signed before it is registered."""
        if field.data and field.data > clock.today():
            raise ValidationError(say("Papperet kan inte vara underskrivet efter i dag."))


class RefusalForm(StepForm):
    """The person said no."""

    day = DayField(_("Vilken dag sa personen nej?"), [InputRequired(_("Skriv ett datum som finns."))])
    how = RadioField(_("Hur sa personen till?"), choices=_ways, default="visit")
    note = TextAreaField(
        _("Sa personen något mer som den som skriver nästa bör veta?"), [Optional(), _long], filters=[_plain]
    )

    def validate_day(self, field: Any) -> None:
        """Nobody has said no tomorrow."""
        if field.data and field.data > clock.today():
            raise ValidationError(say("Dagen kan inte vara efter i dag."))


def box_of(agency: AgencyId, source: AgencyId, what: Category) -> str:
    """The box that lets the readers of ``agency`` read what ``source`` has released of ``what``."""
    return f"{agency}|{source}|{what.value}"


def contacts_box(agency: AgencyId) -> str:
    """The box that shows the readers of ``agency`` the person's own phone and e-mail."""
    return f"{agency}||{Category.CONTACTS.value}"


def boxes_of(shares: Mapping[AgencyId, Share]) -> list[str]:
    """The boxes that are ticked for these shares."""
    return [
        box
        for agency, share in shares.items()
        for box in (
            *(box_of(agency, *pair) for pair in sorted(share.pairs)),
            *([contacts_box(agency)] if share.contacts else []),
        )
    ]


def informants(names: Names) -> list[tuple[str, str]]:
    """Everybody who is there, in words."""
    return [(str(each.id), f"{each.name}, {each.title}, {names.agencies[each.agency].name}") for each in names.here]


def staff_id(chosen: str | None) -> StaffId | None:
    """Whoever was chosen in a menu."""
    return StaffId(chosen) if chosen else None
