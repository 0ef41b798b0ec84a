"""How an invented life is written down: plans, activities and notes in weeks from today, before they get dates.

Texts may offer several wordings with ``|`` between them, of which each invented person gets one, and hold words
in braces that the person decides: ``{namn}``, ``{hon}``, ``{henne}``, ``{hennes}``, ``{bransch}``, ``{yrke}``,
``{vid}``, ``{utbildning}``, ``{ort}``, ``{sfi}``.
"""

from dataclasses import dataclass

WEEKDAYS = ("mån", "tis", "ons", "tor", "fre")


@dataclass(frozen=True, slots=True)
class ActivitySketch:
    """An activity from the Monday of week ``begins`` (0 is this week), for ``lasts`` weeks or open-ended."""

    kind: str
    title: str
    begins: int
    lasts: int | None
    extent: str | None
    times: str
    place: str | None
    measure: str | None
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class PlanSketch:
    """One agency's plan, from the week ``begun`` weeks ago, for ``lasts`` weeks or open-ended.

    ``by`` is the caseworker where the plan asks for somebody special.
    """

    agency: str
    direction: str | None
    goal: str | None
    activities: tuple[ActivitySketch, ...]
    title: str
    category: str
    begun: int
    lasts: int | None
    status: str
    by: str | None


@dataclass(frozen=True, slots=True)
class NoteSketch:
    """A short text that an agency wrote ``weeks_ago``."""

    agency: str
    category: str
    weeks_ago: int
    text: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What is going on in an invented person's life; ``ages`` are whole years, first and last."""

    name: str
    ages: tuple[int, int]
    plans: tuple[PlanSketch, ...]
    notes: tuple[NoteSketch, ...]
    is_newcomer: bool


TITLES = {
    "ame": "Handlingsplan",
    "soc": "Genomförandeplan",
    "af": "Individuell handlingsplan",
    "fk": "Rehabiliteringsplan",
    "region": "Vårdplan",
    "skola": "Individuell studieplan",
}


def situation(
    name: str, ages: tuple[int, int], *parts: PlanSketch | NoteSketch, is_newcomer: bool = False
) -> Situation:
    """Put a situation together of its plans and notes, in the order they are to stand."""
    plans = tuple(part for part in parts if isinstance(part, PlanSketch))
    notes = tuple(part for part in parts if isinstance(part, NoteSketch))
    return Situation(name, ages, plans, notes, is_newcomer)


def plan(
    agency: str,
    direction: str | None,
    goal: str | None,
    *activities: ActivitySketch,
    title: str | None = None,
    category: str = "planning",
    begun: int = 30,
    lasts: int | None = None,
    status: str = "active",
    by: str | None = None,
) -> PlanSketch:
    """Sketch an agency's plan, under the title that agency's plans usually have."""
    return PlanSketch(agency, direction, goal, activities, title or TITLES[agency], category, begun, lasts, status, by)


def activity(
    kind: str,
    title: str,
    begins: int,
    lasts: int | None,
    extent: str | None = None,
    *,
    times: str = "",
    place: str | None = "{ort}",
    measure: str | None = None,
    is_cancelled: bool = False,
) -> ActivitySketch:
    """Sketch an activity; ``extent`` as ``50 %`` or ``15 h``, ``times`` as ``mån ons 09:00–12:00, fre 13:00–15:00``."""
    return ActivitySketch(kind, title, begins, lasts, extent, times, place, measure, is_cancelled)


def meeting(title: str, week: int, time: str, place: str | None = None) -> ActivitySketch:
    """Sketch a meeting in ``week``, at a ``time`` such as ``tis 13:00–14:00``."""
    return ActivitySketch("meeting", title, week, 1, None, time, place, None, False)


def note(agency: str, category: str, weeks_ago: int, text: str) -> NoteSketch:
    """Sketch a note."""
    return NoteSketch(agency, category, weeks_ago, text)
