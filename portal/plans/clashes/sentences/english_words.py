"""English words for days, directions and kinds."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from portal.plans.clashes.sentences import story
from portal.plans.rules import ActivityKind, Direction

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DIRECTIONS: Final = {
    Direction.WORK: "work",
    Direction.STUDIES: "studies",
    Direction.REHABILITATION: "rehabilitation",
    Direction.REST: "rest",
}
# Load only: no sentence names the kind of a meeting or of sick leave.
KINDS: Final = {
    ActivityKind.WORK: "work",
    ActivityKind.WORK_TRAINING: "work training",
    ActivityKind.WORK_PLACEMENT: "work placement",
    ActivityKind.STUDIES: "studies",
    ActivityKind.LANGUAGE_STUDIES: "language studies",
    ActivityKind.JOB_SEARCH: "job search",
    ActivityKind.CARE: "care",
    ActivityKind.REHABILITATION: "rehabilitation",
    ActivityKind.ASSESSMENT: "assessment",
    ActivityKind.OCCUPATION: "occupation",
    ActivityKind.OTHER: "another activity",
}
PERCENT: Final = "%"


def day(when: date) -> str:
    """``16 March 2026``."""
    return f"{day_and_month(when)} {when.year}"


def day_and_month(when: date) -> str:
    """``16 March``."""
    return f"{when.day} {MONTHS[when.month - 1]}"


def weekday(when: date) -> str:
    """``Tuesday``."""
    return WEEKDAYS[when.weekday()]


def span(first: date, until: date | None) -> str:
    """When something holds; the last day included."""
    if first == until:
        return f"on {day(first)}"
    return f"from {day(first)} {ending(until)}"


def ending(until: date | None) -> str:
    """How long something holds; the last day included."""
    return "until further notice" if until is None else f"until {day(until)}"


def number_of_days(days: object) -> str:
    """``1 day``, ``2 days``."""
    return f"{days} day" if days == 1 else f"{days} days"


def listed(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    return story.listed(parts, "and")
