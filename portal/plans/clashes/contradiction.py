"""Contradiction: two agencies' plans pull the person in directions that do not go together."""

from itertools import combinations
from typing import Final

from portal.plans.clashes.counting import Reading
from portal.plans.clashes.finding import ClashType, Found
from portal.plans.rules import Direction

CONTRADICTION: Final = ClashType.CONTRADICTION
WORK, STUDIES, REST = Direction.WORK, Direction.STUDIES, Direction.REST
NOT_TOGETHER: Final = ((WORK, STUDIES), (WORK, REST), (STUDIES, REST))


def contradictions(reading: Reading) -> list[Found]:
    """Each pair of plans of different agencies that share a day and whose directions do not go together."""
    found: list[Found] = []
    for one, other in combinations(sorted(reading.plans, key=lambda counted: counted.plan.id), 2):
        directions = (one.plan.direction, other.plan.direction)
        first, last = max(one.first, other.first), min(one.last, other.last)
        if (
            (directions in NOT_TOGETHER or directions[::-1] in NOT_TOGETHER)
            and one.plan.agency != other.plan.agency
            and first <= last
        ):
            figures = {"directions": [str(direction) for direction in directions]}
            found.append((first, CONTRADICTION, (one.plan.id, other.plan.id), last, figures))
    return found
