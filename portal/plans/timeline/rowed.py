"""The wide drawing: a lane's name to the left, its bars packed into rows, each label where there is room for it.

A label stands inside its bar where it fits, else beside it, else it is a number that the key explains.
"""

from portal.plans.timeline.drawing import ARROW, PAD, SIZE, Drawing, shorten
from portal.plans.timeline.lanes import Day, Lane, Span
from portal.plans.timeline.lettering import width_of, wrap
from portal.plans.timeline.rows import Rows
from portal.plans.timeline.shapes import Kind, Sheet, Wording

_EDGE, _ROW, _HEIGHT, _DAY_ROW, _LINE = 9.0, 28.0, 22.0, 24.0, 17.0
_BASELINE = 15.5
_GAP, _MARK = 6.0, 7.0
_LONGEST = 300.0
_SHORTEST = 110.0
# Beyond these a lane is crowded: labels that would need a row of their own become numbers.
_MANY_ROWS, _MANY_DAY_ROWS = 8, 3


def draw_lane(drawing: Drawing, lane: Lane, sheet: Sheet, wording: Wording, top: float) -> float:
    """Draw ``lane`` from ``top`` down and give back where it ends."""
    left = _name(drawing, lane, sheet, top)
    right = top + _EDGE
    if lane.is_empty:
        room = drawing.axis.right - drawing.axis.left - 2 * PAD
        for line in wrap(wording.nothing, room, SIZE, lines=3):
            drawing.write(Kind.NOTHING, drawing.axis.left + PAD, right + _BASELINE, line)
            right += _LINE
        right += _ROW - _LINE
    rows = Rows(_GAP)
    for span in lane.spans:
        _place_span(drawing, lane, span, rows, right)
    right += len(rows) * _ROW
    day_rows = Rows(_GAP)
    for day in lane.days:
        _place_day(drawing, day, day_rows, right)
    right += len(day_rows) * _DAY_ROW
    return max(left, right - (_ROW - _HEIGHT if not lane.days else 0.0)) + _EDGE


def _name(drawing: Drawing, lane: Lane, sheet: Sheet, top: float) -> float:
    room = sheet.head - 2 * PAD - 4
    y = top + _EDGE + _BASELINE
    for line in wrap(lane.name, room, SIZE, lines=3, is_bold=True):
        drawing.write(Kind.LANE, PAD + 4, y, line)
        y += _LINE
    for line in wrap(", ".join(lane.directions), room, SIZE, lines=4):
        drawing.write(Kind.DIRECTION, PAD + 4, y, line)
        y += _LINE
    return y - _BASELINE + 4


def _place_span(drawing: Drawing, lane: Lane, span: Span, rows: Rows, top: float) -> None:
    x0, x1 = drawing.stretch(span)
    before, after = drawing.goes_on(span)
    text_left = x0 + PAD + (ARROW if before else 0)
    inner = x1 - PAD - (ARROW if after else 0) - text_left
    words = f"{span.title} {span.suffix}".strip()
    kind, text_x, label = Kind.LABEL, text_left, words
    from_, until = x0, x1
    if width_of(words, SIZE) > inner:
        kind, label = Kind.BESIDE, shorten(span.title, span.suffix, _LONGEST)
        width = width_of(label, SIZE)
        if x1 + _GAP + width <= drawing.axis.right - 2:
            text_x, until = x1 + _GAP, x1 + _GAP + width
        elif x0 - _GAP - width >= drawing.axis.left + 2:
            text_x = from_ = x0 - _GAP - width
        elif inner >= _SHORTEST:
            kind, label = Kind.LABEL, shorten(span.title, span.suffix, inner)
        else:
            kind = Kind.NUMBER
    if kind is Kind.BESIDE and len(rows) >= _MANY_ROWS and rows.find(from_, until) is None:
        kind, label = Kind.NUMBER, shorten(span.title, span.suffix, inner)
        if inner >= _SHORTEST and label:
            kind, text_x, from_, until = Kind.LABEL, text_left, x0, x1
    if kind is Kind.NUMBER:
        label = drawing.number(span.tip)
        text_x, from_, until = _place_number(drawing, label, x0, x1, text_left, inner)
    y = top + rows.take(from_, until) * _ROW
    drawing.bar(lane, span, (x0, x1), y, _HEIGHT)
    drawing.write(kind, text_x, y + _BASELINE, label)


def _place_number(
    drawing: Drawing, number: str, x0: float, x1: float, text_left: float, inner: float
) -> tuple[float, float, float]:
    """Where the number stands, and from where to where it and its bar reach."""
    width = width_of(number, SIZE, is_bold=True)
    if width <= inner:
        return text_left, x0, x1
    if x1 + 3 + width <= drawing.axis.right - 2:
        return x1 + 3, x0, x1 + 3 + width
    return x0 - 3 - width, x0 - 3 - width, x1


def _place_day(drawing: Drawing, day: Day, rows: Rows, top: float) -> None:
    x = drawing.axis.middle_of(day.on)
    from_, until = x - _MARK, x + _MARK
    # A date cut short would say another date; a meeting may lose the end of its name.
    for room in (_LONGEST, _SHORTEST) if day.kind == "meeting" else (_LONGEST,):
        label = shorten(day.words, "", room)
        width = width_of(label, SIZE)
        if until + 4 + width <= drawing.axis.right - 2:
            beside = (from_, until + 4 + width, until + 4)
        elif from_ - 4 - width >= drawing.axis.left + 2:
            beside = (from_ - 4 - width, until, from_ - 4 - width)
        else:
            continue
        if len(rows) < _MANY_DAY_ROWS or rows.find(beside[0], beside[1]) is not None:
            y = top + rows.take(beside[0], beside[1]) * _DAY_ROW + _DAY_ROW / 2
            drawing.mark(day, y)
            drawing.write(Kind.BESIDE, beside[2], y + 4.5, label)
            return
    # A follow-up is told by its shape; a meeting needs its number to be told from the next.
    number = drawing.number(day.tip) if day.kind == "meeting" else ""
    width = width_of(number, SIZE, is_bold=True) + 3 if number else 0.0
    text_x = until + 3
    if text_x + width > drawing.axis.right - 2:
        text_x = from_ - width
        from_ = text_x
    else:
        until += width
    y = top + rows.take(from_, until) * _DAY_ROW + _DAY_ROW / 2
    drawing.mark(day, y)
    drawing.write(Kind.NUMBER, text_x, y + 4.5, number)
