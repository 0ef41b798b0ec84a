"""Refusals are answered on a beat, so that the time one takes does not tell why it was.

The statements of a refusal are the same whoever is asked for, but somebody who exists has rows to be read and proved,
and an entry that names them. That takes some tenths of a millisecond longer, and who asks a thousand times could
measure it. So a refusal waits for the next beat since its question was begun, and nobody else waits for it.
"""

from collections.abc import Callable
from functools import wraps
from time import monotonic, sleep
from typing import ParamSpec, TypeVar

from portal.errors import NotOpenError

BEAT_SECONDS = 0.025

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def on_the_beat(door: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """``door``, whose refusals (NotOpenError, or None for an answer) come on a beat."""

    @wraps(door)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        begun = monotonic()
        try:
            answer = door(*args, **kwargs)
        except NotOpenError:
            _wait(begun)
            raise
        if answer is None:
            _wait(begun)
        return answer

    return asked


def _wait(begun: float) -> None:
    sleep(BEAT_SECONDS - (monotonic() - begun) % BEAT_SECONDS)
