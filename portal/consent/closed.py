"""Whose content is closed, by the day it is due for disposal: what of whom is there, by agency and category only.

Nothing is opened here: whose consents hold, and how many items there are, is known before.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, exists, func, select

from portal.consent.models import consents
from portal.consent.retention import Closed, closed_of
from portal.consent.rules import Category, Consent, day_of
from portal.consent.sealing import read_consent
from portal.people.models import persons
from portal.plans.models import items

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class ClosedPerson:
    """Somebody without a live consent, by the reference, and how the content is closed."""

    ref: str
    closed: Closed


def list_closed(connection: Connection, keep_months: int, at: datetime) -> list[ClosedPerson]:
    """Everybody who has content and no live consent; those due first, those of whom no day is known last."""
    today = day_of(at)
    is_live = (
        exists()
        .where(consents.c.person == persons.c.ref)
        .where(consents.c.confirmed_at.is_not(None) & consents.c.withdrawn_at.is_(None))
        .where((consents.c.valid_from <= today) & (consents.c.valid_until >= today))
    )
    has_items = exists().where(items.c.person == persons.c.ref)
    refs = connection.execute(select(persons.c.ref).where(has_items & ~is_live)).scalars().all()
    found = []
    for start in range(0, len(refs), _AT_A_TIME):
        some = refs[start : start + _AT_A_TIME]
        known = _consents(connection, some)
        closed = ((ref, closed_of(known[ref], keep_months, at)) for ref in some)
        found += [ClosedPerson(ref, each) for ref, each in closed if each is not None]
    return sorted(found, key=lambda each: (each.closed.due or date.max, each.ref))


def count_items(connection: Connection, refs: Sequence[str]) -> Mapping[str, Mapping[tuple[str, Category], int]]:
    """How many plans, activities and notes of each person there are, by agency and category."""
    counted: dict[str, Counter[tuple[str, Category]]] = defaultdict(Counter)
    columns = (items.c.person, items.c.agency, items.c.category)
    statement = select(*columns, func.count().label("many")).where(items.c.person.in_(refs)).group_by(*columns)
    for row in connection.execute(statement):
        counted[row.person][row.agency, Category(row.category)] = row.many
    return counted


def _consents(connection: Connection, refs: Sequence[Any]) -> Mapping[str, list[Consent]]:
    known: dict[str, list[Consent]] = defaultdict(list)
    for row in connection.execute(select(consents).where(consents.c.person.in_(refs))).mappings():
        known[row["person"]].append(read_consent(dict(row)))
    return known
