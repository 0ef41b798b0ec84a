"""The schema: up, down and up again is the same, and the models say what it is."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import portal.accounts.models
import portal.consent.evidence.models
import portal.consent.models
import portal.exchange.models
import portal.people.models
import portal.plans.models
import portal.requests.models  # noqa: F401 - each import declares its tables
from audit.store import metadata as trail
from portal import schema
from portal.database import REGISTER, TRAIL, metadata
from tests.support.installation import Installation


def test_up_down_and_up_again_leaves_the_same_schema(installation: Installation) -> None:
    settings = installation.settings.database
    first = _describe(installation)
    schema.downgrade(settings, "base")
    assert _tables(installation) == {"alembic_version"}
    schema.upgrade(settings)
    assert _describe(installation) == first


def test_the_models_are_what_the_migrations_make(installation: Installation) -> None:
    engine = schema.owner_engine(installation.settings.database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        differences = compare_metadata(context, [metadata, trail])  # type: ignore[arg-type]
    engine.dispose()
    assert differences == []


def test_every_table_is_known_to_the_desks(installation: Installation) -> None:
    assert _tables(installation) == {*REGISTER, *TRAIL, "sessions", "alembic_version"}


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _tables(installation: Installation) -> set[str]:
    engine = schema.owner_engine(installation.settings.database)
    with engine.connect() as connection:
        names = {name for name in inspect(connection).get_table_names() if not name.startswith("sqlite_")}
    engine.dispose()
    return names


def _describe(installation: Installation) -> list[tuple[object, ...]]:
    engine = schema.owner_engine(installation.settings.database)
    with engine.connect() as connection:
        described = _columns(connection, installation.is_sqlite)
    engine.dispose()
    return described


def _columns(connection: Connection, is_sqlite: bool) -> list[tuple[object, ...]]:
    if is_sqlite:
        statement = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
    else:
        statement = (
            "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
            "WHERE table_schema = 'public' UNION ALL SELECT tablename, indexname, indexdef, '', '' FROM pg_indexes "
            "WHERE schemaname = 'public' UNION ALL SELECT event_object_table, trigger_name, action_statement, "
            "event_manipulation, '' FROM information_schema.triggers UNION ALL SELECT table_name, grantee, "
            "privilege_type, '', '' FROM information_schema.role_table_grants WHERE table_schema = 'public' "
            "UNION ALL SELECT tablename, policyname, array_to_string(roles, ' '), cmd, qual FROM pg_policies "
            "UNION ALL SELECT relname, 'row level security', '', '', '' FROM pg_class WHERE relrowsecurity "
            "ORDER BY 1, 2, 3, 4"
        )
    return [tuple(row) for row in connection.execute(text(statement))]
