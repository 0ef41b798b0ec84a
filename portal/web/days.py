"""A day typed as people type days, in Swedish and in English. Pure; whoever asks says which day is today.

Read are ``2026-03-16``, ``20260316``, ``260316``, ``16/3 2026``, ``16.3.2026``, ``16/3``, ``16 mars 2026``,
``16 mars``, ``March 16, 2026``, ``i dag``, ``tomorrow`` and what lies between them. Six digits are year, month and day,
as everybody in Sweden writes them; a slash or a full stop puts the day before the month. What can be meant in two ways
is not guessed at: the year is asked for. Whoever shows the field says the day back in words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import MAXYEAR, date, timedelta
from enum import Enum, auto
from functools import cache
from typing import Final

from portal.web.formats import month_names
from portal.web.language import LANGUAGES

FIRST_YEAR: Final = 1900
# A day without its year is the nearest one, unless that of another year is nearly as near.
NEAR: Final = timedelta(days=150)
# A year of two digits is the nearest one too: from 50 years back to 49 ahead.
_YEARS_BACK: Final = 50
_SHORTEST_MONTH: Final = 3

# Without accents, as what is typed is read.
_NAMED: Final[Mapping[str, int]] = {
    "i forrgar": -2,
    "igar": -1,
    "i gar": -1,
    "yesterday": -1,
    "idag": 0,
    "i dag": 0,
    "today": 0,
    "imorgon": 1,
    "i morgon": 1,
    "tomorrow": 1,
    "i overmorgon": 2,
}
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})(?P<mark>[-/. ])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})")
_TOGETHER = re.compile(r"(?P<year>[0-9]{4}|[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_TWO_DIGITS = re.compile(r"(?P<first>[0-9]{2})-(?P<middle>[0-9]{2})-(?P<last>[0-9]{2})")
_DAY_FIRST = re.compile(
    r"(?P<day>[0-9]{1,2}) ?[-/.] ?(?P<month>[0-9]{1,2})(?:(?: ?[-/.] ?| )(?P<year>[0-9]{4}|[0-9]{2}))?\.?"
)
_IN_WORDS = re.compile(
    r"(?:den )?(?P<day>[0-9]{1,2})(?::[ae]|st|nd|rd|th|\.)? ?(?P<name>[a-z]+)\.?,?(?: (?P<year>[0-9]{4}|[0-9]{2}))?"
)
_MONTH_FIRST = re.compile(r"(?P<name>[a-z]+)\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,?(?: (?P<year>[0-9]{4}))?")


class DayFault(Enum):
    """Why what was typed is no day."""

    UNREADABLE = auto()
    NO_SUCH_DAY = auto()
    WHICH_YEAR = auto()
    LONG_AGO = auto()


class DayError(ValueError):
    """What was typed is no day that somebody means; never holds what was typed."""

    def __init__(self, fault: DayFault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def read_day(typed: str, today: date) -> date:
    """The day that was typed on ``today``; raises DayError."""
    text = _plain(typed)
    if text in _NAMED:
        return today + timedelta(days=_NAMED[text])
    for pattern, read in _READERS:
        found = pattern.fullmatch(text)
        if found is not None:
            return _meant(read(found.groupdict(), today))
    raise DayError(DayFault.UNREADABLE)


def _meant(day: date) -> date:
    if day.year < FIRST_YEAR:
        raise DayError(DayFault.LONG_AGO)
    return day


def _numbered(parts: Mapping[str, str | None], today: date) -> date:
    day, month = int(parts["day"] or ""), int(parts["month"] or "")
    return _nearest(month, day, today) if parts["year"] is None else _day(_year(parts["year"], today), month, day)


def _named(parts: Mapping[str, str | None], today: date) -> date:
    typed = parts["name"] or ""
    meant = {number for name, number in _months() if name.startswith(typed) and len(typed) >= _SHORTEST_MONTH}
    if len(meant) != 1:
        raise DayError(DayFault.UNREADABLE)
    return _numbered({**parts, "month": str(meant.pop())}, today)


def _two_digits(parts: Mapping[str, str | None], today: date) -> date:
    """``26-03-16`` and ``16-03-26``: only where one of the two can be a day is it clear which is meant."""
    first, middle, last = (parts[name] or "" for name in ("first", "middle", "last"))
    found = set()
    for year, day in ((first, last), (last, first)):
        try:
            found.add(_day(_year(year, today), int(middle), int(day)))
        except DayError:
            continue
    if len(found) > 1:
        raise DayError(DayFault.WHICH_YEAR)
    if not found:
        raise DayError(DayFault.NO_SUCH_DAY)
    return found.pop()


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DayError(DayFault.NO_SUCH_DAY) from None


def _year(digits: str, today: date) -> int:
    if len(digits) == 4:
        return int(digits)
    first = today.year - _YEARS_BACK
    return first + (int(digits) - first) % 100


def _nearest(month: int, day: int, today: date) -> date:
    """The day and month in the year in which they are nearest to ``today``."""
    near = sorted(_of_years_around(month, day, today), key=lambda each: abs(each - today))
    if not near:
        # 29 February lies up to eight years away, and 31 February nowhere.
        raise DayError(DayFault.WHICH_YEAR if (month, day) == (2, 29) else DayFault.NO_SUCH_DAY)
    if abs(near[0] - today) > NEAR:
        raise DayError(DayFault.WHICH_YEAR)
    return near[0]


def _of_years_around(month: int, day: int, today: date) -> Iterator[date]:
    for year in range(max(1, today.year - 1), min(MAXYEAR, today.year + 1) + 1):
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _plain(text: str) -> str:
    """Lower case, without accents, one space at a time, and each kind of dash as a hyphen."""
    letters = unicodedata.normalize("NFD", text.casefold())
    seen = "".join(
        "-" if unicodedata.category(letter) == "Pd" else letter
        for letter in letters
        if not unicodedata.combining(letter)
    )
    return " ".join(seen.split())


@cache
def _months() -> tuple[tuple[str, int], ...]:
    """The months by name and number, in every language the portal speaks."""
    return tuple((_plain(name), number) for code in LANGUAGES for number, name in enumerate(month_names(code), 1))


_READERS: Final[tuple[tuple[re.Pattern[str], Callable[[Mapping[str, str | None], date], date]], ...]] = (
    (_YEAR_FIRST, _numbered),
    (_TOGETHER, _numbered),
    (_TWO_DIGITS, _two_digits),
    (_DAY_FIRST, _numbered),
    (_IN_WORDS, _named),
    (_MONTH_FIRST, _named),
)
