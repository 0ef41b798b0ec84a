"""The table of what readers ask the desk for.

Number and words stand in an envelope: of a request for consent under the key of the year's look-ups, because the
number may be nobody's in the register and is to be destroyed with the log; of a mistake under the person's content
key. The envelope says who asked, so that nobody is shown another's words by a row that was altered. In the clear stand
who asked, where, when, about what kind of thing, and how it was answered; of a mistake also the pseudonym. Whether the
number of a request for consent is somebody's in the register stands nowhere in the row: nobody has looked.

``asked`` is a keyed digest of the reader and what was asked for, there for as long as the request is open, so that
nobody has two open requests for one number. It tells that a reader's request is open, which the row says anyhow: it
is bound to the reader, so that two who ask for one number have nothing in common, it is under another key and in
another domain than the index of numbers, so that it leads to nobody in the register, and it goes when the request is
answered, so that asking anew cannot be told from asking for somebody else.

Nothing rests on a row: whatever is written in one with only the database opens nothing. The trail says what was asked
and answered.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, Text

from portal.database import metadata

requests = Table(
    "requests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reader", Text, ForeignKey("staff.id"), nullable=False),
    Column("agency", Text, ForeignKey("agencies.id"), nullable=False),
    Column("about", Text, nullable=False),
    Column("person", Text, ForeignKey("persons.ref")),
    Column("made_at", BigInteger, nullable=False),
    Column("asked", LargeBinary, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("answered_at", BigInteger),
    Column("answered_by", Text, ForeignKey("staff.id")),
    Column("answer", Text),
    Column("note", LargeBinary),
    Index("ix_requests_reader", "reader", "made_at"),
    Index("ix_requests_answered_at", "answered_at", "made_at"),
)
