"""Sign-in sessions: a row for each, found by a random token that only the browser holds.

The row has the token's keyed hash, so a row can neither be used nor invented by somebody with only the
database, and a seal, so it cannot be pointed at another staff entry or brought back to life. A session ends
after 15 minutes idle and after 8 hours at most (settings), at sign-out, when the same browser signs in
anew, and with the first request after its staff entry has ended or changed in any way. One person may have
several, one a browser. Every ending and beginning is written in the trail in the same transaction.
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from audit import store
from audit.entry import Entry, seal
from audit.statement import Statement
from audit.vocabulary import Event
from keys.keyring import Keyring
from portal.accounts.models import sessions, staff
from portal.accounts.openid import Identity, Refusal, SignInError
from portal.accounts.rules import Agency, AgencyId, Staff
from portal.clock import instant, microseconds
from portal.database import Desk
from portal.errors import UnavailableError

SEAL_KIND = "session"
TOUCHED_AT_MOST_EVERY = timedelta(minutes=1)

_BY_HASH = Statement(select(sessions).where(sessions.c.id_hash == bindparam("id_hash")))
_SEALED = (
    "id_hash",
    "sign_in",
    "staff",
    "staff_version",
    "provider",
    "acr",
    "created_at",
    "seen_at",
    "ended_at",
)


class Ending(StrEnum):
    """Why a session ended, as the trail says it."""

    SIGNED_OUT = "signed_out"
    SIGNED_IN_ANEW = "signed_in_anew"
    IDLE = "idle"
    TOO_LONG = "too_long"
    NO_STANDING = "no_standing"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A staff entry that holds now and is proved by the trail, its agency, and which version of it."""

    staff: Staff
    agency: Agency
    version: int


Admit = Callable[[Connection, str, datetime], Admitted | None]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in with this request, in the form Flask-Login asks for."""

    staff: Staff
    agency: Agency
    provider: str
    since: datetime
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """The staff entry's id."""
        return self.staff.id


@dataclass(frozen=True, slots=True)
class Sessions:
    """Begins, resumes and ends sessions. ``admit`` proves a staff entry; ``vouched`` lists agencies by provider."""

    engine: Callable[[Desk], Engine]
    keyring: Keyring
    admit: Admit
    vouched: Mapping[str, Collection[AgencyId]]
    idle: timedelta
    longest: timedelta

    def is_used(self, sign_in: bytes) -> bool:
        """Whether a session has come out of this sign-in already."""
        with _relied_on(), self.engine(Desk.READING).connect() as connection:
            statement = select(sessions.c.staff).where(sessions.c.sign_in == sign_in)
            return connection.execute(statement).first() is not None

    def begin(self, admitted: Admitted, identity: Identity, sign_in: bytes, at: datetime, replaced: str) -> str:
        """Sign somebody in: the new session's token, once its row and its entry are durable.

        ``replaced`` is the token this browser had, if any. Raises SignInError if ``sign_in`` is used already.
        """
        token = secrets.token_urlsafe(32)
        row: dict[str, Any] = {
            "id_hash": self.keyring.session_hash(token),
            "sign_in": sign_in,
            "staff": admitted.staff.id,
            "staff_version": admitted.version,
            "provider": identity.provider,
            "acr": identity.acr,
            "created_at": microseconds(at),
            "seen_at": microseconds(at),
            "ended_at": None,
        }
        fields = {
            "actor": admitted.staff.id,
            "agency": admitted.staff.agency,
            "provider": identity.provider,
            "session": _digest(row),
            **({"acr": identity.acr} if identity.acr else {}),
        }
        with _relied_on():
            try:
                with self.engine(Desk.SIGNING_IN).begin() as connection:
                    self._end(connection, replaced, Ending.SIGNED_IN_ANEW, at)
                    connection.execute(insert(sessions), [{**row, "seal": self._seal(row)}])
                    self._record(connection, Event.SIGNED_IN, at, fields)
            except IntegrityError as error:
                raise SignInError(Refusal.TRANSACTION_REPLAYED) from error
        return token

    def resume(self, token: str, at: datetime) -> SignedIn | None:
        """Who holds ``token``; None if nobody does any longer, and then the session has ended."""
        with _relied_on():
            with self.engine(Desk.READING).connect() as connection:
                row = self._find(connection, token)
                if row is None:
                    return None
                admitted = self.admit(connection, row["staff"], at)
            ending = self._ending(row, admitted, at)
            if ending is not None or admitted is None:
                self.end(token, ending or Ending.NO_STANDING, at)
                return None
            if at - instant(row["seen_at"]) >= TOUCHED_AT_MOST_EVERY:
                self._touch(row, at)
        return SignedIn(admitted.staff, admitted.agency, row["provider"], instant(row["created_at"]))

    def end(self, token: str, ending: Ending, at: datetime) -> None:
        """End the session of ``token``, if there is one that has not ended."""
        with _relied_on(), self.engine(Desk.SIGNING_IN).begin() as connection:
            self._end(connection, token, ending, at)

    def _ending(self, row: Mapping[str, Any], admitted: Admitted | None, at: datetime) -> Ending | None:
        if at - instant(row["created_at"]) >= self.longest:
            return Ending.TOO_LONG
        # A clock set back since the last request makes the idle time negative: it tells nothing, so the session ends.
        if not -TOUCHED_AT_MOST_EVERY <= at - instant(row["seen_at"]) < self.idle:
            return Ending.IDLE
        if admitted is None or admitted.version != row["staff_version"]:
            return Ending.NO_STANDING
        if admitted.staff.agency not in self.vouched.get(row["provider"], ()):
            return Ending.NO_STANDING
        return None

    def _find(self, connection: Connection, token: str) -> dict[str, Any] | None:
        """The row of a session that has not ended and is as we sealed it."""
        rows = _BY_HASH.mappings(connection, {"id_hash": self.keyring.session_hash(token)})
        if not rows or rows[0]["ended_at"] is not None:
            return None
        (row,) = rows
        return row if self.keyring.check_seal(SEAL_KIND, _body(row), bytes(row["seal"])) else None

    def _touch(self, row: Mapping[str, Any], at: datetime) -> None:
        with self.engine(Desk.SIGNING_IN).begin() as connection:
            self._change(connection, row, {"seen_at": microseconds(at)})

    def _end(self, connection: Connection, token: str, ending: Ending, at: datetime) -> None:
        row = self._find(connection, token) if token else None
        if row is None or not self._change(connection, row, {"ended_at": microseconds(at), "ending": ending}):
            return
        agency = connection.execute(select(staff.c.agency).where(staff.c.id == row["staff"])).scalar_one()
        fields = {"actor": row["staff"], "agency": agency, "cause": ending.value, "session": _digest(row)}
        self._record(connection, Event.SIGNED_OUT, at, fields)

    def _change(self, connection: Connection, row: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
        """Change a row if it is still as it was read; whoever ended it meanwhile is not overruled."""
        values = {**changes, "seal": self._seal({**row, **changes})}
        unchanged = (sessions.c.id_hash == row["id_hash"]) & (sessions.c.seal == row["seal"])
        return connection.execute(update(sessions).where(unchanged).values(values)).rowcount == 1

    def _record(self, connection: Connection, event: Event, at: datetime, fields: Mapping[str, object]) -> None:
        store.insert(connection, [seal(Entry(event, at, fields), self.keyring.trail_mac)])

    def _seal(self, row: Mapping[str, Any]) -> bytes:
        return self.keyring.seal(SEAL_KIND, _body(row))


@contextmanager
def _relied_on() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise UnavailableError("the sessions cannot be relied on just now") from error


def _body(row: Mapping[str, Any]) -> bytes:
    parts = [row[name].hex() if isinstance(row[name], bytes) else row[name] for name in _SEALED]
    return json.dumps([1, *parts], separators=(",", ":")).encode()


def _digest(row: Mapping[str, Any]) -> str:
    return b64encode(row["id_hash"]).decode()
