"""A form that could not be taken: nothing that was typed in it is lost, and nothing of it is done.

A form may come when its session has ended, or has ended and begun again, or while the portal cannot record anything.
What was typed then goes back where it came from, into the page: never to an address, a cookie, a session or a disk.
Whoever is signed out gets a page that holds it out of sight until they have signed in; whoever is signed in gets the
form itself, filled in, with a token of now. It is taken when it is sent again, by a click of its own.

A form says whose it is, by a mark that only the portal can make for a staff entry. Without the mark of whoever is
signed in no form is filled in: a colleague at the same machine does not get it, and no other site can fill one in.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

from flask import Flask, current_app, g, render_template, request
from flask.typing import RouteCallable
from flask_login import current_user
from itsdangerous import Signer

from portal.web.access import rule_of

View = TypeVar("View", bound=RouteCallable)
Show = Callable[..., str]

WHOSE = "whose"
_ATTRIBUTE = "shown_again_by"
_NOT_KEPT = frozenset({"csrf_token"})


def shown_again_by(show: Show) -> Callable[[View], View]:
    """Declare what shows the form that a view takes, as it was typed; it must change nothing.

    ``show`` takes what the address holds, and reads the form from the request.
    """

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, show)
        return view

    return declare


def install_unsent(app: Flask) -> None:
    """Give the templates the mark of whose a form is, and whether the form on the page is shown again."""
    app.jinja_env.globals.update(form_mark=_own_mark, is_shown_again=lambda: "is_shown_again" in g)


def is_kept() -> bool:
    """Whether this request is a form of our own pages whose words are to be kept."""
    is_from_elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    return request.method == "POST" and WHOSE in request.form and not is_from_elsewhere and _show() is not None


def kept_page(*, is_signed_out: bool) -> str:
    """A page that holds what was typed out of sight, until it can be sent again."""
    typed = [(name, words) for name, words in request.form.items(multi=True) if name not in _NOT_KEPT]
    return render_template("unsent.html", typed=typed, is_signed_out=is_signed_out, address=request.path)


def shown_again() -> str | None:
    """The form as it was typed, for whoever typed it and may use it; None for anybody else and any other form."""
    show = _show()
    if show is None or not is_kept() or not _may_use() or not _is_own(request.form[WHOSE]):
        return None
    g.is_shown_again = True
    return show(**request.view_args or {})


def _show() -> Show | None:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    show: Show | None = getattr(view, _ATTRIBUTE, None)
    return show


def _may_use() -> bool:
    rule = rule_of(current_app, request.endpoint or "")
    return isinstance(rule, frozenset) and current_user.is_authenticated and current_user.staff.role in rule


def _own_mark() -> str:
    return _signer().get_signature(current_user.get_id()).decode() if current_user.is_authenticated else ""


def _is_own(mark: str) -> bool:
    return _signer().verify_signature(current_user.get_id(), mark)


def _signer() -> Signer:
    return Signer(current_app.secret_key or "", salt=__name__, digest_method=sha256)
