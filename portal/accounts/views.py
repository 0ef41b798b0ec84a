"""The addresses where staff sign in and out."""

from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, current_user

from portal.accounts.cookies import SESSION, SIGN_IN, cookie_name, delete_cookie, is_secure, set_cookie
from portal.accounts.openid import LIFETIME, Provider, SignInError
from portal.accounts.rules import Role
from portal.accounts.sessions import Ending, SignedIn
from portal.accounts.signing_in import SigningIn
from portal.web import unsent
from portal.web.access import open_to
from portal.web.here import address_here
from portal.web.language import local_address
from portal.web.throttle import limiter

EXTENSION = "signing_in"
LONGEST_DESTINATION = 500

blueprint = Blueprint("accounts", __name__)

# Each refusal is an entry in the trail, and a stranger shall not be able to fill it. Whoever comes in is not counted,
# so that a whole office behind one address can begin its day.
not_too_many_refusals = limiter.shared_limit(
    "60 per minute", scope="refused sign-ins", deduct_when=lambda response: response.status_code == 403
)


def install(app: Flask, signing_in: SigningIn) -> None:
    """Let named staff sign in to ``app`` with ``signing_in``; ``current_user`` is a SignedIn or anonymous.

    Raises SettingsError where a provider's secret is missing or others can read it.
    """
    for provider in signing_in.providers.values():
        provider.settings.check_secrets()
    app.extensions[EXTENSION] = signing_in
    # Pages are told who is signed in by their frame, which does without when nobody can tell.
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None  # the session is a row of ours, not Flask's cookie
    manager.request_loader(_resume)
    manager.unauthorized_handler(_ask_to_sign_in)
    app.register_blueprint(blueprint)


@blueprint.get("/login")
def login() -> ResponseReturnValue:
    """Choose which provider to sign in with."""
    destination = _destination()
    if current_user.is_authenticated:
        return redirect(destination, 303)
    return _choice(destination)


@blueprint.get("/login/<provider>")
@not_too_many_refusals
def begin(provider: str) -> ResponseReturnValue:
    """Go to the provider."""
    signing_in = _signing_in()
    try:
        url, sealed = signing_in.begin(_provider(provider), _destination(), request.args.get("login_hint"))
    except SignInError:
        return _refused()
    response = cast("Response", redirect(url, 303))
    set_cookie(response, signing_in.address, SIGN_IN, sealed, LIFETIME)
    return response


@blueprint.get("/login/<provider>/callback")
@not_too_many_refusals
def callback(provider: str) -> ResponseReturnValue:
    """Come back from the provider."""
    signing_in = _signing_in()
    cookie = request.cookies.get(cookie_name(signing_in.address, SIGN_IN))
    query = request.args.to_dict(flat=False)
    try:
        entrance = signing_in.finish(_provider(provider), cookie, query, _token())
    except SignInError:
        return _refused()
    # Whatever the browser gathered before it signed in, a form's secret among it, does not follow it in.
    session.clear()
    response = cast("Response", redirect(entrance.destination, 303))
    set_cookie(response, signing_in.address, SESSION, entrance.token)
    delete_cookie(response, signing_in.address, SIGN_IN)
    return response


@blueprint.get("/signed-in")
@open_to(*Role)
def signed_in() -> str:
    """Where one comes who signed in beside a form that could not be taken."""
    return render_template("signed_in.html")


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Sign out; who is not signed in is simply shown the way in."""
    signing_in = _signing_in()
    signing_in.sessions.end(_token(), Ending.SIGNED_OUT, signing_in.now())
    session.clear()
    response = cast("Response", redirect(url_for("accounts.login"), 303))
    delete_cookie(response, signing_in.address, SESSION)
    if is_secure(signing_in.address):
        # What was read is not to be found with the back button.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _resume(_request: object) -> SignedIn | None:
    token = _token()
    signing_in = _signing_in()
    return signing_in.sessions.resume(token, signing_in.now()) if token else None


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        abort(401)
    if unsent.is_kept():
        return unsent.kept_page(is_signed_out=True), 403
    # What was sent is lost, and is said to be; whoever signs in again comes back to the form.
    is_unsent = None if request.method == "GET" else "yes"
    return redirect(url_for("accounts.login", next=address_here(), unsent=is_unsent), 303)


def _choice(destination: str, refusal: object = "") -> str:
    onward = None if destination == "/" else destination
    providers = [
        {"address": url_for("accounts.begin", provider=name, next=onward), "words": provider.settings.name}
        for name, provider in _signing_in().providers.items()
    ]
    # Not back to the callback: its address holds a code and a state that have had their day.
    back_to = url_for("accounts.login", next=onward)
    is_unsent = "unsent" in request.args
    return render_template("login.html", providers=providers, refusal=refusal, is_unsent=is_unsent, back_to=back_to)


def _refused() -> ResponseReturnValue:
    """One page for all reasons; the cookie of the attempt is of no more use."""
    words = _(
        "Inloggningen gick inte att slutföra. Försök en gång till. Går det inte då heller, kontakta AME och berätta "
        "när det hände. Att det hände står i loggen."
    )
    response = Response(_choice("/", words), 403)
    delete_cookie(response, _signing_in().address, SIGN_IN)
    return response


def _destination() -> str:
    wanted = request.args.get("next", "/")
    return local_address(wanted) if len(wanted) <= LONGEST_DESTINATION else "/"


def _provider(name: str) -> Provider:
    return _signing_in().providers.get(name) or abort(404)


def _token() -> str:
    return request.cookies.get(cookie_name(_signing_in().address, SESSION), "")


def _signing_in() -> SigningIn:
    return cast("SigningIn", current_app.extensions[EXTENSION])
