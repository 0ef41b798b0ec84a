"""One page of a list of requests: from the one after which it goes on, never counted from the beginning.

Where a page begins is said by the id of the request before it; an id that leads nowhere begins at the beginning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, select

from portal.people.rules import is_reference
from portal.requests.models import requests

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """What is shown; ``more`` is the id after which the list goes on, or None at its end."""

    shown: tuple[T, ...]
    more: str | None


def read_page(
    connection: Connection,
    which: ColumnElement[bool],
    by: Column[Any],
    after: str,
    size: int,
    *,
    is_newest_first: bool,
    among: ColumnElement[bool] | None = None,
) -> Page[dict[str, Any]]:
    """At most ``size`` rows of the requests ``which`` says, in order of ``by``, after the request ``after`` if any.

    That one may have left the list meanwhile; ``among`` says in which wider one it still is.
    """
    order = by.desc() if is_newest_first else by.asc()
    statement = select(requests).where(which).order_by(order, requests.c.id).limit(size + 1)
    last = _row(connection, which if among is None else among, after)
    if last is not None:
        is_later = by < last[by.name] if is_newest_first else by > last[by.name]
        statement = statement.where(is_later | ((by == last[by.name]) & (requests.c.id > last["id"])))
    rows = [dict(row) for row in connection.execute(statement).mappings()]
    shown = rows[:size]
    return Page(tuple(shown), shown[-1]["id"] if len(rows) > size else None)


def _row(connection: Connection, which: ColumnElement[bool], key: str) -> Mapping[str, Any] | None:
    # What is no id of ours leads nowhere; PostgreSQL would not even take a NUL.
    if not is_reference(key):
        return None
    found = connection.execute(select(requests).where(which & (requests.c.id == key))).mappings().one_or_none()
    return None if found is None else dict(found)
