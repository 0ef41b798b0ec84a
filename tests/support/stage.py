"""A plain application with the portal's look and no database, on which single pages are shown to the browser."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, render_template

from portal.web.frame import frame_for
from portal.web.site import TEMPLATES, dress
from tests.support.records import agency, staff

REASONS: Mapping[str, Mapping[str, str]] = {
    "ongoing": {"sv": "löpande handläggning", "en": "ongoing casework"},
    "check_in": {"sv": "avstämning", "en": "check-in"},
    "decision": {"sv": "beslut", "en": "decision"},
}


def stage() -> Flask:
    """The application, with a signed-in reader around every page that does not say otherwise."""
    app = Flask("portal", template_folder=str(TEMPLATES), static_folder=None)
    app.config.update(SECRET_KEY="of no consequence", SESSION_COOKIE_SECURE=False, TESTING=True)
    dress(app, name="Gemensam ingång", contact="AME", legal_basis="", is_secure=False)
    app.jinja_env.globals["frame"] = frame_for(staff(), agency(), REASONS, "ongoing")
    return app


def show(app: Flask, address: str, template: str, **context: Any) -> None:
    """Show ``template`` with ``context`` at ``address``."""
    app.add_url_rule(address, address, lambda: render_template(template, **context), methods=["GET", "POST"])
