"""The table of signed papers.

In the clear stand how many pages there are, when they were received and by whom; they tell that a pseudonym's consent
has a paper. The file stands in an envelope under the person's content key; `content_digest` is the SHA-256 of that
envelope, so that a list need not read it. The keyed digest covers the whole row, and the trail has it: a row that was
written, altered or moved to another consent is none, and one that was taken away is missed.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from portal.database import metadata

evidence = Table(
    "evidence",
    metadata,
    Column("id", Text, primary_key=True),
    Column("consent", Text, ForeignKey("consents.id"), nullable=False),
    Column("person", Text, ForeignKey("persons.ref"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("received_by", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("content_digest", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Index("ix_evidence_consent", "consent"),
    Index("ix_evidence_person", "person"),
)
