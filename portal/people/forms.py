"""An identity number as somebody types it, and what to say when it is none."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField, ValidationError

from portal import clock
from portal.people.rules import IdentityNumber, IdentityNumberError, IdentityNumberFault

FAULTS: dict[IdentityNumberFault, Any] = {
    IdentityNumberFault.EMPTY: _("Skriv ett personnummer eller samordningsnummer."),
    IdentityNumberFault.NOT_AN_IDENTITY_NUMBER: _(
        "Det här är inget personnummer. Skriv tolv siffror, till exempel 19920517-2381."
    ),
    IdentityNumberFault.CENTURY_MISSING: _("Skriv också århundradet, alltså tolv siffror: ÅÅÅÅMMDD-NNNN."),
    IdentityNumberFault.NO_SUCH_DAY: _("Numret börjar inte med en dag som finns. Kontrollera de första siffrorna."),
    IdentityNumberFault.WRONG_CHECK_DIGIT: _("Den sista siffran stämmer inte med de andra. Kontrollera numret."),
    IdentityNumberFault.NOT_YET_BORN: _("Numret börjar med en dag som inte har varit än. Kontrollera århundradet."),
}


class IdentityNumberField(StringField):
    """A text field whose ``number`` is the identity number typed, once validation has passed."""

    number: IdentityNumber | None = None

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms' signature
        """Read what was typed, or say kindly what to do about it."""
        try:
            self.number = IdentityNumber.from_typed(self.data or "", clock.today())
        except IdentityNumberError as error:
            raise ValidationError(FAULTS[error.fault]) from None
