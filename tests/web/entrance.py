"""A portal with staff, a provider that does as it is told, a clock, and a browser to sign in with."""

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from flask import Flask, jsonify
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import create_engine, select, text
from werkzeug.test import TestResponse

from audit.store import entries
from portal.accounts.rules import Agency, AgencyId, AgencyKind, Role, Staff, StaffId
from portal.accounts.sealing import staff_subject
from portal.accounts.service import end_staff, put_agency, put_staff
from portal.accounts.signing_in import SigningIn
from portal.accounts.views import EXTENSION
from portal.app import create_app
from portal.database import Desk
from portal.web.access import open_to
from tests.support.installation import Installation
from tests.web.fake_provider import ISSUER, NOW, FakeProvider, make_settings

ADDRESS = "https://portal.example"
SESSION = "__Host-session"
SIGN_IN = "__Host-sign-in"


@dataclass
class Clock:
    """The time is what the test says."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: int) -> None:
        """Let time pass."""
        self.at += timedelta(**time)


@dataclass
class Entrance:
    """One portal on one database, and its provider."""

    installation: Installation
    fake: FakeProvider = field(default_factory=FakeProvider)
    clock: Clock = field(default_factory=Clock)
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        provider = make_settings(self.installation.folder)
        web = self.installation.settings.web.model_copy(update={"address": ADDRESS})
        self.configure(providers=(provider,), web=web)

    def configure(self, **changes: Any) -> None:
        """Change the settings and start again, as a new process would."""
        self.installation.settings = self.installation.settings.model_copy(update=changes)
        self.wiring = self.installation.rewire(self.clock)
        self.app = create_app(self.wiring)
        self.app.add_url_rule("/who", "who", open_to(*Role)(_who))
        for provider in signing_in(self.app).providers.values():
            provider.adapter = self.fake

    def employ(self, id_: str = "s-lina", **changes: Any) -> Staff:
        """Register a named staff member, lina at the AME unless told otherwise."""
        values: dict[str, Any] = {
            "id": StaffId(id_),
            "agency": AgencyId("ame"),
            "role": Role.READER,
            "name": "Lina Holm",
            "title": "Arbetsmarknadssekreterare",
            "email": None,
            "phone": None,
            "phone_hours": None,
            "issuer": ISSUER,
            "subject": "lina",
            "active_from": date(2026, 1, 1),
            "active_until": None,
        }
        entry = Staff(**{**values, **changes})
        with self.wiring.act("system:test", None) as act:
            put_agency(act, Agency(entry.agency, "Myndigheten", AgencyKind.OTHER))
            put_staff(act, entry)
        return entry

    def end(self, id_: str = "s-lina") -> None:
        """End a staff entry."""
        with self.wiring.act("system:test", None) as act:
            act.hold([staff_subject(id_)])
            end_staff(act, id_)

    def browser(self) -> FlaskClient:
        """A browser of its own, with its own cookies."""
        return self.app.test_client()

    def attack(self, statement: str, **values: Any) -> int:
        """Do as somebody with only the database would; gives the number of rows changed."""
        engine = create_engine(self.installation.owner_url.replace("postgresql:", "postgresql+psycopg:"))
        try:
            with engine.begin() as connection:
                return connection.execute(text(statement), values).rowcount
        finally:
            engine.dispose()

    def told(self, *events: str) -> list[dict[str, Any]]:
        """The trail's entries of these events, in order."""
        with self.wiring.engine(Desk.READING).connect() as connection:
            payloads = connection.execute(select(entries.c.payload).order_by(entries.c.id)).scalars().all()
        told = [json.loads(payload) for payload in payloads]
        return [entry for entry in told if entry["event"] in events]


def go_to_provider(browser: FlaskClient, path: str = "/login/kommunen") -> TestResponse:
    """Choose the provider; the answer leads to it."""
    response = browser.get(path, base_url=ADDRESS)
    assert response.status_code == 303
    return response


def come_back(browser: FlaskClient, query: dict[str, list[str]], provider: str = "kommunen") -> TestResponse:
    """Bring the provider's answer to the callback."""
    return browser.get(f"/login/{provider}/callback", query_string=query, base_url=ADDRESS)


def sign_in(entrance: Entrance, browser: FlaskClient, path: str = "/login/kommunen") -> TestResponse:
    """Sign in from beginning to end."""
    entrance.fake.now = entrance.clock.at
    return come_back(browser, entrance.fake.authorize(go_to_provider(browser, path).location))


def who(browser: FlaskClient) -> str | None:
    """The id of whoever is signed in in this browser."""
    response = browser.get("/who", base_url=ADDRESS)
    return response.get_json()["id"] if response.status_code == 200 else None


def cookie(browser: FlaskClient, name: str) -> str | None:
    """The value of a cookie the browser holds."""
    found = browser.get_cookie(name, domain="portal.example")
    return None if found is None else found.value


def sign_out(browser: FlaskClient) -> TestResponse:
    """Press the button on the page."""
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', browser.get("/", base_url=ADDRESS).text)
    assert token is not None
    headers = {"Referer": f"{ADDRESS}/"}
    return browser.post("/logout", base_url=ADDRESS, data={"csrf_token": token[1]}, headers=headers)


def signing_in(app: Flask) -> SigningIn:
    """What an application signs in with."""
    return cast("SigningIn", app.extensions[EXTENSION])


def _who() -> ResponseReturnValue:
    return jsonify(id=current_user.staff.id)
