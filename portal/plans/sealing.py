"""What the seal on a person knows of the person's records: each plan, activity and note, exactly as it stands.

One digest for all of them, which the person's seal covers. So an item altered, slipped in, moved, taken away or put
back from an older copy leaves a person whose records do not fit, and nothing of that person opens.
"""

import json
from binascii import b2a_base64
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

CREATED = "created"
REPLACED = "replaced"
REMOVED = "removed"
MOVED = "moved"
# An entry holds at most 16 KB; one change takes under 160 bytes.
CHANGES_PER_ENTRY = 80

_compact = json.JSONEncoder(separators=(",", ":")).encode


# The columns of the items table that an imprint is taken of, in its order.
IMPRINTED = ("id", "version", "kind", "agency", "category", "plan", "digest", "content")


class Imprint(NamedTuple):
    """One row of the items table, but for when it was changed and by whom.

    The envelope is bound to id, version, agency and category, but only an item that is opened finds that out: the
    columns decide what is opened, so they are here as well. And a version may come twice, if somebody deletes the
    history of what was taken away and comes back: the envelope itself never does.
    """

    id: str
    version: int
    kind: str
    agency: str
    category: str
    plan: str | None
    digest: str
    content: str

    @classmethod
    def take(
        cls,
        id_: str,
        version: int,
        kind: str,
        agency: str,
        category: str,
        plan: str | None,
        digest: bytes,
        content: bytes,
    ) -> "Imprint":
        """The imprint of a row with these columns; raises TypeError if one holds what was not written by us."""
        return cls(id_, version, kind, agency, category, plan, memoryview(digest).hex(), sha256(content).hexdigest())


class Change(NamedTuple):
    """What happened to one item, and its imprint as it now stands; None if it was taken away."""

    item: str
    change: str
    imprint: Imprint | None

    def said(self) -> dict[str, str]:
        """The change as an entry tells it, with the keyed digest of what the item now says."""
        said = {"id": self.item, "change": self.change}
        if self.imprint is not None:
            said["digest"] = b2a_base64(bytes.fromhex(self.imprint.digest), newline=False).decode()
        return said


def imprint_of(row: Mapping[str, Any]) -> Imprint:
    """The imprint of a row of the items table; raises TypeError if a column holds what was not written by us."""
    return Imprint.take(*(row[name] for name in IMPRINTED))


def records_digest(imprints: Iterable[Imprint]) -> bytes:
    """SHA-256 over the imprints of all of one person's items, in order of id; raises TypeError as they do."""
    return sha256(_compact([1, sorted(imprints)]).encode()).digest()


NO_RECORDS = records_digest(())
