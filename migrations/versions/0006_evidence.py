"""The signed papers behind consents; on PostgreSQL behind the second lock, where no reader is shown any.

A paper is for whoever keeps the register: there is a row only for an administrator whose entry has not been ended.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ADMINISTRATORS = """
    EXISTS (
        SELECT FROM staff WHERE staff.id = current_setting('portal.reader', true)
        AND staff.role = 'administrator' AND staff.ended_at IS NULL
    )
"""


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("consent", sa.Text, sa.ForeignKey("consents.id", name="fk_evidence_consent"), nullable=False),
        sa.Column("person", sa.Text, sa.ForeignKey("persons.ref", name="fk_evidence_person"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("received_by", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("content_digest", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_consent", "evidence", ["consent"])
    op.create_index("ix_evidence_person", "evidence", ["person"])
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY readers ON evidence FOR SELECT USING ({ADMINISTRATORS})")
        op.execute("CREATE POLICY keepers ON evidence TO CURRENT_USER USING (true)")
        op.execute("ALTER TABLE evidence ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("evidence")
