"""The keyring file's text: wrapped keys by name, the periods' keys, and a MAC that holds them together.

AES key wrap does not say which key is which. The MAC does: entries moved between names, mixed from two keyrings or
taken away are found when the file is read. Pure: no file is opened here.
"""

import hmac
import json
import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from keys.datakey import DataKey

FORMAT = "gemensam-ingang keyring 1"


@dataclass(frozen=True)
class RingContent:
    """Wrapped keys: the service's by name, and those of look-ups by period, None where one was destroyed."""

    service: Mapping[str, bytes]
    lookup: Mapping[str, bytes | None] = field(default_factory=dict)

    def mac(self, key: DataKey) -> bytes:
        """Authenticate all names and wrapped keys together: HMAC-SHA-256, 32 bytes."""
        return hmac.digest(key.secret, self._encoded(), "sha256")

    def _encoded(self) -> bytes:
        parts = [FORMAT.encode()]
        for section, wraps in (("service", self.service), ("lookup", self.lookup)):
            for name in sorted(wraps):
                parts += [section.encode(), name.encode(), wraps[name] or b""]
        return b"".join(struct.pack(">H", len(part)) + part for part in parts)


def encode_ring(content: RingContent, key: DataKey) -> bytes:
    """Write the file's text, with the MAC under this key."""
    document = {
        "format": FORMAT,
        "service": {name: _text(wrap) for name, wrap in content.service.items()},
        "lookup": {name: None if wrap is None else _text(wrap) for name, wrap in content.lookup.items()},
        "mac": _text(content.mac(key)),
    }
    return json.dumps(document, indent=1, sort_keys=True).encode() + b"\n"


def decode_ring(text: bytes) -> tuple[RingContent, bytes] | None:
    """Read the file's text into its content and MAC, unchecked; None where it is no keyring."""
    try:
        match json.loads(text):
            case {
                "format": str(form),
                "service": dict(service),
                "lookup": dict(lookup),
                "mac": str(mac),
                **rest,
            }:
                if form != FORMAT or rest:
                    return None
                periods = {name: None if wrap is None else _bytes(wrap) for name, wrap in lookup.items()}
                return RingContent({name: _bytes(wrap) for name, wrap in service.items()}, periods), _bytes(mac)
    except (ValueError, RecursionError):
        pass
    return None


def _text(octets: bytes) -> str:
    return b64encode(octets).decode()


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise ValueError("not a text")
    return b64decode(text, validate=True)
