"""The pages that are the same for everybody: how data is handled, and the accessibility statement."""

from datetime import date

from flask import Blueprint, current_app, render_template

# The day somebody last went through the portal and wrote the statement; the law asks for it.
_WRITTEN_ON = date(2026, 11, 26)

blueprint = Blueprint("pages", __name__)


@blueprint.get("/accessibility")
def accessibility() -> str:
    """The statement the act (2018:1937) on access to digital public service asks for."""
    return render_template("pages/accessibility.html", written_on=_WRITTEN_ON)


@blueprint.get("/about-your-data")
def about_your_data() -> str:
    """How personal data is handled, for staff and for the individual."""
    return render_template("pages/about_your_data.html", legal_basis=current_app.config["LEGAL_BASIS"])
