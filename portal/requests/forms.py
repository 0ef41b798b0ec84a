"""What a reader asks the desk for, and what the desk answers."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.people.forms import IdentityNumberField
from portal.requests.rules import About, Answer
from portal.web.fields import LineField
from portal.web.forms import PortalForm

CHOICES: dict[About, list[tuple[str, Any]]] = {
    About.CONSENT: [
        (Answer.YES.value, _("Ja, det finns ett samtycke som namnger den som frågar")),
        (Answer.NO.value, _("Nej")),
    ],
    About.MISTAKE: [
        (Answer.YES.value, _("Det är rättat")),
        (Answer.NO.value, _("Det är inget fel")),
    ],
}


class AskForm(PortalForm):
    """Ask the desk to obtain somebody's consent, and say why."""

    whom = IdentityNumberField(_("Vem gäller det?"))
    reason = LineField(
        _("Varför behöver du läsa?"),
        [DataRequired(_("Skriv varför, så att AME kan berätta det för personen.")), Length(max=500)],
    )


class MistakeForm(PortalForm):
    """Tell the desk what is wrong in what one reads of somebody."""

    words = LineField(_("Vad är det som inte stämmer?"), [DataRequired(_("Fyll i det här.")), Length(max=1000)])


class AnswerForm(PortalForm):
    """Answer a reader's request; the note is for the desk."""

    answer = RadioField(_("Svar till den som frågar"), validators=[InputRequired(_("Välj ett svar."))])
    note = LineField(_("Anteckning för AME"), [Optional(), Length(max=500)])

    def offer(self, about: About) -> None:
        """Say which answers there are."""
        self.answer.choices = CHOICES[about]
