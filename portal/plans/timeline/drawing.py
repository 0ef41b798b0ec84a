"""The drawing while it is made: shapes and texts as they are placed, and the outline of a bar."""

from dataclasses import dataclass, field
from datetime import date

from portal.plans.timeline.axis import Axis
from portal.plans.timeline.lanes import Day, Lane, Span
from portal.plans.timeline.lettering import fit, isolated, width_of
from portal.plans.timeline.shapes import Bar, Kind, Mark, Text

SIZE = 13.0
PAD = 8.0
ARROW = 7.0
_LEAST = 6.0
_CORNER = 3.0


@dataclass(slots=True)
class Drawing:
    """Collects what is placed on one sheet, from the top down."""

    axis: Axis
    bars: list[Bar] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    rules: list[float] = field(default_factory=list)
    key: list[tuple[int, str]] = field(default_factory=list)
    looks: set[str] = field(default_factory=set)

    def write(self, kind: Kind, x: float, y: float, words: str, anchor: str = "start") -> None:
        """Place a text that is not empty."""
        if words:
            self.texts.append(Text(kind, round(x, 1), round(y, 1), words, anchor))

    def number(self, words: str) -> str:
        """The next number, explained in the key by ``words``."""
        self.key.append((len(self.key) + 1, words))
        return str(len(self.key))

    def stretch(self, span: Span) -> tuple[float, float]:
        """From where to where the span is drawn: never so short that it cannot be seen."""
        x0 = self.axis.at(span.from_)
        x1 = self.axis.end_of(span.until or date.max)
        if x1 - x0 < _LEAST:
            x0 = min(x0, self.axis.right - _LEAST)
            x1 = x0 + _LEAST
        return x0, x1

    def bar(self, lane: Lane, span: Span, stretch: tuple[float, float], y: float, height: float) -> None:
        """Draw ``span`` over its ``stretch`` with its upper edge at ``y``."""
        x0, x1 = stretch
        outline = _outline(x0, x1, y, height, *self.goes_on(span))
        self.bars.append(Bar(outline, span.look, lane.hue % 6, span.tip))
        self.looks.update(span.look.split())
        if span.until is None:
            self.looks.add("open")

    def mark(self, day: Day, y: float) -> None:
        """Draw a follow-up or a meeting with its middle at ``y``."""
        self.marks.append(Mark(day.kind, round(self.axis.middle_of(day.on), 1), round(y, 1), day.tip))
        self.looks.add(day.kind)

    def goes_on(self, span: Span) -> tuple[bool, bool]:
        """Whether the span began before the drawing does, and whether it goes on after it."""
        return span.from_ < self.axis.first, span.until is None or span.until > self.axis.last


def shorten(title: str, suffix: str, width: float) -> str:
    """Title and suffix within ``width``; the title gives way first, and without it nothing is said."""
    tail = f" {suffix}" if suffix else ""
    shortened = fit(title, width - width_of(tail, SIZE), SIZE)
    return f"{isolated(shortened)}{tail}".strip() if shortened or not title else ""


def _outline(x0: float, x1: float, y: float, height: float, from_before: bool, goes_on: bool) -> str:
    """A rounded bar; a side that goes on beyond the drawing is an arrow's point (right) or notch (left)."""
    middle, bottom, corner = y + height / 2, y + height, min(_CORNER, (x1 - x0) / 2)
    point = min(ARROW, (x1 - x0) / 2)
    start = (
        f"M{x0:g} {y:g}"
        if from_before
        else f"M{x0:g} {bottom - corner:g}V{y + corner:g}q0 {-corner:g} {corner:g} {-corner:g}"
    )
    end = (
        f"H{x1 - point:g}L{x1:g} {middle:g}L{x1 - point:g} {bottom:g}"
        if goes_on
        else f"H{x1 - corner:g}q{corner:g} 0 {corner:g} {corner:g}V{bottom - corner:g}"
        f"q0 {corner:g} {-corner:g} {corner:g}"
    )
    close = (
        f"H{x0:g}L{x0 + point:g} {middle:g}Z"
        if from_before
        else f"H{x0 + corner:g}q{-corner:g} 0 {-corner:g} {-corner:g}Z"
    )
    return start + end + close
