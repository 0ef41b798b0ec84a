"""Whether everything that an import fills in leans on something that is there, asked of all its rows at once.

SQLite looks for the parent of each row while it is written, a fifth of the time for which readers wait. The connection
that fills the register in bulk has that switched off (``portal.sqlite.fill_in_bulk``) and asks here instead, in
the same transaction, by the foreign keys of the model. PostgreSQL looks after them by itself as well.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, text

from portal.accounts.models import staff, stand_ins
from portal.consent.models import consents, recipients
from portal.people.models import person_numbers
from portal.plans.models import items

_STAGED = (person_numbers, consents, recipients, items)
# Written row by row as the desk writes them, and few.
_DIRECTORY = (staff, stand_ins)


def _questions() -> Iterator[str]:
    for table in _DIRECTORY:
        yield from _leaning(table, table.name)
    for table in _STAGED:
        yield from _leaning(table, f"staged_{table.name}")


def _leaning(table: Table, rows: str) -> Iterator[str]:
    """One question for each foreign key of ``table``: how many values in ``rows`` lead nowhere."""
    for key in table.foreign_keys:
        child, parent = f'"{key.parent.name}"', key.column
        yield (
            f"SELECT count(*) FROM (SELECT DISTINCT {child} AS value FROM {rows}) AS leaning "  # noqa: S608 - our own names
            f"LEFT JOIN {parent.table.name} AS parent ON parent.{parent.name} = leaning.value "
            f"WHERE leaning.value IS NOT NULL AND parent.{parent.name} IS NULL"
        )


_QUESTIONS = tuple(text(question) for question in _questions())


def is_dangling(connection: Connection) -> bool:
    """Whether a row of the stage, or of the staff, names what is not in the register."""
    return any(connection.execute(question).scalar() for question in _QUESTIONS)
