"""Connections to the one database, each able to do only what its user may.

A *desk* is what one kind of work connects with: a reader's request can read the register, append to the trail, write
its own session and put in a request to the administrators, nothing else. On SQLite every desk is a connection of its
own to the one file: `mode=ro` for reading, and for the rest an authorizer that denies every write not listed. On
PostgreSQL each desk is a database role with those privileges and no others.
"""

from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine, MetaData, make_url

from portal.config import DatabaseSettings
from portal.postgresql import postgresql_engine
from portal.sqlite import sqlite_engine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

REGISTER = (
    "agencies",
    "staff",
    "stand_ins",
    "persons",
    "person_numbers",
    "consents",
    "recipients",
    "drafts",
    "items",
    "item_history",
    "evidence",
    "requests",
    "held_documents",
)
# What PostgreSQL shows row by row, only to whom the transaction says it reads for.
LOCKED = ("items", "item_history", "evidence")
# What it shows, and lets be put in, row by row: a reader's own and no other's.
OWN = ("requests",)
# What a reader's connection does not reach at all there: it is for whoever writes it.
CLOSED = ("drafts", "held_documents")
TRAIL = ("trail_entries", "trail_leaves", "trail_tiles", "trail_checkpoints")


class Desk(StrEnum):
    """The kinds of work that connect to the database."""

    READING = "reading"
    APPENDING = "appending"
    SIGNING_IN = "signing_in"
    REQUESTING = "requesting"
    ADMINISTRATION = "administration"
    SURVEYING = "surveying"
    SIGNING = "signing"


WRITES: dict[Desk, dict[str, frozenset[str]]] = {
    Desk.READING: {},
    Desk.APPENDING: {"trail_entries": frozenset({"INSERT"})},
    Desk.SIGNING_IN: {"trail_entries": frozenset({"INSERT"}), "sessions": frozenset({"INSERT", "UPDATE"})},
    Desk.REQUESTING: {"trail_entries": frozenset({"INSERT"}), "requests": frozenset({"INSERT"})},
    Desk.ADMINISTRATION: {
        **{table: frozenset({"INSERT", "UPDATE", "DELETE"}) for table in REGISTER},
        # What a reader has asked can be answered, and neither be made up nor be gone.
        "requests": frozenset({"UPDATE"}),
        "trail_entries": frozenset({"INSERT"}),
        "sessions": frozenset({"UPDATE"}),
    },
    # For what looks through the whole register on behalf of no reader; on PostgreSQL the administration's role as well.
    Desk.SURVEYING: {},
    Desk.SIGNING: {**{table: frozenset({"INSERT"}) for table in ("trail_leaves", "trail_tiles", "trail_checkpoints")}},
}


def connect(settings: DatabaseSettings, desk: Desk, pool_size: int = 10) -> Engine:
    """The engine with which ``desk`` works; its connections can do no more than WRITES says.

    On SQLite a desk that writes begins with the write lock (BEGIN IMMEDIATE behind an OS file lock).
    """
    if settings.is_sqlite:
        return sqlite_engine(database_file(settings), WRITES[desk])
    return postgresql_engine(_role_url(settings, desk), is_read_only=not WRITES[desk], pool_size=pool_size)


def database_file(settings: DatabaseSettings) -> Path:
    """The file of an SQLite database."""
    return Path(make_url(settings.url).database or "")


def _role_url(settings: DatabaseSettings, desk: Desk) -> str:
    special = {
        Desk.ADMINISTRATION: settings.administration_url,
        Desk.SURVEYING: settings.administration_url,
        Desk.SIGNING: settings.signer_url,
    }
    return special.get(desk) or settings.url
