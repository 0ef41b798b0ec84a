"""Which language a page speaks: Swedish, unless the reader has switched to English on this device.

The choice is a cookie of its own, so it outlives signing out; it says nothing about a person.
"""

from pathlib import Path

from babel.support import NullTranslations
from flask import Blueprint, Flask, Response, current_app, g, redirect, request
from flask_babel import Babel, get_domain, get_locale

from portal.errors import SettingsError

LANGUAGES = {"sv": "Svenska", "en": "English"}
DEFAULT = "sv"
_TRANSLATIONS = Path(__file__).parent / "translations"
_A_YEAR = 365 * 24 * 3600

blueprint = Blueprint("language", __name__)


def install_language(app: Flask) -> None:
    """Let ``app`` speak its languages; set SESSION_COOKIE_SECURE first, for the cookie follows it.

    Raises SettingsError where the words of a language have not been compiled: its pages would be in Swedish.
    """
    check_catalogues(_TRANSLATIONS)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(_TRANSLATIONS)
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Europe/Stockholm")
    app.config.setdefault(
        "LANGUAGE_COOKIE_NAME", "__Host-language" if app.config["SESSION_COOKIE_SECURE"] else "language"
    )
    Babel(app, locale_selector=_chosen)
    # A record page says some hundred things: the catalogue is looked up once for the request, not once for each.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        say,
        lambda one, many, number: _catalogue().ungettext(one, many, number),
        newstyle=True,
    )
    app.register_blueprint(blueprint)


def check_catalogues(folder: Path) -> None:
    """Raise SettingsError where ``folder`` lacks the compiled words of a language."""
    for code in LANGUAGES.keys() - {DEFAULT}:
        file = folder / code / "LC_MESSAGES" / "messages.mo"
        if not file.is_file():
            raise SettingsError(f"{file} is missing: run make setup, or pybabel compile -d {folder}")


def language() -> str:
    """The code of the language this request is answered in."""
    if "language" not in g:
        locale = get_locale()
        g.language = DEFAULT if locale is None else locale.language
    return str(g.language)


def say(message: str) -> str:
    """``message`` in the language of this request."""
    return str(_catalogue().ugettext(message))


def other_language() -> tuple[str, str]:
    """The code and the own name of the language one may switch to."""
    code = "en" if language() == "sv" else "sv"
    return code, LANGUAGES[code]


@blueprint.post("/language")
def switch() -> Response:
    """Remember the language chosen and go back to the page it was chosen on."""
    chosen = request.form.get("language", "")
    response = redirect(local_address(request.form.get("back", "/")), 303)
    if chosen in LANGUAGES:
        response.set_cookie(
            current_app.config["LANGUAGE_COOKIE_NAME"],
            chosen,
            max_age=_A_YEAR,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response  # type: ignore[return-value]  # redirect() builds the application's own Response class


def local_address(address: str) -> str:
    """``address`` when it is a plain path of this site, else the start page: nobody is sent elsewhere."""
    is_plain = address.isascii() and address.isprintable() and "\\" not in address
    is_local = address.startswith("/") and not address.startswith("//")
    return address if is_plain and is_local else "/"


def _catalogue() -> NullTranslations:
    if "catalogue" not in g:
        g.catalogue = get_domain().get_translations()
    catalogue: NullTranslations = g.catalogue
    return catalogue


def _chosen() -> str:
    chosen = request.cookies.get(current_app.config["LANGUAGE_COOKIE_NAME"], "")
    return chosen if chosen in LANGUAGES else DEFAULT
