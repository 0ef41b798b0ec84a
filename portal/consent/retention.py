"""Since when a person's content is closed, and on which day what is closed is due for disposal. Pure.

Nothing is disposed of here: the day is what the desk is told. Source: the installation's decision on retention, which
the settings hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.consent.rules import Consent, day_of
from portal.plans.clashes.upkeep import months_after


@dataclass(frozen=True, slots=True)
class Closed:
    """The day on which the last live consent ended, or None where none ever was live; and the day disposal is due."""

    since: date | None
    due: date | None


def closed_of(consents: Iterable[Consent], keep_months: int, at: datetime) -> Closed | None:
    """How the content of the person with these ``consents`` is closed at the instant ``at``; None while it is open.

    Where no consent was ever live nothing says when the time began, and no day is given.
    """
    known = list(consents)
    if any(each.is_live(at) for each in known):
        return None
    ends = [end for each in known for end in [_closing_day(each, at)] if end is not None]
    since = max(ends, default=None)
    return Closed(since, None if since is None else months_after(since, keep_months))


def _closing_day(consent: Consent, at: datetime) -> date | None:
    """The day on which ``consent`` stopped opening anything, before ``at``; None if it never did."""
    if not consent.is_confirmed or consent.valid_from > day_of(at):
        return None
    if consent.withdrawn_at is None or day_of(consent.withdrawn_at) > consent.valid_until:
        return consent.valid_until + timedelta(days=1)
    taken_back = day_of(consent.withdrawn_at)
    return None if taken_back < consent.valid_from else taken_back
