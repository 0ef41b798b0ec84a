"""The last searches by name at the desk, so that the list one comes back to is still there.

They are kept by the browser in its form cookie, sealed: a name stands neither in an address nor in a cookie in the
clear. Signing in and out forgets them.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from keys.envelope import Place, open_envelope, seal_envelope
from keys.errors import KeysError
from keys.keyring import Keyring

MOST_KEPT = 3
_SEARCHES = "searches"


def keep_search(keyring: Keyring, cookie: MutableMapping[str, Any], sought: str, at: datetime) -> str:
    """Keep what was sought, and give the name under which it is found again."""
    name = secrets.token_hex(8)
    sealed = seal_envelope(keyring.lookup_key(f"{at:%Y}"), _place(name), sought.encode())
    cookie[_SEARCHES] = [*cookie.get(_SEARCHES, []), [name, b64encode(sealed).decode()]][-MOST_KEPT:]
    return name


def kept_search(keyring: Keyring, cookie: MutableMapping[str, Any], name: str, at: datetime) -> str | None:
    """What was sought under ``name``; None where this browser has not kept it, or the year's key is another."""
    sealed = dict(cookie.get(_SEARCHES, [])).get(name)
    if sealed is None:
        return None
    try:
        return open_envelope(keyring.lookup_key(f"{at:%Y}"), _place(name), b64decode(sealed)).decode()
    except KeysError:
        return None


def _place(name: str) -> Place:
    return Place("searches", name, "", 1)
