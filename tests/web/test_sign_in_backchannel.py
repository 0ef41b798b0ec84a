"""How a provider is spoken to over a real connection: in time, in measure, and nowhere else than asked."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from requests.exceptions import RequestException

from portal.accounts.openid.backchannel import MAXIMUM_BYTES, open_session
from portal.accounts.providers import ProviderSettings
from tests.web.fake_provider import make_settings

Speak = Callable[[socket.socket], None]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def server(speak: Speak) -> Iterator[str]:
    """A server that reads one request and answers as ``speak`` does; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                try:
                    speak(connection)
                except OSError:
                    return  # the other side had heard enough

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join(5)


def says(answer: bytes) -> Speak:
    """Answer with these bytes."""
    return lambda connection: connection.sendall(answer)


def drips(connection: socket.socket) -> None:
    """Answer a byte at a time, for ever."""
    connection.sendall(HEAD + b"\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


def floods(connection: socket.socket) -> None:
    """Answer without end."""
    connection.sendall(HEAD + b"\r\n")
    while True:
        connection.sendall(b" " * 65536)


@pytest.fixture
def settings(tmp_path: Path) -> ProviderSettings:
    """A provider on this machine with one second to answer."""
    return make_settings(tmp_path, demo=True, issuer="http://127.0.0.1", timeout=1)


def test_an_answer_in_pieces_is_put_together(settings: ProviderSettings) -> None:
    chunked = HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n'
    with server(says(chunked)) as address, open_session(settings, None) as session:
        assert session.get(address, withhold_token=True).json() == {"a": 1}


@pytest.mark.parametrize(
    "speak",
    [
        pytest.param(drips, id="drips"),
        pytest.param(floods, id="floods"),
        pytest.param(lambda connection: time.sleep(1.5), id="silent"),
        pytest.param(says(b""), id="hangs up"),
        pytest.param(says(HEAD + b"Content-Length: 100\r\n\r\n{}"), id="breaks off"),
        pytest.param(says(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), id="nonsense"),
        pytest.param(says(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{}"), id="HTML"),
        pytest.param(says(b"HTTP/1.1 200 OK\r\n\r\n{}"), id="of no kind"),
        pytest.param(
            says(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Type: application/json\r\n\r\n{}"),
            id="elsewhere",
        ),
        pytest.param(
            says(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b" " * MAXIMUM_BYTES * 100)), id="a bomb"
        ),
    ],
)
def test_an_answer_out_of_bounds_is_none(speak: Speak, settings: ProviderSettings) -> None:
    began = time.monotonic()
    with server(speak) as address, open_session(settings, None) as session, pytest.raises(RequestException):
        session.get(address, withhold_token=True)
    assert time.monotonic() - began < 4


def test_nobody_listening_is_no_answer(settings: ProviderSettings) -> None:
    with open_session(settings, None) as session, pytest.raises(RequestException):
        session.get("http://127.0.0.1:1/", withhold_token=True)


def test_the_process_environment_has_no_say(settings: ProviderSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with server(says(HEAD + b"\r\n{}")) as address, open_session(settings, None) as session:
        assert session.get(address, withhold_token=True).json() == {}


def test_a_proxy_and_an_authority_of_ones_own_stand_in_the_settings(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, proxy="http://proxy.example:3128", ca_file=tmp_path / "ca.pem")
    with open_session(settings, None) as session:
        assert session.proxies["https"] == "http://proxy.example:3128"
        assert session.verify == str(tmp_path / "ca.pem")


def test_cookies_of_a_provider_are_not_kept(settings: ProviderSettings) -> None:
    with server(says(HEAD + b"Set-Cookie: a=b\r\n\r\n{}")) as address, open_session(settings, None) as session:
        session.get(address, withhold_token=True)
        assert not session.cookies
