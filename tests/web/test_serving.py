"""`portal serve` as an operator starts it: a process of its own, with its figures on a listener of their own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.oidc.server import free_port
from tests.support.installation import Installation
from tests.web.fake_provider import make_settings

HOST = {"Host": "portal.example"}
PATIENCE = 60


@dataclass(frozen=True)
class Serving:
    """Where it answers."""

    port: int
    metrics_port: int

    def get(self, path: str, *, is_metrics: bool = False) -> requests.Response:
        port = self.metrics_port if is_metrics else self.port
        with requests.Session() as browser:
            browser.trust_env = False
            return browser.get(f"http://127.0.0.1:{port}{path}", headers={} if is_metrics else HOST, timeout=PATIENCE)


@pytest.fixture
def serving(sqlite_installation: Installation) -> Iterator[Serving]:
    ports = Serving(free_port(), free_port())
    file = _settings_file(sqlite_installation, ports)
    command = [str(Path(sys.executable).with_name("portal")), "serve", "--config", str(file)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        _await(process, ports)
        yield ports
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        process.stderr.close()


def _settings_file(installation: Installation, ports: Serving) -> Path:
    provider = make_settings(installation.folder)
    file = installation.settings_file()
    text = file.read_text("utf-8").replace(
        f'address = "{installation.settings.web.address}"',
        f'address = "https://portal.example"\nport = {ports.port}\nworkers = 1\nmetrics_port = {ports.metrics_port}',
    )
    text += (
        f'[[providers]]\nid = "{provider.id}"\nname = "{provider.name}"\nissuer = "{provider.issuer}"\n'
        f'client_id = "portal"\nclient_secret_file = "client-secret"\nagencies = ["ame"]\nacr_values = ["loa3"]\n'
    )
    file.write_text(text, "utf-8")
    return file


def _await(process: subprocess.Popen[bytes], ports: Serving) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            ports.get("/healthz")
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the portal did not answer")


def test_figures_are_told_on_their_own_listener_and_nowhere_else(serving: Serving) -> None:
    assert serving.get("/").status_code == 200
    assert serving.get("/people/0123456789abcdef").url.endswith("/login?next=/people/0123456789abcdef")
    assert serving.get("/metrics").status_code == 404
    for path in ("/", "/people", "/healthz"):
        assert serving.get(path, is_metrics=True).status_code == 404
    told = serving.get("/metrics", is_metrics=True).text
    assert 'portal_answers_total{endpoint="home.home",method="GET",status="200"} 1.0' in told
    assert 'portal_answer_seconds_count{endpoint="home.home"} 1.0' in told
    assert "portal_database_up 1.0" in told
    assert "portal_trail_unsigned_seconds 0.0" in told
    # Addresses hold references of people: what is told of are endpoints.
    assert "0123456789abcdef" not in told


def test_what_a_stranger_calls_a_method_is_not_repeated(serving: Serving) -> None:
    requests.request("CANARY", f"http://127.0.0.1:{serving.port}/nowhere", headers=HOST, timeout=PATIENCE)
    told = serving.get("/metrics", is_metrics=True).text
    assert 'portal_answers_total{endpoint="none",method="any",status="404"} 1.0' in told
    assert "CANARY" not in told
