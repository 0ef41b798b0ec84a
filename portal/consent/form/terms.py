"""What a printed form is filled in with: words ready to be read, and nothing to look up.

Pure. What it holds is of a person and is never printed by accident.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.accounts.rules import Agency, AgencyId, Staff, StaffId
from portal.consent.rules import Category, Line

# Read aloud and typed from paper: no letter is mistaken for a figure.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 16


@dataclass(frozen=True, slots=True, repr=False)
class Direction:
    """What these agencies may release, in these categories, to these named people; all in words but the categories."""

    sources: tuple[str, ...]
    categories: frozenset[Category]
    recipients: tuple[str, ...]
    stand_ins: bool
    covers_protected: bool


@dataclass(frozen=True, slots=True, repr=False)
class FormTerms:
    """What one form says; ``reference`` is random and the only thing its code holds.

    ``own_words`` is what the person has said is not to be shared, each line by itself.
    """

    reference: str
    name: str
    number: str
    directions: tuple[Direction, ...]
    purpose: str
    valid_from: date
    valid_until: date
    contact: str
    informed_by: str
    interpreter: bool
    representative: str
    place: str
    own_words: tuple[str, ...] = ()

    @property
    def not_shared(self) -> list[Category]:
        """The categories that no direction names, in the order of the form."""
        shared = frozenset[Category]().union(*(each.categories for each in self.directions))
        return [each for each in Category if each not in shared]


def new_reference() -> str:
    """A random number for a form, 80 bits in groups of four: ``7K2M-Q9XH-…``."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, _LENGTH, 4))


def as_reference(typed: str) -> str | None:
    """The number of a form as somebody types it from paper, with or without hyphens; None for anything else."""
    letters = "".join(typed.upper().replace("-", " ").split())
    if len(letters) != _LENGTH or not set(letters) <= set(_LETTERS):
        return None
    return "-".join(letters[at : at + 4] for at in range(0, _LENGTH, 4))


def in_words(line: Line, agencies: Mapping[AgencyId, Agency], staff: Mapping[StaffId, Staff]) -> Direction:
    """A consent line with its agencies and people by name, in alphabetical order."""
    return Direction(
        tuple(sorted(agencies[each].name for each in line.sources)),
        line.categories,
        tuple(sorted(whom(staff[each], agencies) for each in line.recipients)),
        line.stand_ins,
        line.covers_protected,
    )


def whom(entry: Staff, agencies: Mapping[AgencyId, Agency]) -> str:
    """Somebody by name, title and agency: ``Anna Ek, handläggare, Arbetsförmedlingen``."""
    return f"{entry.name}, {entry.title}, {agencies[entry.agency].name}"
