"""The tables of agencies, named staff, stand-ins and sign-in sessions.

A staff member's name, contacts, issuer and subject stand in an envelope under the installation key. In the
clear stand role, agency and dates, because the decision must be made before anything is opened; they tell how
many work where and since when, not who. ``subject_index`` is a keyed hash. ``seal`` authenticates the row.
A session's ``id_hash`` and ``sign_in`` are keyed hashes of its token and of the one sign-in that made it.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, LargeBinary, Table, Text

from portal.database import metadata

agencies = Table(
    "agencies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Text, primary_key=True),
    Column("agency", Text, ForeignKey("agencies.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("subject_index", LargeBinary, nullable=False),
    Column("active_from", Date, nullable=False),
    Column("active_until", Date),
    Column("ended_at", BigInteger),
    Column("content", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    Index("ix_staff_subject_index", "subject_index"),
)

stand_ins = Table(
    "stand_ins",
    metadata,
    Column("id", Text, primary_key=True),
    Column("absent", Text, ForeignKey("staff.id"), nullable=False),
    Column("by", Text, ForeignKey("staff.id"), nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, nullable=False),
    Column("ended_at", BigInteger),
    Column("version", Integer, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    Index("ix_stand_ins_by", "by"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", LargeBinary, primary_key=True),
    Column("sign_in", LargeBinary, nullable=False, unique=True),
    Column("staff", Text, ForeignKey("staff.id"), nullable=False),
    Column("staff_version", Integer, nullable=False),
    Column("provider", Text, nullable=False),
    Column("acr", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("ending", Text),
    Column("seal", LargeBinary, nullable=False),
    Index("ix_sessions_staff", "staff"),
)
