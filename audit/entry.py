"""One entry of the trail: canonical JSON (RFC 8785) from the closed vocabulary, salted, at most 16 KB.

Refuses unknown and missing fields, and any value outside its field's form. The random salt keeps a leaf hash
from telling what it stands for. The standard library's C encoder writes the canonical form: within the
vocabulary (printable ASCII, whole numbers below 2**53, no floats) its output is RFC 8785's, and the tests
hold it against the rfc8785 package.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from audit.errors import EntryError
from audit.vocabulary import FORMS, instant, printable

FORMAT = 1
MAX_BYTES = 16 * 1024
SALT_BYTES = 16

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_OWN = ("at", "event", "salt", "v")
_STATE = frozenset({"subject", "version", "state"})
_COLUMNS = ("actor", "agency", "person", "subject", "version", "outcome", "listing")
# An entry's fields are built for it and hold no circles to look for.
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False).encode
_read = json.JSONDecoder().raw_decode
_HEX = frozenset("0123456789abcdef")

Columns = dict[str, int | str | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, the aware instant it was decided, and the fields its event calls for."""

    event: str
    at: datetime
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry ready to append: its canonical bytes, their MAC, and the index columns drawn from them."""

    payload: bytes
    mac: bytes
    columns: Columns


def seal(entry: Entry, mac: Callable[[bytes], bytes]) -> Sealed:
    """Encode ``entry`` under a fresh salt and authenticate it; raises EntryError."""
    document = _document(entry, secrets.token_bytes(SALT_BYTES))
    payload = _bytes(document)
    return Sealed(payload, mac(payload), columns_of(entry))


def encode(entry: Entry, salt: bytes) -> bytes:
    """The canonical bytes of ``entry`` under a 16-byte ``salt``; raises EntryError."""
    return _bytes(_document(entry, salt))


def decode(payload: bytes) -> Entry:
    """The entry these canonical bytes stand for; raises EntryError for anything encode would not write."""
    document = _parse(payload)
    fields = dict(document)
    at, event, salt, version = (fields.pop(name, None) for name in _OWN)
    if type(version) is not int or version != FORMAT or not isinstance(event, str):
        raise EntryError("the entry has no format or event this version knows")
    if not isinstance(salt, str) or len(salt) != 2 * SALT_BYTES or not _HEX.issuperset(salt):
        raise EntryError("the entry's salt is not 16 bytes in hexadecimal")
    _check(event, fields)
    if _bytes(document) != payload:
        raise EntryError("the entry is not in canonical form")
    return Entry(event, _instant(at), fields)


def index_columns(payload: bytes) -> Columns:
    """The index columns that belong to these canonical bytes; raises EntryError as ``decode`` does."""
    return columns_of(decode(payload))


def columns_of(entry: Entry) -> Columns:
    """The index columns that belong to ``entry``."""
    columns: Columns = {"at": microseconds(entry.at), "event": str(entry.event)}
    get = entry.fields.get
    for name in _COLUMNS:
        value = get(name)
        # A database driver may write an enum otherwise than the string it is.
        columns[name] = str(value) if isinstance(value, str) else cast("int | None", value)
    return columns


def microseconds(at: datetime) -> int:
    """The aware instant ``at`` in microseconds since 1970-01-01T00:00:00Z."""
    return (at - EPOCH) // _MICROSECOND


def _document(entry: Entry, salt: bytes) -> dict[str, object]:
    if entry.at.tzinfo is None:
        raise EntryError("an entry's time must carry its time zone")
    if len(salt) != SALT_BYTES:
        raise EntryError("an entry's salt is 16 bytes")
    _check(entry.event, entry.fields)
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {
        **entry.fields,
        "at": at.removesuffix("+00:00") + "Z",
        "event": entry.event,
        "salt": salt.hex(),
        "v": FORMAT,
    }


def _check(event: str, fields: Mapping[str, object]) -> None:
    form = FORMS.get(event)
    if form is None:
        raise EntryError("the event is not in the vocabulary")
    names = fields.keys()
    if not form.required <= names:
        raise EntryError(f"{event}: missing {', '.join(sorted(form.required - names))}")
    checks = form.checks
    for name, value in fields.items():
        check = checks.get(name)
        if check is None:
            shown = name if printable(name) else "a field"
            raise EntryError(f"{event}: {shown} is not a field of this event")
        if not check(value):
            raise EntryError(f"{event}: {name} is not of its form")
    if not _STATE.isdisjoint(names) and not names >= _STATE:
        raise EntryError(f"{event}: subject, version and state belong together")


def _bytes(document: dict[str, object]) -> bytes:
    payload = _canonical(document).encode("ascii")
    if len(payload) > MAX_BYTES:
        raise EntryError("the entry is larger than 16 KB")
    return payload


def _parse(payload: bytes) -> dict[str, object]:
    if len(payload) > MAX_BYTES:
        raise EntryError("the entry is larger than 16 KB")
    try:
        document, end = _read(payload.decode("ascii"))
    except (ValueError, RecursionError):
        raise EntryError("the entry is not JSON") from None
    if not isinstance(document, dict) or end != len(payload):
        raise EntryError("the entry is not a JSON object")
    return document


def _instant(at: object) -> datetime:
    if not instant(at):
        raise EntryError("the entry's time is not RFC 3339 in UTC with microseconds")
    try:
        return datetime.fromisoformat(str(at))
    except ValueError:
        raise EntryError("the entry's time is not a time") from None
