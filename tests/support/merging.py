"""Merging two people of the situation, as the desk does once it has shown both."""

from typing import Any

from sqlalchemy import select

from portal.consent.merging import Current, Known
from portal.database import Desk
from portal.gate.merging import Merger, merge_people
from portal.people.models import persons
from tests.support.installation import Installation
from tests.support.situation import ADMINISTRATOR, Situation


def versions_of(installation: Installation, *refs: str) -> dict[str, int]:
    """The versions at which these people stand."""
    statement = select(persons.c.ref, persons.c.version).where(persons.c.ref.in_(refs))
    with installation.wiring.engine(Desk.SURVEYING).connect() as connection:
        return {row.ref: row.version for row in connection.execute(statement)}


def merger_of(situation: Situation, kept: str, other: str, **changes: Any) -> Merger:
    """What the desk decides of the two as they stand."""
    refs = situation.refs[kept], situation.refs[other]
    said = {"versions": versions_of(situation.installation, *refs), "current": Current.KEPT, "known": Known.NEW_NUMBER}
    return Merger(*refs, **{**said, **changes})


def merge(situation: Situation, kept: str, other: str, **changes: Any) -> bool:
    """Move everything of ``other`` to ``kept``."""
    merger = merger_of(situation, kept, other, **changes)
    with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        return merge_people(act, merger)
