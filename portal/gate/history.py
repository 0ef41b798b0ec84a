"""The versions of one item as the desk may see them, each held to the entry in the trail that tells of it.

Who changed what, when and on whose behalf is taken from the trail alone; the register only has the envelopes. So a
version altered, slipped in or left out of the history does not fit, and none of it is shown. What came from another
registration of the same person was told of that one until it was moved.
"""

import hmac
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, select

from audit.entry import Entry, decode
from audit.store import entries
from audit.vocabulary import Event
from keys.envelope import DataKey, open_envelope
from keys.keyring import Keyring
from portal.accounts.rules import AgencyId, StaffId
from portal.errors import TamperedError
from portal.gate.register import PersonRows
from portal.people.rules import PersonId
from portal.plans.contents import (
    ACTIVITY,
    PLAN,
    item_place,
    part_release,
    read_activity,
    read_note,
    read_plan,
)
from portal.plans.models import item_history
from portal.plans.rules import Activity, Note, Plan, Release
from portal.plans.sealing import CREATED, MOVED, REMOVED
from portal.plans.service import Item, item_digest

Content: TypeAlias = Plan | Activity | Note
_Change: TypeAlias = tuple[Entry, Mapping[str, str]]


@dataclass(frozen=True, slots=True, repr=False)
class Version:
    """An item as it stood from ``at`` on; ``content`` is None where it was taken away then, for ``cause``.

    ``release`` is how it was released, where the desk entered it, and ``behalf`` the agency for which it did.
    """

    at: datetime
    actor: str
    is_new: bool
    content: Content | None
    release: Release | None
    behalf: AgencyId | None
    cause: str | None

    @property
    def staff(self) -> StaffId:
        """Who did it, as the register of staff knows them; the command line is nobody there."""
        return StaffId(self.actor)


def open_versions(keyring: Keyring, connection: Connection, rows: PersonRows, item: str) -> tuple[Version, ...]:
    """Open every version of a person's item; for a door that has recorded it. Raises TamperedError."""
    ref = rows.person["ref"]
    past = select(item_history).where((item_history.c.person == ref) & (item_history.c.item == item))
    found = [{**row, "id": row["item"]} for row in connection.execute(past.order_by(item_history.c.version)).mappings()]
    found += [dict(row) for row in rows.items if row["id"] == item]
    told = _told(keyring, connection, [ref], item)
    written = [change for change in told if change[1]["change"] != REMOVED]
    if len(written) != len(found):
        raise TamperedError("the history of an item is not the one the trail tells of: run portal doctor")
    key = keyring.unwrap(bytes(rows.person["content_key"]))
    opened = iter([_open(keyring, key, rows, row, change) for row, change in zip(found, written, strict=True)])
    return tuple(
        _version(entry, said, (None, None) if said["change"] == REMOVED else next(opened)) for entry, said in told
    )


def _told(keyring: Keyring, connection: Connection, refs: list[str], item: str) -> Sequence[_Change]:
    """What the trail tells of an item, in order: each entry, and what it says became of the item.

    ``refs`` are the registrations of the person that are known of so far, the one kept first.
    """
    statement = select(entries.c.payload, entries.c.mac).where(entries.c.person.in_(refs))
    statement = statement.where(entries.c.event == Event.RECORDS_CHANGED.value).order_by(entries.c.id)
    found = []
    for payload, mac in connection.execute(statement):
        if not hmac.compare_digest(keyring.trail_mac(bytes(payload)), bytes(mac)):
            raise TamperedError("an entry of the trail is not ours: run portal-audit verify")
        entry = decode(bytes(payload))
        items: Any = entry.fields["items"]
        found += [(entry, said) for said in items if said["id"] == item]
    moved_from = {str(entry.fields["moved_from"]) for entry, said in found if said["change"] == MOVED} - set(refs)
    if moved_from:
        return _told(keyring, connection, [*refs, *sorted(moved_from)], item)
    return [(entry, said) for entry, said in found if said["change"] != MOVED]


def _open(
    keyring: Keyring, key: DataKey, rows: PersonRows, row: Mapping[str, Any], change: _Change
) -> tuple[Content, Release | None]:
    entry, said = change
    whole = open_envelope(key, item_place(row), bytes(row["content"]))
    content, release = part_release(whole)
    item = Item(row["id"], row["kind"], row["agency"], row["category"], row["plan"], content)
    # Of whom the entry told: another registration of the same person, until the item was moved.
    if item_digest(keyring, str(entry.fields["person"]), item) != b64decode(said["digest"]):
        raise TamperedError("a version of an item is not the one the trail tells of: run portal doctor")
    person = PersonId(rows.person["id"])
    if row["kind"] == PLAN:
        return read_plan(row, person, content), release
    return (read_activity(row, content) if row["kind"] == ACTIVITY else read_note(row, person, content)), release


def _version(entry: Entry, said: Mapping[str, str], opened: tuple[Content | None, Release | None]) -> Version:
    behalf, cause = entry.fields.get("behalf"), entry.fields.get("cause")
    return Version(
        at=entry.at,
        actor=str(entry.fields["actor"]),
        is_new=said["change"] == CREATED,
        content=opened[0],
        release=opened[1],
        behalf=None if behalf is None else AgencyId(str(behalf)),
        cause=None if cause is None else str(cause),
    )
