"""Registering persons and changing who they are. Sealing the person, and so each change, is consent's part."""

import json
import secrets
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from keys.envelope import DataKey, Place, seal_envelope
from keys.keyring import Keyring
from portal.people.models import person_numbers, persons
from portal.people.rules import PersonId, is_reference

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, repr=False)
class Details:
    """What the register holds about who a person is; ``personnummer`` is twelve digits."""

    id: PersonId
    personnummer: str
    given_name: str
    family_name: str
    phone: str | None
    email: str | None
    language: str
    is_protected: bool
    former_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person about to be inserted: the row (unsealed as yet), the index rows and the opened content key."""

    row: dict[str, Any]
    numbers: list[dict[str, Any]]
    key: DataKey


@dataclass(frozen=True, slots=True, repr=False)
class Reserved:
    """A random reference and two keys for a person about to be registered; ``key`` is the opened content key."""

    ref: str
    key: DataKey
    content_key: bytes
    log_key: bytes


def reserve(keyring: Keyring, beginning: str = "") -> Reserved:
    """Make the reference and the keys of a new person; nothing is written.

    The reference is random but for its ``beginning``, which an import gives all its new people, one random byte: so
    their rows and entries lie near each other in every index, and take much the same time to write however many others
    there are. It tells no more than that they came together, as the trail does; the rest, 120 bits, is nobody's to
    guess, and the first eight characters still tell people apart in the log.
    """
    key, content_key = keyring.new_data_key()
    _, log_key = keyring.new_data_key()
    return Reserved(beginning + secrets.token_hex(16 - len(beginning) // 2), key, content_key, log_key)


def prepare_person(keyring: Keyring, details: Details, reserved: Reserved | None = None) -> NewPerson:
    """Seal a new person's details under the keys reserved for them, or new ones; nothing is written."""
    reserved = reserved or reserve(keyring)
    ref, key = reserved.ref, reserved.key
    row = {
        "ref": ref,
        "id": details.id,
        "is_protected": details.is_protected,
        "content_key": reserved.content_key,
        "log_key": reserved.log_key,
        "content": seal_envelope(key, Place("persons", ref, ref, 1), write_details(details)),
        "content_version": 1,
        "digest": details_digest(keyring, ref, details),
    }
    return NewPerson(row, number_rows(keyring, ref, details), key)


def insert_people(connection: Connection, people: list[NewPerson]) -> None:
    """Write persons whose rows have been sealed."""
    if people:
        connection.execute(insert(persons), [person.row for person in people])
        connection.execute(insert(person_numbers), [number for person in people for number in person.numbers])


def changed_row(keyring: Keyring, key: DataKey, ref: str, version: int, details: Details) -> dict[str, Any]:
    """The columns of a person whose details became ``details``, at content version ``version``."""
    return {
        "content": seal_envelope(key, Place("persons", ref, ref, version), write_details(details)),
        "content_version": version,
        "digest": details_digest(keyring, ref, details),
    }


def replace_numbers(connection: Connection, keyring: Keyring, ref: str, details: Details) -> None:
    """Make the person findable by the current number and every former one, and by no other."""
    connection.execute(delete(person_numbers).where(person_numbers.c.person == ref))
    connection.execute(insert(person_numbers), number_rows(keyring, ref, details))


def find_ref(connection: Connection, keyring: Keyring, personnummer: str) -> str | None:
    """The reference of whoever has or had the twelve-digit number; None if nobody."""
    statement = select(person_numbers.c.person).where(person_numbers.c.number_index == keyring.index(personnummer))
    return connection.execute(statement).scalar_one_or_none()


def find_kept(connection: Connection, ref: str) -> str | None:
    """Under which reference a person is kept whose registration ``ref`` was emptied by a merger; None if it was not."""
    leads_to = select(persons.c.merged_into).where(persons.c.ref == ref)
    # What is no reference leads nowhere; PostgreSQL would not even take a NUL.
    kept = connection.execute(leads_to).scalar_one_or_none() if is_reference(ref) else None
    # The one it was merged into may have been merged in its turn; nothing leads back.
    return kept and (find_kept(connection, kept) or kept)


def find_merged(connection: Connection, ref: str) -> list[str]:
    """The references of whoever was merged into the person, also by way of others, in order."""
    into = list(connection.execute(select(persons.c.ref).where(persons.c.merged_into == ref)).scalars())
    return sorted([*into, *(each for one in into for each in find_merged(connection, one))])


def number_rows(keyring: Keyring, ref: str, details: Details) -> list[dict[str, Any]]:
    """The index rows by which a person is found by number."""
    return [
        {"number_index": keyring.index(number), "person": ref, "is_current": number == details.personnummer}
        for number in dict.fromkeys((details.personnummer, *details.former_numbers))
    ]


def details_digest(keyring: Keyring, ref: str, details: Details) -> bytes:
    """A keyed digest of the details, by which an unchanged person is known again unopened.

    Former numbers are left out: who sends the details anew need not know them.
    """
    return keyring.digest(b"person\0" + ref.encode() + b"\0" + write_details(replace(details, former_numbers=())))


def write_details(details: Details) -> bytes:
    """The details as they stand in the person's envelope."""
    values = {
        "personnummer": details.personnummer,
        "given_name": details.given_name,
        "family_name": details.family_name,
        "phone": details.phone,
        "email": details.email,
        "language": details.language,
        "former_numbers": list(details.former_numbers),
    }
    return _compact(values).encode()
