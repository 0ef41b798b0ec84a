"""Double planning: two agencies plan the same kind of activity for the same days."""

from collections import defaultdict
from typing import Final

from portal.plans.clashes.counting import Reading
from portal.plans.clashes.finding import NO_FIGURES, ClashType, Found, in_order
from portal.plans.rules import ActivityKind

DOUBLE_PLANNING: Final = ClashType.DOUBLE_PLANNING


def double_plannings(reading: Reading) -> list[Found]:
    """Each pair of load activities of one kind, in plans of different agencies, that share a day."""
    by_kind: defaultdict[ActivityKind, list[tuple[int, int, str, str]]] = defaultdict(list)
    for first, last, _, activity, within in reading.ahead(reading.loads):
        by_kind[activity.kind].append((first, last, activity.id, within.plan.agency))
    found: list[Found] = []
    for alike in by_kind.values():
        alike.sort()
        for place, (_, last, one, agency) in enumerate(alike, 1):
            for other_first, other_last, other, other_agency in alike[place:]:
                if other_first > last:
                    break
                if other_agency != agency:
                    shared_last = last if last < other_last else other_last
                    found.append((other_first, DOUBLE_PLANNING, in_order(one, other), shared_last, NO_FIGURES))
    return found
