"""How the portal speaks to a provider: bounded in time and size, JSON only, no redirects, no cookies.

A provider is trusted to say who somebody is, not to keep a worker busy or to fill its memory, nor to send
it elsewhere: whatever answers beyond these bounds is as if it had not answered.
"""

import time
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from authlib.integrations.requests_client import OAuth2Session
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from portal.accounts.providers import ProviderSettings

MAXIMUM_BYTES = 256 * 1024


class OutOfBoundsError(RequestException):
    """The provider's answer was too large, too slow, a redirect, or not JSON."""


class BoundedAdapter(BaseAdapter):
    """Carries requests by ``inner`` and hands back only complete, small, direct JSON answers."""

    def __init__(self, inner: BaseAdapter, seconds: float) -> None:
        super().__init__()
        self._inner = inner
        self._seconds = seconds

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: ARG002  the seam's signature; always streamed here
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,  # noqa: ARG002  ours is the bound
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        deadline = time.monotonic() + self._seconds
        response = self._inner.send(
            request, stream=True, timeout=self._seconds, verify=verify, cert=cert, proxies=proxies
        )
        with response:
            _refuse_strange_answers(response)
            body = _read(response.raw, deadline)
        response.raw = BytesIO(body)
        return response

    def close(self) -> None:
        self._inner.close()


def open_session(settings: ProviderSettings, adapter: BaseAdapter | None, **options: Any) -> OAuth2Session:
    """An Authlib session that reaches the provider within the bounds, by ``adapter`` or its own HTTPS."""
    session = OAuth2Session(client_id=settings.client_id, **options)
    # The process's environment may name a proxy or a .netrc with passwords; only the settings file is heeded.
    session.trust_env = False
    session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})
    if settings.proxy:
        session.proxies = {"http": settings.proxy, "https": settings.proxy}
    if settings.ca_file:
        session.verify = str(settings.ca_file)
    bounded = BoundedAdapter(adapter or HTTPAdapter(max_retries=0), settings.timeout)
    session.mount("https://", bounded)
    session.mount("http://", bounded)
    return session


def _refuse_strange_answers(response: Response) -> None:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not (kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))):
        raise OutOfBoundsError("the answer is not JSON")
    if 300 <= response.status_code < 400:
        raise OutOfBoundsError("the answer is a redirect")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise OutOfBoundsError("the answer is compressed though we asked for it not to be")


def _read(raw: Any, deadline: float) -> bytes:
    # read1 returns after one receive, so an answer that drips meets the deadline again and again.
    body = bytearray()
    try:
        while piece := raw.read1(16 * 1024):
            body += piece
            if len(body) > MAXIMUM_BYTES:
                raise OutOfBoundsError("the answer is too large")
            if time.monotonic() > deadline:
                raise OutOfBoundsError("the answer is too slow")
    except (HTTPError, OSError) as error:
        raise OutOfBoundsError("the answer broke off") from error
    return bytes(body)
