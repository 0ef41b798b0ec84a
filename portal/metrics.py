"""Figures for the operator: how much is asked, how long it takes, and how the trail stands.

They have a listener of their own, because a proxy on the same host makes a loopback address of the portal's public.
What they tell of are endpoints, methods and statuses, nothing of anybody. Every process counts in files of its own in
one folder (prometheus-client's multiprocess mode, for which serving.py names the folder before this is imported).
"""

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request, request_finished, request_started
from prometheus_client import CollectorRegistry, Counter, Histogram, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from audit.signer import oldest_unsigned_age
from audit.store import newest_id
from portal.database import Desk
from portal.wiring import Wiring

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/metrics"

_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0)
_ANSWERS = Counter("portal_answers", "Requests answered.", ["endpoint", "method", "status"])
_SECONDS = Histogram("portal_answer_seconds", "Seconds from request to answer.", ["endpoint"], buckets=_BUCKETS)


def count(app: Flask) -> None:
    """Count what ``app`` answers, and time it."""

    # By signal, because the first thing asked of a request (who is it?) is a good part of its time.
    request_started.connect(_begin, app)
    request_finished.connect(_end, app)


def _begin(_app: Flask, **_: object) -> None:
    g.begun = time.perf_counter()


def _end(_app: Flask, response: Response, **_: object) -> None:
    endpoint = request.endpoint or "none"
    # What a stranger sends as a method is their own word, and there is no end of words.
    method = request.method if request.endpoint else "any"
    _ANSWERS.labels(endpoint, method, str(response.status_code)).inc()
    _SECONDS.labels(endpoint).observe(time.perf_counter() - g.begun)


def figures(wiring: Wiring) -> "WSGIApplication":
    """A WSGI application that answers ``/metrics`` with the figures of all processes, and nothing else."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Trail(wiring))
    answer: WSGIApplication = make_wsgi_app(registry)

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"the figures are at /metrics\n"]
        return answer(environ, start_response)

    return application


def beside(portal: "WSGIApplication", figures: "WSGIApplication", port: int) -> "WSGIApplication":
    """``portal``, but ``figures`` on the listener with that ``port``: the socket decides, not what a request says."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        chosen = figures if environ["SERVER_PORT"] == str(port) else portal
        return chosen(environ, start_response)

    return application


class _Trail(Collector):
    """How the trail stands, looked up when it is asked for."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def collect(self) -> Iterator[Any]:
        try:
            with self._wiring.engine(Desk.READING).connect() as connection:
                waiting = oldest_unsigned_age(connection, self._wiring.now()).total_seconds()
                entries = newest_id(connection)
        except SQLAlchemyError:
            yield GaugeMetricFamily("portal_database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("portal_database_up", "Whether the database answers.", 1)
        yield GaugeMetricFamily("portal_trail_unsigned_seconds", "How long the oldest unsigned entry waits.", waiting)
        yield GaugeMetricFamily("portal_trail_entries", "The number of the trail's newest entry.", entries)
