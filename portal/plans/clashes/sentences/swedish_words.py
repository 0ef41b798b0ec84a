"""Swedish words for days, hours, directions and kinds."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from portal.plans.clashes.sentences import story
from portal.plans.rules import ActivityKind, Direction

MONTHS: Final = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
WEEKDAYS: Final = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
DIRECTIONS: Final = {
    Direction.WORK: "arbete",
    Direction.STUDIES: "studier",
    Direction.REHABILITATION: "rehabilitering",
    Direction.REST: "återhämtning",
}
# Load only: no sentence names the kind of a meeting or of sick leave.
KINDS: Final = {
    ActivityKind.WORK: "arbete",
    ActivityKind.WORK_TRAINING: "arbetsträning",
    ActivityKind.WORK_PLACEMENT: "praktik",
    ActivityKind.STUDIES: "studier",
    ActivityKind.LANGUAGE_STUDIES: "språkstudier",
    ActivityKind.JOB_SEARCH: "jobbsökande",
    ActivityKind.CARE: "vård",
    ActivityKind.REHABILITATION: "rehabilitering",
    ActivityKind.ASSESSMENT: "kartläggning",
    ActivityKind.OCCUPATION: "sysselsättning",
    ActivityKind.OTHER: "annan aktivitet",
}
PERCENT: Final = " %"


def day(when: date) -> str:
    """``16 mars 2026``."""
    return f"{day_and_month(when)} {when.year}"


def day_and_month(when: date) -> str:
    """``16 mars``."""
    return f"{when.day} {MONTHS[when.month - 1]}"


def weekday(when: date) -> str:
    """``tisdag``."""
    return WEEKDAYS[when.weekday()]


def span(first: date, until: date | None) -> str:
    """When something holds; the last day included."""
    if first == until:
        return f"den {day(first)}"
    return f"från {day(first)} {'och ' if until is None else ''}{ending(until)}"


def ending(until: date | None) -> str:
    """How long something holds; the last day included."""
    return "tills vidare" if until is None else f"till och med {day(until)}"


def number_of_days(days: object) -> str:
    """``1 dag``, ``2 dagar``."""
    return f"{days} dag" if days == 1 else f"{days} dagar"


def listed(parts: Sequence[str]) -> str:
    """``a, b och c``."""
    return story.listed(parts, "och")
