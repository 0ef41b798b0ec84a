"""In which state a consent is, named honestly. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from portal.consent.rules import Consent, day_of

EXPIRES_SOON = timedelta(days=30)


class ConsentState(StrEnum):
    """What a consent is at an instant."""

    WAITING = "waiting"
    COMING = "coming"
    LIVE = "live"
    EXPIRES_SOON = "expires_soon"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


def state_of(consent: Consent, at: datetime) -> ConsentState:
    """The state of ``consent`` at the aware instant ``at``; only LIVE and EXPIRES_SOON open anything."""
    today = day_of(at)
    if consent.withdrawn_at is not None and at >= consent.withdrawn_at:
        return ConsentState.WITHDRAWN
    if today > consent.valid_until:
        return ConsentState.EXPIRED
    if not consent.is_confirmed:
        return ConsentState.WAITING
    if today < consent.valid_from:
        return ConsentState.COMING
    return ConsentState.EXPIRES_SOON if consent.valid_until <= today + EXPIRES_SOON else ConsentState.LIVE
