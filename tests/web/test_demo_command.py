"""`portal demo` from the outside: made once, served, stopped by a signal, and found again with its data."""

import os
import re
import signal
import socket
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import requests

from portal import clock
from portal.demo.making import make
from portal.demo.people import demo_document
from portal.demo.running import run
from portal.errors import SettingsError
from tests.oidc.server import free_port

LAST_LINE = "ulla"


def silent(_line: str) -> None:
    """Tell nobody."""


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    """Start the demo and wait until it has said whom one can be."""
    command = [sys.executable, "-c", "import sys; from portal.cli import main; sys.exit(main())"]
    options = ["demo", "--port", str(port), "--dir", str(folder), "--people", "5", "--no-browser"]
    process = subprocess.Popen(
        command + options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.strip().startswith(LAST_LINE):
            return process
    raise AssertionError("".join(said))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_is_served_stops_cleanly_and_is_there_again(how: signal.Signals, tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_port()
    make(folder, port, 5, silent)
    before = (folder / "root.json").read_bytes()
    process = start(folder, port)
    try:
        with requests.Session() as browser:
            browser.trust_env = False
            page = browser.get(f"http://localhost:{port}/", timeout=60)
            assert "Lina Holm" in page.text
            home = browser.get(f"http://localhost:{port}/login/ame?login_hint=lina", timeout=60)
            assert "Hej Lina Holm" in home.text
    finally:
        process.send_signal(how)
        said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "stopped\n")
    assert (folder / "root.json").read_bytes() == before
    assert folder.stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} is taken"):
            run(tmp_path / "demo", port, 5, False, silent)
    assert not (tmp_path / "demo").exists()


def test_a_folder_made_for_another_port_says_so(tmp_path: Path) -> None:
    port, other = free_port(), free_port()
    make(tmp_path / "demo", port, 5, silent)
    with pytest.raises(SettingsError, match=f"was made for port {port}"):
        run(tmp_path / "demo", other, 5, False, silent)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Kära mamma", "utf-8")
    with pytest.raises(SettingsError, match="holds something that is not a demo"):
        make(tmp_path, 8000, 5, silent)
    assert [each.name for each in tmp_path.iterdir()] == ["letter.txt"]


def test_the_number_the_start_page_offers_is_nobodys() -> None:
    page = files("portal.demo").joinpath("templates/demo_home.html").read_text("utf-8")
    offered = re.findall(r"\d{8}-\d{4}", page)
    assert offered
    taken = {person["personnummer"] for person in demo_document(clock.today(), 200)["persons"]}
    assert taken.isdisjoint(number.replace("-", "") for number in offered)


def test_a_demo_stopped_half_made_is_made_anew(tmp_path: Path) -> None:
    half_made = tmp_path / ".demo-half-made"
    half_made.mkdir()
    (half_made / "root.json").write_text("half a k", "utf-8")
    make(tmp_path / "demo", free_port(), 5, silent)
    assert not half_made.exists()
    assert (tmp_path / "demo" / "portal.toml").is_file()
