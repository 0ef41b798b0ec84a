"""Why a sign-in was refused: a closed list of codes for the trail, with nothing personal in them.

The page a visitor sees is the same for all of them.
"""

from enum import StrEnum

from portal.errors import PortalError


class Refusal(StrEnum):
    """One reason not to sign somebody in."""

    TRANSACTION_MISSING = "transaction_missing"
    TRANSACTION_EXPIRED = "transaction_expired"
    TRANSACTION_REPLAYED = "transaction_replayed"
    WRONG_PROVIDER = "wrong_provider"
    WRONG_STATE = "wrong_state"
    REPEATED_PARAMETER = "repeated_parameter"
    MIXED_UP_ISSUER = "mixed_up_issuer"
    DENIED_BY_PROVIDER = "denied_by_provider"
    MISSING_CODE = "missing_code"
    PROVIDER_UNREACHABLE = "provider_unreachable"
    UNTRUSTED_METADATA = "untrusted_metadata"
    PKCE_UNSUPPORTED = "pkce_unsupported"
    UNTRUSTED_KEYS = "untrusted_keys"
    CODE_REFUSED = "code_refused"
    MALFORMED_ANSWER = "malformed_answer"
    MISSING_TOKEN = "missing_token"  # noqa: S105  a code, not a secret
    MALFORMED_TOKEN = "malformed_token"  # noqa: S105  a code, not a secret
    WRONG_ALGORITHM = "wrong_algorithm"
    UNKNOWN_KEY = "unknown_key"
    WRONG_SIGNATURE = "wrong_signature"
    MISSING_CLAIM = "missing_claim"
    WRONG_ISSUER = "wrong_issuer"
    WRONG_AUDIENCE = "wrong_audience"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_ISSUE_TIME = "wrong_issue_time"
    WRONG_NONCE = "wrong_nonce"
    WRONG_ASSURANCE = "wrong_assurance"
    STALE_AUTHENTICATION = "stale_authentication"
    WRONG_SUBJECT = "wrong_subject"
    UNKNOWN_STAFF = "unknown_staff"
    NOT_VOUCHED_FOR = "not_vouched_for"
    NO_STANDING = "no_standing"
    AMBIGUOUS_STAFF = "ambiguous_staff"


class SignInError(PortalError):
    """A sign-in that is refused; ``refusal`` says why, and whose entry it was if known, for the trail only."""

    def __init__(self, refusal: Refusal, staff: str | None = None, agency: str | None = None) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.staff = staff
        self.agency = agency
