"""A long list of persons a document concerns, some at a time: each that is shown is looked up, and is an entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.exchange.difference import PersonDifference

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Pages:
    """One page of the list, and where in it that is; ``number`` and items are counted from 1."""

    shown: Sequence[PersonDifference]
    number: int
    last: int
    first_item: int
    last_item: int
    total: int


def page_of(people: Sequence[PersonDifference], number: int) -> Pages:
    """The page with that number, or the nearest there is."""
    last = max(1, -(-len(people) // PAGE_SIZE))
    number = min(max(1, number), last)
    begins = (number - 1) * PAGE_SIZE
    shown = people[begins : begins + PAGE_SIZE]
    return Pages(shown, number, last, begins + 1 if shown else 0, begins + len(shown), len(people))
