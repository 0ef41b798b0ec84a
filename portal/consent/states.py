"""In which state a consent is, named honestly. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from portal.consent.rules import Consent, Ending, day_of

EXPIRES_SOON = timedelta(days=30)


class ConsentState(StrEnum):
    """What a consent is at an instant."""

    WAITING = "waiting"
    COMING = "coming"
    LIVE = "live"
    EXPIRES_SOON = "expires_soon"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    IN_ERROR = "in_error"

    @property
    def is_over(self) -> bool:
        """Whether it opens nothing any more and never will."""
        return self in _OVER


_OVER = (ConsentState.EXPIRED, ConsentState.WITHDRAWN, ConsentState.REPLACED, ConsentState.IN_ERROR)


def state_of(consent: Consent, at: datetime) -> ConsentState:
    """The state of ``consent`` at the aware instant ``at``; only LIVE and EXPIRES_SOON open anything."""
    today = day_of(at)
    if consent.withdrawn_at is not None and at >= consent.withdrawn_at:
        return ConsentState((consent.ending or Ending.WITHDRAWN).value)
    if today > consent.valid_until:
        return ConsentState.EXPIRED
    if not consent.is_confirmed:
        return ConsentState.WAITING
    if today < consent.valid_from:
        return ConsentState.COMING
    return ConsentState.EXPIRES_SOON if consent.valid_until <= today + EXPIRES_SOON else ConsentState.LIVE
