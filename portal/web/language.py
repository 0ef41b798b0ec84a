"""Which language a page speaks: Swedish, unless the reader has switched to English on this device.

The choice is a cookie of its own, so it outlives signing out; it says nothing about a person.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, Response, current_app, has_request_context, redirect, request
from flask_babel import Babel
from markupsafe import Markup

from portal.errors import SettingsError

LANGUAGES = {"sv": "Svenska", "en": "English"}
DEFAULT = "sv"
_TRANSLATIONS = Path(__file__).parent / "translations"
_A_YEAR = 365 * 24 * 3600

blueprint = Blueprint("language", __name__)


@dataclass(frozen=True, slots=True)
class _Tongue:
    """A language and its words."""

    code: str
    words: NullTranslations


_DEFAULT_TONGUE = _Tongue(DEFAULT, NullTranslations())
# A page asks some hundred times, and is told without looking for its request every time.
_speaking: ContextVar[_Tongue | None] = ContextVar("speaking", default=None)


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
    app.jinja_env.globals.update(_=_phrase, gettext=_phrase, ngettext=_counted_phrase)
    app.before_request(_fall_silent)
    app.teardown_request(_fall_silent)
    app.register_blueprint(blueprint)


def check_catalogues(folder: Path) -> None:
    """Raise SettingsError where ``folder`` lacks the compiled words of a language."""
    for code in LANGUAGES.keys() - {DEFAULT}:
        file = folder / code / "LC_MESSAGES" / "messages.mo"
        if not file.is_file():
            raise SettingsError(f"{file} is missing: run make setup, or pybabel compile -d {folder}")


def language() -> str:
    """The code of the language this request is answered in."""
    return _tongue().code


def say(message: str) -> str:
    """``message`` in the language of this request."""
    return str(_tongue().words.ugettext(message))


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


def _phrase(message: str, **values: object) -> Markup:
    """What a template says: the message is ours, and may be markup; the values are not, and are escaped."""
    said = Markup(say(message))  # noqa: S704 - written in our own templates and catalogue
    return said % values if values else said


def _counted_phrase(one: str, many: str, num: int, **values: object) -> Markup:
    said = Markup(_tongue().words.ungettext(one, many, num))  # noqa: S704 - as above
    return said % {"num": num, **values}


def _tongue() -> _Tongue:
    tongue = _speaking.get()
    if tongue is None:
        if not has_request_context():
            return _DEFAULT_TONGUE
        tongue = _tongues()[_chosen()]
        _speaking.set(tongue)
    return tongue


@cache
def _tongues() -> Mapping[str, _Tongue]:
    others = LANGUAGES.keys() - {DEFAULT}
    loaded = {code: _Tongue(code, Translations.load(_TRANSLATIONS, [code])) for code in others}
    return {DEFAULT: _DEFAULT_TONGUE, **loaded}


def _fall_silent(_error: BaseException | None = None) -> None:
    """Each request speaks its own language, whatever this thread spoke before."""
    _speaking.set(None)


def _chosen() -> str:
    chosen = request.cookies.get(current_app.config["LANGUAGE_COOKIE_NAME"], "")
    return chosen if chosen in LANGUAGES else DEFAULT
