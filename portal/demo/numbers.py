"""Identity numbers for invented people: only such as Skatteverket publishes as test numbers, so that none is anybody's.

For the birth years 1976–2013 the published list has a rule: every day has birth number 238 (a woman) and 239 (a man),
save a few days. For the years before, and for samordningsnummer, the published numbers themselves are kept.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from portal.demo.published import (
    DAYS_WITHOUT_238,
    DAYS_WITHOUT_239,
    PERSONNUMMER_1959_TO_1975,
    SAMORDNINGSNUMMER,
)

FIRST_BY_RULE, LAST_BY_RULE = 1976, 2013

NOT_PUBLISHED = {
    "238": frozenset(DAYS_WITHOUT_238.split()),
    "239": frozenset(DAYS_WITHOUT_239.split()),
}
OLDER = tuple(PERSONNUMMER_1959_TO_1975.split())
FIRST_YEAR = int(OLDER[0][:4])
CO_ORDINATION = tuple(SAMORDNINGSNUMMER.split())


class NumbersUsedUpError(ValueError):
    """More invented people were asked for than there are published numbers for."""


def is_woman(number: str) -> bool:
    """Whether the birth number of a 12-digit ``number`` is a woman's: its third digit is even."""
    return int(number[10]) % 2 == 0


def take_number(year: int, woman: bool, rng: Random, taken: set[str]) -> str:
    """Take a published personnummer, 12 digits, of somebody born in ``year``.

    Where none is left, of the nearest year before, and where none of those is, of the nearest after.

    ``taken`` holds the numbers already given out and gets the new one. Raises NumbersUsedUpError.
    """
    year = min(year, LAST_BY_RULE)
    for born in (*range(year, FIRST_YEAR - 1, -1), *range(year + 1, LAST_BY_RULE + 1)):
        for number in _published(born, woman, rng):
            if number not in taken:
                taken.add(number)
                return number
    raise NumbersUsedUpError("there are not enough published test numbers for so many people")


def check_digit(nine: str) -> int:
    """The check digit, modulus 10, of the nine digits YYMMDDNNN."""
    products = (int(digit) * (2 - place % 2) for place, digit in enumerate(nine))
    return -sum(product // 10 + product % 10 for product in products) % 10


def _published(year: int, woman: bool, rng: Random) -> Iterator[str]:
    """The published numbers of a year, beginning at a random one."""
    if year < FIRST_BY_RULE:
        listed = [number for number in OLDER if number.startswith(str(year)) and is_woman(number) == woman]
        start = rng.randrange(len(listed)) if listed else 0
        yield from listed[start:] + listed[:start]
        return
    birth_number = "238" if woman else "239"
    days = (date(year, 12, 31) - date(year, 1, 1)).days + 1
    start = rng.randrange(days)
    for step in range(days):
        day = f"{date(year, 1, 1) + timedelta((start + step) % days):%Y%m%d}"
        if day not in NOT_PUBLISHED[birth_number]:
            yield f"{day}{birth_number}{check_digit(day[2:] + birth_number)}"
