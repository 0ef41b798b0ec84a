"""The person as the register knows one: a random reference and an identity number.

Pure: no database, no clock. An ``IdentityNumber`` that exists is valid, and never prints its digits by
accident. The check is exact about characters (``[0-9]``) because the library that computes the check digit is
not.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from re import compile as pattern
from typing import NewType, Self

from personnummer.personnummer import valid as has_date_and_check_digit

PersonId = NewType("PersonId", str)

_REFERENCE = pattern(r"[0-9a-f]{32}")
_DIGITS = pattern(r"[0-9]{12}")
_TYPED = pattern(r"([0-9]{2})?([0-9]{2})-?([0-9]{2})-?([0-9]{2})([-+]?)([0-9]{4})")
_LONGEST_TYPED = 64
_COORDINATION_DAYS = 60
_AS_TYPED = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-") | {"＋": "+"})


def is_reference(text: str) -> bool:
    """Whether ``text`` could be the random reference by which a person stands in addresses and in the trail."""
    return _REFERENCE.fullmatch(text) is not None


class IdentityNumberFault(StrEnum):
    """Why a text is no identity number; the views say it in words."""

    EMPTY = "empty"
    NOT_AN_IDENTITY_NUMBER = "not_an_identity_number"
    CENTURY_MISSING = "century_missing"
    NO_SUCH_DAY = "no_such_day"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    NOT_YET_BORN = "not_yet_born"


class IdentityNumberError(ValueError):
    """A text is no identity number; holds the fault and never the text."""

    def __init__(self, fault: IdentityNumberFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True, repr=False)
class IdentityNumber:
    """A personnummer or samordningsnummer: twelve digits ``YYYYMMDDNNNC`` with a right check digit.

    Anything else raises IdentityNumberError. A samordningsnummer (day + 60) may lack its month (00) or its
    day (60). Source: Skatteverket's description of both numbers.
    """

    digits: str

    def __post_init__(self) -> None:
        if not self.digits:
            raise IdentityNumberError(IdentityNumberFault.EMPTY)
        if not _DIGITS.fullmatch(self.digits):
            raise IdentityNumberError(IdentityNumberFault.NOT_AN_IDENTITY_NUMBER)
        try:
            earliest = self.earliest_birth_date
        except ValueError:
            raise IdentityNumberError(IdentityNumberFault.NO_SUCH_DAY) from None
        is_whole = earliest == self.birth_date
        if not (has_date_and_check_digit(self.digits) if is_whole else _has_check_digit(self.digits)):
            raise IdentityNumberError(IdentityNumberFault.WRONG_CHECK_DIGIT)

    @classmethod
    def from_typed(cls, text: str, today: date) -> Self:
        """Read the number as people type it, with spaces, any dash and dashes within the date, on the day ``today``.

        Ten digits are read only with the separator that says the century: ``-`` until the year the person
        turns 100, ``+`` from then on; without it the fault is ``CENTURY_MISSING``.
        """
        plain = _plain(text) if len(text) <= _LONGEST_TYPED else "?"
        match = _TYPED.fullmatch(plain)
        if match is None:
            raise IdentityNumberError(
                IdentityNumberFault.NOT_AN_IDENTITY_NUMBER if plain else IdentityNumberFault.EMPTY
            )
        century, *born, separator, rest = match.groups()
        if century is None:
            if not separator:
                raise IdentityNumberError(IdentityNumberFault.CENTURY_MISSING)
            latest = today.year - (100 if separator == "+" else 0)
            century = f"{(latest - (latest - int(born[0])) % 100) // 100:02}"
        number = cls("".join((century, *born, rest)))
        if number.earliest_birth_date > today:
            raise IdentityNumberError(IdentityNumberFault.NOT_YET_BORN)
        return number

    @property
    def is_coordination_number(self) -> bool:
        """Whether this is a samordningsnummer."""
        return int(self.digits[6:8]) >= _COORDINATION_DAYS

    @property
    def birth_date(self) -> date | None:
        """The day of birth; None where a samordningsnummer leaves its month or day open."""
        year, month, day = self._parts()
        return date(year, month, day) if month and day else None

    @property
    def earliest_birth_date(self) -> date:
        """The day of birth, or the first it can have been where the month or day is open."""
        year, month, day = self._parts()
        if self.is_coordination_number:
            return date(year, month or 1, day or 1)
        return date(year, month, day)

    def formatted(self, today: date) -> str:
        """The number as it is shown: ``YYYYMMDD-NNNC``, with ``+`` from the year the person turns 100."""
        separator = "-" if today.year - int(self.digits[:4]) < 100 else "+"
        return f"{self.digits[:8]}{separator}{self.digits[8:]}"

    def _parts(self) -> tuple[int, int, int]:
        return int(self.digits[:4]), int(self.digits[4:6]), int(self.digits[6:8]) % _COORDINATION_DAYS

    def __repr__(self) -> str:
        return "<redacted>"


def _plain(text: str) -> str:
    """The text without white space and invisible characters, with any dash as a hyphen."""
    return "".join(
        character
        for character in text.translate(_AS_TYPED)
        if not character.isspace() and unicodedata.category(character) != "Cf"
    )


def _has_check_digit(digits: str) -> bool:
    """Modulus 10 over the last ten digits, for numbers whose open day the library takes for a wrong one."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits[2:]))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
