"""Who may use each address: declared beside every view, checked before any of them runs.

An address without a declared rule is refused to everybody, and a test that walks the address map fails for it.
A role that an address is not for is refused before anything is parsed, and the refusal is recorded.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue, RouteCallable
from flask_login import current_user
from werkzeug.exceptions import Forbidden, NotFound

from audit.vocabulary import Event, Outcome
from portal.accounts.rules import Role

View = TypeVar("View", bound=RouteCallable)

_ATTRIBUTE = "open_to"


class Everybody(Enum):
    """Those who need not sign in."""

    EVERYBODY = auto()


def open_to(*roles: Role) -> Callable[[View], View]:
    """Declare that a view is for signed-in staff of these roles."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, frozenset(roles))
        return view

    return declare


def open_to_everybody(view: View) -> View:
    """Declare that a view is for whoever asks."""
    setattr(view, _ATTRIBUTE, Everybody.EVERYBODY)
    return view


def rule_of(app: Flask, endpoint: str) -> frozenset[Role] | Everybody | None:
    """The rule declared for an endpoint; None if there is none."""
    rule: frozenset[Role] | Everybody | None = getattr(app.view_functions[endpoint], _ATTRIBUTE, None)
    return rule


def install_access(app: Flask) -> None:
    """Check the rule of every address before its view runs."""

    @app.before_request
    def check_access() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        rule = rule_of(app, request.endpoint)
        if rule is Everybody.EVERYBODY:
            return None
        if rule is None:
            raise NotFound
        if not current_user.is_authenticated:
            return app.login_manager.unauthorized()  # type: ignore[attr-defined, no-any-return]
        staff = current_user.staff
        if staff.role not in rule:
            current_app.extensions["portal"].append(
                Event.REFUSED, actor=staff.id, agency=staff.agency, outcome=Outcome.REFUSED, cause="wrong_role"
            )
            raise Forbidden
        return None
