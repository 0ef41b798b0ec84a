"""The Flask application, made as a list of steps."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import health, home
from portal.accounts import agency_views, staff_views, stand_in_views
from portal.accounts import views as account_views
from portal.accounts.cookies import cookie_name, is_secure
from portal.accounts.openid import Provider
from portal.accounts.sessions import Admitted, Sessions
from portal.accounts.signing_in import SigningIn
from portal.auditing import views as auditing_views
from portal.consent import (
    closed_views,
    draft_paper_views,
    draft_views,
    letter_views,
    merge_views,
    person_views,
    queue_views,
    withdrawal_views,
)
from portal.consent import views as desk_views
from portal.consent.evidence import views as evidence_views
from portal.consent.form.texts import check_form_texts
from portal.consent.letter.texts import check_letter_texts
from portal.errors import ConflictError, NotOpenError, PortalError, TamperedError, UnavailableError
from portal.exchange import views as exchange_views
from portal.gate.register import read_reader
from portal.gate.standing import find_standing
from portal.plans import record_views
from portal.plans import views as reader_views
from portal.requests import desk_views as request_desk_views
from portal.requests import views as request_views
from portal.web import problems, site, unsent
from portal.web.access import install_access, open_to_everybody
from portal.web.intake import InMemoryRequest, install_intake
from portal.web.throttle import limiter
from portal.wiring import Wiring

LARGEST_FORM = 2_000_000


def create_app(wiring: Wiring) -> Flask:
    """The portal as a WSGI application over working parts."""
    app = Flask(__name__, static_folder=None, template_folder=str(site.TEMPLATES))
    app.request_class = InMemoryRequest
    app.extensions["portal"] = wiring
    check_form_texts()
    check_letter_texts()
    _configure(app, wiring)
    _know_the_host(app, wiring)
    _dress(app, wiring)
    # Before the form is read for its token.
    install_intake(app, wiring.settings)
    CSRFProtect(app)
    unsent.install_unsent(app)
    _sign_in(app, wiring)
    limiter.init_app(app)
    install_access(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(reader_views.blueprint)
    app.register_blueprint(desk_views.blueprint)
    app.register_blueprint(queue_views.blueprint)
    app.register_blueprint(closed_views.blueprint)
    app.register_blueprint(person_views.blueprint)
    app.register_blueprint(merge_views.blueprint)
    app.register_blueprint(withdrawal_views.blueprint)
    app.register_blueprint(letter_views.blueprint)
    app.register_blueprint(record_views.blueprint)
    app.register_blueprint(draft_views.blueprint)
    app.register_blueprint(draft_paper_views.blueprint)
    app.register_blueprint(evidence_views.blueprint)
    app.register_blueprint(agency_views.blueprint)
    app.register_blueprint(staff_views.blueprint)
    app.register_blueprint(stand_in_views.blueprint)
    app.register_blueprint(request_views.blueprint)
    app.register_blueprint(request_desk_views.blueprint)
    app.register_blueprint(exchange_views.blueprint)
    app.register_blueprint(auditing_views.blueprint)
    _say_what_went_wrong(app)
    _declare_what_everybody_may_see(app)
    return app


def _configure(app: Flask, wiring: Wiring) -> None:
    address = wiring.settings.web.address
    app.config.update(
        SECRET_KEY=wiring.keyring.flask_secret(),
        SESSION_COOKIE_NAME=cookie_name(address, "form"),
        SESSION_COOKIE_SECURE=is_secure(address),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        RATELIMIT_STORAGE_URI=wiring.settings.web.limiter_url,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    if wiring.settings.web.trusted_proxies:
        hops = wiring.settings.web.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]


def _know_the_host(app: Flask, wiring: Wiring) -> None:
    """Answer to our own name only; what checks our health comes by address and gets no more than health."""
    own = urlsplit(wiring.settings.web.address).netloc

    @app.before_request
    def check_host() -> None:
        if request.host != own and request.blueprint != "health":
            abort(400)


def _dress(app: Flask, wiring: Wiring) -> None:
    settings = wiring.settings
    origins = {f"{parts.scheme}://{parts.netloc}" for parts in (urlsplit(each.issuer) for each in settings.providers)}
    site.dress(
        app,
        name=settings.name,
        contact=settings.operator_contact,
        legal_basis=settings.consent.legal_basis,
        is_secure=is_secure(settings.web.address),
        form_origins=origins,
    )
    app.register_blueprint(home.blueprint)
    app.context_processor(home.framed)


def _sign_in(app: Flask, wiring: Wiring) -> None:
    settings = wiring.settings

    def admit(connection: Connection, staff: str, at: Any) -> Admitted | None:
        rows = read_reader(connection, staff)
        standing = find_standing(wiring.keyring, rows)
        if standing is None or rows.reader is None or not standing.is_active(at):
            return None
        return Admitted(standing.staff, standing.agency, rows.reader["version"])

    sessions = Sessions(
        wiring.engine,
        wiring.keyring,
        admit,
        {each.id: each.agencies for each in settings.providers},
        timedelta(minutes=settings.sessions.idle_minutes),
        timedelta(hours=settings.sessions.hours),
    )
    providers = {each.id: Provider(each) for each in settings.providers}
    account_views.install(app, SigningIn(settings.web.address, providers, sessions, wiring.append, wiring.now))


def _say_what_went_wrong(app: Flask) -> None:
    statuses = {NotOpenError: 404, UnavailableError: 503, ConflictError: 409, TamperedError: 500, SQLAlchemyError: 503}

    def answer(status: int) -> Response:
        if request.accept_mimetypes.best == "application/json":
            return app.response_class(json.dumps({"status": status}), status, mimetype="application/json")
        if status == 503 and unsent.is_kept():
            return app.response_class(unsent.kept_page(is_signed_out=False), status)
        return app.response_class(problems.problem_page(status), status)

    for kind, status in statuses.items():
        app.register_error_handler(kind, lambda _, status=status: answer(status))

    @app.errorhandler(CSRFError)
    def form_problem(_: CSRFError) -> ResponseReturnValue:
        try:
            if unsent.is_kept() and not current_user.is_authenticated:
                return unsent.kept_page(is_signed_out=True), 403
            return answer(400) if (page := unsent.shown_again()) is None else (page, 400)
        except (PortalError, SQLAlchemyError) as error:
            # Asking who sends it, or opening what stands around the form, can fail as any request can.
            return app.handle_user_exception(error)

    @app.errorhandler(HTTPException)
    def http_problem(error: HTTPException) -> Response:
        if error.response is not None:
            return error.response  # type: ignore[return-value]  # a response made by Werkzeug is Flask's all the same
        return answer(error.code or 500)


def _declare_what_everybody_may_see(app: Flask) -> None:
    """The addresses of packages that know nothing of access rules."""
    for name in (
        "accounts.login",
        "accounts.begin",
        "accounts.callback",
        "accounts.logout",
        "assets.serve",
        "language.switch",
        "pages.accessibility",
        "pages.about_your_data",
    ):
        open_to_everybody(app.view_functions[name])
