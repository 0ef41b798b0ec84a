"""Signing in with OpenID Connect: who a provider says somebody is, or why it is not believed.

Knows nothing of staff, sessions or pages. Refuses whatever it was not told to accept.
"""

from portal.accounts.openid.flow import Identity, begin, finish
from portal.accounts.openid.provider import Provider
from portal.accounts.openid.refusals import Refusal, SignInError
from portal.accounts.openid.transaction import LIFETIME, Transaction, open_transaction, seal_transaction

__all__ = [
    "LIFETIME",
    "Identity",
    "Provider",
    "Refusal",
    "SignInError",
    "Transaction",
    "begin",
    "finish",
    "open_transaction",
    "seal_transaction",
]
