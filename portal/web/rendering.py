"""Rendering a page, one at a time in each process.

Python runs one thread at a time in any case. Where many are rendering, whoever commits for a group waits for all of
them at each step, with the trail's write lock in hand, and every process waits with it. So they queue here instead.
"""

from threading import Lock

from flask import render_template

_turn = Lock()


def render(template: str, **context: object) -> str:
    """The page that ``template`` makes of ``context``."""
    with _turn:
        return render_template(template, **context)
