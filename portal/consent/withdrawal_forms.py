"""What the administrator says when a consent ends: how it was told, when, what is left, or what went wrong."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, ValidationError
from wtforms.validators import DataRequired, Length, Optional, Regexp

from portal import clock
from portal.consent.forms import FORMS, WAYS_TO_WITHDRAW
from portal.web.fields import DayField, LineField
from portal.web.forms import PortalForm

LONGEST_NOTE = 300
_kindly: dict[str, Any] = {"invalid_choice_message": _("Något du valde går inte att välja längre. Välj igen.")}


def _ways() -> list[tuple[str, Any]]:
    return list(WAYS_TO_WITHDRAW.items())


def _languages() -> list[tuple[str, Any]]:
    return list(FORMS.items())


class WithdrawForm(PortalForm):
    """How and when the person said so, and whether what waits, for confirmation or for paper, ends too."""

    how = RadioField(_("Hur sa personen till?"), choices=_ways, default="phone")
    told_on = DayField(_("Vilken dag, om det var före i dag?"), [Optional()])
    and_waiting = BooleanField(_("Avsluta också det som väntar på bekräftelse"))
    and_drafts = BooleanField(_("Ta också bort utkasten"))

    def validate_told_on(self, field: Any) -> None:
        """Nobody has said anything tomorrow."""
        if field.data and field.data > clock.today():
            raise ValidationError(say("Dagen kan inte vara efter i dag."))


class WithdrawPartForm(WithdrawForm):
    """What is left, box by box; ``consent`` is the id the narrower consent gets, so that sent twice it is one."""

    consent = HiddenField(_("Formuläret"), validators=[Regexp(r"^[0-9a-f]{32}$")])
    kept = SelectMultipleField(_("Det här ska fortsätta gälla"), **_kindly)

    def offer(self, codes: Sequence[str], *, all_ticked: bool = False) -> None:
        """Say which boxes there are, and whether they are all ticked to begin with."""
        self.kept.choices = [(code, code) for code in codes]
        if all_ticked:
            self.kept.data = list(codes)

    def refuse(self, *, has_something_left: bool) -> None:
        """Say that what is ticked is no withdrawal in part."""
        all_ticked = say("Ta bort krysset för det som personen tar tillbaka.")
        nothing = say("Då blir inget kvar. Återkalla hela samtycket i stället.")
        self.kept.errors = (all_ticked if has_something_left else nothing,)


class InErrorForm(PortalForm):
    """Why a consent should not have been registered."""

    note = LineField(
        _("Vad blev fel?"),
        [
            DataRequired(_("Skriv kort vad som blev fel.")),
            Length(max=LONGEST_NOTE, message=_("Skriv högst 300 tecken.")),
        ],
    )


class LetterForm(PortalForm):
    """In which language the letter is."""

    language = SelectField(_("Brevets språk"), choices=_languages)

    printable: frozenset[str] = frozenset()

    def validate_language(self, field: Any) -> None:
        """Only what the fonts at hand can draw is printed."""
        if field.data in FORMS and field.data not in self.printable:
            raise ValidationError(say("Brevet kan inte skrivas ut på det språket här. Teckensnitt saknas."))
