"""The whole portal as `portal demo` serves it: the demo's people, sign-in, signer and waitress, on loopback.

One for each test process; what a test changes stays changed, so each journey keeps to people of its own.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from portal import clock
from portal.accounts.directory import list_staff
from portal.accounts.rules import Staff
from portal.accounts.sessions import Ending
from portal.config import read_settings
from portal.database import Desk
from portal.demo.making import SETTINGS, make
from portal.demo.numbers import take_number
from portal.demo.people import demo_document
from portal.demo.portal import demo_portal
from portal.demo.rows import Document
from portal.people.service import find_ref
from portal.wiring import Wiring, wire
from portal.working import work
from tests.oidc.server import free_port
from tests.support.serving import served
from tests.web.entrance import signing_in

PEOPLE = 120
# A published test number that stays nobody's.
NOBODYS_NUMBER = "199001012385"


@dataclass
class RunningPortal:
    """A demo that is being served, and what is in its register."""

    address: str
    wiring: Wiring
    end_session: Any
    document: Document = field(default_factory=lambda: demo_document(clock.today(), PEOPLE))
    _given_out: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._given_out.add(NOBODYS_NUMBER)
        self._given_out |= {str(person["personnummer"]) for person in self.document["persons"]}

    def new_number(self) -> str:
        """A published test number that nobody in the register has."""
        chance = Random(len(self._given_out))  # noqa: S311 - invention, no secret
        return take_number(1990, True, chance, self._given_out)

    def number_of(self, person: str) -> str:
        """The number of the person with this id in the demo's document."""
        return next(str(each["personnummer"]) for each in self.document["persons"] if each["id"] == person)

    def ref_of(self, person: str) -> str:
        """The reference of the person with this id, as it stands in addresses."""
        with self.wiring.engine(Desk.READING).connect() as connection:
            ref = find_ref(connection, self.wiring.keyring, self.number_of(person))
        assert ref is not None
        return ref

    def staff(self, key: str) -> Staff:
        """The named staff member with this id."""
        with self.wiring.engine(Desk.READING).connect() as connection:
            return next(entry for entry, _ in list_staff(connection, self.wiring.keyring) if entry.id == key)

    def unread_by(self, reader: str) -> dict[str, Any]:
        """Somebody in the register whom ``reader`` has no consent to read."""
        readable = {consent["person"] for consent in self.document["consents"] if reader in _recipients(consent)}
        return next(person for person in self.document["persons"] if person["id"] not in readable)


@contextmanager
def running_portal(folder: Path) -> Iterator[RunningPortal]:
    """Make a demo in ``folder`` and serve it."""
    port = free_port()
    make(folder, port, PEOPLE, lambda _: None)
    wiring = wire(read_settings(folder / SETTINGS))
    app = demo_portal(wiring)
    stop = threading.Event()
    signer = threading.Thread(target=work, args=(wiring, stop), name="signer")
    signer.start()

    def end_session(token: str) -> None:
        signing_in(app).sessions.end(token, Ending.IDLE, wiring.now())

    try:
        with served(app, port, threads=8):
            yield RunningPortal(f"http://localhost:{port}", wiring, end_session)
    finally:
        stop.set()
        signer.join(10)
        wiring.close()


def _recipients(consent: dict[str, Any]) -> set[str]:
    return {reader for line in consent["lines"] for reader in line["recipients"]}
