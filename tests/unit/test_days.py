"""Days typed as people type them: every form of every day is that day, and what is no day is said to be none."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web.days import FIRST_YEAR, NEAR, DayError, DayFault, read_day
from portal.web.formats import month_names

TODAY = date(2026, 3, 2)
DAYS = st.dates(date(1900, 1, 1), date(9999, 12, 31))


def with_year(day: date) -> Iterator[str]:
    """The day in the forms that say their year."""
    number, month, year = day.day, day.month, f"{day.year:04}"
    yield from (f"{year}-{month:02}-{number:02}", f"{year}{month:02}{number:02}", f"{year}-{month}-{number}")
    yield from (f"{year}/{month}/{number}", f"{year}.{month}.{number}", f"{year} {month:02} {number:02}")
    for mark in "/.-\u2013":
        yield f"{number}{mark}{month}{mark}{year}"
        yield f"{number:02}{mark}{month:02}{mark}{year}"
    yield from (f"{number}/{month} {year}", f"{number}/{month}-{year}", f" {number} / {month}  {year} ")
    for code in ("sv", "en"):
        for is_short in (True, False):
            name = month_names(code, is_short=is_short)[month - 1]
            yield from (f"{number} {name} {year}", f"{number} {name.upper()} {year}", f"den {number}:e {name} {year}")
            yield from (f"{name} {number}, {year}", f"{number}. {name}. {year}", f"{number}th {name} {year}")


def with_two_digits(day: date) -> Iterator[str]:
    """The day in the forms that say their year with two digits."""
    yield f"{day:%y%m%d}"
    yield f"{day.day}/{day.month} {day:%y}"
    yield f"{day.day}.{day.month}.{day:%y}"


def without_year(day: date) -> Iterator[str]:
    """The day in the forms that leave its year out."""
    yield from (f"{day.day}/{day.month}", f"{day.day:02}/{day.month:02}", f"{day.day}.{day.month}.")
    for code in ("sv", "en"):
        name = month_names(code)[day.month - 1]
        yield from (f"{day.day} {name}", f"{name} {day.day}", f"{day.day} {name[:3]}")


@given(DAYS, DAYS)
def test_every_form_of_every_day_is_that_day(day: date, today: date) -> None:
    assert {form: read_day(form, today) for form in with_year(day)} == dict.fromkeys(with_year(day), day)


@given(st.dates(date(1960, 1, 1), date(2099, 12, 31)), st.integers(-49 * 365, 49 * 365))
def test_two_digits_are_the_nearest_year(today: date, away: int) -> None:
    day = today + timedelta(days=away)
    assert {read_day(form, today) for form in with_two_digits(day)} == {day}


@given(st.dates(date(1950, 1, 1), date(9000, 1, 1)), st.integers(-NEAR.days, NEAR.days))
def test_a_day_without_its_year_is_the_nearest_one(today: date, away: int) -> None:
    day = today + timedelta(days=away)
    assert {read_day(form, today) for form in without_year(day)} == {day}


@pytest.mark.parametrize(
    ("typed", "away"),
    [
        *(("i dag", 0), ("idag", 0), ("I dag ", 0), ("today", 0)),
        *(("i morgon", 1), ("imorgon", 1), ("tomorrow", 1), ("i övermorgon", 2)),
        *(("igår", -1), ("i går", -1), ("igar", -1), ("Yesterday", -1), ("i förrgår", -2)),
    ],
)
def test_days_have_names(typed: str, away: int) -> None:
    assert read_day(typed, TODAY) == TODAY + timedelta(days=away)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("2026-02-29", DayFault.NO_SUCH_DAY),
        ("31/4", DayFault.NO_SUCH_DAY),
        ("3/16 2026", DayFault.NO_SUCH_DAY),
        ("260229", DayFault.NO_SUCH_DAY),
        ("99-99-99", DayFault.NO_SUCH_DAY),
        ("29/2", DayFault.WHICH_YEAR),
        ("1 oktober", DayFault.WHICH_YEAR),
        ("26-03-16", DayFault.WHICH_YEAR),
        ("0026-03-16", DayFault.LONG_AGO),
        ("18991231", DayFault.LONG_AGO),
        ("16 ju 2026", DayFault.UNREADABLE),
        ("16 smarch 2026", DayFault.UNREADABLE),
        ("2026", DayFault.UNREADABLE),
        ("", DayFault.UNREADABLE),
    ],
)
def test_what_is_no_day_is_said_to_be_none(typed: str, fault: DayFault) -> None:
    with pytest.raises(DayError) as refused:
        read_day(typed, TODAY)
    assert refused.value.fault is fault


@given(st.text(), DAYS)
def test_whatever_is_typed_is_a_day_or_refused(typed: str, today: date) -> None:
    with suppress(DayError):
        assert read_day(typed, today).year >= FIRST_YEAR
