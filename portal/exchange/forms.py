"""The forms with which the desk sends a document and applies it."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from portal.web.forms import PortalForm


class DocumentForm(PortalForm):
    """An exchange document to look through."""

    document = FileField(_("Dokument"), [FileRequired(_("Välj en fil."))])

    def refuse(self, words: str) -> None:
        """Say at the field why the document cannot be taken."""
        self.document.errors = (words,)


class ApplyForm(PortalForm):
    """The mark of what was shown, and is to be done."""

    seen = HiddenField()
