"""A browser without a window: signs in as any staff entry and checks every page it is given."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from audit.entry import decode
from audit.store import entries
from portal import clock
from portal.accounts.cookies import cookie_name
from portal.accounts.openid import Identity
from portal.accounts.rules import AgencyId
from portal.accounts.views import EXTENSION
from portal.app import create_app
from portal.database import Desk
from portal.wiring import Wiring
from tests.support.installation import Installation
from tests.support.markup import faults_of
from tests.web.fake_provider import LOA3, make_settings

ADDRESS = "http://localhost"
# What a traceback, a driver or a template in trouble would say.
_LEAKS = re.compile(r"Traceback|sqlite3|psycopg|sqlalchemy|werkzeug|jinja2|UndefinedError|\bError\(|0x[0-9a-f]{8}")
_TOKEN = re.compile(r'(name="csrf_token"\s+value=")([^"]+)')
_POLICY = {"default-src 'none'", "style-src 'self'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"}


@dataclass
class Clock:
    """The machine's clock, and how far this process's has been set from it."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return clock.now() + self.ahead


@dataclass
class Portal:
    """The application on an installation, with a provider that vouches for everybody."""

    installation: Installation
    clock: Clock = field(default_factory=Clock)
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        settings = self.installation.settings
        vouched = tuple(map(AgencyId, ("ame", "af", "region")))
        reading = settings.reading.model_copy(update={"look_ups_per_hour": 10_000})
        provider = make_settings(self.installation.folder, agencies=vouched)
        self.installation.settings = settings.model_copy(update={"providers": (provider,), "reading": reading})
        self.start()

    @property
    def wiring(self) -> Wiring:
        """The parts the application works with."""
        return self.installation.wiring

    def start(self) -> None:
        """Start, or start again as a new process would."""
        self.app = create_app(self.installation.rewire(self.clock))

    def visitor(self) -> "Browser":
        """A browser nobody is signed in with."""
        return Browser(self)

    def browser(self, staff: str) -> "Browser":
        """A browser in which ``staff`` has signed in."""
        browser = Browser(self)
        browser.sign_in(staff)
        return browser

    def told(self, *events: str) -> list[dict[str, Any]]:
        """The trail's entries of these events (all, if none is named), in order; each with its event."""
        with self.wiring.engine(Desk.READING).connect() as connection:
            payloads = connection.execute(select(entries.c.payload).order_by(entries.c.id)).scalars().all()
        found = [decode(bytes(payload)) for payload in payloads]
        return [{"event": each.event, **each.fields} for each in found if not events or each.event in events]


class Browser:
    """One browser with its cookies. Whatever it fetches must be in order, whatever the status."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.client = portal.app.test_client()
        self._token = ""

    def sign_in(self, staff: str) -> str:
        """Begin a session for ``staff`` the way signing in does; the session's token."""
        sessions = self.portal.app.extensions[EXTENSION].sessions
        at = self.portal.clock()
        with self.portal.wiring.engine(Desk.READING).connect() as connection:
            admitted = sessions.admit(connection, staff, at)
        identity = Identity(admitted.staff.issuer, admitted.staff.subject, LOA3, "kommunen")
        token = str(sessions.begin(admitted, identity, secrets.token_bytes(32), at, ""))
        self.client.set_cookie(cookie_name(ADDRESS, "session"), token, domain="localhost")
        return token

    def get(self, address: str, status: int = 200, **how: Any) -> TestResponse:
        """Fetch a page that answers with ``status``."""
        return self.fetch("GET", address, status, **how)

    def post(self, address: str, form: dict[str, Any] | None = None, status: int = 303, **how: Any) -> TestResponse:
        """Send a form with the token of the page it stands on."""
        return self.fetch("POST", address, status, data={"csrf_token": self.token(), **(form or {})}, **how)

    def fetch(self, method: str, address: str, status: int | None = None, **how: Any) -> TestResponse:
        """Any request; an answer of another ``status`` fails."""
        response = self.client.open(address, method=method, base_url=ADDRESS, **how)
        if status is not None:
            assert response.status_code == status, f"{method} {address}: {response.status_code}, not {status}"
        check(response)
        return response

    def token(self) -> str:
        """The token that ties forms to this browser; from a page that everybody may see."""
        if not self._token:
            found = _TOKEN.search(self.client.get("/accessibility", base_url=ADDRESS).text)
            assert found is not None
            self._token = found[2]
        return self._token


def check(response: TestResponse) -> None:
    """Fail unless the answer tells the browser to keep nothing, load nothing and says nothing from inside."""
    headers = response.headers
    policy = headers.get("Content-Security-Policy", "")
    assert set(policy.split("; ")) >= _POLICY, response.request.path
    assert "unsafe" not in policy
    assert "*" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    if "/static/" not in response.request.path:
        assert headers["Cache-Control"] == "no-store"
    if response.mimetype == "text/html" and response.text.startswith("<!DOCTYPE"):
        assert faults_of(response.text) == []
    if response.mimetype not in {"application/pdf", "image/jpeg"}:
        assert _LEAKS.search(response.text) is None


def seen(response: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Everything that can be seen of an answer but the token, which is of this browser and of this moment."""
    body = _TOKEN.sub(r"\g<1>…", response.text).encode()
    headers = sorted((name, value) for name, value in response.headers if name not in ("Content-Length", "Set-Cookie"))
    lengths = [("Content-Length", str(len(body)))]
    cookies = sorted(cookie.partition("=")[0] for cookie in response.headers.getlist("Set-Cookie"))
    return response.status_code, body, headers + lengths + [("Set-Cookie", name) for name in cookies]
