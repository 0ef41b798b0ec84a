"""Which months the drawing shows, and where each day lies in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from portal.plans.timeline.lettering import width_of
from portal.plans.timeline.shapes import Kind, Text

_JUST_BEFORE, _BACK, _AHEAD, _OPEN, _FAR = (timedelta(days=days) for days in (10, 183, 122, 183, 550))
_CLOSEST = 34.0
_SIZE = 13
_YEAR_Y, _MONTH_Y = 20, 38


@dataclass(frozen=True, slots=True)
class Axis:
    """Whole months from ``first`` to ``last`` inclusive, drawn from ``left`` to ``right``; ``day`` is a day's width."""

    first: date
    last: date
    left: float
    right: float
    day: float

    def at(self, day: date) -> float:
        """The x where ``day`` begins, within the drawing."""
        if day <= self.first:
            return self.left
        if day > self.last:
            return self.right
        return round(self.left + (day.toordinal() - self.first.toordinal()) * self.day, 1)

    def end_of(self, day: date) -> float:
        """The x where ``day`` ends, within the drawing."""
        return self.right if day >= self.last else self.at(date.fromordinal(day.toordinal() + 1))

    def middle_of(self, day: date) -> float:
        """The x of noon."""
        return (self.at(day) + self.end_of(day)) / 2

    def meets(self, from_: date, until: date | None) -> bool:
        """Whether any of the days is drawn."""
        return from_ <= self.last and (until is None or until >= self.first)


def axis_for(spans: Iterable[tuple[date, date | None]], today: date, left: float, right: float) -> Axis:
    """The axis that shows today and as much of ``spans`` as stays readable: half a year back, 18 months ahead."""
    spans = list(spans)
    begins = min((from_ for from_, _ in spans), default=today)
    ends = max((until or max(today + _OPEN, from_ + _AHEAD) for from_, until in spans), default=today + _AHEAD)
    first = max(min(begins, today - _JUST_BEFORE), today - _BACK).replace(day=1)
    last = min(max(ends, today + _AHEAD), today + _FAR)
    last = _next_month(last) - timedelta(days=1)
    return Axis(first, last, left, right, (right - left) / ((last - first).days + 1))


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the marked months begin, and their names with the years above them."""

    ticks: tuple[float, ...]
    texts: tuple[Text, ...]


@lru_cache(maxsize=256)
def scale_of(axis: Axis, names: tuple[str, ...]) -> Scale:
    """The scale above the lanes; the same for everybody whose plans span the same months, so it is kept."""
    return Scale(tuple(axis.at(day) for day in _marked(axis)), tuple(_texts(axis, names)))


def _marked(axis: Axis) -> tuple[date, ...]:
    """The first days of the months that are marked: every one, or every third, sixth or twelfth where it is tight."""
    months = list(_months(axis))
    room = (axis.right - axis.left) / len(months)
    step = next((step for step in (1, 3, 6) if step * room >= _CLOSEST), 12)
    return tuple(month for month in months if (month.month - 1) % step == 0) or (axis.first,)


def _texts(axis: Axis, names: tuple[str, ...]) -> Iterator[Text]:
    """The names of the marked months, and above them the year where it begins or the drawing does."""
    marked = _marked(axis)
    years: list[Text] = []
    for number, day in enumerate(marked):
        x = axis.at(day) + 4
        room = axis.at(marked[number + 1]) if number + 1 < len(marked) else axis.right
        if x + width_of(names[day.month - 1], _SIZE) <= room:
            yield Text(Kind.MONTH, x, _MONTH_Y, names[day.month - 1])
        if number == 0 or day.month == 1:
            years.append(Text(Kind.YEAR, x, _YEAR_Y, str(day.year)))
    width = width_of("2000", _SIZE, is_bold=True)
    for number, text in enumerate(years):
        room = years[number + 1].x - 4 if number + 1 < len(years) else axis.right
        if text.x + width <= room:
            yield text


def _months(axis: Axis) -> Iterator[date]:
    month = axis.first
    while month <= axis.last:
        yield month
        month = _next_month(month)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
