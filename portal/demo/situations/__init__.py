"""What is going on in the lives of the invented people: four calm kinds, one in which the plans clash."""

from portal.demo.situations.clashing import CLASHING
from portal.demo.situations.crowded import CROWDED
from portal.demo.situations.health import HEALTH
from portal.demo.situations.livelihood import LIVELIHOOD
from portal.demo.situations.studies import STUDIES
from portal.demo.situations.work import WORK
from portal.demo.sketch import Situation

CALM = tuple(
    kinds[place]
    for place in range(max(map(len, (WORK, STUDIES, HEALTH, LIVELIHOOD))))
    for kinds in (WORK, STUDIES, HEALTH, LIVELIHOOD)
    if place < len(kinds)
)
EVERY_CLASHING = 6
CROWDED_NUMBER = 6

__all__ = ["CALM", "CLASHING", "CROWDED", "EVERY_CLASHING", "situation_of"]


def situation_of(number: int) -> Situation:
    """The situation of the ``number``th invented person: every sixth one's plans clash, the others are calm."""
    if number == CROWDED_NUMBER:
        return CROWDED
    if number % EVERY_CLASHING == 0:
        return CLASHING[number // EVERY_CLASHING % len(CLASHING)]
    return CALM[(number - number // EVERY_CLASHING) % len(CALM)]
