"""What every long-running process does first: keep its memory off the disk and its logs free of anybody."""

import ctypes
import logging
import resource
import sys

import structlog

# From linux/prctl.h.
_PR_SET_DUMPABLE = 4


def harden() -> None:
    """Keep what is in memory off the disk: no core dumps."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # Where dumps are piped to a program, the limit is not asked; this is, and nobody else's debugger gets in.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def take_short_turns() -> None:
    """Let threads hand over the interpreter after half a millisecond, not five.

    Whoever commits for a group holds the trail's write lock, in this process and for all others, and needs the
    interpreter between its steps. Waiting 5 ms for each while pages are rendered would make everybody wait.
    """
    sys.setswitchinterval(0.0005)


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
