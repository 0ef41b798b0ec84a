"""A lock between processes in a file, waited for in turn and not for ever. It goes with the process that holds it."""

import fcntl
import os
from concurrent.futures import Future
from pathlib import Path
from threading import Thread


def take(file: Path, patience: float) -> int:
    """The descriptor that holds the lock, for the caller to close; raises OSError, also after ``patience`` seconds."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _queue(descriptor, patience)
    return descriptor


def _queue(descriptor: int, patience: float) -> None:
    """Only the kernel keeps a fair queue, and it knows no limit: a thread waits in it, and we for the thread."""
    turn: Future[None] = Future()
    Thread(target=_wait, args=(descriptor, turn), daemon=True, name="lock").start()
    try:
        turn.result(patience)
    except TimeoutError:
        # Had in this very moment, it is ours after all.
        if turn.cancel():
            raise TimeoutError("the lock stayed with another process") from None


def _wait(descriptor: int, turn: "Future[None]") -> None:
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    if turn.set_running_or_notify_cancel():
        turn.set_result(None)
    else:
        os.close(descriptor)
