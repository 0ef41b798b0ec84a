"""Trails for tests: a keyed check, entries of each kind and a signer on a throwaway database."""

import hmac
import sqlite3
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text

from audit import store, triggers
from audit.entry import Entry, Sealed, seal
from audit.headfile import HeadFile
from audit.signer import Signer
from audit.signingkey import SigningKey

ORIGIN = "portal.example/trail"
BEGINNING = datetime(2026, 11, 23, 8, 0, 0, 123456, UTC)
STATE = b64encode(bytes(32)).decode()


def mac(payload: bytes) -> bytes:
    return hmac.digest(b"a key no database holds", payload, "sha256")


def check(payload: bytes, given: bytes) -> bool:
    return hmac.compare_digest(mac(payload), given)


def key() -> SigningKey:
    return SigningKey.of(ORIGIN, bytes(range(32)))


def sqlite_trail(path: Path) -> Engine:
    """An engine on a fresh trail whose every transaction is alone, as the portal's writers are."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    engine = sqlite_engine(path)
    with engine.begin() as connection:
        store.metadata.create_all(connection)
        for statement in triggers.sqlite_triggers():
            connection.exec_driver_sql(statement)
    return engine


def sqlite_engine(path: Path, begin: str = "BEGIN IMMEDIATE") -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", isolation_level="AUTOCOMMIT", connect_args={"timeout": 20}, skip_autocommit_rollback=False
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def reopened(engine: Engine, begin: str = "BEGIN IMMEDIATE") -> Engine:
    """An engine of its own on the same trail; ``begin`` is how it does on SQLite."""
    if engine.dialect.name == "sqlite":
        return sqlite_engine(Path(engine.url.database or ""), begin)
    return create_engine(engine.url)


def attack(engine: Engine, *statements: str) -> None:
    """Do to the trail what its owner could: drop the triggers and write at will."""
    with engine.begin() as connection:
        for table in triggers.TABLES:
            if engine.dialect.name == "sqlite":
                for change in ("update", "delete", "replace"):
                    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{change}")
            else:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
        for statement in statements:
            connection.execute(text(statement))


def signer(engine: Engine, folder: Path, alarms: list[object] | None = None) -> Signer:
    """A signer with its head file in ``folder``, made when it is not there."""
    path = folder / "head"
    head_file = HeadFile(path, key().verifier) if path.exists() else HeadFile.create(path, key())
    heard = [] if alarms is None else alarms
    return Signer(engine, engine, key(), head_file, check, lambda: BEGINNING, heard.append)


def registered(person: str, version: int = 1) -> Entry:
    return _entry(
        "person_registered", actor="s-eva", person=person, subject=f"person:{person}", version=version, state=STATE
    )


def consented(person: str, consent: str, version: int) -> Entry:
    return _consent("consent_registered", person, consent, version)


def withdrawn(person: str, consent: str, version: int) -> Entry:
    return _consent("consent_withdrawn", person, consent, version)


def staff_changed(staff: str, version: int = 1) -> Entry:
    return _entry(
        "staff_changed", actor="s-eva", subject=f"staff:{staff}", version=version, state=STATE, change="registered"
    )


def read(staff: str, person: str, rests_on: Mapping[str, int], consents: Sequence[str] = (), **fields: object) -> Entry:
    lines = [{"consent": consent, "line": 0} for consent in consents]
    return _entry(
        "read",
        **{
            "actor": staff,
            "agency": "af",
            "person": person,
            "outcome": "permitted",
            "reason": "ongoing",
            "rests_on": dict(rests_on),
            "lines": lines,
            "items": ["pl-1", "a-1"],
            **fields,
        },
    )


def signed_in(staff: str) -> Entry:
    return _entry("signed_in", actor=staff, agency="af", provider="idp-af")


def story(reads: int) -> list[Entry]:
    """One person, one consent, ``reads`` permitted reads and the withdrawal."""
    begun = [registered("ref-1"), staff_changed("s-anna"), consented("ref-1", "c-1", 2)]
    grounds = {"person:ref-1": 2, "staff:s-anna": 1}
    return [*begun, *(read("s-anna", "ref-1", grounds, ["c-1"]) for _ in range(reads)), withdrawn("ref-1", "c-1", 3)]


def append(engine: Engine, entries: Sequence[Entry]) -> list[int]:
    with engine.begin() as connection:
        return store.insert(connection, [sealed(entry) for entry in entries])


def sealed(entry: Entry) -> Sealed:
    return seal(entry, mac)


def sign_all(signer: Signer) -> None:
    while signer.step().has_more:
        pass


def later(seconds: float) -> datetime:
    return BEGINNING + timedelta(seconds=seconds)


def _consent(event_name: str, person: str, consent: str, version: int) -> Entry:
    subject = f"person:{person}"
    return _entry(
        event_name, actor="s-eva", person=person, consent=consent, subject=subject, version=version, state=STATE
    )


def _entry(event_name: str, **fields: object) -> Entry:
    return Entry(event_name, BEGINNING, fields)
