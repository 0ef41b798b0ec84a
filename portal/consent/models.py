"""The tables of consents and of whom they name.

Dates and terms (sources, categories, recipients by id) are in the clear because the decision must be made before
anything is opened: they tell which staff may read which kinds of information about a pseudonym. Purpose, form
and how it was withdrawn stand in envelopes under the person's content key. One seal on the person covers all of that
person's consents; ``recipients`` is only an index into them and opens nothing by itself.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, LargeBinary, Table, Text

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
