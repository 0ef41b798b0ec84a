"""The register of persons.

Name, numbers, contacts and language stand in an envelope under the person's own content key; the two keys are
wrapped by a root key. ``is_protected`` is in the clear because it decides what may be opened; it tells that some
pseudonym is protected, and the seal keeps it from being changed. ``number_index`` is a keyed hash.

``version`` counts every change of the person's protection, consents, details and records. ``records`` is a digest of
the person's plans, activities and notes as they stand; it tells nothing that their rows do not. ``seal``
authenticates all of these at that version (``portal.consent.sealing``).

Of somebody registered twice one row is kept and the other emptied: it has neither content nor the key to it, and
``merged_into`` says, under its last seal, which row is kept. It tells that two pseudonyms are one person. No foreign
key leads there: the seal says what a row leans on, and no row is ever deleted.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from portal.database import metadata

persons = Table(
    "persons",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("is_protected", Boolean, nullable=False),
    Column("content_key", LargeBinary),
    Column("log_key", LargeBinary),
    Column("content", LargeBinary),
    Column("content_version", Integer, nullable=False),
    Column("digest", LargeBinary),
    Column("records", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    Column("merged_into", Text),
    Index(
        "ix_persons_merged_into",
        "merged_into",
        sqlite_where=text("merged_into IS NOT NULL"),
        postgresql_where=text("merged_into IS NOT NULL"),
    ),
)

person_numbers = Table(
    "person_numbers",
    metadata,
    Column("number_index", LargeBinary, primary_key=True),
    Column("person", Text, ForeignKey("persons.ref"), nullable=False),
    Column("is_current", Boolean, nullable=False),
    Index("ix_person_numbers_person", "person"),
    # The key is nearly all of the row: no second tree beside it.
    sqlite_with_rowid=False,
)
