"""The plain application: the same templates and the same dressing, around one view."""

from datetime import date

from flask import Flask, abort, render_template
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from portal.accounts.rules import Agency, AgencyId, AgencyKind, Role, Staff, StaffId
from portal.config import ReadingSettings
from portal.web.frame import frame_for
from portal.web.site import TEMPLATES, dress
from tests.bench.documents import AGENCIES
from tests.bench.ungated.record import read_record

THREADS = 8


def create_app(url: str) -> Flask:
    """The application over the clear-text database at ``url``, with a connection for each of a worker's threads."""
    app = Flask("portal", template_folder=str(TEMPLATES), static_folder=None)
    app.config.update(SECRET_KEY="of no consequence", SESSION_COOKIE_SECURE=True)
    dress(app, name="Gemensam ingång", contact="AME", legal_basis="", is_secure=True)
    # Nobody is signed in, so the frame around the page is always the same.
    app.jinja_env.globals["frame"] = frame_for(_reader(), _agency(), ReadingSettings().reasons, None)
    make_session = sessionmaker(create_engine(url, pool_size=THREADS))

    @app.get("/people/<ref>")
    def record(ref: str) -> str:
        with make_session() as session:
            found = read_record(session, ref)
        return abort(404) if found is None else render_template("plans/record.html", record=found)

    return app


def _agency() -> Agency:
    id_, name, kind = AGENCIES[0]
    return Agency(AgencyId(id_), name, AgencyKind(kind))


def _reader() -> Staff:
    return Staff(
        StaffId("s-0"),
        _agency().id,
        Role.READER,
        "Handläggare 0",
        "Handläggare",
        None,
        None,
        None,
        "https://idp.ame.example",
        "0",
        date(2020, 1, 1),
        None,
    )
