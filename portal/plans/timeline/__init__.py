"""Lays out every plan on one timeline: pure places and words, which a template turns into SVG.

Promises that no text lies over another text and none leaves the drawing, in any of the sheets, whatever is drawn.
Knows nothing of HTML, language or who reads.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from portal.accounts.rules import Agency, AgencyId
from portal.plans.rules import Activity, Plan
from portal.plans.timeline import rowed, stacked
from portal.plans.timeline.axis import Axis, axis_for, scale_of
from portal.plans.timeline.drawing import SIZE, Drawing
from portal.plans.timeline.lanes import BANDS, Lane, lanes_for
from portal.plans.timeline.lettering import width_of
from portal.plans.timeline.shapes import (
    MEDIUM,
    NARROW,
    WIDE,
    Band,
    ClashSpan,
    Kind,
    Sheet,
    Text,
    Timeline,
    Wording,
)

__all__ = ["MEDIUM", "NARROW", "WIDE", "ClashSpan", "Sheet", "Timeline", "Wording", "lay_out"]

_TOP = 68.0
_TODAY_Y = 58.0
_SIDE = 4.0


def lay_out(
    plans: Sequence[Plan],
    activities: Sequence[Activity],
    agencies: Mapping[AgencyId, Agency],
    clashes: Sequence[ClashSpan],
    today: date,
    wording: Wording,
    sheets: Sequence[Sheet] = (WIDE, MEDIUM, NARROW),
) -> tuple[Timeline, ...]:
    """The same timeline on each of ``sheets``; every activity belongs to one of ``plans``.

    Cancelled activities are not drawn; what lies outside the months drawn is counted in ``left_out``.
    """
    lanes = lanes_for(plans, activities, agencies, clashes, wording)
    return tuple(_draw(lanes, clashes, today, wording, sheet) for sheet in sheets)


def _draw(lanes: Sequence[Lane], clashes: Sequence[ClashSpan], today: date, wording: Wording, sheet: Sheet) -> Timeline:
    spans = [(span.from_, span.until) for lane in lanes for span in lane.spans if span.look != "clash"]
    spans += [(day.on, day.on) for lane in lanes for day in lane.days]
    axis = axis_for(spans, today, sheet.head or _SIDE, sheet.width - _SIDE)
    drawing, scale = Drawing(axis), scale_of(axis, wording.months)
    drawing.texts.extend(scale.texts)
    draw_lane = rowed.draw_lane if sheet.head else stacked.draw_lane
    left_out = 0
    y = _TOP
    for lane in lanes:
        shown = _within(lane, axis)
        left_out += len(lane.spans) + len(lane.days) - len(shown.spans) - len(shown.days)
        drawing.rules.append(y)
        y = draw_lane(drawing, shown, sheet, wording, y)
    bands = tuple(
        Band(str(clash.type), x, round(axis.end_of(clash.until or date.max) - x, 1))
        for clash in clashes
        if str(clash.type) in BANDS and axis.meets(clash.from_, clash.until)
        for x in [axis.at(clash.from_)]
    )
    label = _today_label(axis, today, wording.today)
    return Timeline(
        sheet=sheet,
        height=round(y, 1),
        top=_TOP,
        today=round(axis.middle_of(today), 1),
        today_width=round(width_of(wording.today, SIZE, is_bold=True) + 12, 1),
        ticks=scale.ticks,
        rules=tuple(drawing.rules),
        bands=bands,
        bars=tuple(drawing.bars),
        marks=tuple(drawing.marks),
        texts=(*drawing.texts, label),
        key=tuple(drawing.key),
        looks=frozenset(drawing.looks | {band.kind for band in bands}),
        left_out=left_out,
    )


def _within(lane: Lane, axis: Axis) -> Lane:
    """The lane with what the axis shows of it."""
    return Lane(
        lane.name,
        lane.directions,
        lane.hue,
        tuple(span for span in lane.spans if axis.meets(span.from_, span.until)),
        tuple(day for day in lane.days if axis.meets(day.on, day.on)),
    )


def _today_label(axis: Axis, today: date, words: str) -> Text:
    """The word for today over its line, moved aside where it would leave the drawing."""
    half = width_of(words, SIZE, is_bold=True) / 2 + 6
    x = min(max(axis.middle_of(today), axis.left + half), axis.right - half)
    return Text(Kind.TODAY, round(x, 1), _TODAY_Y, words, "middle")
