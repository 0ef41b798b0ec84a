"""Writes the register as an exchange document, in a stream, on behalf of a named administrator.

The entries are durable before the first person is opened: one of the export as a whole, and one of each person in it.
Importing an export into an empty installation gives an equal export. What the format has no word for is
not in it: who confirmed a consent, former numbers, history, and the trail.

Left out: whoever is protected (and the report says how many), whoever was disposed of, and stand-ins that have been
ended. A person without a live consent is in the export: consent says who may read, and here nobody reads. A staff
entry that was ended stands with the day before as its last, so that it opens nothing where it is imported.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, BinaryIO

from sqlalchemy import Connection, func, select

from keys.keyring import Keyring
from portal.accounts import models
from portal.accounts.rules import Agency, Staff, StaffId, StandIn
from portal.accounts.sealing import STAFF, STAND_IN, read_agency, read_staff, read_stand_in, staff_body, stand_in_body
from portal.clock import instant
from portal.consent.rules import day_of
from portal.database import Desk
from portal.errors import ConflictError
from portal.exchange import writing
from portal.exchange.schema import FORMAT
from portal.gate.record import Contacts, Identity
from portal.gate.system import SystemDoor
from portal.people.models import persons
from portal.plans import exchanged
from portal.plans.contents import ACTIVITY, NOTE, PLAN
from portal.wiring import Wiring

Progress = Callable[[int, int], None]
"""Told how many objects of the list being written are done, and of how many persons the export is."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How many objects of each list were written, and how many persons were left out because they are protected."""

    counts: dict[str, int]
    protected: int

    def as_json(self) -> dict[str, object]:
        """The report for a program to read."""
        return {"counts": self.counts, "left_out": {"protected": self.protected}}


def export_document(
    wiring: Wiring,
    out: BinaryIO,
    *,
    administrator: StaffId,
    operator: str,
    progress: Progress = lambda _done, _people: None,
) -> ExportReport:
    """Write the register to ``out`` as UTF-8 JSON.

    ``operator`` is ``system:`` and the operating-system user. Raises NotOpenError if ``administrator`` is no
    active administrator, ConflictError if the register does not agree with the trail, UnavailableError if the trail
    cannot take the entries; nothing has been opened then.
    """
    door = SystemDoor(wiring.engine(Desk.READING), wiring.appender, wiring.keyring, wiring.now, operator)
    counts: dict[str, int] = {}
    with door.exporting(administrator, secrets.token_hex(8)) as export:
        lists: dict[str, Iterable[writing.Json]] = {
            "agencies": map(writing.write_agency, _agencies(export.connection)),
            "staff": map(writing.write_staff, _staff(export.connection, export.keyring)),
            "stand_ins": map(writing.write_stand_in, _stand_ins(export.connection, export.keyring)),
            "persons": (_person(*each) for each in export.persons()),
            "consents": (writing.write_consent(*each) for each in export.consents()),
            "plans": map(exchanged.write_plan, export.items(PLAN)),  # type: ignore[arg-type]  # by kind
            "activities": map(exchanged.write_activity, export.items(ACTIVITY)),  # type: ignore[arg-type]
            "notes": map(exchanged.write_note, export.items(NOTE)),  # type: ignore[arg-type]
        }
        out.write(f'{{"format": "{FORMAT}"'.encode())
        for name, objects in lists.items():
            out.write(f',\n"{name}": ['.encode())
            counts[name] = 0
            for written in objects:
                out.write(b",\n " if counts[name] else b"\n ")
                out.write(json.dumps(written, ensure_ascii=False).encode())
                counts[name] += 1
                progress(counts[name], len(export.people))
            out.write(b"\n]")
        out.write(b"}\n")
        statement = select(func.count()).select_from(persons).where(persons.c.is_protected.is_(True))
        return ExportReport(counts, export.connection.execute(statement).scalar_one())


def _agencies(connection: Connection) -> Iterator[Agency]:
    rows = map(dict, connection.execute(select(models.agencies)).mappings())
    yield from sorted(map(read_agency, rows), key=lambda agency: agency.id)


def _staff(connection: Connection, keyring: Keyring) -> Iterator[Staff]:
    for row in _sealed(connection, keyring, models.staff, STAFF, staff_body):
        entry = read_staff(keyring, row)
        if row["ended_at"] is not None:
            last = day_of(instant(row["ended_at"])) - timedelta(days=1)
            until = last if entry.active_until is None else min(last, entry.active_until)
            entry = replace(entry, active_from=min(entry.active_from, until), active_until=until)
        yield entry


def _stand_ins(connection: Connection, keyring: Keyring) -> Iterator[StandIn]:
    for row in _sealed(connection, keyring, models.stand_ins, STAND_IN, stand_in_body):
        if row["ended_at"] is None:
            yield read_stand_in(row)


def _sealed(
    connection: Connection, keyring: Keyring, table: Any, kind: str, body: Callable[[Any], bytes]
) -> list[dict[str, Any]]:
    """The rows of a sealed table by id; one whose seal does not fit stops the export."""
    rows = [dict(row) for row in connection.execute(select(table)).mappings()]
    if not all(keyring.check_seal(kind, body(row), bytes(row["seal"])) for row in rows):
        raise ConflictError("an entry's seal does not fit: run portal doctor")
    return sorted(rows, key=lambda row: str(row["id"]))


def _person(identity: Identity, contacts: Contacts) -> writing.Json:
    return {
        "id": identity.id,
        "personnummer": identity.personnummer,
        "given_name": identity.given_name,
        "family_name": identity.family_name,
        "phone": contacts.phone,
        "email": contacts.email,
        "language": identity.language,
        "protected": False,
    }
