"""The names and manners of the cookies that carry a sign-in.

Over TLS a name begins with `__Host-`, so that no other host, path or plain connection can set or read it.
The demo on http://localhost cannot have that; its names carry the port, because cookies do not tell ports
apart.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response

SESSION = "session"
SIGN_IN = "sign-in"


def is_secure(address: str) -> bool:
    """Whether the portal is known by an address with TLS."""
    return urlsplit(address).scheme == "https"


def cookie_name(address: str, purpose: str) -> str:
    """The name of the cookie for ``purpose`` of the portal known by ``address``."""
    return f"__Host-{purpose}" if is_secure(address) else f"{purpose}-{urlsplit(address).port or 80}"


def set_cookie(response: Response, address: str, purpose: str, value: str, lasts: timedelta | None = None) -> None:
    """Give the browser a cookie that scripts cannot read, for this browser session or for ``lasts``."""
    response.set_cookie(
        cookie_name(address, purpose),
        value,
        max_age=lasts,
        secure=is_secure(address),
        httponly=True,
        # Lax and not Strict: the provider's redirect back to us must bring the sign-in under way.
        samesite="Lax",
    )


def delete_cookie(response: Response, address: str, purpose: str) -> None:
    """Take the cookie for ``purpose`` away from the browser."""
    response.delete_cookie(cookie_name(address, purpose), secure=is_secure(address), httponly=True, samesite="Lax")
