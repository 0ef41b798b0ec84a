"""Serving in earnest: gunicorn, each process wired after its fork. Refuses the demo's settings."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from gunicorn.app.base import BaseApplication

from portal.app import create_app
from portal.config import Settings
from portal.errors import SettingsError
from portal.hardening import harden, log_as_json, take_short_turns
from portal.wiring import wire


def refuse_demo(settings: Settings) -> None:
    """Raise SettingsError for anything that belongs in the demo only."""
    faults = []
    if settings.demo or any(provider.demo for provider in settings.providers):
        faults.append("demo: these are the demo's settings, which only portal demo may serve")
    if urlsplit(settings.web.address).scheme != "https":
        faults.append("web.address: must begin with https://")
    if not settings.providers:
        faults.append("providers: at least one provider must vouch for staff")
    if settings.web.workers > 1 and settings.web.limiter_url.startswith("memory:"):
        faults.append("web.limiter_url: several workers must count look-ups together, in Valkey")
    if faults:
        raise SettingsError("cannot serve with these settings:\n  " + "\n  ".join(faults))


def serve(settings: Settings) -> None:
    """Serve until stopped by a signal."""
    refuse_demo(settings)
    harden()
    take_short_turns()
    log_as_json()
    # Wired once before the first fork, so that what is missing is said at the start and not by every worker.
    wire(settings).close()
    _Gunicorn(
        lambda: create_app(wire(settings)),
        {
            "bind": f"{settings.web.host}:{settings.web.port}",
            "workers": settings.web.workers,
            "threads": settings.web.threads,
            "worker_class": "gthread",
            "graceful_timeout": 20,
            "timeout": 60,
            "keepalive": 5,
            "proc_name": "portal",
            "control_socket_disable": True,
        },
    ).run()


class _Gunicorn(BaseApplication):
    def __init__(self, make_app: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._make_app = make_app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._options.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Any:
        return self._make_app()
