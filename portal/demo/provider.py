"""The demo's sign-in: an OpenID provider for each agency, in the portal's process, where one picks whom to be.

A WSGI application of its own beside the portal (other cookies, other hooks, another party), under /demo-idp
on loopback. It refuses to stand beside a portal whose settings are not the demo's, and it has no say in a
real one: no real settings name its addresses or its assurance level.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from authlib.oauth2 import OAuth2Error
from flask import Flask, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined

from portal.accounts.openid import Provider
from portal.accounts.providers import ProviderSettings
from portal.demo.issuer import DemoClient, DemoPerson, Issuer
from portal.demo.transport import InProcessAdapter
from portal.errors import SettingsError
from portal.web.assets import asset_address
from portal.web.headers import install_headers
from portal.web.language import install_language, language
from portal.web.words import word
from portal.web.written import as_written

PREFIX = "/demo-idp"


@dataclass(frozen=True, slots=True)
class DemoAgency:
    """An agency of the demo; ``people`` gives its invented staff as they are now."""

    id: str
    name: str
    people: Callable[[], Iterable[DemoPerson]]


def issuer_address(address: str, agency: str) -> str:
    """The issuer of ``agency``'s demo provider beside the portal at ``address`` (http://localhost:8000)."""
    return f"{address}{PREFIX}/{agency}"


def stand_beside(
    app: Flask,
    *,
    is_demo: bool,
    address: str,
    agencies: Iterable[DemoAgency],
    providers: Mapping[str, Provider],
) -> None:
    """Serve the demo's providers beside the portal ``app`` at ``address``; ``providers`` are what it signs in with.

    Raises SettingsError unless the portal was made from the demo's settings.
    """
    if not is_demo or any(not provider.settings.demo for provider in providers.values()):
        raise SettingsError("the demo's sign-in runs in `portal demo` only")
    by_issuer = {provider.settings.issuer: provider for provider in providers.values()}
    issuers: dict[str, tuple[DemoAgency, Issuer]] = {}
    for agency in agencies:
        provider = by_issuer[issuer_address(address, agency.id)]
        issuers[agency.id] = agency, _issuer(agency, address, provider.settings)
    beside = demo_application(issuers)
    for provider in providers.values():
        provider.adapter = InProcessAdapter(beside, address)
    app.wsgi_app = _beside(app.wsgi_app, beside.wsgi_app)  # type: ignore[method-assign,assignment]  # as Flask documents


def demo_application(issuers: Mapping[str, tuple[DemoAgency, Issuer]]) -> Flask:
    """The providers' own application: discovery, keys, "whom do you want to be" and the token endpoint."""
    app = Flask(__name__, static_folder=None)
    app.config.update(SESSION_COOKIE_SECURE=False)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(asset_address=asset_address, language=language)
    app.jinja_env.filters.update(word=word, as_written=as_written)
    install_language(app)
    install_headers(app, is_secure=False)

    def find(agency: str) -> tuple[DemoAgency, Issuer]:
        if agency not in issuers:
            abort(404)
        return issuers[agency]

    @app.get(f"{PREFIX}/<agency>/.well-known/openid-configuration")
    def discovery(agency: str) -> Response:
        return jsonify(find(agency)[1].metadata())

    @app.get(f"{PREFIX}/<agency>/jwks")
    def jwks(agency: str) -> Response:
        return jsonify(find(agency)[1].jwks())

    @app.post(f"{PREFIX}/<agency>/token")
    def token(agency: str) -> ResponseReturnValue:
        response: ResponseReturnValue = find(agency)[1].server.create_token_response()
        return response

    @app.route(f"{PREFIX}/<agency>/authorize", methods=["GET", "POST"])
    def authorize(agency: str) -> ResponseReturnValue:
        place, issuer = find(agency)
        chosen = request.form.get("subject") if request.method == "POST" else request.args.get("login_hint")
        people = list(place.people())
        return _authorize(place.name, people, issuer, next((each for each in people if each.subject == chosen), None))

    return app


def _authorize(
    agency: str, people: Sequence[DemoPerson], issuer: Issuer, person: DemoPerson | None
) -> ResponseReturnValue:
    response: ResponseReturnValue
    try:
        grant = issuer.server.get_consent_grant(end_user=person)
    except OAuth2Error as error:
        response = issuer.server.handle_error_response(None, error)
        return response
    if person is None:
        return render_template("whom_to_be.html", agency=agency, people=people)
    response = issuer.server.create_authorization_response(grant=grant, grant_user=person)
    return response


def _beside(portal: WSGIApplication, providers: WSGIApplication) -> WSGIApplication:
    def choose(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_theirs = environ["PATH_INFO"].startswith(f"{PREFIX}/")
        return (providers if is_theirs else portal)(environ, start_response)

    return choose


def _issuer(agency: DemoAgency, address: str, settings: ProviderSettings) -> Issuer:
    client = DemoClient(
        client_id=settings.client_id,
        secret=settings.client_secret or "",
        redirect_uri=f"{address}/login/{settings.id}/callback",
    )
    return Issuer(issuer_address(address, agency.id), client)
