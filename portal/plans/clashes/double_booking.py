"""Double booking: two activities claim the same hours of the same day."""

from collections import defaultdict
from typing import Final

from portal.plans.clashes.counting import Reading
from portal.plans.clashes.finding import ClashType, Found, in_order

DOUBLE_BOOKING: Final = ClashType.DOUBLE_BOOKING

# The first and last day the slot is used from today to the horizon, its hours, and whose it is. Hours are written
# ``HH:MM``: so they compare as they do on the clock, and stand in the figures as they are.
Slot = tuple[int, int, str, str, str]


def double_bookings(reading: Reading) -> list[Found]:
    """Each pair of activities whose times overlap on a day, from today to the horizon, on which both count."""
    overlaps: dict[tuple[str, str], tuple[tuple[int, str, str], int]] = {}
    for slots in _slots(reading).values():
        slots.sort()
        for place, (_, last, from_, until, one) in enumerate(slots, 1):
            for other_first, other_last, other_from, other_until, other in slots[place:]:
                if other_first > last:
                    break
                if other_from < until and from_ < other_until and other != one:
                    pair = in_order(one, other)
                    begins = from_ if from_ > other_from else other_from
                    ends = until if until < other_until else other_until
                    earliest = (other_first, begins, ends)
                    latest = last if last < other_last else other_last
                    known = overlaps.get(pair)
                    if known is not None:
                        earliest = min(earliest, known[0])
                        latest = max(latest, known[1])
                    overlaps[pair] = (earliest, latest)
    return [
        (first, DOUBLE_BOOKING, pair, last, {"weekday": first % 7 or 7, "from": from_, "to": until})
        for pair, ((first, from_, until), last) in overlaps.items()
    ]


def _slots(reading: Reading) -> dict[int, list[Slot]]:
    """The slots of each weekday. An ordinal that 7 divides is a Sunday, so weekday and ordinal agree modulo 7."""
    today, horizon = reading.today, reading.horizon
    slots: defaultdict[int, list[Slot]] = defaultdict(list)
    for activities in (reading.loads, reading.leaves, reading.meetings):
        for first, last, _, activity, _ in reading.ahead(activities):
            if not activity.times:
                continue
            begins = first if first > today else today
            ends = last if last < horizon else horizon
            for each in activity.times:
                weekday = each.weekday
                used_first = begins + (weekday - begins) % 7
                used_last = ends - (ends - weekday) % 7
                from_, until = each.from_.isoformat("minutes"), each.until.isoformat("minutes")
                if used_first <= used_last and from_ < until:
                    slots[weekday].append((used_first, used_last, from_, until, activity.id))
    return slots
