"""The front page by role, and the frame that stands around every page."""

from typing import Any, cast

from flask import Blueprint, current_app, g, render_template, session
from flask_login import current_user
from sqlalchemy import select

from portal.accounts.models import agencies
from portal.accounts.rules import Agency, AgencyId, AgencyKind, Role
from portal.database import Desk
from portal.web.access import open_to_everybody
from portal.web.frame import Frame, frame_for
from portal.wiring import Wiring

blueprint = Blueprint("home", __name__)

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
        return render_template("home/visitor.html")
    return render_template(HOMES[current_user.staff.role])


def framed() -> dict[str, Any]:
    """What every template gets: the frame of whoever is signed in."""
    return {"frame": _frame()} if current_user.is_authenticated else {}


def _frame() -> Frame:
    if "frame" not in g:
        wiring = cast("Wiring", current_app.extensions["portal"])
        staff = current_user.staff
        with wiring.engine(Desk.READING).connect() as connection:
            row = connection.execute(select(agencies).where(agencies.c.id == staff.agency)).one()
        agency = Agency(AgencyId(row.id), row.name, AgencyKind(row.kind))
        g.frame = frame_for(staff, agency, wiring.settings.reading.reasons, session.get("reason"))
    frame: Frame = g.frame
    return frame
