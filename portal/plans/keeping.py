"""What the desk does with plans, activities and notes, each in one transaction with its entry.

What stands is changed only by whoever has seen it: the version that was on the page must be the one that stands. And
only while some consent of the person is live; else the person is sealed, to the desk as well.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from portal.acting import Act
from portal.consent.sealing import subject_of
from portal.consent.service import SealedPerson
from portal.errors import ConflictError
from portal.plans.models import item_history, items
from portal.plans.rules import Removal
from portal.plans.service import Item, put_items, remove_items


class SealedError(ConflictError):
    """No consent of the person is live, so nothing of the person is changed."""


class ChangedMeanwhileError(ConflictError):
    """The item is no longer the one that was on the page: somebody changed it, took it away, or an import did."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was on the page when somebody began to type: an item, and the version of it."""

    item: str
    version: int


def enter(act: Act, ref: str, item: Item) -> bool:
    """Put a new item in; the same one sent twice is put in once, and the second time is False.

    Raises SealedError.
    """
    person = _hold(act, ref)
    if item.id in person.items or _was_there(act, item.id):
        return False
    _put(person, item)
    return True


def change(act: Act, ref: str, item: Item, shown: Shown) -> None:
    """Replace an item by what it now says. Raises SealedError and ChangedMeanwhileError."""
    person = _hold(act, ref)
    _check(person, shown)
    _put(person, item)


def remove(act: Act, ref: str, shown: Shown, cause: Removal) -> None:
    """Take an item away, a plan with its activities; the history keeps them. Raises as ``change`` does."""
    person = _hold(act, ref)
    _check(person, shown)
    agency = person.items[shown.item].agency
    remove_items(person, [shown.item], behalf=agency, cause=cause.value)
    person.save()


def _hold(act: Act, ref: str) -> SealedPerson:
    act.hold([subject_of(ref)])
    person = SealedPerson.load(act, ref)
    if not person.is_open:
        raise SealedError("the person has no live consent")
    return person


def _put(person: SealedPerson, item: Item) -> None:
    told = {"behalf": item.agency}
    if item.release is not None:
        told["how"] = item.release.way.value
        if item.release.by is not None:
            told["released_by"] = item.release.by
    key = person.act.keyring.unwrap(bytes(person.row["content_key"]))
    put_items(person, key, [item], **told)
    person.save()


def _check(person: SealedPerson, shown: Shown) -> None:
    there = person.items.get(shown.item)
    if there is None or there.version != shown.version:
        raise ChangedMeanwhileError("the item is not the one that was on the page")


def _was_there(act: Act, item: str) -> bool:
    """Whether anybody has or has had an item with that id."""
    found = [
        act.connection.execute(select(func.count()).select_from(table).where(column == item)).scalar_one()
        for table, column in ((items, items.c.id), (item_history, item_history.c.item))
    ]
    return any(found)
