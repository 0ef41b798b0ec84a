"""Serving in earnest: gunicorn, each process wired after its fork. Refuses the demo's settings."""

import os
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gunicorn.app.base import BaseApplication

from portal.app import create_app
from portal.config import Settings
from portal.errors import SettingsError
from portal.hardening import harden, log_as_json, take_short_turns
from portal.wiring import wire

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def refuse_demo(settings: Settings) -> None:
    """Raise SettingsError for anything that belongs in the demo only."""
    faults = []
    if settings.demo or any(provider.demo for provider in settings.providers):
        faults.append("demo: these are the demo's settings, which only portal demo may serve")
    if urlsplit(settings.web.address).scheme != "https":
        faults.append("web.address: must begin with https://")
    if not settings.providers:
        faults.append("providers: at least one provider must vouch for staff")
    if settings.web.metrics_port == settings.web.port:
        faults.append("web.metrics_port: must be another port than web.port")
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
    with TemporaryDirectory(prefix="portal-metrics-") as folder:
        # Its library looks for the folder when it is imported: every process counts in files of its own there.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _serve(settings)


def _serve(settings: Settings) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    from portal import metrics

    web = settings.web
    addresses = [f"{web.host}:{web.port}"]
    if web.metrics_port is not None:
        addresses.append(f"{web.metrics_host}:{web.metrics_port}")

    def make_app() -> "WSGIApplication":
        wiring = wire(settings)
        app = create_app(wiring)
        metrics.count(app)
        return app if web.metrics_port is None else metrics.beside(app, metrics.figures(wiring), web.metrics_port)

    _Gunicorn(
        make_app,
        {
            "bind": addresses,
            "child_exit": lambda _, worker: mark_process_dead(worker.pid),  # type: ignore[no-untyped-call]
            "workers": web.workers,
            "threads": web.threads,
            "worker_class": "gthread",
            "graceful_timeout": 20,
            "timeout": 60,
            "keepalive": 5,
            "proc_name": "portal",
            "control_socket_disable": True,
        },
    ).run()


class _Gunicorn(BaseApplication):
    def __init__(self, make_app: "Callable[[], WSGIApplication]", options: dict[str, Any]) -> None:
        self._make_app = make_app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._options.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Any:
        return self._make_app()
