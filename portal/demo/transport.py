"""The demo's way from the portal to its own provider: a function call instead of a network.

Calling oneself over HTTP would take a second worker thread for each sign-in under way, and with few threads
and many visitors they would all wait for each other.
"""

# ruff: noqa: ARG002  the signature is the seam's; a function call has no use for proxies and certificates.

from collections.abc import Mapping
from io import BytesIO

from flask import Flask
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.exceptions import ConnectionError as NotReachableError


class InProcessAdapter(BaseAdapter):
    """Answers requests to addresses under ``root`` by ``app``, and reaches nothing else."""

    def __init__(self, app: Flask, root: str) -> None:
        super().__init__()
        self._app = app
        self._root = root

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        url = request.url or ""
        if not url.startswith(f"{self._root}/"):
            raise NotReachableError("the demo reaches its own provider only")
        answer = self._app.test_client(use_cookies=False).open(
            url.removeprefix(self._root),
            base_url=self._root,
            method=request.method or "GET",
            headers=dict(request.headers),
            data=request.body or b"",
        )
        response = Response()
        response.request = request
        response.url = url
        response.status_code = answer.status_code
        response.headers.update(answer.headers)
        response.raw = BytesIO(answer.data)
        return response

    def close(self) -> None:
        """Nothing is held open."""
