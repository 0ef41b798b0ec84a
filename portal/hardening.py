"""What every long-running process does first: keep its memory off the disk and its logs free of anybody."""

import logging
import resource
import sys

import structlog


def harden() -> None:
    """Keep what is in memory off the disk: no core dumps."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def log_as_json() -> None:
    """Log one JSON object a line, to standard error, with codes and no bound values."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("event"),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
