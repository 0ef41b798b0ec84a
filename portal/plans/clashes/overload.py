"""Overload: more is planned at once than there is room for beside the sick leave."""

from typing import Final

from portal.plans.clashes.counting import CountedActivity, Reading
from portal.plans.clashes.finding import ClashType, Found

OVERLOAD: Final = ClashType.OVERLOAD


def overloads(reading: Reading) -> list[Found]:
    """Each maximal run of days on which the load exceeds the capacity."""
    loads = [counted for counted in reading.loads if counted.percent > 0]
    leaves = [counted for counted in reading.leaves if counted.percent > 0]
    changes: dict[int, int] = {}
    for first, last, percent, _, _ in loads:
        changes[first] = changes.get(first, 0) + percent
        changes[last + 1] = changes.get(last + 1, 0) - percent
    capacities = _capacities(leaves, reading.settings.full_load)
    return [
        (first, OVERLOAD, _involved(first, last, loads + leaves), last, {"peak_load": load, "capacity": capacity})
        for first, last, load, capacity in _runs(changes, capacities, reading.settings.full_load)
        if last >= reading.today and first <= reading.horizon
    ]


def _capacities(leaves: list[CountedActivity], full_load: int) -> dict[int, int]:
    """The capacity from each day on which it may change."""
    days = {day for first, last, *_ in leaves for day in (first, last + 1)}
    return {
        day: max(0, full_load - max((leave[2] for leave in leaves if leave[0] <= day <= leave[1]), default=0))
        for day in days
    }


def _runs(changes: dict[int, int], capacities: dict[int, int], capacity: int) -> list[tuple[int, int, int, int]]:
    """Each run's first and last day, and the load and capacity on the first of its days with the largest excess."""
    runs = []
    load = start = worst = peak = room = 0
    for day in sorted(changes.keys() | capacities.keys()):
        load += changes.get(day, 0)
        capacity = capacities.get(day, capacity)
        excess = load - capacity
        if excess > worst:
            start = start or day
            worst, peak, room = excess, load, capacity
        elif excess <= 0 < worst:
            runs.append((start, day - 1, peak, room))
            start = worst = 0
    return runs


def _involved(first: int, last: int, activities: list[CountedActivity]) -> tuple[str, ...]:
    return tuple(
        sorted(counted.activity.id for counted in activities if counted.first <= last and counted.last >= first)
    )
