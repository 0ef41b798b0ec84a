"""What a reader reads for: chosen in the header of the page, sent with a request, or unstated."""

from collections.abc import Collection

from flask import request, session

UNSTATED = "unstated"


def reason_now(offered: Collection[str]) -> str:
    """The code of the reason that this request is made for, one of those ``offered`` or UNSTATED."""
    chosen: str = request.headers.get("X-Reason") or session.get("reason", UNSTATED)
    return chosen if chosen in offered else UNSTATED
