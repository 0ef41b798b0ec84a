"""Has page images of a paper made by ``renderer``, and takes nothing else of it: a page is an image, or it is a fault.

The process gets the file and no more: no environment, no descriptor, no folder. It is killed, with whatever it may have
started, when it takes too long, and what it answers is read as something that cannot be trusted.
"""

import os
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import BoundedSemaphore, Thread, Timer

from portal.consent.evidence.rules import MOST_PAGES, PaperError, PaperFault

WALL_SECONDS = 30.0
MOST_ANSWER = 64_000_000
RENDERER = ("-m", "portal.consent.evidence.renderer")
# Each may take a gigabyte for a moment: two at a time, and the next one waits.
_turns = BoundedSemaphore(2)


def count_pages(content: bytes) -> int:
    """How many pages a paper has, once every one of them has been made an image of; raises PaperError."""
    pages, images = _read_answer(ask_renderer(content))
    if len(images) != pages:
        raise PaperError(PaperFault.DAMAGED)
    return pages


def render_page(content: bytes, number: int) -> bytes:
    """Page ``number`` of a paper, from 1, as a JPEG image; raises PaperError."""
    _, images = _read_answer(ask_renderer(content, str(number)))
    if len(images) != 1:
        raise PaperError(PaperFault.DAMAGED)
    return images[0]


def ask_renderer(
    content: bytes, *words: str, program: Sequence[str] = RENDERER, wall_seconds: float = WALL_SECONDS
) -> bytes:
    """What the renderer answers about ``content``; raises PaperError if it dies, takes too long or never ends."""
    with (
        _turns,
        subprocess.Popen(
            [sys.executable, "-I", *program, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        ) as process,
    ):
        timer = Timer(wall_seconds, _kill, [process])
        timer.start()
        Thread(target=_feed, args=[process, content], daemon=True).start()
        said = b"" if process.stdout is None else process.stdout.read(MOST_ANSWER + 1)
        if len(said) > MOST_ANSWER:
            _kill(process)
        # It has ended, and its number is still its own: whatever it may have started goes with it.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        timer.cancel()
        _kill(process)
        process.wait()
    if process.returncode != 0 or len(said) > MOST_ANSWER:
        raise PaperError(PaperFault.TOO_DEMANDING)
    return said


def _feed(process: "subprocess.Popen[bytes]", content: bytes) -> None:
    # It may have answered, or died, before it has read everything.
    with suppress(OSError, ValueError):
        if process.stdin is not None:
            process.stdin.write(content)
            process.stdin.close()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _read_answer(said: bytes) -> tuple[int, list[bytes]]:
    if said[:1] == b"\0":
        try:
            raise PaperError(PaperFault(said[1:].decode("ascii")))
        except ValueError:
            raise PaperError(PaperFault.DAMAGED) from None
    if said[:1] != b"\1" or len(said) < 5:
        raise PaperError(PaperFault.DAMAGED)
    (pages,) = struct.unpack_from(">I", said, 1)
    images: list[bytes] = []
    place = 5
    while place < len(said) and len(images) < MOST_PAGES:
        (length,) = struct.unpack_from(">I", said.ljust(place + 4, b"\0"), place)
        image = said[place + 4 : place + 4 + length]
        if len(image) != length or not image.startswith(b"\xff\xd8\xff"):
            raise PaperError(PaperFault.DAMAGED)
        images.append(image)
        place += 4 + length
    if place != len(said) or not 1 <= pages <= MOST_PAGES:
        raise PaperError(PaperFault.DAMAGED)
    return pages, images
