"""A portal with one person, some reads and a signed-in auditor, and somebody who gets at its log with SQL."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from audit.entry import Entry, seal
from audit.store import insert
from portal.accounts.models import staff
from portal.accounts.rules import Role, Staff
from portal.accounts.sealing import read_staff
from portal.database import Desk
from portal.people.models import persons
from portal.working import make_signer
from tests import factories
from tests.support.installation import Installation
from tests.support.stocking import stock
from tests.web.entrance import ADDRESS, Entrance, sign_in

AUDITOR = "s-granskare"


@dataclass
class Room:
    """The auditor's room. The trail is signed only when ``sign`` is called."""

    installation: Installation
    entrance: Entrance = field(init=False)
    browser: FlaskClient = field(init=False)
    ref: str = field(init=False)

    def __post_init__(self) -> None:
        self.entrance = Entrance(self.installation)
        self.entrance.employ(AUDITOR, role=Role.AUDITOR, name="Ulla Falk", title="Granskare")
        stock(self.installation, factories.anna(), confirmed_by="s-eva")
        with self.wiring.engine(Desk.READING).connect() as connection:
            self.ref = str(connection.execute(select(persons.c.ref)).scalar_one())
        self.browser = self.entrance.browser()
        sign_in(self.entrance, self.browser)
        self.sign()

    @property
    def wiring(self) -> Any:
        return self.installation.wiring

    def sign(self) -> None:
        """Sign whatever waits."""
        signer = make_signer(self.wiring)
        while signer.step().has_more:
            pass

    def get(self, path: str = "/auditing/log", **query: str) -> TestResponse:
        """Ask for a page as the auditor."""
        return self.browser.get(path, query_string=query, base_url=ADDRESS)

    def log(self, **query: str) -> str:
        """The log's page."""
        response = self.get(**query)
        assert response.status_code == 200, response.text
        return response.text

    def send(self, pseudonym: str, **query: str) -> TestResponse:
        """Write a pseudonym on the page that shows what ``query`` asks for."""
        token = re.search(r'name="csrf_token"\s+value="([^"]+)"', self.get("/").text)
        assert token is not None
        form = {"csrf_token": token[1], "pseudonym": pseudonym}
        headers = {"Referer": f"{ADDRESS}/"}
        return self.browser.post("/auditing/log", query_string=query, data=form, base_url=ADDRESS, headers=headers)

    def staff(self, key: str) -> Staff:
        """A staff member of the register."""
        with self.wiring.engine(Desk.READING).connect() as connection:
            row = connection.execute(select(staff).where(staff.c.id == key)).mappings().one()
        return read_staff(self.wiring.keyring, dict(row))

    def append(self, *entries: tuple[str, Mapping[str, object]]) -> list[int]:
        """Append entries just as the portal would."""
        sealed = [
            seal(Entry(event, self.entrance.clock.at, fields), self.wiring.keyring.trail_mac)
            for event, fields in entries
        ]
        with self.wiring.engine(Desk.APPENDING).begin() as connection:
            return insert(connection, sealed)

    def disarm(self) -> None:
        """Drop what keeps the trail from being changed, as only the owner of the tables can."""
        for table in ("trail_entries", "trail_leaves", "trail_tiles", "trail_checkpoints"):
            if self.installation.is_sqlite:
                for name in ("update", "delete"):
                    self.entrance.attack(f"DROP TRIGGER {table}_no_{name}")
            else:
                self.entrance.attack(f"DROP TRIGGER {table}_append_only ON {table}")
