"""What the administrator says when somebody turns out to be registered twice."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from portal.consent.merging import Current, Known
from portal.people.forms import IdentityNumberField
from portal.web.forms import PortalForm

KNOWN = {
    Known.NEW_NUMBER: _("Personen har fått ett personnummer i stället för ett samordningsnummer"),
    Known.WRONG_NUMBER: _("Det ena numret är fel, till exempel felskrivet"),
    Known.PERSON_SAID: _("Personen har själv berättat det och visat legitimation"),
    Known.AUTHORITY_SAID: _("En myndighet har upplyst om det"),
}
_choose = _("Välj ett av alternativen.")


def _ways_to_know() -> list[tuple[str, Any]]:
    return [(known.value, words) for known, words in KNOWN.items()]


def _either() -> list[tuple[str, Any]]:
    """Whose number it is; the page says the numbers themselves."""
    return [(each.value, "") for each in Current]


class TwiceForm(PortalForm):
    """The number under which the person is registered as well."""

    personnummer = IdentityNumberField(_("Personens andra nummer"))

    def refuse(self, *, is_own: bool) -> None:
        """Say that the number leads to nobody else."""
        nobody = say("Ingen annan i registret har det numret. Då finns personen bara här.")
        self.personnummer.errors = (say("Numret är redan den här personens.") if is_own else nobody,)


class MergeForm(PortalForm):
    """Which number is current, and how one knows; the versions are those of the two on the page."""

    version = IntegerField(_("Formuläret"), [InputRequired()], widget=HiddenInput())
    other_version = IntegerField(_("Formuläret"), [InputRequired()], widget=HiddenInput())
    current = RadioField(_("Vilket nummer gäller nu?"), validators=[InputRequired(_choose)], choices=_either)
    known = RadioField(
        _("Hur vet du att det är samma person?"),
        validators=[InputRequired(_choose)],
        choices=_ways_to_know,
    )

    def offer(self, numbers: Sequence[str]) -> None:
        """Say which two numbers there are, that of the registration that is kept first."""
        self.current.choices = [(each.value, number) for each, number in zip(Current, numbers, strict=True)]
