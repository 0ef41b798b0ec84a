"""The table of documents that wait to be applied, each for some minutes.

The content is an envelope under a key that no table holds: the browser that sent the document keeps it, wrapped by a
root key. So database, backups and root keys together tell of a held document who sent it, when, and how long it is.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, Table, Text

from portal.database import metadata

held_documents = Table(
    "held_documents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("administrator", Text, ForeignKey("staff.id"), nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
