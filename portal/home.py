"""The front page by role, and the frame that stands around every page."""

from typing import Any

from flask import Blueprint, current_app, render_template, session
from flask_login import current_user

from portal.accounts.rules import Role
from portal.consent.queue_views import waiting_counts
from portal.errors import UnavailableError
from portal.web.access import open_to_everybody
from portal.web.frame import Frame, frame_for
from portal.web.signed_in import wired

blueprint = Blueprint("home", __name__)

# Where an application may keep a callable that gives another front page for visitors.
VISITORS_HOME = "visitors_home"

HOMES = {
    Role.READER: "home/reader.html",
    Role.ADMINISTRATOR: "home/administrator.html",
    Role.AUDITOR: "home/auditor.html",
}


@blueprint.get("/")
@open_to_everybody
def home() -> str:
    """Where each role begins; a visitor is told what this is."""
    if not current_user.is_authenticated:
        page: str = current_app.extensions.get(VISITORS_HOME, visitors_home)()
        return page
    said: dict[str, object] = {}
    if current_user.staff.role is Role.ADMINISTRATOR:
        wiring = wired()
        said["requests_waiting"] = wiring.answering.waiting(current_user.staff)
        said["waiting"] = waiting_counts(wiring)
    return render_template(HOMES[current_user.staff.role], **said)


def visitors_home() -> str:
    """What the portal is, and the way in."""
    return render_template("home/visitor.html")


def framed() -> dict[str, Any]:
    """What every template gets: the frame of whoever is signed in, or none while nobody can tell who that is."""
    try:
        return {"frame": _frame()} if current_user.is_authenticated else {}
    except UnavailableError:
        # The page that says so must still be shown.
        return {}


def _frame() -> Frame:
    wiring = wired()
    reasons = wiring.settings.reading.reasons
    return frame_for(current_user.staff, current_user.agency, reasons, session.get("reason"))
