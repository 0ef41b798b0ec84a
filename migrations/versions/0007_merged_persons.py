"""Of somebody registered twice: which registration is kept. The other row stays, empty, and says so.

On the way down that is forgotten, and the emptied rows no longer fit their seals: `portal doctor` names them, and they
open nothing, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("persons", sa.Column("merged_into", sa.Text))
    is_merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_persons_merged_into", "persons", ["merged_into"], sqlite_where=is_merged, postgresql_where=is_merged
    )


def downgrade() -> None:
    op.drop_index("ix_persons_merged_into", "persons")
    op.drop_column("persons", "merged_into")
