"""The narrow drawing, for a phone: names above their lanes, and each label on a line of its own above its bar."""

from portal.plans.timeline.drawing import SIZE, Drawing, shorten
from portal.plans.timeline.lanes import Day, Lane, Span
from portal.plans.timeline.lettering import isolated, width_of, wrap
from portal.plans.timeline.shapes import Kind, Sheet, Wording

_EDGE, _LINE, _BASELINE = 10.0, 18.0, 13.5
_HEIGHT, _GAP, _MARK = 10.0, 9.0, 7.0
_DAY = 24.0
_SIDE = 4.0


def draw_lane(drawing: Drawing, lane: Lane, sheet: Sheet, wording: Wording, top: float) -> float:
    """Draw ``lane`` from ``top`` down and give back where it ends."""
    room = sheet.width - 2 * _SIDE
    y = top + _EDGE
    y = _lines(drawing, Kind.LANE, wrap(lane.name, room, SIZE, lines=3, is_bold=True), y)
    y = _lines(drawing, Kind.DIRECTION, wrap(", ".join(lane.directions), room, SIZE, lines=3), y)
    if lane.is_empty:
        y = _lines(drawing, Kind.NOTHING, wrap(wording.nothing, room, SIZE, lines=3), y)
    for span in lane.spans:
        lines = _label(span, room)
        stretch = drawing.stretch(span)
        y = _lines(drawing, Kind.BESIDE, lines, y + 2, stretch[0])
        drawing.bar(lane, span, stretch, y + 1, _HEIGHT)
        y += _HEIGHT + _GAP
    for day in lane.days:
        y = _day(drawing, day, room, y)
    return y + _EDGE - (_GAP if lane.spans and not lane.days else 0) + 4


def _label(span: Span, room: float) -> tuple[str, ...]:
    """At most two lines; the title is broken or cut, the extent stays whole at the end."""
    whole = wrap(f"{isolated(span.title)} {span.suffix}".strip(), room, SIZE, lines=2)
    if whole and whole[-1].endswith(span.suffix):
        return whole
    first, *rest = wrap(span.title, room, SIZE, lines=2)
    return first, shorten("".join(rest), span.suffix, room)


def _lines(drawing: Drawing, kind: Kind, lines: tuple[str, ...], y: float, x: float = _SIDE) -> float:
    """Lines that begin at ``x``, or as near it as they have room for."""
    x = max(_SIDE, min([x, *(drawing.axis.right - width_of(line, SIZE) for line in lines)]))
    for line in lines:
        drawing.write(kind, x, y + _BASELINE, line)
        y += _LINE
    return y


def _day(drawing: Drawing, day: Day, room: float, y: float) -> float:
    """A mark with its words beside it, or above it where neither side has room."""
    x = drawing.axis.middle_of(day.on)
    width = width_of(day.words, SIZE)
    if x + _MARK + 4 + width <= room + _SIDE:
        drawing.write(Kind.BESIDE, x + _MARK + 4, y + _DAY / 2 + 4.5, day.words)
    elif x - _MARK - 4 - width >= _SIDE:
        drawing.write(Kind.BESIDE, x - _MARK - 4 - width, y + _DAY / 2 + 4.5, day.words)
    else:
        y = _lines(drawing, Kind.BESIDE, wrap(day.words, room, SIZE, lines=2), y + 2)
    drawing.mark(day, y + _DAY / 2)
    return y + _DAY
