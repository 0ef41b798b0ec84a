"""On PostgreSQL, the second lock: a reader's connection sees the items of those alone who let this reader in.

The gate decides, by day, agency and category, on rows it has proved. This lock knows none of that: it stands for the
day when something of ours asks for more than the gate decided on. It is as narrow as it can be without ever closing
what the gate opens. Items and their history are there for whom ``portal.reader`` names in the transaction, if that
staff entry has not been ended and is

- a reader's, and a confirmed consent that has not been withdrawn names it, or a colleague it stands in for; or
- an administrator's, for the doors *maintain* and *system*.

Without the setting there is no row. ``persons`` and ``consents`` are not behind the lock: the gate must tell, in the
trail, a refusal for want of consent from one where nobody exists, and proves a seal over all of a person's consents.
What is personal in them is ciphertext, as it is in the items.

The owner is exempt (no FORCE), for migrations and dumps, which would see nothing or stop. So the portal does not start
where its readers' role is the owner, or exempt for another reason. ``keepers`` is for whoever may write the register:
``portal.schema``, which knows the roles, puts theirs in the owner's place.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

READER = "current_setting('portal.reader', true)"
# OFFSET 0: looked up for each item by index. The planner would rather make a list of everybody who ever consented to
# anybody, once for each statement, which costs more the more people there are.
READERS = """
    CASE (SELECT staff.role FROM staff WHERE staff.id = {reader} AND staff.ended_at IS NULL)
    WHEN 'reader' THEN EXISTS (
        SELECT FROM recipients JOIN consents ON consents.id = recipients.consent
        WHERE recipients.person = {table}.person
        AND consents.confirmed_at IS NOT NULL AND consents.withdrawn_at IS NULL
        AND recipients.staff = ANY (ARRAY(
            SELECT {reader} UNION ALL
            SELECT stand_ins.absent FROM stand_ins WHERE stand_ins.by = {reader} AND stand_ins.ended_at IS NULL
        ))
        OFFSET 0
    )
    WHEN 'administrator' THEN true
    END
"""


def upgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table in ("items", "item_history"):
        op.execute(f"CREATE POLICY readers ON {table} FOR SELECT USING ({READERS.format(reader=READER, table=table)})")
        op.execute(f"CREATE POLICY keepers ON {table} TO CURRENT_USER USING (true)")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table in ("items", "item_history"):
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        for policy in ("readers", "keepers"):
            op.execute(f"DROP POLICY {policy} ON {table}")
