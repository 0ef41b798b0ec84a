"""Dates, times, numbers and lists as people write them, in Swedish and in English; installed as Jinja filters.

Pure but for the filters, which ask in what language the request is answered. A page formats some hundred dates, so
the names of months are looked up once.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.lists import format_list
from markupsafe import Markup, escape

from portal.consent.rules import STOCKHOLM, day_of
from portal.plans.rules import Extent, ExtentUnit, WeeklyTime
from portal.web.language import language
from portal.web.language import say as _

_NO_BREAK = "\u00a0"
_IN_A_ROW = 3


def day(value: date) -> str:
    """A date with its year: ``16 mars 2026``."""
    return f"{value.day} {month_names(language())[value.month - 1]} {value.year}"


def whole_day(value: date) -> str:
    """A date with its weekday: ``måndag 16 mars 2026``."""
    return f"{_weekday_names(language())[value.weekday()]} {day(value)}"


def near_day(value: date, today: date) -> str:
    """A date without its year where that is this year's: ``16 mars``."""
    if value.year != today.year:
        return day(value)
    return f"{value.day} {month_names(language())[value.month - 1]}"


def relative_day(value: date, today: date) -> str:
    """``i går``, ``i dag``, ``i morgon``, else as near_day."""
    distance = (value - today).days
    if distance == 0:
        return _("i dag")
    if distance == -1:
        return _("i går")
    return _("i morgon") if distance == 1 else near_day(value, today)


def period(from_: date, until: date | None, today: date) -> str:
    """From and until, said as shortly as is clear: ``1–5 juni``, ``16 mars–31 maj``, ``från 16 mars``."""
    if until is None:
        return _("från %(day)s") % {"day": near_day(from_, today)}
    if from_ == until:
        return near_day(from_, today)
    if from_.year != until.year:
        return f"{day(from_)}–{day(until)}"
    if from_.month == until.month:
        return f"{from_.day}–{near_day(until, today)}"
    return f"{from_.day} {month_names(language())[from_.month - 1]}–{near_day(until, today)}"


def clock_time(value: time) -> str:
    """A time of day: ``14.32`` in Swedish, ``14:32`` in English."""
    return f"{value.hour}{'.' if language() == 'sv' else ':'}{value.minute:02}"


def moment(value: datetime, today: date) -> str:
    """An aware instant as a Stockholm day and time: ``i dag 14.32``."""
    return f"{relative_day(day_of(value), today)} {clock_time(value.astimezone(STOCKHOLM).time())}"


def personnummer(digits: str, today: date) -> str:
    """Twelve digits with their separator: ``19920517-2381``, and a plus from the year in which somebody turns 100.

    Anything else is given back as it is.
    """
    if len(digits) != 12 or not digits.isdecimal():
        return digits
    return f"{digits[:8]}{'-' if today.year - int(digits[:4]) < 100 else '+'}{digits[8:]}"


def extent(value: Extent | None) -> str:
    """``50 %`` or ``20 timmar i veckan``; nothing where there is no extent."""
    if value is None:
        return ""
    if value.unit is ExtentUnit.PERCENT:
        return percent(int(value.value))
    return (_("%(hours)s tim/vecka") % {"hours": _decimal(value.value)}).replace(" ", _NO_BREAK)


def percent(value: int) -> str:
    """``50 %`` in Swedish, ``50%`` in English."""
    return f"{value}{_NO_BREAK}%" if language() == "sv" else f"{value}%"


def weekly_times(times: Sequence[WeeklyTime], *, is_once: bool = False) -> str:
    """When in the week: ``måndag–torsdag 9.00–12.00, fredagar 13.00–15.00``.

    ``is_once`` says that they are of a single day, whose weekday goes without saying: ``9.00–12.00``.
    """
    by_hours: dict[str, list[int]] = {}
    for at in sorted(times, key=lambda at: (at.weekday, at.from_)):
        by_hours.setdefault(f"{clock_time(at.from_)}–{clock_time(at.until)}", []).append(at.weekday)
    return ", ".join(hours if is_once else f"{_weekdays(days)} {hours}" for hours, days in by_hours.items())


def stockholm_day(value: datetime) -> date:
    """The Stockholm date of an aware instant."""
    return day_of(value)


def stockholm_time(value: datetime) -> str:
    """The Stockholm time of day of an aware instant."""
    return clock_time(value.astimezone(STOCKHOLM).time())


def in_words(items: Sequence[str]) -> str:
    """A list as one says it: ``a, b och c``; markup where there is markup in it."""
    locale = "en_GB" if language() == "en" else language()
    if not any(isinstance(item, Markup) for item in items):
        return format_list(list(items), locale=locale)
    return Markup(format_list([str(escape(item)) for item in items], locale=locale))  # noqa: S704 - each is escaped


def spoken(texts: Mapping[str, str]) -> str:
    """The text in the reader's language, of texts kept in several; Swedish where that one is missing."""
    return texts.get(language()) or texts["sv"]


def dialled(phone: str) -> str:
    """A phone number as a tel: address wants it: digits, and a leading plus."""
    digits = "".join(letter for letter in phone if letter in "0123456789")
    return f"+{digits}" if phone.strip().startswith("+") else digits


@cache
def month_names(code: str, *, is_short: bool = False) -> tuple[str, ...]:
    """The twelve months in the language ``code``; the short ones without a full stop."""
    names = Locale(code).months["stand-alone" if is_short else "format"]["abbreviated" if is_short else "wide"]
    return tuple(names[number].rstrip(".") for number in range(1, 13))


def weekday_names() -> tuple[str, ...]:
    """The seven weekdays in the reader's language, Monday first."""
    return _weekday_names(language())


def _weekdays(days: Sequence[int]) -> str:
    """``tisdagar``, ``tisdagar och torsdagar``, and three or more in a row as ``måndag–onsdag``; 1 is Monday."""
    names = _weekday_names(language())
    if len(days) >= _IN_A_ROW and days[-1] - days[0] == len(days) - 1:
        return f"{names[days[0] - 1]}–{names[days[-1] - 1]}"
    return in_words([names[day - 1] + ("ar" if language() == "sv" else "s") for day in days])


@cache
def _weekday_names(code: str) -> tuple[str, ...]:
    names = Locale(code).days["format"]["wide"]
    return tuple(names[number] for number in range(7))


def _decimal(value: Decimal) -> str:
    digits = f"{value.normalize():f}"
    return digits.replace(".", ",") if language() == "sv" else digits
