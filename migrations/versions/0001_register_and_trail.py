"""The register of persons, consents and plans, the staff, the sessions, and the append-only trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")

SQLITE_KEYS = {
    "trail_entries": ("id = NEW.id",),
    "trail_leaves": ("leaf = NEW.leaf", "entry_id = NEW.entry_id"),
    "trail_tiles": ("level = NEW.level AND tile = NEW.tile",),
    "trail_checkpoints": ("id = NEW.id", "size = NEW.size"),
}


def upgrade() -> None:
    _create_accounts()
    _create_people_and_consents()
    _create_items()
    _create_trail()
    if op.get_context().dialect.name == "sqlite":
        _refuse_changes_on_sqlite()
    else:
        _refuse_changes_on_postgresql()


def downgrade() -> None:
    for table in (
        "trail_checkpoints",
        "trail_tiles",
        "trail_leaves",
        "trail_entries",
        "item_history",
        "items",
        "recipients",
        "consents",
        "person_numbers",
        "persons",
        "sessions",
        "stand_ins",
        "staff",
        "agencies",
    ):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION trail_refuses()")


def _create_accounts() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agencies"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("subject_index", sa.LargeBinary, nullable=False),
        sa.Column("active_from", sa.Date, nullable=False),
        sa.Column("active_until", sa.Date),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.ForeignKeyConstraint(["agency"], ["agencies.id"], name="fk_staff_agency"),
        sa.CheckConstraint("role IN ('reader', 'administrator', 'auditor')", name="ck_staff_role"),
        sa.CheckConstraint("active_until IS NULL OR active_from <= active_until", name="ck_staff_days"),
        sa.CheckConstraint("version >= 1", name="ck_staff_version"),
    )
    op.create_index("ix_staff_subject_index", "staff", ["subject_index"])
    op.create_table(
        "stand_ins",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("absent", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("until_day", sa.Date, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stand_ins"),
        sa.ForeignKeyConstraint(["absent"], ["staff.id"], name="fk_stand_ins_absent"),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name="fk_stand_ins_by"),
        sa.CheckConstraint("from_day <= until_day", name="ck_stand_ins_days"),
        sa.CheckConstraint('absent <> "by"', name="ck_stand_ins_two"),
    )
    op.create_index("ix_stand_ins_by", "stand_ins", ["by"])
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.LargeBinary, nullable=False),
        sa.Column("sign_in", sa.LargeBinary, nullable=False),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("staff_version", sa.Integer, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("acr", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ending", sa.Text),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name="pk_sessions"),
        sa.UniqueConstraint("sign_in", name="uq_sessions_sign_in"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_sessions_staff"),
    )
    op.create_index("ix_sessions_staff", "sessions", ["staff"])


def _create_people_and_consents() -> None:
    op.create_table(
        "persons",
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("is_protected", sa.Boolean, nullable=False),
        sa.Column("content_key", sa.LargeBinary),
        sa.Column("log_key", sa.LargeBinary),
        sa.Column("content", sa.LargeBinary),
        sa.Column("content_version", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary),
        sa.Column("records", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_persons"),
        sa.UniqueConstraint("id", name="uq_persons_id"),
        sa.CheckConstraint("version >= 1", name="ck_persons_version"),
        sa.CheckConstraint("(content_key IS NULL) = (content IS NULL)", name="ck_persons_shredded"),
    )
    op.create_table(
        "person_numbers",
        sa.Column("number_index", sa.LargeBinary, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("is_current", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("number_index", name="pk_person_numbers"),
        sa.ForeignKeyConstraint(["person"], ["persons.ref"], name="fk_person_numbers_person"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_person_numbers_person", "person_numbers", ["person"])
    op.create_table(
        "consents",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("registered_at", sa.BigInteger, nullable=False),
        sa.Column("registered_by", sa.Text, nullable=False),
        sa.Column("confirmed_at", sa.BigInteger),
        sa.Column("confirmed_by", sa.Text),
        sa.Column("withdrawn_at", sa.BigInteger),
        sa.Column("ending", sa.Text),
        sa.Column("replaces", sa.Text),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("withdrawal", sa.LargeBinary),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(["person"], ["persons.ref"], name="fk_consents_person"),
        sa.CheckConstraint("valid_from <= valid_until", name="ck_consents_days"),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="ck_consents_confirmed"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawal IS NULL)", name="ck_consents_withdrawn"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (ending IS NULL)", name="ck_consents_ending"),
        sa.CheckConstraint("ending IN ('withdrawn', 'replaced', 'in_error')", name="ck_consents_endings"),
    )
    op.create_index("ix_consents_person", "consents", ["person"])
    op.create_table(
        "recipients",
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("consent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("staff", "person", "consent", name="pk_recipients"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_recipients_staff"),
        sa.ForeignKeyConstraint(["person"], ["persons.ref"], name="fk_recipients_person"),
        sa.ForeignKeyConstraint(["consent"], ["consents.id"], name="fk_recipients_consent"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_recipients_person", "recipients", ["person"])


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("plan", sa.Text),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.ForeignKeyConstraint(["person"], ["persons.ref"], name="fk_items_person"),
        sa.ForeignKeyConstraint(["agency"], ["agencies.id"], name="fk_items_agency"),
        sa.CheckConstraint("kind IN ('plan', 'activity', 'note')", name="ck_items_kind"),
        sa.CheckConstraint("(kind = 'activity') = (plan IS NOT NULL)", name="ck_items_plan"),
    )
    op.create_index("ix_items_person", "items", ["person"])
    op.create_table(
        "item_history",
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("plan", sa.Text),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("ended_at", sa.BigInteger, nullable=False),
        sa.Column("ended_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("item", "version", name="pk_item_history"),
        sa.ForeignKeyConstraint(["person"], ["persons.ref"], name="fk_item_history_person"),
    )
    op.create_index("ix_item_history_person", "item_history", ["person"])


def _create_trail() -> None:
    op.create_table(
        "trail_entries",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(71)),
        sa.Column("agency", sa.String(64)),
        sa.Column("person", sa.String(64)),
        sa.Column("subject", sa.String(73)),
        sa.Column("version", sa.Integer),
        sa.Column("outcome", sa.String(16)),
        sa.Column("listing", sa.String(64)),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    for name, columns, where in (
        ("ix_trail_entries_subject", ["subject", "id"], "subject IS NOT NULL"),
        ("ix_trail_entries_person", ["person", "actor", "id"], "person IS NOT NULL"),
        ("ix_trail_entries_actor", ["actor", "id"], None),
        ("ix_trail_entries_at", ["at", "id"], None),
        ("ix_trail_entries_event", ["event", "id"], None),
        ("ix_trail_entries_agency", ["agency", "id"], "agency IS NOT NULL"),
        ("ix_trail_entries_refused", ["id"], "outcome = 'refused'"),
        ("ix_trail_entries_listing", ["listing", "event", "id"], "listing IS NOT NULL"),
    ):
        clause = None if where is None else sa.text(where)
        op.create_index(name, "trail_entries", columns, sqlite_where=clause, postgresql_where=clause)
    op.create_table(
        "trail_leaves",
        sa.Column("leaf", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("leaf"),
        sa.UniqueConstraint("entry_id", name="uq_trail_leaves_entry_id"),
    )
    op.create_table(
        "trail_tiles",
        sa.Column("level", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("tile", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "tile"),
    )
    op.create_table(
        "trail_checkpoints",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("size", name="uq_trail_checkpoints_size"),
        sqlite_autoincrement=True,
    )


def _refuse_changes_on_sqlite() -> None:
    """REPLACE removes a row without a word to UPDATE or DELETE triggers, so a taken key is refused as well."""
    for table, keys in SQLITE_KEYS.items():
        taken = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {key})" for key in keys)  # noqa: S608 - constants
        for name, when in (
            ("update", f"UPDATE ON {table}"),
            ("delete", f"DELETE ON {table}"),
            ("replace", f"INSERT ON {table} WHEN {taken}"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {when} "
                "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
            )


def _refuse_changes_on_postgresql() -> None:
    """By statement, so that also what touches no row is refused; ALWAYS, so that no session setting switches it off."""
    op.execute(
        "CREATE FUNCTION trail_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the trail is append-only' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in SQLITE_KEYS:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION trail_refuses()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
