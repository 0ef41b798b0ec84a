"""Identity numbers: what is accepted, what each fault is called, and that none of them leaks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.people.rules import IdentityNumber, IdentityNumberError, IdentityNumberFault
from tests.factories import (
    COORDINATION_NUMBER_WITHOUT_DAY,
    COORDINATION_NUMBER_WITHOUT_MONTH,
    COORDINATION_NUMBERS,
    NUMBERS,
)

TODAY = date(2026, 3, 2)
WITH_OPEN_PARTS = (COORDINATION_NUMBER_WITHOUT_MONTH, COORDINATION_NUMBER_WITHOUT_DAY)
EVERY = (*NUMBERS, *COORDINATION_NUMBERS, *WITH_OPEN_PARTS)


def fault_of(text: str, today: date = TODAY) -> IdentityNumberFault:
    with pytest.raises(IdentityNumberError) as refused:
        IdentityNumber.from_typed(text, today)
    return refused.value.fault


def strict_fault_of(text: str) -> IdentityNumberFault:
    with pytest.raises(IdentityNumberError) as refused:
        IdentityNumber(text)
    return refused.value.fault


@pytest.mark.parametrize("digits", EVERY)
def test_a_published_test_number_is_accepted(digits: str) -> None:
    assert IdentityNumber(digits).digits == digits
    assert IdentityNumber.from_typed(digits, TODAY) == IdentityNumber(digits)


@pytest.mark.parametrize("digits", EVERY)
def test_any_other_check_digit_is_refused(digits: str) -> None:
    for other in set("0123456789") - {digits[-1]}:
        assert strict_fault_of(digits[:-1] + other) is IdentityNumberFault.WRONG_CHECK_DIGIT


@pytest.mark.parametrize(
    "typed",
    [
        "19920517-2381",
        "920517-2381",
        " 19920517-2381 ",
        "19920517 2381",
        "1992 05 17 23 81",
        "920517 - 2381",
        "1992-05-17-2381",
        "1992-05-17 2381",
        "92-05-17-2381",
        "920517–2381",
        "920517—2381",
        "920517−2381",
        "920517‑2381",
        "\ufeff920517-2381\n",
        "199205172381\u200b",
        "920517\u00a0-\u00a02381",
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert IdentityNumber.from_typed(typed, TODAY).digits == "199205172381"


@pytest.mark.parametrize("typed", ["9205172381", "920517 2381"])
def test_ten_digits_without_separator_ask_for_the_century(typed: str) -> None:
    assert fault_of(typed) is IdentityNumberFault.CENTURY_MISSING


def test_the_separator_says_the_century() -> None:
    born = "195501142284"
    short = f"{born[2:8]}-{born[8:]}"
    assert IdentityNumber.from_typed(short, date(2026, 1, 1)).digits == born
    assert IdentityNumber.from_typed(short, date(2054, 12, 31)).digits == born
    turned_100 = short.replace("-", "+")
    assert IdentityNumber.from_typed(turned_100, date(2055, 1, 1)).digits == born
    assert IdentityNumber.from_typed(turned_100, date(2154, 12, 31)).digits == born


def test_the_separator_turns_to_plus_from_the_year_the_person_turns_100() -> None:
    number = IdentityNumber("199205172381")
    assert number.formatted(date(2091, 12, 31)) == "19920517-2381"
    assert number.formatted(date(2092, 1, 1)) == "19920517+2381"
    assert IdentityNumber.from_typed("19920517+2381", date(2092, 1, 1)) == number


@given(st.sampled_from(EVERY), st.dates(date(2014, 1, 1), date(2100, 1, 1)))
def test_what_is_shown_can_be_typed_again(digits: str, today: date) -> None:
    number = IdentityNumber(digits)
    shown = number.formatted(today)
    assert IdentityNumber.from_typed(shown, today) == number
    assert IdentityNumber.from_typed(shown[2:], today) == number


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b"])
def test_nothing_typed_is_said_to_be_nothing(text: str) -> None:
    assert fault_of(text) is IdentityNumberFault.EMPTY


@pytest.mark.parametrize(
    "text",
    [
        "Test Persson",
        "1992051723811",
        "19920517238",
        "92051-72381",
        "199205172381-",
        "--199205172381",
        "19920517a2381",
        "١٩٩٢٠٥١٧٢٣٨١",
        "１９９２０５１７２３８１",
        "1" * 10_000,
        "\x00199205172381",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert fault_of(text) is IdentityNumberFault.NOT_AN_IDENTITY_NUMBER


@pytest.mark.parametrize(
    "text", ["19920517-2381", " 199205172381", "199205172381\n", "9205172381", "١٩٩٢٠٥١٧٢٣٨١", "x"]
)
def test_a_document_gives_exactly_twelve_digits(text: str) -> None:
    assert strict_fault_of(text) is IdentityNumberFault.NOT_AN_IDENTITY_NUMBER


@pytest.mark.parametrize(
    "digits",
    [
        "199202302381",
        "199213172381",
        "199200172381",
        "199205002381",
        "199205922381",
        "199200922381",
        "000005172381",
    ],
)
def test_a_day_that_does_not_exist_is_refused(digits: str) -> None:
    assert strict_fault_of(digits) is IdentityNumberFault.NO_SUCH_DAY


def test_a_number_of_somebody_not_yet_born_is_refused_when_typed() -> None:
    assert fault_of("19920517-2381", date(1992, 5, 16)) is IdentityNumberFault.NOT_YET_BORN
    assert IdentityNumber.from_typed("19920517-2381", date(1992, 5, 17)).birth_date == date(1992, 5, 17)
    assert IdentityNumber.from_typed(COORDINATION_NUMBER_WITHOUT_DAY, date(1958, 7, 1)).birth_date is None


def test_a_coordination_number_knows_what_it_leaves_open() -> None:
    whole, without_month, without_day = (
        IdentityNumber(digits)
        for digits in (
            COORDINATION_NUMBERS[0],
            COORDINATION_NUMBER_WITHOUT_MONTH,
            COORDINATION_NUMBER_WITHOUT_DAY,
        )
    )
    assert whole.is_coordination_number
    assert whole.birth_date == date(1955, 1, 26)
    assert (without_month.birth_date, without_month.earliest_birth_date) == (None, date(1955, 1, 5))
    assert (without_day.birth_date, without_day.earliest_birth_date) == (None, date(1958, 7, 1))
    assert not IdentityNumber(NUMBERS[0]).is_coordination_number


def test_a_number_never_prints_itself() -> None:
    number = IdentityNumber(NUMBERS[0])
    assert repr(number) == str(number) == f"{number}" == "<redacted>"


@given(st.text(max_size=80))
def test_a_refusal_never_repeats_what_was_typed(text: str) -> None:
    with pytest.raises(IdentityNumberError) as refused:
        IdentityNumber.from_typed(text, TODAY)
    assert str(refused.value) == refused.value.fault.value
    assert refused.value.__cause__ is None
