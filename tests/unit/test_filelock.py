"""The lock between processes: one at a time, in turn, let go by the dead, and not waited for without end."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from portal import filelock

HOLDER = """
import sys, pathlib
from portal import filelock
filelock.take(pathlib.Path(sys.argv[1]), 5)
print("held", flush=True)
sys.stdin.read()
"""


def holder(file: Path) -> "subprocess.Popen[str]":
    """A process that holds the lock until its standard input closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_is_had_once(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    descriptor = filelock.take(file, 1)
    with pytest.raises(TimeoutError):
        filelock.take(file, 0.05)
    os.close(descriptor)
    os.close(filelock.take(file, 1))
    assert file.stat().st_mode & 0o077 == 0


def test_a_lock_given_up_on_is_not_kept_when_it_comes(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    descriptor = filelock.take(file, 1)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            filelock.take(file, 0.01)
    os.close(descriptor)
    os.close(filelock.take(file, 5))
    os.close(filelock.take(file, 5))


def test_a_lock_goes_with_the_process_that_held_it(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    process = holder(file)
    threading.Timer(0.2, lambda: os.kill(process.pid, signal.SIGKILL)).start()
    begun = time.monotonic()
    os.close(filelock.take(file, 10))
    assert time.monotonic() - begun < 5
    process.communicate()


def test_a_process_that_stands_still_is_not_waited_for_without_end(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    process = holder(file)
    os.kill(process.pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        filelock.take(file, 0.1)
    os.kill(process.pid, signal.SIGCONT)
    process.communicate()
    os.close(filelock.take(file, 5))


def test_a_lock_that_cannot_be_opened_is_an_error_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="lock"):
        filelock.take(tmp_path / "missing" / "lock", 1)
