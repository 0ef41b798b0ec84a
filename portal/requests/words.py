"""What a request says of how it goes, in a word; the same words for whoever asked, the desk and the log."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from portal.requests.rules import About, Answer

ANSWERS: Mapping[tuple[str, str], Any] = {
    (About.CONSENT, Answer.YES): _("Samtycke finns"),
    (About.CONSENT, Answer.NO): _("Avböjd"),
    (About.MISTAKE, Answer.YES): _("Rättat"),
    (About.MISTAKE, Answer.NO): _("Inget fel"),
}
