"""Drafts of consents: found again by the code on the printed form, and in lists by state."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("replaces", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.ForeignKeyConstraint(["person"], ["persons.ref"], name="fk_drafts_person"),
        sa.UniqueConstraint("reference", name="uq_drafts_reference"),
        sa.CheckConstraint("state IN ('draft', 'printed', 'refused', 'registered')", name="ck_drafts_state"),
        sa.CheckConstraint("version >= 1", name="ck_drafts_version"),
    )
    op.create_index("ix_drafts_person", "drafts", ["person"])


def downgrade() -> None:
    op.drop_table("drafts")
