"""Plans, activities and notes, current and past.

They share one table because they share their ids' space and are read together. Title, dates, direction, extent,
text and caseworker stand in the envelope. In the clear stand kind, agency and category, because they decide what
may be opened (and are bound into the envelope, so that moving a row opens nothing); they tell that a pseudonym has,
say, two plans at an agency. ``digest`` is keyed: it lets an import see that nothing changed without opening.

The person's seal covers every row of ``items`` but for ``changed_at`` and ``changed_by``, which only say what is shown
as new: it knows which items there are, and each as it was last written (``portal.plans.sealing``).
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from portal.database import metadata

items = Table(
    "items",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("persons.ref"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("agency", Text, ForeignKey("agencies.id"), nullable=False),
    Column("category", Text, nullable=False),
    Column("plan", Text),
    Column("content", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
    Index("ix_items_person", "person"),
)

item_history = Table(
    "item_history",
    metadata,
    Column("item", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("person", Text, ForeignKey("persons.ref"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("plan", Text),
    Column("content", LargeBinary, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    Column("ended_by", Text, nullable=False),
    Index("ix_item_history_person", "person"),
)
