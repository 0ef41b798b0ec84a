"""Dates, times and numbers as people write them, in both languages."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from flask import Flask

from portal.accounts.rules import AgencyKind, Role
from portal.consent.rules import Category
from portal.plans.clashes import ClashType
from portal.plans.rules import ActivityKind, ActivityStatus, Direction, Extent, ExtentUnit, PlanStatus, WeeklyTime
from portal.web import formats
from portal.web.language import language
from portal.web.words import clash_word, word
from tests.support.records import TODAY
from tests.support.stage import stage

Say = Callable[..., str]


@pytest.fixture(scope="module")
def app() -> Flask:
    return stage()


@pytest.fixture
def swedish(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        yield


D = date


def _weekly(*days: int) -> list[WeeklyTime]:
    return [WeeklyTime(day, time(9), time(12)) for day in days]


@pytest.mark.usefixtures("swedish")
@pytest.mark.parametrize(
    ("said", "format_", "arguments"),
    [
        ("16 mars 2026", formats.day, (D(2026, 3, 16),)),
        ("16 mars", formats.near_day, (D(2026, 3, 16), TODAY)),
        ("16 mars 2027", formats.near_day, (D(2027, 3, 16), TODAY)),
        ("i dag", formats.relative_day, (TODAY, TODAY)),
        ("i går", formats.relative_day, (D(2026, 3, 1), TODAY)),
        ("i morgon", formats.relative_day, (D(2026, 3, 3), TODAY)),
        ("4 mars", formats.relative_day, (D(2026, 3, 4), TODAY)),
        ("från 1 februari", formats.period, (D(2026, 2, 1), None, TODAY)),
        ("från 1 februari 2025", formats.period, (D(2025, 2, 1), None, TODAY)),
        ("1 juni", formats.period, (D(2026, 6, 1), D(2026, 6, 1), TODAY)),
        ("1–5 juni", formats.period, (D(2026, 6, 1), D(2026, 6, 5), TODAY)),
        ("16 mars–31 maj", formats.period, (D(2026, 3, 16), D(2026, 5, 31), TODAY)),
        ("16 mars–31 maj 2027", formats.period, (D(2027, 3, 16), D(2027, 5, 31), TODAY)),
        ("1 december 2025–5 juni 2026", formats.period, (D(2025, 12, 1), D(2026, 6, 5), TODAY)),
        ("9.05", formats.clock_time, (time(9, 5),)),
        ("i dag 14.32", formats.moment, (datetime(2026, 3, 2, 13, 32, tzinfo=UTC), TODAY)),
        ("i dag 0.30", formats.moment, (datetime(2026, 3, 1, 23, 30, tzinfo=UTC), TODAY)),
        ("50\u00a0%", formats.extent, (Extent(Decimal(50), ExtentUnit.PERCENT),)),
        ("37,5\u00a0tim/vecka", formats.extent, (Extent(Decimal("37.5"), ExtentUnit.HOURS_PER_WEEK),)),
        ("20\u00a0tim/vecka", formats.extent, (Extent(Decimal("20.0"), ExtentUnit.HOURS_PER_WEEK),)),
        ("", formats.extent, (None,)),
        ("tisdagar 9.00–12.00", formats.weekly_times, ([WeeklyTime(2, time(9), time(12))],)),
        ("9.00–12.00", partial(formats.weekly_times, is_once=True), ([WeeklyTime(2, time(9), time(12))],)),
        ("måndagar och onsdagar 9.00–12.00", formats.weekly_times, (_weekly(1, 3),)),
        ("måndagar, onsdagar och fredagar 9.00–12.00", formats.weekly_times, (_weekly(5, 3, 1),)),
        ("tisdagar och onsdagar 9.00–12.00", formats.weekly_times, (_weekly(2, 3),)),
        ("måndag–torsdag 9.00–12.00", formats.weekly_times, (_weekly(1, 2, 3, 4),)),
        (
            "måndag–onsdag 9.00–12.00, tisdagar 13.00–15.00",
            formats.weekly_times,
            ([*_weekly(1, 2, 3), WeeklyTime(2, time(13), time(15))],),
        ),
        ("söndagar 9.00–12.00", formats.weekly_times, ([WeeklyTime(7, time(9), time(12))],)),
        ("a, b och c", formats.in_words, (["a", "b", "c"],)),
        ("a", formats.in_words, (["a"],)),
        ("hej", formats.spoken, ({"sv": "hej", "en": "hello"},)),
        ("19920517-2381", formats.personnummer, ("199205172381", D(2091, 12, 31))),
        ("19920517+2381", formats.personnummer, ("199205172381", D(2092, 1, 1))),
        ("okänt", formats.personnummer, ("okänt", TODAY)),
        ("0406280401", formats.dialled, ("040-628 04 01",)),
        ("+46406280401", formats.dialled, (" +46 (40) 628 04 01",)),
    ],
)
def test_swedish_is_written_as_swedes_write_it(said: str, format_: Say, arguments: tuple[Any, ...]) -> None:
    assert format_(*arguments) == said


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("said", "format_", "arguments"),
    [
        ("16 March 2026", formats.day, (D(2026, 3, 16),)),
        ("16 March–31 May", formats.period, (D(2026, 3, 16), D(2026, 5, 31), TODAY)),
        ("9:05", formats.clock_time, (time(9, 5),)),
        ("50%", formats.percent, (50,)),
        ("Monday–Friday 9:00–12:00", formats.weekly_times, (_weekly(1, 2, 3, 4, 5),)),
        ("Mondays and Thursdays 9:00–12:00", formats.weekly_times, (_weekly(1, 4),)),
        ("Tuesdays 9:00–12:00", formats.weekly_times, ([WeeklyTime(2, time(9), time(12))],)),
        ("a, b and c", formats.in_words, (["a", "b", "c"],)),
        ("hello", formats.spoken, ({"sv": "hej", "en": "hello"},)),
        ("hej", formats.spoken, ({"sv": "hej"},)),
    ],
)
def test_english_is_written_as_english(said: str, format_: Say, arguments: tuple[Any, ...]) -> None:
    assert language() == "en"
    assert format_(*arguments) == said


@pytest.mark.usefixtures("swedish")
def test_short_months_fit_over_an_axis() -> None:
    assert formats.month_names("sv", is_short=True)[:3] == ("jan", "feb", "mars")
    assert max(map(len, formats.month_names("sv", is_short=True))) <= 4


@pytest.mark.usefixtures("swedish")
@pytest.mark.parametrize("codes", [Role, AgencyKind, Category, Direction, PlanStatus, ActivityKind, ActivityStatus])
def test_every_code_has_a_word(codes: Any) -> None:
    assert all(word(code) for code in codes)


@pytest.mark.usefixtures("swedish")
def test_every_type_of_clash_has_a_word() -> None:
    assert all(clash_word(str(type_)) for type_ in ClashType)


@pytest.mark.usefixtures("swedish")
def test_codes_of_different_kinds_with_the_same_value_keep_their_own_words() -> None:
    assert word(ActivityKind.OTHER) == "Annat"
    assert word(AgencyKind.OTHER) == "Annan verksamhet"
