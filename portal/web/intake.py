"""What browsers send stays in memory: Werkzeug would lay a file larger than 500 KB on the disk, in the clear."""

from collections.abc import Callable
from io import BytesIO
from typing import IO, TypeVar

from flask import Flask, Request, current_app, request
from flask.typing import RouteCallable
from flask_login import current_user

from portal.config import Settings
from portal.web.access import rule_of

_ATTRIBUTE = "takes_files"
View = TypeVar("View", bound=RouteCallable)


class InMemoryRequest(Request):
    """A request whose uploads never touch the disk; MAX_CONTENT_LENGTH bounds them."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - Werkzeug's signature
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()


def takes_files(largest: Callable[[Settings], int]) -> Callable[[View], View]:
    """Declare that a view takes a file, of as many bytes as ``largest`` finds in the settings, beside its form."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, largest)
        return view

    return declare


def install_intake(app: Flask, settings: Settings) -> None:
    """Let more in where a view takes a file, from those alone whose view it is; before anything looks into the form."""

    @app.before_request
    def widen() -> None:
        endpoint = request.endpoint or ""
        largest: Callable[[Settings], int] | None = getattr(current_app.view_functions.get(endpoint), _ATTRIBUTE, None)
        if largest is None:
            return
        rule = rule_of(current_app, endpoint)
        if isinstance(rule, frozenset) and current_user.is_authenticated and current_user.staff.role in rule:
            request.max_content_length = largest(settings) + current_app.config["MAX_CONTENT_LENGTH"]
