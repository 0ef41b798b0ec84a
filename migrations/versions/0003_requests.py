"""What readers ask the desk for; on PostgreSQL a reader's connection sees and makes that reader's own alone.

The lock is as that of the items: ``portal.reader`` says who the transaction is for. A reader's own requests are there,
and only such a one can be put in, unanswered; an administrator sees all. Without the setting there is no row.
``keepers`` is for whoever answers: ``portal.schema``, which knows the roles, puts theirs in the owner's place.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

READER = "current_setting('portal.reader', true)"
ROLE = f"(SELECT staff.role FROM staff WHERE staff.id = {READER} AND staff.ended_at IS NULL)"  # noqa: S608 - constants
OWN = f"requests.reader = {READER}"


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("asked", sa.LargeBinary),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("answered_by", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("note", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sa.UniqueConstraint("asked", name="uq_requests_asked"),
        sa.ForeignKeyConstraint(["reader"], ["staff.id"], name="fk_requests_reader"),
        sa.ForeignKeyConstraint(["agency"], ["agencies.id"], name="fk_requests_agency"),
        sa.ForeignKeyConstraint(["person"], ["persons.ref"], name="fk_requests_person"),
        sa.ForeignKeyConstraint(["answered_by"], ["staff.id"], name="fk_requests_answered_by"),
        sa.CheckConstraint("about IN ('consent', 'mistake')", name="ck_requests_about"),
        sa.CheckConstraint("(about = 'mistake') = (person IS NOT NULL)", name="ck_requests_person"),
        sa.CheckConstraint("answer IN ('yes', 'no')", name="ck_requests_answer"),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="ck_requests_answered"),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="ck_requests_answered_by"),
        sa.CheckConstraint("(answered_at IS NULL) = (asked IS NOT NULL)", name="ck_requests_asked"),
        sa.CheckConstraint("note IS NULL OR answered_at IS NOT NULL", name="ck_requests_note"),
    )
    op.create_index("ix_requests_reader", "requests", ["reader", "made_at"])
    op.create_index("ix_requests_answered_at", "requests", ["answered_at", "made_at"])
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE POLICY readers ON requests FOR SELECT "
            f"USING (CASE {ROLE} WHEN 'reader' THEN {OWN} WHEN 'administrator' THEN true END)"
        )
        op.execute(
            "CREATE POLICY asking ON requests FOR INSERT "
            f"WITH CHECK (CASE {ROLE} WHEN 'reader' THEN {OWN} AND answered_at IS NULL END)"
        )
        op.execute("CREATE POLICY keepers ON requests TO CURRENT_USER USING (true)")
        op.execute("ALTER TABLE requests ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("requests")
