"""Gap: the plans go on, and nothing happens in them any more, or not yet again."""

from collections.abc import Sequence
from typing import Final

from portal.plans.clashes.counting import FOREVER, CountedActivity, CountedPlan, Reading
from portal.plans.clashes.finding import ClashType, Found

GAP: Final = ClashType.GAP


def gaps(reading: Reading) -> list[Found]:
    """Each long run of days on which some plan counts and no load or leave does, after one that did."""
    found: list[Found] = []
    in_force = _merged(reading.plans)
    for free_first, free_last in _free(_merged(reading.loads + reading.leaves)):
        for plan_first, plan_last in in_force:
            first, last = max(free_first, plan_first), min(free_last, plan_last)
            days = None if last == FOREVER else last - first + 1
            if first <= last and (days is None or days >= reading.settings.gap_days):
                found.append((first, GAP, (), last, {"days": days}))
    return found


def _merged(counted: Sequence[CountedPlan] | Sequence[CountedActivity]) -> list[tuple[int, int]]:
    """The days on which any counts, as intervals with at least a day between them."""
    merged: list[tuple[int, int]] = []
    reach = -1
    for first, last in sorted([(each.first, each.last) for each in counted]):
        if first > reach + 1:
            merged.append((first, last))
            reach = last
        elif last > reach:
            merged[-1] = (merged[-1][0], last)
            reach = last
    return merged


def _free(busy: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The intervals between the busy ones, and the one after the last."""
    following = [first - 1 for first, _ in busy[1:]]
    return [(last + 1, before) for (_, last), before in zip(busy, [*following, FOREVER], strict=False)]
