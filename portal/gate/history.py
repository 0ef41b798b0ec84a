"""The versions of one item as the desk may see them, each held to the entry in the trail that tells of it.

Who changed what, when and on whose behalf is taken from the trail alone; the register only has the envelopes. So a
version altered, slipped in or left out of the history does not fit, and none of it is shown. What came from another
registration of the same person was told of that one until it was moved.
"""

import hmac
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, func, select

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
Told: TypeAlias = list[_Change]


@dataclass(frozen=True, slots=True, repr=False)
class Version:
    """An item as it stood from ``at`` on; ``content`` is None where it was taken away then, for ``cause``.

    ``agency`` is whose the item is, ``release`` how it was released, where the desk entered it, and ``behalf`` the
    agency for which it did.
    """

    agency: AgencyId
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


def list_removed(connection: Connection, rows: PersonRows) -> list[str]:
    """The ids of the person's items that have been taken away, the last one first."""
    gone_at = func.max(item_history.c.ended_at)
    past = select(item_history.c.item).where(item_history.c.person == rows.person["ref"])
    newest = past.group_by(item_history.c.item).order_by(gone_at.desc(), item_history.c.item)
    there = {row["id"] for row in rows.items}
    return [item for item in connection.execute(newest).scalars() if item not in there]


def open_versions(
    keyring: Keyring, connection: Connection, rows: PersonRows, items: Iterable[str]
) -> dict[str, tuple[Version, ...]]:
    """Open every version of these items of a person, by id; for a door that has recorded it. Raises TamperedError."""
    wanted = list(items)
    told = _told(keyring, connection, [rows.person["ref"]], wanted)
    kept: dict[str, list[Mapping[str, Any]]] = {item: [] for item in wanted}
    past = select(item_history).where(item_history.c.person == rows.person["ref"], item_history.c.item.in_(wanted))
    for row in connection.execute(past.order_by(item_history.c.version)).mappings():
        kept[row["item"]].append({**row, "id": row["item"]})
    for present in rows.items:
        if present["id"] in kept:
            kept[present["id"]].append(present)
    key = keyring.unwrap(bytes(rows.person["content_key"]))
    return {item: _versions(keyring, key, rows, kept[item], told[item]) for item in wanted}


def _versions(
    keyring: Keyring, key: DataKey, rows: PersonRows, kept: Sequence[Mapping[str, Any]], told: Told
) -> tuple[Version, ...]:
    written = [change for change in told if change[1]["change"] != REMOVED]
    if len(written) != len(kept):
        raise TamperedError("the history of an item is not the one the trail tells of: run portal doctor")
    opened = iter([_open(keyring, key, rows, row, change) for row, change in zip(kept, written, strict=True)])
    return tuple(
        _version(kept[0]["agency"], entry, said, (None, None) if said["change"] == REMOVED else next(opened))
        for entry, said in told
    )


def _told(keyring: Keyring, connection: Connection, refs: list[str], wanted: Sequence[str]) -> dict[str, Told]:
    """What the trail tells of each item, in order: each entry, and what it says became of the item.

    ``refs`` are the registrations of the person that are known of so far, the one kept first.
    """
    statement = select(entries.c.payload, entries.c.mac).where(entries.c.person.in_(refs))
    statement = statement.where(entries.c.event == Event.RECORDS_CHANGED.value).order_by(entries.c.id)
    found: dict[str, Told] = {item: [] for item in wanted}
    for payload, mac in connection.execute(statement):
        if not hmac.compare_digest(keyring.trail_mac(bytes(payload)), bytes(mac)):
            raise TamperedError("an entry of the trail is not ours: run portal-audit verify")
        entry = decode(bytes(payload))
        items: Any = entry.fields["items"]
        for said in items:
            if said["id"] in found:
                found[said["id"]].append((entry, said))
    moves = [entry for told in found.values() for entry, said in told if said["change"] == MOVED]
    moved_from = {str(entry.fields["moved_from"]) for entry in moves} - set(refs)
    if moved_from:
        return _told(keyring, connection, [*refs, *sorted(moved_from)], wanted)
    return {item: [change for change in told if change[1]["change"] != MOVED] for item, told in found.items()}


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


def _version(
    agency: str, entry: Entry, said: Mapping[str, str], opened: tuple[Content | None, Release | None]
) -> Version:
    behalf, cause = entry.fields.get("behalf"), entry.fields.get("cause")
    return Version(
        agency=AgencyId(agency),
        at=entry.at,
        actor=str(entry.fields["actor"]),
        is_new=said["change"] == CREATED,
        content=opened[0],
        release=opened[1],
        behalf=None if behalf is None else AgencyId(str(behalf)),
        cause=None if cause is None else str(cause),
    )
