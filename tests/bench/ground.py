"""What is measured on: a stocked installation, and beside it the same people in clear text.

Both lie on a disk, in a temporary folder that is taken away afterwards. The one is filled by an import, as in
earnest, while its worker signs the trail.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, create_engine, func, select, text

from audit.store import entries, leaves
from portal import clock, initial
from portal.config import Settings, read_settings
from portal.database import Desk
from portal.people.models import persons
from portal.wiring import Wiring, wire
from tests.bench.documents import AGENCIES, write_bench_document
from tests.bench.serving import ROOT, working
from tests.bench.ungated import stocking as ungated_stocking
from tests.support import postgresql

ADMINISTRATOR = "s-eva"
PROVIDER = "bench"
ADDRESS = "https://portal.example"
CLIENTS = 200
# The usual temporary folder may be memory; this one is on a disk by convention, and mkdtemp makes ours private in it.
DISK = Path("/var/tmp")  # noqa: S108


@dataclass(frozen=True, slots=True)
class Imported:
    """What the import took: seconds, and bytes of memory above what the process had before, and of the document."""

    people: int
    seconds: float
    memory: int
    document: int

    @property
    def rate(self) -> float:
        """People a second."""
        return self.people / self.seconds


@dataclass(frozen=True, slots=True)
class Ground:
    """One stocked installation with its worker at work; ``refs`` are the persons' references by number."""

    kind: str
    folder: Path
    settings_file: Path
    ungated_url: str
    readers: int
    refs: tuple[str, ...]
    imported: Imported
    worker: int
    server: int | None

    def wire(self) -> Wiring:
        """The installation's parts, for work in this process; to be closed."""
        return wire(read_settings(self.settings_file))


@contextmanager
def sqlite_ground(people: int, *, with_ungated: bool = True) -> Iterator[Ground]:
    """An installation of ``people`` on SQLite."""
    with _folder() as folder:
        url = f"sqlite:///{folder}/ungated.sqlite"
        database = {"url": f"sqlite:///{folder}/portal.sqlite"}
        with _stocked("SQLite", folder, database, url if with_ungated else None, people, None) as ground:
            yield ground


@contextmanager
def postgresql_ground(people: int) -> Iterator[Ground | None]:
    """An installation of ``people`` on a PostgreSQL that commits durably; None where there is no PostgreSQL."""
    with _folder() as folder, postgresql.server(is_durable=True, folder=DISK) as server:
        if server is None:
            yield None
            return
        gated = postgresql.create_database(server, "gi_bench_gated")
        plain = postgresql.create_database(server, "gi_bench_ungated")
        try:
            database = _urls(gated)
            with _stocked("PostgreSQL", folder, database, _text(plain), people, _postmaster(server)) as ground:
                for url in (gated, plain):
                    _settle(url)
                yield ground
        finally:
            for url in (gated, plain):
                postgresql.drop_database(server, str(url.database))


def bring_in(settings: Path, document: Path, people: int) -> Imported:
    """Import a document of so many people as an operator's command does, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.stocking", str(settings), str(document), ADMINISTRATOR]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return Imported(people, told["seconds"], told["peak"] - told["before"], document.stat().st_size)


def readers_for(people: int) -> int:
    """How many readers share the people, three to each, so that everybody reads ``CLIENTS`` of them."""
    return max(3, people * 3 // CLIENTS)


@contextmanager
def _stocked(
    kind: str, folder: Path, database: dict[str, str], ungated_url: str | None, people: int, server: int | None
) -> Iterator[Ground]:
    file = _write_settings(folder, database)
    settings = read_settings(file)
    initial.create(settings, lambda _: None)
    document = folder / "document.json"
    readers = readers_for(people)
    write_bench_document(document, people, today=clock.today(), readers=readers)
    with working(file) as worker:
        imported = bring_in(file, document, people)
        refs = _refs(settings)
        if ungated_url is not None:
            ungated_stocking.stock(ungated_url, document, refs)
        document.unlink()
        _await_signatures(settings)
        in_order = tuple(refs[f"p-{number}"] for number in range(people))
        yield Ground(kind, folder, file, ungated_url or "", readers, in_order, imported, worker, server)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gi-bench-", dir=DISK))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_settings(folder: Path, database: dict[str, str]) -> Path:
    secret = folder / "client.secret"
    secret.touch(mode=0o600)
    secret.write_text("of no consequence", "ascii")
    tables: dict[str, dict[str, object]] = {
        "database": dict(database),
        "keys": {"provider": "file", "root_file": "root.json", "keyring_file": "keyring.json"},
        "trail": {"origin": "portal.example/bench", "signing_key_file": "signing.key", "state_file": "head"},
        "sessions": {"idle_minutes": 60},
        "web": {"address": ADDRESS},
        "[providers]": {
            "id": PROVIDER,
            "name": "Bench",
            "issuer": "https://idp.example",
            "client_id": "portal",
            "client_secret_file": secret.name,
            "agencies": [agency for agency, _, _ in AGENCIES],
            "acr_values": ["loa3"],
        },
    }
    lines = [
        line
        for table, values in tables.items()
        for line in (f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items()))
    ]
    file = folder / "portal.toml"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def _refs(settings: Settings) -> dict[str, str]:
    wiring = wire(settings)
    try:
        with wiring.engine(Desk.READING).connect() as connection:
            return {row.id: row.ref for row in connection.execute(select(persons.c.id, persons.c.ref))}
    finally:
        wiring.close()


def _await_signatures(settings: Settings) -> None:
    wiring = wire(settings)
    try:
        while True:
            with wiring.engine(Desk.READING).connect() as connection:
                counts = [
                    connection.execute(select(func.count()).select_from(t)).scalar_one() for t in (entries, leaves)
                ]
            if counts[0] == counts[1]:
                return
            time.sleep(0.2)
    finally:
        wiring.close()


def _urls(url: URL) -> dict[str, str]:
    names = dict(zip(("url", "administration_url", "signer_url"), postgresql.ROLES, strict=True))
    return {"owner_url": _text(url), **{key: _text(url.set(username=role)) for key, role in names.items()}}


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _settle(url: URL) -> None:
    """Let the database look through its new tables now, and not in the middle of a round."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in ("VACUUM ANALYZE", "CHECKPOINT"):
            connection.execute(text(statement))
    engine.dispose()


def _postmaster(server: URL) -> int | None:
    """The process id of a server on this machine; None where it was given by URL and cannot be known."""
    engine = create_engine(server)
    with engine.connect() as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    engine.dispose()
    try:
        return int((Path(folder) / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError):
        return None
