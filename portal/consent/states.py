"""In which state a consent is, named honestly. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from portal.consent.rules import Consent, Ending, day_of

EXPIRES_SOON = timedelta(days=30)


class ConsentState(StrEnum):
    """What a consent is at an instant."""

    WAITING_FOR_PAPER = "waiting_for_paper"
    WAITING_FOR_CONFIRMATION = "waiting_for_confirmation"
    COMING = "coming"
    LIVE = "live"
    EXPIRES_SOON = "expires_soon"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    IN_ERROR = "in_error"

    @property
    def is_waiting(self) -> bool:
        """Whether it opens nothing yet: the desk has something to do about it first."""
        return self in (ConsentState.WAITING_FOR_PAPER, ConsentState.WAITING_FOR_CONFIRMATION)

    @property
    def is_over(self) -> bool:
        """Whether it opens nothing any more and never will."""
        return self in _OVER


_OVER = (ConsentState.EXPIRED, ConsentState.WITHDRAWN, ConsentState.REPLACED, ConsentState.IN_ERROR)


def state_of(consent: Consent, at: datetime, *, has_paper: bool = False) -> ConsentState:
    """The state of ``consent`` at the aware instant ``at``; only LIVE and EXPIRES_SOON open anything.

    Without a paper (``has_paper``) a consent is not to be confirmed yet.
    """
    today = day_of(at)
    if consent.withdrawn_at is not None and at >= consent.withdrawn_at:
        return ConsentState((consent.ending or Ending.WITHDRAWN).value)
    if today > consent.valid_until:
        return ConsentState.EXPIRED
    if not consent.is_confirmed:
        return ConsentState.WAITING_FOR_CONFIRMATION if has_paper else ConsentState.WAITING_FOR_PAPER
    if today < consent.valid_from:
        return ConsentState.COMING
    return ConsentState.EXPIRES_SOON if consent.valid_until <= today + EXPIRES_SOON else ConsentState.LIVE
