"""Debian's Chromium and a server for it. Without Chromium these tests are skipped visibly, and fail in CI."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.browser.portal_server import RunningPortal, running_portal
from tests.browser.walking import Walker
from tests.conftest import missing

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

OpenPage = Callable[..., Page]
Serve = Callable[[Flask], str]
Walk = Callable[..., Walker]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser itself, started once."""
    path = os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[OpenPage]:
    """Opens windows of their own: ``browser_page(width=320, scheme="dark", script=False)``."""
    contexts = []

    def open_page(*, width: int = 1280, scheme: str = "light", script: bool = True, locale: str = "sv-SE") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
            locale=locale,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves an application on loopback and gives back its address."""
    servers = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def portal(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """The whole portal, served with the demo's people; what is changed in it stays changed."""
    with running_portal(tmp_path_factory.mktemp("demo") / "demo") as running:
        yield running


@pytest.fixture
def walk(portal: RunningPortal, browser_page: OpenPage) -> Iterator[Walk]:
    """Opens windows on the portal; at the end no browser has had anything to say against a page."""
    walkers = []

    def open_window(**looks: Any) -> Walker:
        walkers.append(Walker(browser_page(**looks), portal))
        return walkers[-1]

    yield open_window
    assert [complaint for walker in walkers for complaint in walker.complaints] == []
