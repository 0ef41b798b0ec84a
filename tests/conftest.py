"""Resources for all tests: installations on both databases. What is missing is skipped visibly, or fails in CI."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, make_url

from portal import schema
from portal.config import DatabaseSettings
from portal.wiring import wire
from tests.support import postgresql
from tests.support.installation import Installation, create_keys, settings_for

# A busy machine is no fault of what is tested: how long an example takes is for the benchmark.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def missing(what: str) -> None:
    """Skip visibly on a desk; fail where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at today's schema, to be copied."""
    file = tmp_path_factory.mktemp("template") / "portal.sqlite"
    settings = DatabaseSettings(url=f"sqlite:///{file}")
    schema.create(settings)
    return file


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """A running PostgreSQL server."""
    with postgresql.server() as url:
        if url is None:
            missing("PostgreSQL")
        assert url is not None
        yield url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: URL) -> Iterator[str]:
    """An empty PostgreSQL database at today's schema, to be copied."""
    name = f"gi_template_{uuid4().hex[:8]}"
    url = postgresql.create_database(postgresql_server, name)
    schema.upgrade(DatabaseSettings(**database_urls(url)))
    yield name
    postgresql.drop_database(postgresql_server, name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """A whole, empty installation, on each database in turn."""
    yield from _install(request, tmp_path, request.param)


@pytest.fixture
def sqlite_installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """A whole, empty installation on SQLite, for what does not depend on the database."""
    yield from _install(request, tmp_path, "sqlite")


@pytest.fixture
def postgresql_installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """A whole, empty installation on PostgreSQL."""
    yield from _install(request, tmp_path, "postgresql")


def database_urls(url: URL) -> dict[str, str]:
    """The settings of a database whose roles connect as themselves."""
    names = dict(zip(("url", "administration_url", "signer_url"), postgresql.ROLES, strict=True))
    urls = {key: url.set(username=role) for key, role in names.items()}
    return {key: each.render_as_string(hide_password=False) for key, each in {**urls, "owner_url": url}.items()}


def _install(request: pytest.FixtureRequest, folder: Path, kind: str) -> Iterator[Installation]:
    create_keys(folder)
    if kind == "sqlite":
        file = folder / "portal.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        url = f"sqlite:///{file}"
        settings = settings_for(folder, {"url": url})
        yield from _wired(Installation(folder, settings, wire(settings), url))
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"gi_{uuid4().hex[:12]}"
    database = postgresql.create_database(server, name, request.getfixturevalue("postgresql_template"))
    try:
        settings = settings_for(folder, database_urls(make_url(database)))
        owner = database.render_as_string(hide_password=False)
        yield from _wired(Installation(folder, settings, wire(settings), owner))
    finally:
        postgresql.drop_database(server, name)


def _wired(installed: Installation) -> Iterator[Installation]:
    try:
        yield installed
    finally:
        installed.wiring.close()
