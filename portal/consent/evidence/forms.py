"""What the administrator sends of a signed paper, and what is said about a file that is not one."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import HiddenField
from wtforms.validators import Regexp

from portal.consent.evidence.rules import MOST_PAGES, PaperFault
from portal.web.forms import PortalForm

_FAULTS: Mapping[PaperFault, Any] = {
    PaperFault.EMPTY: _("Filen är tom. Skanna eller fotografera papperet igen."),
    PaperFault.OTHER_KIND: _(
        "Filen är varken PDF, JPEG eller PNG, vad den än heter. Skanna eller fotografera papperet."
    ),
    PaperFault.ENCRYPTED: _("PDF-filen är låst med lösenord eller krypterad. Spara den utan lösenord."),
    PaperFault.ACTIVE: _(
        "PDF-filen innehåller program, länkar till program eller andra filer. Skanna papperet i stället."
    ),
    PaperFault.TOO_MANY_PIXELS: _("Bilden är för stor. Spara den i lägre upplösning."),
    PaperFault.DAMAGED: _("Filen är skadad eller inte hel. Skanna eller fotografera papperet igen."),
    PaperFault.TOO_DEMANDING: _("Filen gick inte att göra sidor av. Skanna papperet med lägre upplösning."),
}


class PaperForm(PortalForm):
    """Send in a signed paper; ``paper`` is the name it gets, so that it is taken in once."""

    paper = HiddenField(_("Formuläret"), validators=[Regexp(r"^[0-9a-f]{32}$")])
    file = FileField(_("Det underskrivna papperet"))

    def refuse(self, fault: PaperFault, most_bytes: int) -> None:
        """Say at the field why the file is not taken in."""
        if fault is PaperFault.TOO_LARGE:
            said = say("Filen är större än %(most)s MB. Skanna med lägre upplösning.", most=most_bytes // 1_000_000)
        elif fault is PaperFault.TOO_MANY_PAGES:
            said = say("Ett samtycke har högst %(most)s sidor. Skanna bara det underskrivna papperet.", most=MOST_PAGES)
        else:
            said = str(_FAULTS[fault])
        self.file.errors = (said,)

    def refuse_nothing(self) -> None:
        """Say at the field that no file came."""
        self.file.errors = (say("Välj filen med det underskrivna papperet."),)


class ConfirmForm(PortalForm):
    """Confirm what is shown, or say that it is not what the paper says."""

    version = HiddenField(validators=[Regexp(r"^[0-9]{1,9}$")])
    answer = HiddenField(validators=[Regexp(r"^(confirmed|mistaken)$")])
