"""A laid-out timeline as SVG: the one place where its places and words become markup.

Written here and not in a template because a page holds some hundreds of shapes, each with a few numbers, and a
template would weigh every one of them for markup. Words are escaped here; numbers need not be. What the shapes look
like is the style's part.
"""

from collections.abc import Iterator

from markupsafe import Markup, escape

from portal.plans.timeline.shapes import Band, Bar, Kind, Mark, Text, Timeline

_FLAG_HEIGHT, _FLAG_ABOVE = 19, 14
_TICKS_FROM = 26
_NOW_ABOVE = 6


def draw(timeline: Timeline, label: str) -> Markup:
    """The drawing as an ``svg`` element; ``label`` tells whoever cannot see it where the same is said in words."""
    parts = [
        f'<svg viewBox="0 0 {timeline.sheet.width} {timeline.height:g}" role="img" aria-label="{escape(label)}">',
        *(_band(band, timeline) for band in timeline.bands),
        *_lines(timeline),
        *map(_bar, timeline.bars),
        *map(_mark, timeline.marks),
        *(_text(text, timeline) for text in timeline.texts),
        "</svg>",
    ]
    return Markup("\n".join(parts))  # noqa: S704 - every word in it has been escaped


def _band(band: Band, timeline: Timeline) -> str:
    place = f'x="{band.x:g}" y="{timeline.top:g}" width="{band.width:g}" height="{timeline.height - timeline.top:g}"'
    dots = f'<rect fill="url(#timeline-dots)" {place}/>' if band.kind == "gap" else ""
    top, bottom = timeline.top, timeline.height
    edge = f"M{band.x:g} {top:g}V{bottom:g}M{band.x + band.width:g} {top:g}V{bottom:g}"
    return f'<rect class="band" {place}/>{dots}<path class="band-edge" d="{edge}"/>'


def _lines(timeline: Timeline) -> Iterator[str]:
    """The months, what divides the lanes, and today."""
    ticks = "".join(f"M{x:g} {_TICKS_FROM}V{timeline.height:g}" for x in timeline.ticks)
    rules = "".join(f"M0 {y:g}H{timeline.sheet.width}" for y in timeline.rules)
    yield f'<path class="tick" d="{ticks}"/><path class="rule" d="{rules}"/>'
    yield f'<path class="now" d="M{timeline.today:g} {timeline.top - _NOW_ABOVE:g}V{timeline.height:g}"/>'


def _bar(bar: Bar) -> str:
    look = "clash-bar" if bar.look == "clash" else f"bar {bar.look} hue-{bar.hue}"
    drawn = f'<path class="{look}" d="{bar.outline}"><title>{escape(bar.title)}</title></path>'
    if "leave" in bar.look:
        drawn += f'<path fill="url(#timeline-hatch)" d="{bar.outline}" pointer-events="none"/>'
    return drawn


def _mark(mark: Mark) -> str:
    title = f"<title>{escape(mark.title)}</title>"
    if mark.kind == "meeting":
        return f'<circle class="meeting" cx="{mark.x:g}" cy="{mark.y:g}" r="5.5">{title}</circle>'
    return f'<path class="follow_up" d="M{mark.x:g} {mark.y:g}m0 -7l7 7l-7 7l-7 -7z">{title}</path>'


def _text(text: Text, timeline: Timeline) -> str:
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    written = f'<text class="{text.kind}" x="{text.x:g}" y="{text.y:g}"{anchor}>{escape(text.words)}</text>'
    if text.kind is not Kind.TODAY:
        return written
    left, width = text.x - timeline.today_width / 2, timeline.today_width
    above = text.y - _FLAG_ABOVE
    return f'<rect class="flag" x="{left:g}" y="{above:g}" width="{width:g}" height="{_FLAG_HEIGHT}" rx="4"/>{written}'
