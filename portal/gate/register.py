"""What the gate reads before it decides: ciphertext, terms and the trail's last word, in three statements.

Nothing is opened here and nothing is locked. All three run in one snapshot.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Text,
    bindparam,
    false,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.sql import Select

from audit.statement import Statement
from audit.store import entries
from portal.accounts.models import agencies, staff, stand_ins
from portal.consent.models import consents, recipients
from portal.gate.second_lock import ReadingAs
from portal.people.models import persons
from portal.people.rules import is_reference
from portal.plans.models import items

_SEPARATOR = "__"


@dataclass(slots=True)
class PersonRows:
    """One person's row with the trail's last entry about it, all of its consents, and its items once they are read."""

    person: dict[str, Any]
    consents: list[dict[str, Any]] = field(default_factory=list)
    items: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReaderRows:
    """A reader's own row and agency, and the stand-ins that name the reader, each with the absent colleague's row."""

    reader: dict[str, Any] | None
    agency: dict[str, Any] | None
    stand_ins: list[tuple[dict[str, Any], dict[str, Any]]]


def read_reader(connection: Connection, reader: str) -> ReaderRows:
    """The reader's standing as the database has it; ``reader`` None if there is no such staff entry.

    From here on the transaction reads as this reader, and on PostgreSQL no other reader's items are there for it.
    """
    own, agency = None, None
    colleagues = []
    for row in _READER.mappings(connection, {"reader": reader}):
        entry = _part(row, "staff")
        if entry["id"] == reader:
            own, agency = entry, _part(row, "agency")
        else:
            colleagues.append((_part(row, "stand_in"), entry))
    return ReaderRows(own, agency, colleagues)


def read_person(connection: Connection, ref: str, reader: str) -> PersonRows | None:
    """The person behind ``ref``, or None; ``reader`` is whose last look at the person is looked up."""
    # What is no reference leads nowhere, by the same statements. PostgreSQL would not even take a NUL.
    ref = ref if is_reference(ref) else ""
    return _gather(_PERSON.mappings(connection, {"ref": ref, "reader": reader})).get(ref)


def read_items(connection: Connection, rows: PersonRows) -> None:
    """Add the person's items to ``rows``: once it is decided, so that a refusal takes no longer for their sake."""
    rows.items.extend(_ITEMS.mappings(connection, {"ref": rows.person["ref"]}))


def read_people_named(connection: Connection, names: Sequence[str], reader: str) -> list[PersonRows]:
    """Everybody in whose consents any of the staff ``names`` stands, live or not, in order of reference."""
    found = connection.execute(_PEOPLE, {"names": list(names), "reader": reader}).mappings()
    return list(_gather(found).values())


def read_items_named(connection: Connection, names: Sequence[str], people: Iterable[PersonRows]) -> None:
    """Add the items of ``people``, some of those in whose consents the staff ``names`` stand, to their rows."""
    by_ref = {rows.person["ref"]: rows for rows in people}
    for row in connection.execute(_PEOPLES_ITEMS, {"names": list(names)}).mappings():
        if row["person"] in by_ref:
            by_ref[row["person"]].items.append(dict(row))


def read_agencies_and_staff(
    connection: Connection, wanted: Sequence[str]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """All agencies, each beside those of its staff who are ``wanted``; staff columns are None where nobody is."""
    places = {f"wanted_{place}": key for place, key in enumerate(wanted)}
    rows = _agencies_and_staff(len(places)).mappings(connection, places)
    return [(_part(row, "agency"), _part(row, "staff")) for row in rows]


def _gather(rows: Any) -> dict[str, PersonRows]:
    found: dict[str, PersonRows] = {}
    for row in rows:
        person = found.get(row["person__ref"])
        if person is None:
            person = found[row["person__ref"]] = PersonRows(_part(row, "person"))
        if row["consent__id"] is not None:
            person.consents.append(_part(row, "consent"))
    return found


def _part(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The columns of one table out of a joined row, under their own names."""
    start = name + _SEPARATOR
    return {key.removeprefix(start): value for key, value in row.items() if key.startswith(start)}


def _columns(table: Any, name: str) -> list[ColumnElement[Any]]:
    return [column.label(f"{name}{_SEPARATOR}{column.name}") for column in table.columns]


def _last_word(subject: ColumnElement[str], name: str) -> tuple[Any, ColumnElement[bool], list[Any]]:
    """The trail's last entry about a subject: an aliased table, what joins it, and its columns."""
    word = entries.alias(f"{name}_word")
    # The newest by id, found by the index on (subject, id) however long the trail is.
    newest = select(func.max(entries.c.id)).where(entries.c.subject == subject).scalar_subquery()
    columns = [word.c.payload.label(f"{name}{_SEPARATOR}payload"), word.c.mac.label(f"{name}{_SEPARATOR}mac")]
    return word, word.c.id == newest, columns


def _reader_statement() -> Select[Any]:
    stand_in_word, stand_in_is_last, stand_in_columns = _last_word(
        literal("stand_in:").concat(stand_ins.c.id), "stand_in"
    )
    staff_word, staff_is_last, staff_columns = _last_word(literal("staff:").concat(staff.c.id), "staff")
    reader: BindParameter[str] = bindparam("reader")
    who = union_all(select(ReadingAs(reader).label("id")), select(stand_ins.c.absent).where(stand_ins.c.by == reader))
    return (
        select(
            *_columns(staff, "staff"),
            *staff_columns,
            *_columns(agencies, "agency"),
            *_columns(stand_ins, "stand_in"),
            *stand_in_columns,
        )
        .select_from(staff)
        .join(agencies, agencies.c.id == staff.c.agency)
        .outerjoin(stand_ins, (stand_ins.c.absent == staff.c.id) & (stand_ins.c.by == reader))
        .outerjoin(staff_word, staff_is_last)
        .outerjoin(stand_in_word, stand_in_is_last)
        .where(staff.c.id.in_(who))
    )


def _person_statement(which: ColumnElement[bool]) -> Select[Any]:
    word, is_last, columns = _last_word(literal("person:").concat(persons.c.ref), "person")
    last_read_at = (
        select(entries.c.at)
        .where((entries.c.person == persons.c.ref) & (entries.c.actor == bindparam("reader")))
        .where(entries.c.event == "read")
        .order_by(entries.c.id.desc())
        .limit(1)
        .correlate(persons)
        .scalar_subquery()
    )
    return (
        select(
            *_columns(persons, "person"),
            *columns,
            last_read_at.label(f"person{_SEPARATOR}last_read_at"),
            *_columns(consents, "consent"),
        )
        .select_from(persons)
        .outerjoin(word, is_last)
        .outerjoin(consents, consents.c.person == persons.c.ref)
        .where(which)
        .order_by(persons.c.ref, consents.c.id)
    )


def _item_statement(which: ColumnElement[bool]) -> Select[Any]:
    return select(
        items.c.id,
        items.c.person,
        items.c.kind,
        items.c.agency,
        items.c.category,
        items.c.plan,
        items.c.content,
        items.c.digest,
        items.c.version,
        items.c.changed_at,
    ).where(which)


_NAMED = select(recipients.c.person).where(recipients.c.staff.in_(bindparam("names", expanding=True)))
_READER = Statement(_reader_statement())
_PERSON = Statement(_person_statement(persons.c.ref == bindparam("ref")))
_ITEMS = Statement(_item_statement(items.c.person == bindparam("ref")))
_PEOPLE = _person_statement(persons.c.ref.in_(_NAMED))
_PEOPLES_ITEMS = _item_statement(items.c.person.in_(_NAMED))


@cache
def _agencies_and_staff(count: int) -> Statement:
    """One statement for each number of caseworkers asked for, since a list in SQL has a length."""
    wanted = [bindparam(f"wanted_{place}", type_=Text) for place in range(count)]
    is_wanted = staff.c.id.in_(wanted) if wanted else false()
    return Statement(
        select(*_columns(agencies, "agency"), *_columns(staff, "staff"))
        .select_from(agencies)
        .outerjoin(staff, (staff.c.agency == agencies.c.id) & is_wanted)
    )
