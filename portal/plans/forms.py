"""What a reader types."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from portal.people.forms import IdentityNumberField


class FindForm(FlaskForm):
    """Find a person by personnummer or samordningsnummer, in any accepted way of writing it."""

    personnummer = IdentityNumberField(_("Personnummer"))
