"""The one transaction of an import: what was decided on outside is looked at again, then the stage is moved in.

It keeps other changes waiting from its beginning. Readers wait only where something changes that their reads rest on,
and only while the entries are appended and committed: what has been filled in before is invisible until then (on
SQLite, where one writes at a time, they wait for all of it). What
changed in the meantime is a ConflictError; everything else that fails leaves the register as it was. If we crash
before the commit, nothing has happened; after it, everything has.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import IntegrityError

from audit import locks
from portal.acting import Act
from portal.clock import microseconds
from portal.consent.models import consents, recipients
from portal.errors import ConflictError
from portal.exchange.dangling import is_dangling
from portal.exchange.staging import Stage
from portal.people.models import person_numbers, persons
from portal.plans.models import items

# Known only when it is being filled in.
_OF_THE_MOMENT = ("changed_at", "changed_by")
# Nobody new has been merged with anybody.
_NEVER_NEW = ("merged_into",)


def _move(table: Table) -> str:
    columns = ", ".join(column.name for column in table.columns if column.name not in (*_OF_THE_MOMENT, *_NEVER_NEW))
    added = ", ".join(("", *_OF_THE_MOMENT)) if _OF_THE_MOMENT[0] in table.columns else ""
    values = ", :at, :actor" if added else ""
    return f"INSERT INTO {table.name} ({columns}{added}) SELECT {columns}{values} FROM staged_{table.name}"  # noqa: S608


# Each counts what is no longer as the import found it.
_MOVED = """
    SELECT count(*) FROM staged_leant_on_persons AS seen LEFT JOIN persons ON persons.ref = seen.ref
    WHERE persons.content_key IS NULL OR persons.version <> seen.version;

    SELECT count(*) FROM staged_leant_on_plans AS seen LEFT JOIN items ON items.id = seen.id WHERE items.id IS NULL;

    SELECT count(*) FROM staged_endings AS seen LEFT JOIN items ON items.id = seen.id
    WHERE items.id IS NULL OR items.version <> seen.version;

    SELECT count(*) FROM items
    JOIN staged_endings AS removed ON items.person = removed.person AND items.plan = removed.id
    WHERE items.id NOT IN (SELECT id FROM staged_endings) AND removed.id NOT IN (SELECT id FROM staged_items)
"""

_CHANGE_PEOPLE = """
    UPDATE persons SET is_protected = after.is_protected, content = after.content,
    content_version = after.content_version, digest = after.digest, records = after.records, version = after.version,
    seal = after.seal
    FROM staged_changed_persons AS after WHERE persons.ref = after.ref;

    DELETE FROM person_numbers WHERE person IN (SELECT ref FROM staged_changed_persons)
    AND person IN (SELECT person FROM staged_person_numbers)
"""

_CHANGE_CONSENTS = """
    UPDATE consents SET confirmed_at = after.confirmed_at, confirmed_by = after.confirmed_by,
    withdrawn_at = after.withdrawn_at, ending = after.ending, withdrawal = after.withdrawal
    FROM staged_changed_consents AS after WHERE consents.id = after.id
"""

_END_ITEMS = """
    INSERT INTO item_history (item, version, person, kind, agency, category, plan, content, changed_at, changed_by,
        ended_at, ended_by)
    SELECT items.id, items.version, items.person, kind, agency, category, plan, content, changed_at, changed_by,
        :at, :actor
    FROM items JOIN staged_endings ON staged_endings.id = items.id;

    DELETE FROM items WHERE id IN (SELECT id FROM staged_endings)
"""

_FILL = ";".join(
    (
        _move(persons),
        _CHANGE_PEOPLE,
        _move(person_numbers),
        _move(consents),
        _CHANGE_CONSENTS,
        _move(recipients),
        _END_ITEMS,
        _move(items),
    )
)

_NEWEST = "SELECT max(id) FROM trail_entries"

# Whoever read a person while the tables were being filled has not seen what is new: it is newer than that reading.
# Ids are given out before they are committed, so some that are older may have come since; more than enough are asked.
_READ_MEANWHILE = """
    UPDATE items SET changed_at = :later WHERE changed_at = :at AND changed_by = :actor
    AND person IN (SELECT person FROM trail_entries WHERE id > :newest - 5000 AND person IS NOT NULL)
"""

_APPEND = """
    INSERT INTO trail_entries (at, event, actor, agency, person, subject, version, outcome, listing, payload, mac)
    SELECT at, event, actor, agency, person, subject, version, outcome, listing, payload, mac
    FROM staged_entries ORDER BY position
"""


def fill(stage: Stage, act: Act, now: Callable[[], datetime], entries: int, begin: Callable[[Act], None]) -> None:
    """Move the stage into the register in one transaction; ``begin`` changes first what is not staged.

    ``entries`` is how many entries are staged: the transaction counts only if the trail took each of them. Raises
    ConflictError if the register has changed since it was looked at.
    """
    try:
        with stage.writing() as connection:
            locks.hold(connection, [locks.CHANGES])
            begun = {"at": microseconds(now()), "actor": act.actor}
            newest = connection.execute(text(_NEWEST)).scalar() or 0
            _refuse_if_moved(connection)
            own = replace(act, connection=connection, entries=[])
            begin(own)
            for statement in _FILL.split(";"):
                connection.execute(text(statement), begun)
            if is_dangling(connection):
                raise ConflictError(_CONFLICT)
            if _changes_what_reads_rest_on(connection, own):
                locks.hold(connection, [locks.INSTALLATION])
                connection.execute(text(_READ_MEANWHILE), {**begun, "later": microseconds(now()), "newest": newest})
            own.record()
            if connection.execute(text(_APPEND)).rowcount != entries:
                raise ConflictError("the trail did not take every entry, so nothing was imported")
    except IntegrityError as error:
        raise ConflictError(_CONFLICT) from error


def _changes_what_reads_rest_on(connection: Connection, own: Act) -> bool:
    """Whether a person, a staff entry or a stand-in that stands gets another version. Nobody reads who is new."""
    if any("subject" in entry.fields for entry in own.entries):
        return True
    return bool(connection.execute(text("SELECT count(*) FROM staged_changed_persons")).scalar())


def _refuse_if_moved(connection: Connection) -> None:
    for statement in _MOVED.split(";"):
        if connection.execute(text(statement)).scalar():
            raise ConflictError(_CONFLICT)


_CONFLICT = "the register changed while the document was being prepared, so nothing was imported: run it again"
