"""The shape of the demo's document, and how its days are counted from today."""

from datetime import date, timedelta
from typing import TypedDict

Row = dict[str, object]

# The holidays with a fixed date, as month and day, with Christmas Eve and New Year's Eve.
CLOSED = frozenset(((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)))


# "from" is a word of Python's own, hence the other way of writing it.
Time = TypedDict("Time", {"weekday": int, "from": str, "to": str})


class Document(TypedDict):
    """An exchange document in which every list is there."""

    format: str
    agencies: list[Row]
    staff: list[Row]
    stand_ins: list[Row]
    persons: list[Row]
    consents: list[Row]
    plans: list[Row]
    activities: list[Row]
    notes: list[Row]


def days_from(today: date, days: int) -> str:
    """The day ``days`` after ``today``, as the exchange format writes it."""
    return (today + timedelta(days)).isoformat()


def weekday_of_week(today: date, week: int, weekday: int) -> date:
    """The ``weekday`` (1 is Monday) of the week ``week`` weeks after the one ``today`` lies in."""
    return today + timedelta(7 * week + weekday - today.isoweekday())


def meeting_day(today: date, week: int, weekday: int) -> date:
    """The ``weekday`` of the week, as above; a week later where everything is closed on that day."""
    day = weekday_of_week(today, week, weekday)
    while (day.month, day.day) in CLOSED:
        day += timedelta(7)
    return day


def workday(today: date, days: int) -> date:
    """The day ``days`` after ``today``, or the Friday before where that is a Saturday or Sunday."""
    day = today + timedelta(days)
    return day - timedelta(max(0, day.isoweekday() - 5))
