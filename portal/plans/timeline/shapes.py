"""What a laid-out timeline is made of: places in the drawing's own units, and words, but no markup.

Coordinates grow right and down from the upper left corner; a text's ``y`` is its baseline. What a drawing has hundreds
of are named tuples, which are made in a third of the time of a frozen dataclass.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from portal.plans.rules import Activity, Direction, PlanStatus


class ClashSpan(Protocol):
    """What the drawing needs to know of a clash."""

    @property
    def type(self) -> str: ...
    @property
    def from_(self) -> date: ...
    @property
    def until(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Wording:
    """The words a drawing uses, in the reader's language."""

    months: tuple[str, ...]
    today: str
    nothing: str
    follow_up: str
    clashes: str
    activity: Callable[[Activity], tuple[str, str]]
    clash: Callable[[ClashSpan], str]
    direction: Callable[[Direction], str]
    status: Callable[[PlanStatus], str]
    period: Callable[[date, date | None], str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The size of a drawing; ``head`` is the column for the names of the lanes, 0 for names above."""

    name: str
    width: int
    head: int


WIDE = Sheet("wide", 992, 216)
MEDIUM = Sheet("medium", 640, 140)
NARROW = Sheet("narrow", 288, 0)


class Kind(StrEnum):
    """What a text is for; the style follows it."""

    YEAR = "year"
    MONTH = "month"
    TODAY = "today"
    LANE = "lane"
    DIRECTION = "direction"
    LABEL = "label"
    BESIDE = "beside"
    NUMBER = "number"
    NOTHING = "nothing"


class Text(NamedTuple):
    """A line of text; ``anchor`` is SVG's (start, middle)."""

    kind: Kind
    x: float
    y: float
    words: str
    anchor: str = "start"


class Bar(NamedTuple):
    """An activity or a clash over its days: ``outline`` is an SVG path, ``hue`` counts the lanes from 0."""

    outline: str
    look: str
    hue: int
    title: str


class Mark(NamedTuple):
    """A single day: a follow-up (a diamond) or a meeting (a dot), by its middle."""

    kind: str
    x: float
    y: float
    title: str


class Band(NamedTuple):
    """The days of a clash, shaded through every lane."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing of ``width`` × ``height``.

    ``rules`` are the y of the lines between lanes, ``ticks`` the x of the months; ``key`` explains the numbers;
    ``looks`` are the looks that occur, for the legend; ``left_out`` counts what lies outside the months drawn.
    """

    sheet: Sheet
    height: float
    top: float
    today: float
    today_width: float
    ticks: tuple[float, ...]
    rules: tuple[float, ...]
    bands: tuple[Band, ...]
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    texts: tuple[Text, ...]
    key: tuple[tuple[int, str], ...]
    looks: frozenset[str]
    left_out: int
