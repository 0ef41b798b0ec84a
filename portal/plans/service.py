"""Putting in, replacing and taking away plans, activities and notes; every earlier version is kept.

Whoever calls writes the entries (``records_changed``) from the changes given back, and commits.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from audit.vocabulary import Event
from keys.envelope import DataKey, seal_envelope
from keys.keyring import Keyring
from portal.acting import Act
from portal.plans.contents import ACTIVITY, NOTE, PLAN, item_place, write_activity, write_note, write_plan
from portal.plans.models import item_history, items
from portal.plans.rules import Activity, Note, Plan

CREATED = "created"
REPLACED = "replaced"
REMOVED = "removed"
# An entry holds at most 16 KB; one change takes under 160 bytes.
CHANGES_PER_ENTRY = 80


@dataclass(frozen=True, slots=True)
class Item:
    """A plan, activity or note on its way into the register: what stands in the clear, and its content."""

    id: str
    kind: str
    agency: str
    category: str
    plan: str | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one item, with the keyed digest of what it now says."""

    item: str
    change: str
    digest: bytes | None


def plan_item(plan: Plan) -> Item:
    """A plan as an item."""
    return Item(plan.id, PLAN, plan.agency, plan.category, None, write_plan(plan))


def activity_item(activity: Activity, agency: str, category: str) -> Item:
    """An activity as an item of its plan's ``agency`` and ``category``."""
    return Item(activity.id, ACTIVITY, agency, category, activity.plan, write_activity(activity))


def note_item(note: Note) -> Item:
    """A note as an item."""
    return Item(note.id, NOTE, note.agency, note.category, None, write_note(note))


def item_row(act: Act, key: DataKey, ref: str, item: Item, version: int) -> dict[str, Any]:
    """The sealed row of an item; nothing is written."""
    return {
        "id": item.id,
        "person": ref,
        "kind": item.kind,
        "agency": item.agency,
        "category": item.category,
        "plan": item.plan,
        "content": seal_item(key, ref, item, version),
        "digest": item_digest(act.keyring, ref, item),
        "version": version,
        "changed_at": act.since_epoch,
        "changed_by": act.actor,
    }


def seal_item(key: DataKey, ref: str, item: Item, version: int) -> bytes:
    """The item's content in its envelope."""
    place = item_place(
        {
            "id": item.id,
            "kind": item.kind,
            "plan": item.plan,
            "person": ref,
            "version": version,
            "agency": item.agency,
            "category": item.category,
        }
    )
    return seal_envelope(key, place, item.content)


def item_digest(keyring: Keyring, ref: str, item: Item) -> bytes:
    """A keyed digest of everything an item says, by which an unchanged one is known again unopened."""
    head = "\0".join(("item", ref, item.id, item.kind, item.agency, item.category, item.plan or ""))
    return keyring.digest(head.encode() + b"\0" + item.content)


def put_items(act: Act, key: DataKey, ref: str, wanted: Sequence[Item]) -> list[Change]:
    """Bring one person's items to what ``wanted`` says; those that already say it are left alone."""
    current = {
        row["id"]: dict(row)
        for row in act.connection.execute(select(items).where(items.c.id.in_([item.id for item in wanted]))).mappings()
    }
    changes = []
    for item in wanted:
        row = current.get(item.id)
        digest = item_digest(act.keyring, ref, item)
        if row is None:
            version = next_version(act.connection, [item.id]).get(item.id, 1)
            act.connection.execute(insert(items), [item_row(act, key, ref, item, version)])
            changes.append(Change(item.id, CREATED, digest))
        elif bytes(row["digest"]) != digest:
            keep_history(act, [row])
            new = item_row(act, key, ref, item, row["version"] + 1)
            act.connection.execute(update(items).where(items.c.id == item.id).values(new))
            changes.append(Change(item.id, REPLACED, digest))
    return changes


def remove_items(act: Act, ids: Iterable[str]) -> dict[str, list[Change]]:
    """Take items away (a plan with its activities), keeping their history; the changes by person."""
    wanted = list(ids)
    rows = [
        dict(row)
        for row in act.connection.execute(
            select(items).where(items.c.id.in_(wanted) | items.c.plan.in_(wanted)).order_by(items.c.id)
        ).mappings()
    ]
    keep_history(act, rows)
    act.connection.execute(delete(items).where(items.c.id.in_([row["id"] for row in rows])))
    changes: dict[str, list[Change]] = {}
    for row in rows:
        changes.setdefault(row["person"], []).append(Change(row["id"], REMOVED, None))
    return changes


def keep_history(act: Act, rows: Iterable[Mapping[str, Any]]) -> None:
    """Lay the rows' present versions into the history, sealed as they are."""
    past = [
        {
            "item": row["id"],
            **{
                name: row[name]
                for name in (
                    "version",
                    "person",
                    "kind",
                    "agency",
                    "category",
                    "plan",
                    "content",
                    "changed_at",
                    "changed_by",
                )
            },
            "ended_at": act.since_epoch,
            "ended_by": act.actor,
        }
        for row in rows
    ]
    if past:
        act.connection.execute(insert(item_history), past)


def next_version(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """For each id that was taken away once, the version it comes back with."""
    found = connection.execute(
        select(item_history.c.item, func.max(item_history.c.version) + 1)
        .where(item_history.c.item.in_(ids))
        .group_by(item_history.c.item)
    )
    return {row[0]: row[1] for row in found}


def note_changes(act: Act, ref: str, changes: Sequence[Change]) -> None:
    """Leave the entries of one person's changes."""
    for start in range(0, len(changes), CHANGES_PER_ENTRY):
        said = [
            {"id": each.item, "change": each.change}
            if each.digest is None
            else {"id": each.item, "change": each.change, "digest": b64encode(each.digest).decode()}
            for each in changes[start : start + CHANGES_PER_ENTRY]
        ]
        act.note(Event.RECORDS_CHANGED, {"person": ref, "items": said})
