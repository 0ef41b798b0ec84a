"""The invented people's identity numbers: valid, published as test numbers, and never given out twice."""

from datetime import date, timedelta
from random import Random

import pytest

from portal.demo.numbers import (
    CO_ORDINATION,
    NOT_PUBLISHED,
    OLDER,
    NumbersUsedUpError,
    check_digit,
    is_woman,
    take_number,
)
from portal.demo.people import demo_document
from portal.people.rules import IdentityNumber


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2028, 2, 29), date(2045, 12, 31)])
def test_two_thousand_people_have_as_many_valid_and_published_numbers(today: date) -> None:
    numbers = [str(person["personnummer"]) for person in demo_document(today, 2000)["persons"]]
    assert len(set(numbers)) == 2000
    for number in numbers:
        assert IdentityNumber(number).digits == number
        assert _is_published(number), number


def test_the_kept_numbers_are_valid() -> None:
    for number in (*OLDER, *CO_ORDINATION):
        assert check_digit(number[2:11]) == int(number[11])
    assert len(set(OLDER)) == len(OLDER)
    assert len(set(CO_ORDINATION)) == len(CO_ORDINATION)


def test_a_day_without_a_published_number_is_passed_over() -> None:
    taken: set[str] = set()
    for _ in range(364):
        take_number(1990, woman=False, rng=_chance(), taken=taken)
    days = {number[:8] for number in taken}
    assert not days & NOT_PUBLISHED["239"]
    assert min(days) < "19900101"  # the year ran out and the one before it began


def test_a_woman_gets_a_womans_number_and_a_man_a_mans() -> None:
    for year in (1962, 1975, 1976, 2013, 2030):
        for woman in (True, False):
            assert is_woman(take_number(year, woman, _chance(year), set())) is woman


def test_when_the_numbers_of_the_years_before_are_used_up_the_years_after_are_used() -> None:
    taken = {number for number in OLDER if number < "1976"}
    assert take_number(1960, woman=True, rng=_chance(), taken=taken).startswith("1976")


def test_when_all_numbers_are_used_up_it_is_said() -> None:
    days = [date(1976, 1, 1) + timedelta(days) for days in range(38 * 366)]
    taken = {*OLDER, *(f"{day:%Y%m%d}238{check_digit(f'{day:%y%m%d}238')}" for day in days)}
    with pytest.raises(NumbersUsedUpError):
        take_number(1990, woman=True, rng=_chance(), taken=taken)


def _chance(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311 - invention, no secret


def _is_published(number: str) -> bool:
    if number in OLDER or number in CO_ORDINATION:
        return True
    birth_number = number[8:11]
    return number[:8] not in NOT_PUBLISHED[birth_number] and 1976 <= int(number[:4]) <= 2013
