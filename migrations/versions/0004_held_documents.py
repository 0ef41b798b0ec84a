"""Exchange documents uploaded at the desk, sealed, for the minutes between being looked through and being applied."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "held_documents",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("administrator", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_held_documents"),
        sa.ForeignKeyConstraint(["administrator"], ["staff.id"], name="fk_held_documents_administrator"),
    )


def downgrade() -> None:
    op.drop_table("held_documents")
