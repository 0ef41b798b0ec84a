"""The triggers that make the trail's tables append-only in the database itself.

Promises that UPDATE, DELETE, TRUNCATE and, on SQLite, INSERT OR REPLACE (which removes a row without a word to
UPDATE or DELETE triggers) are refused to everybody who has not first dropped a trigger, which only the owner
of the tables can. Who can, is found out by the tree. Migrations carry a frozen copy of these statements.
"""

_SQLITE_KEYS = {
    "trail_entries": ("id = NEW.id",),
    "trail_leaves": ("leaf = NEW.leaf", "entry_id = NEW.entry_id"),
    "trail_tiles": ("level = NEW.level AND tile = NEW.tile",),
    "trail_checkpoints": ("id = NEW.id", "size = NEW.size"),
}
TABLES = tuple(_SQLITE_KEYS)

_REFUSAL = "the trail is append-only"
_FUNCTION = f"""
CREATE FUNCTION trail_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation';
END
$$
""".strip()


def sqlite_triggers() -> list[str]:
    """The statements for SQLite; dropping a table drops its triggers."""
    statements = []
    for table, keys in _SQLITE_KEYS.items():
        taken = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {key})" for key in keys)  # noqa: S608 - constants
        for name, when in (
            ("update", f"UPDATE ON {table}"),
            ("delete", f"DELETE ON {table}"),
            ("replace", f"INSERT ON {table} WHEN {taken}"),
        ):
            statements.append(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
    return statements


def postgresql_triggers() -> list[str]:
    """The statements for PostgreSQL: by statement, so that also what touches no row is refused.

    ALWAYS, so that ``session_replication_role`` does not switch them off. INSERT … ON CONFLICT DO UPDATE fires the
    UPDATE trigger whether or not a row conflicts.
    """
    statements = [_FUNCTION]
    for table in TABLES:
        statements.append(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION trail_refuses()"
        )
        statements.append(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
    return statements
