"""A root key file's text: root keys by their names, and which of them wraps.

Each name is derived from its key, so a key that was mangled, or put under another's name, is found when the file is
read. Pure: no file is opened here.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from keys.datakey import DataKey, KeyId

FORMAT = "gemensam-ingang root keys 1"


@dataclass(frozen=True, slots=True)
class RootKeys:
    """One active root key and any number of older ones."""

    active: DataKey
    by_id: Mapping[KeyId, DataKey]

    @classmethod
    def of(cls, active: DataKey, *older: DataKey) -> "RootKeys":
        """Collect them by their names."""
        return cls(active, {root.key_id: root for root in (active, *older)})


def encode_roots(roots: RootKeys) -> bytes:
    """Write the file's text, the keys in the clear."""
    keys = {root.key_id.hex(): b64encode(root.secret).decode() for root in roots.by_id.values()}
    document = {"format": FORMAT, "active": roots.active.key_id.hex(), "keys": keys}
    return json.dumps(document, indent=1).encode() + b"\n"


def decode_roots(text: bytes) -> RootKeys | None:
    """Read the file's text; None where it is no root key file, or a key does not fit its name."""
    try:
        match json.loads(text):
            case {"format": str(form), "active": str(active), "keys": dict(keys), **rest} if (
                form == FORMAT and not rest
            ):
                named = {name: DataKey.of(b64decode(secret, validate=True)) for name, secret in keys.items()}
                if active in named and all(root.key_id.hex() == name for name, root in named.items()):
                    return RootKeys.of(named[active], *named.values())
    except (ValueError, TypeError, RecursionError):
        pass
    return None
