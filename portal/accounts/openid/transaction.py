"""One sign-in under way, remembered in the visitor's own browser, sealed, for ten minutes.

Kept in a cookie and not in a row because whoever has not signed in yet shall write nothing in the database.
The cookie binds the answer to the browser that asked (login CSRF) and hides the PKCE verifier from it
(Fernet: AES and HMAC, with the time inside). It is single use: signing in stores the state's hash in the
session's row, where it is unique, so the same transaction never signs anybody in twice, on any worker.
"""

import base64
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from cryptography.fernet import Fernet, InvalidToken

from portal.accounts.openid.refusals import Refusal, SignInError

LIFETIME = timedelta(minutes=10)
SKEW = timedelta(minutes=1)  # between the clocks of two machines that serve the same portal


@dataclass(frozen=True, slots=True)
class Transaction:
    """What must come back as it was sent: secrets for one attempt at signing in with one provider."""

    provider: str
    redirect_uri: str
    state: str
    nonce: str
    verifier: str
    created: datetime
    destination: str

    @classmethod
    def begin(cls, provider: str, redirect_uri: str, destination: str, now: datetime) -> Self:
        """A new attempt with secrets of 256 bits each."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(provider, redirect_uri, state, nonce, verifier, now.replace(microsecond=0), destination)

    def __repr__(self) -> str:
        return f"Transaction(provider={self.provider!r}, <redacted>)"


def seal_transaction(key: bytes, transaction: Transaction) -> str:
    """The transaction as a cookie's value, readable and alterable by nobody without ``key`` (32 bytes)."""
    created = int(transaction.created.timestamp())
    body = json.dumps({**asdict(transaction), "created": created}).encode()
    return _fernet(key).encrypt_at_time(body, created).decode("ascii")


def open_transaction(key: bytes, cookie: str | None, now: datetime) -> Transaction:
    """The transaction in a cookie's value; raises SignInError when it is absent, altered or too old."""
    if not cookie:
        raise SignInError(Refusal.TRANSACTION_MISSING)
    try:
        created = datetime.fromtimestamp(_fernet(key).extract_timestamp(cookie.encode()), UTC)
        body = json.loads(_fernet(key).decrypt(cookie.encode()))
    except InvalidToken as error:
        raise SignInError(Refusal.TRANSACTION_MISSING) from error
    transaction = Transaction(**{**body, "created": created})
    refuse_expired(transaction, now)
    return transaction


def refuse_expired(transaction: Transaction, now: datetime) -> None:
    """Raise SignInError unless ``now`` is within the transaction's ten minutes."""
    if not -SKEW <= now - transaction.created <= LIFETIME:
        raise SignInError(Refusal.TRANSACTION_EXPIRED)


def is_same(given: str, expected: str) -> bool:
    """Whether a secret came back as it was sent, in a time that does not tell how much of it is right."""
    return given.isascii() and hmac.compare_digest(given, expected)


def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))
