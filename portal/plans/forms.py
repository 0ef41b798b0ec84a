"""What a reader types."""

from flask_babel import lazy_gettext as _

from portal.people.forms import IdentityNumberField
from portal.web.forms import PortalForm


class FindForm(PortalForm):
    """Find a person by personnummer or samordningsnummer, in any accepted way of writing it."""

    personnummer = IdentityNumberField(_("Personnummer"))
