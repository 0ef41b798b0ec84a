"""What the administrator types when somebody in the register turns out to be called, reached or numbered otherwise."""

from typing import Any

from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from wtforms import IntegerField, ValidationError
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from portal.consent.forms import PersonForm


class ChangePersonForm(PersonForm):
    """The fields of registration, but for the mark of protection; ``version`` is that of the person on the page."""

    # The mark is set on a page of its own.
    is_protected: Any = None
    version = IntegerField(_("Formuläret"), [InputRequired()], widget=HiddenInput())

    has_mark: bool = False

    def validate_phone(self, field: Any) -> None:
        """Somebody protected has neither."""
        self._refuse_contact(field)

    def validate_email(self, field: Any) -> None:
        """Somebody protected has neither."""
        self._refuse_contact(field)

    def _refuse_contact(self, field: Any) -> None:
        if self.has_mark and field.data:
            raise ValidationError(say("För den som har skyddade personuppgifter sparas varken telefon eller e-post."))
