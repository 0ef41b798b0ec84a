"""What an auditor asks the log for. Pure: no database, no clock.

Nothing in it is personal: a person is named by pseudonym alone, so that the criteria may stand in an address and in the
trail.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from re import compile as pattern

from audit.vocabulary import Event, Outcome
from portal.consent.rules import STOCKHOLM

_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


_PSEUDONYM = pattern(r"(?:person )?([0-9a-f]{8,32})(?:…|\.\.\.)?")
_IDENTITY_NUMBER = pattern(r"[0-9]{10}|[0-9]{12}")


def read_pseudonym(text: str) -> str | None:
    """A pseudonym, or its beginning, as somebody writes it off a page or copies it from an address; else None.

    Digits that are as many as those of an identity number are taken for one, and so for no pseudonym.
    """
    typed = text.strip().lower().split("?")[0].rstrip("/").rpartition("/")[2]
    match = _PSEUDONYM.fullmatch(typed)
    return None if match is None or _IDENTITY_NUMBER.fullmatch(match[1]) else match[1]


@dataclass(frozen=True, slots=True)
class Criteria:
    """What to look for; ``before`` is the entry id below which to go on. A day is a Stockholm day, both inclusive."""

    person: str | None = None
    staff: str | None = None
    agency: str | None = None
    event: Event | None = None
    outcome: Outcome | None = None
    from_: date | None = None
    until: date | None = None
    listing: str | None = None
    before: int | None = None

    def as_query(self) -> dict[str, str]:
        """What is asked for, by the names the address uses."""
        values = {name.rstrip("_"): getattr(self, name) for name in self.__slots__}
        return {name: str(value) for name, value in values.items() if value is not None}

    @property
    def beyond_its_listing(self) -> "Criteria":
        """The same without the single listing it was unfolded to, if any: where a row's own links lead from."""
        return self if self.listing is None else replace(self, listing=None, event=None)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for but the place to go on from."""
        return replace(self, before=None) != Criteria()

    @property
    def sums_up_listings(self) -> bool:
        """Whether a listing is one row: not where a single one, or a single person, is asked for."""
        return self.listing is None and self.person is None

    @property
    def period(self) -> tuple[datetime, datetime]:
        """From the first instant asked for up to, and not with, the second."""
        first = datetime.combine(self.from_ or _FIRST_DAY, time(), STOCKHOLM)
        last = datetime.combine((self.until or _LAST_DAY) + timedelta(days=1), time(), STOCKHOLM)
        return first, last
