"""Putting in, replacing and taking away plans, activities and notes; every earlier version is kept.

Each change is a step of the person whose they are (``SealedPerson``). Whoever calls saves that person, and commits.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from keys.envelope import DataKey, seal_envelope
from keys.keyring import Keyring
from portal.acting import Act
from portal.consent.service import SealedPerson
from portal.plans.contents import (
    ACTIVITY,
    NOTE,
    PLAN,
    item_place,
    lay_beside,
    write_activity,
    write_note,
    write_plan,
)
from portal.plans.models import item_history, items
from portal.plans.rules import Release
from portal.plans.sealing import CREATED, REMOVED, REPLACED, Change, imprint_of


class Item(NamedTuple):
    """A plan, activity or note on its way into the register: what stands in the clear, and its content.

    ``release`` is how it was released, where the desk enters it.
    """

    id: str
    kind: str
    agency: str
    category: str
    plan: str | None
    content: bytes
    release: Release | None = None


def plan_item(said: Mapping[str, Any]) -> Item:
    """A plan, an object of the exchange format, as an item."""
    return Item(said["id"], PLAN, said["agency"], said["category"], None, write_plan(said))


def activity_item(said: Mapping[str, Any], agency: str, category: str) -> Item:
    """An activity, an object of the exchange format, as an item of its plan's ``agency`` and ``category``."""
    return Item(said["id"], ACTIVITY, agency, category, said["plan"], write_activity(said))


def note_item(said: Mapping[str, Any]) -> Item:
    """A note, an object of the exchange format, as an item."""
    return Item(said["id"], NOTE, said["agency"], said["category"], None, write_note(said))


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
    return seal_envelope(key, place, lay_beside(item.content, item.release))


def item_digest(keyring: Keyring, ref: str, item: Item) -> bytes:
    """A keyed digest of everything an item says, by which an unchanged one is known again unopened."""
    head = "\0".join(("item", ref, item.id, item.kind, item.agency, item.category, item.plan or ""))
    return keyring.digest(head.encode() + b"\0" + item.content)


def put_items(person: SealedPerson, key: DataKey, wanted: Sequence[Item], **told: object) -> None:
    """Bring the person's items to what ``wanted`` says; those that already say it are left alone.

    What is released anew counts as changed, for it says so. ``told`` stands in the entry too.
    """
    act, ref = person.act, person.ref
    current = _rows(act.connection, items.c.id.in_([item.id for item in wanted]) & (items.c.person == ref))
    changes = []
    for item in wanted:
        row = current.get(item.id)
        if row is None:
            version = next_version(act.connection, [item.id]).get(item.id, 1)
            new = item_row(act, key, ref, item, version)
            act.connection.execute(insert(items), [new])
            changes.append(Change(item.id, CREATED, imprint_of(new)))
        elif item.release is not None or bytes(row["digest"]) != item_digest(act.keyring, ref, item):
            keep_history(act, [row])
            new = item_row(act, key, ref, item, row["version"] + 1)
            act.connection.execute(update(items).where(items.c.id == item.id).values(new))
            changes.append(Change(item.id, REPLACED, imprint_of(new)))
    person.change_records(changes, **told)


def remove_items(person: SealedPerson, ids: Iterable[str], **told: object) -> None:
    """Take the person's items with these ids away (a plan with its activities), keeping their history.

    ``told`` stands in the entry too.
    """
    act, wanted = person.act, list(ids)
    is_wanted = items.c.id.in_(wanted) | items.c.plan.in_(wanted)
    rows = _rows(act.connection, is_wanted & (items.c.person == person.ref))
    keep_history(act, rows.values())
    act.connection.execute(delete(items).where(items.c.id.in_(rows)))
    person.change_records([Change(id_, REMOVED, None) for id_ in rows], **told)


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


def _rows(connection: Connection, which: ColumnElement[bool]) -> dict[str, dict[str, Any]]:
    rows = connection.execute(select(items).where(which).order_by(items.c.id)).mappings()
    return {row["id"]: dict(row) for row in rows}
