"""From a provider's word to a session: who is let in, and the entry in the trail either way.

The account is the one named, active, proved staff entry with that issuer and subject, at an agency the
provider may vouch for. Nobody registers themselves, and every refusal looks the same from outside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from audit.vocabulary import Event
from portal.accounts.models import staff
from portal.accounts.openid import (
    Identity,
    Provider,
    Refusal,
    SignInError,
    begin,
    finish,
    open_transaction,
    seal_transaction,
)
from portal.accounts.openid.flow import Query
from portal.accounts.service import subject_index
from portal.accounts.sessions import Admitted, Sessions
from portal.database import Desk
from portal.errors import UnavailableError


class Entrance(NamedTuple):
    """A sign-in that succeeded: the session's token and where its owner wanted to go."""

    token: str
    destination: str


@dataclass(frozen=True, slots=True)
class SigningIn:
    """Signs named staff in with the configured providers of the portal known by ``address``.

    ``record`` appends an entry to the trail.
    """

    address: str
    providers: Mapping[str, Provider]
    sessions: Sessions
    record: Callable[..., None]
    now: Callable[[], datetime]

    def begin(self, provider: Provider, destination: str, login_hint: str | None) -> tuple[str, str]:
        """Where to send the browser, and the cookie it keeps meanwhile; raises SignInError."""
        settings = provider.settings
        callback = f"{self.address}/login/{settings.id}/callback"
        # A hint names somebody, so only the demo, where nobody is real, passes one on.
        hint = login_hint if settings.demo else None
        try:
            url, transaction = begin(provider, callback, self.now(), hint, destination)
        except SignInError as error:
            self._record_refusal(provider, error)
            raise
        return url, seal_transaction(self._key, transaction)

    def finish(self, provider: Provider, cookie: str | None, query: Query, replaced: str) -> Entrance:
        """Sign in whoever the provider vouches for; ``replaced`` is the token the browser had, if any.

        Raises SignInError for every reason not to, once it stands in the trail.
        """
        at = self.now()
        try:
            transaction = open_transaction(self._key, cookie, at)
            sign_in = self.sessions.keyring.session_hash(f"sign-in {transaction.state}")
            if self.sessions.is_used(sign_in):
                raise SignInError(Refusal.TRANSACTION_REPLAYED)
            identity = finish(provider, transaction, query, at)
            admitted = self._find_account(provider, identity, at)
            token = self.sessions.begin(admitted, identity, sign_in, at, replaced)
        except SignInError as error:
            self._record_refusal(provider, error)
            raise
        return Entrance(token, transaction.destination)

    @property
    def _key(self) -> bytes:
        # No token has a space in it, so this hash is no session's.
        return self.sessions.keyring.session_hash("key of sign-ins under way")

    def _find_account(self, provider: Provider, identity: Identity, at: datetime) -> Admitted:
        index = subject_index(self.sessions.keyring, identity.issuer, identity.subject)
        try:
            with self.sessions.engine(Desk.READING).connect() as connection:
                return _choose(connection, self.sessions, provider, index, at)
        except SQLAlchemyError as error:
            raise UnavailableError("the register of staff cannot be relied on just now") from error

    def _record_refusal(self, provider: Provider, error: SignInError) -> None:
        fields: dict[str, Any] = {"cause": error.refusal.value, "provider": provider.settings.id}
        if error.staff is not None:
            fields |= {"actor": error.staff, "agency": error.agency}
        self.record(Event.SIGN_IN_REFUSED, **fields)


def _choose(connection: Connection, sessions: Sessions, provider: Provider, index: bytes, at: datetime) -> Admitted:
    """The one staff entry meant; a refusal names the entry in the trail where there is just one it can be."""
    rows = connection.execute(select(staff.c.id, staff.c.agency).where(staff.c.subject_index == index)).all()
    if not rows:
        raise SignInError(Refusal.UNKNOWN_STAFF)
    admitted = [found for row in rows if (found := sessions.admit(connection, row.id, at)) is not None]
    named = (rows[0].id, rows[0].agency) if len(rows) == 1 else (None, None)
    if not admitted:
        raise SignInError(Refusal.NO_STANDING, *named)
    if len(admitted) > 1:
        raise SignInError(Refusal.AMBIGUOUS_STAFF)
    if admitted[0].staff.agency not in provider.settings.agencies:
        raise SignInError(Refusal.NOT_VOUCHED_FOR, admitted[0].staff.id, admitted[0].staff.agency)
    return admitted[0]
