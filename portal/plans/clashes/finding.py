"""What a rule finds: a clash before it is put into words."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from portal.plans.clashes.counting import Reading

Figure = int | str | list[str] | None
Figures = Mapping[str, Figure]

NO_FIGURES: Final[Figures] = MappingProxyType({})


class ClashType(StrEnum):
    """What the plans do to each other."""

    OVERLOAD = "overload"
    DOUBLE_PLANNING = "double_planning"
    DOUBLE_BOOKING = "double_booking"
    CONTRADICTION = "contradiction"
    GAP = "gap"
    OVERDUE_FOLLOW_UP = "overdue_follow_up"
    NO_CASEWORKER = "no_caseworker"
    ENROLMENT_RISK = "enrolment_risk"


# First day, type and ids in the order clashes are sorted; then the last day and the figures. Days are ordinals.
Found = tuple[int, ClashType, tuple[str, ...], int, Figures]


class Finding(NamedTuple):
    """A clash as facts, and the reading it was found in.

    A tuple because one is made for every pair that clashes, and nothing frozen is cheaper.
    """

    type: ClashType
    from_: date
    until: date | None
    involved: tuple[str, ...]
    figures: Figures
    reading: Reading


def in_order(one: str, other: str) -> tuple[str, str]:
    """The ids of a pair, sorted."""
    return (one, other) if one < other else (other, one)
