"""Telephone numbers and e-mail addresses that reach nobody.

Numbers are from the ranges that Post- och telestyrelsen keeps for fiction (070-174 06 05–99, 040-628 04 00–99);
addresses are at example.se, which the registry for .se keeps for examples.
"""

import unicodedata

FIRST_MOBILE, MOBILES = 5, 95


def mobile_phone(number: int) -> str:
    """A mobile number for the ``number``th person; the range begins again after 95."""
    return f"070-174 06 {FIRST_MOBILE + number % MOBILES:02d}"


def office_phone(number: int) -> str:
    """A number in the 040 area, ``number`` 0–99."""
    return f"040-628 04 {number:02d}"


def email_address(given: str, family: str) -> str:
    """An address made of a name, in a–z, dots and hyphens."""
    return f"{_plain(given)}.{_plain(family)}@example.se"


def _plain(name: str) -> str:
    spelled = name.casefold().translate(str.maketrans("ıłđ ", "ild-"))
    letters = unicodedata.normalize("NFD", spelled)
    return "".join(letter for letter in letters if "a" <= letter <= "z" or letter == "-")
