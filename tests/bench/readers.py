"""Signs every reader in, as many browsers: a session each, and the cookie that carries a form's secret.

The session is begun by the portal's own ``Sessions``; only the sign-in provider is left out.
"""

import http.client
import secrets
from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.cookies import SESSION, cookie_name
from portal.accounts.models import staff
from portal.accounts.openid import Identity
from portal.accounts.rules import Staff
from portal.accounts.sealing import read_staff
from portal.accounts.views import EXTENSION
from portal.app import create_app
from portal.database import Desk
from portal.wiring import Wiring
from tests.bench.documents import reader_of
from tests.bench.ground import ADDRESS, PROVIDER, Ground

# A worker that starts on a busy machine takes its time.
PATIENCE = 120
HOST = ADDRESS.removeprefix("https://")
Order = tuple[str, str]


class PageError(Exception):
    """A page was not answered with 200."""


@dataclass(frozen=True, slots=True)
class Browser:
    """One reader's cookies, as a header."""

    cookies: str

    def get(self, path: str) -> str:
        """A request as sent."""
        return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: text/html\r\nCookie: {self.cookies}\r\n\r\n"


def sign_in(ground: Ground, port: int) -> list[Browser]:
    """A browser for each reader of the ground, signed in to the server on ``port``, in order of number."""
    wiring = ground.wire()
    try:
        sessions = create_app(wiring).extensions[EXTENSION].sessions
        tokens = []
        for number in range(ground.readers):
            at = wiring.now()
            with wiring.engine(Desk.READING).connect() as connection:
                admitted = sessions.admit(connection, f"s-{number}", at)
            identity = Identity("https://idp.example", str(number), "loa3", PROVIDER)
            tokens.append(sessions.begin(admitted, identity, secrets.token_bytes(32), at, ""))
    finally:
        wiring.close()
    return [_open_browser(port, token) for token in tokens]


def orders_for(ground: Ground, browsers: list[Browser], place: int = 0) -> list[Order]:
    """A request for every person's page, by the reader that the person's consent names at ``place``, with its mark."""
    found = []
    for number, ref in enumerate(ground.refs):
        reader = int(reader_of(number, place, ground.readers).removeprefix("s-"))
        found.append((browsers[reader].get(f"/people/{ref}"), f"/people/{ref}/print"))
    return found


def plain_orders(ground: Ground) -> list[Order]:
    """The same requests for whoever asks, for the side that knows no sessions."""
    anybody = Browser("language=sv")
    return [(anybody.get(f"/people/{ref}"), f"/people/{ref}/print") for ref in ground.refs]


def fetch(port: int, request: str) -> str:
    """One page by itself; raises PageError if there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        path, *headers = request.strip().split("\r\n")
        connection.request("GET", path.split(" ")[1], headers=dict(line.split(": ", 1) for line in headers))
        response = connection.getresponse()
        if response.status != 200:
            raise PageError(f"a page was answered with {response.status}")
        return response.read().decode()
    finally:
        connection.close()


def staff_entry(wiring: Wiring, id_: str) -> Staff:
    """The staff entry with this id."""
    with wiring.engine(Desk.READING).connect() as connection:
        row = connection.execute(select(staff).where(staff.c.id == id_)).mappings().one()
        return read_staff(wiring.keyring, dict(row))


def _open_browser(port: int, token: str) -> Browser:
    """Fetch the front page once, as a browser would, and keep the cookie it gives."""
    session = f"{cookie_name(ADDRESS, SESSION)}={token}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/", headers={"Host": HOST, "Cookie": session})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise PageError(f"a reader was not let in: {response.status}")
        form = response.getheader("Set-Cookie", "").split(";")[0]
    finally:
        connection.close()
    return Browser(f"{session}; {form}" if form else session)
