"""The tables of consents, of whom they name, and of drafts.

Dates and terms (sources, categories, recipients by id) are in the clear because the decision must be made before
anything is opened: they tell which staff may read which kinds of information about a pseudonym. Purpose, form
and how it was withdrawn stand in envelopes under the person's content key. One seal on the person covers all of that
person's consents; ``recipients`` is only an index into them and opens nothing by itself. A draft opens nothing
either: what a list must know of it is in the clear, all else in an envelope under the same key.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from portal.database import metadata

consents = Table(
    "consents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("persons.ref"), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("terms", Text, nullable=False),
    Column("registered_at", BigInteger, nullable=False),
    Column("registered_by", Text, nullable=False),
    Column("confirmed_at", BigInteger),
    Column("confirmed_by", Text),
    Column("withdrawn_at", BigInteger),
    Column("ending", Text),
    Column("replaces", Text),
    Column("content", LargeBinary, nullable=False),
    Column("withdrawal", LargeBinary),
    Column("digest", LargeBinary, nullable=False),
    Index("ix_consents_person", "person"),
)

recipients = Table(
    "recipients",
    metadata,
    Column("staff", Text, ForeignKey("staff.id"), primary_key=True),
    Column("person", Text, ForeignKey("persons.ref"), primary_key=True),
    Column("consent", Text, ForeignKey("consents.id"), primary_key=True),
    Index("ix_recipients_person", "person"),
    # The key is the row: no second tree beside it.
    sqlite_with_rowid=False,
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("persons.ref"), nullable=False),
    Column("reference", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("replaces", Text),
    Column("version", Integer, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("reference"),
    CheckConstraint("state IN ('draft', 'printed', 'refused', 'registered')", name="state"),
    CheckConstraint("version >= 1", name="version"),
    Index("ix_drafts_person", "person"),
)
