"""Who and what a clash is about, the same in every language."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import cast

from portal.plans.clashes.counting import FOREVER, CountedActivity, CountedPlan
from portal.plans.clashes.finding import Finding
from portal.plans.rules import Direction


def loads(finding: Finding) -> list[CountedActivity]:
    """The load activities involved, by first day."""
    return _involved(finding, finding.reading.loads)


def leaves(finding: Finding) -> list[CountedActivity]:
    """The sick leave involved, by first day."""
    return _involved(finding, finding.reading.leaves)


def booked(finding: Finding) -> list[CountedActivity]:
    """The activities involved, of whatever kind, by first day."""
    reading = finding.reading
    return _involved(finding, [*reading.loads, *reading.leaves, *reading.meetings])


def plans(finding: Finding) -> list[CountedPlan]:
    """The plans involved, by id, as the ids stand in the clash."""
    by_id = {counted.plan.id: counted for counted in finding.reading.plans}
    return [by_id[plan_id] for plan_id in sorted(by_id.keys() & set(finding.involved))]


def aims(finding: Finding) -> list[tuple[str, Direction]]:
    """The plans involved as ``title (agency)``, each with its direction."""
    directions = cast("list[str]", finding.figures["directions"])
    return [(named(counted), Direction(each)) for counted, each in zip(plans(finding), directions, strict=True)]


def agencies_in_force(finding: Finding) -> list[str]:
    """The names of the agencies whose plans count on any day of the clash, each once."""
    first, last = days(finding)
    in_force = sorted(finding.reading.plans, key=lambda counted: counted.plan.id)
    names = [counted.agency.name for counted in in_force if counted.first <= last and counted.last >= first]
    return list(dict.fromkeys(names))


def has_meetings(finding: Finding) -> bool:
    """Whether a meeting is held on any day of the clash."""
    first, last = days(finding)
    return any(first <= meeting.first <= last for meeting in finding.reading.meetings)


def latest_before(finding: Finding) -> list[CountedActivity]:
    """The load and leave that ended last before the clash began."""
    first, _ = days(finding)
    earlier = [each for each in [*finding.reading.loads, *finding.reading.leaves] if each.last < first]
    latest = max(counted.last for counted in earlier)
    return sorted((counted for counted in earlier if counted.last == latest), key=_by_first_day)


def recurs_beyond_the_horizon(finding: Finding) -> bool:
    """Whether the activities involved go on together past the horizon, where the clash is cut."""
    return min(counted.last for counted in booked(finding)) > finding.reading.horizon


def leave_at_the_peak(finding: Finding) -> int:
    """The sick leave that takes from the capacity at the tightest, in percent."""
    return finding.reading.settings.full_load - cast("int", finding.figures["capacity"])


def due(finding: Finding) -> date:
    """The day by which an overdue plan should have been followed up."""
    return finding.from_ - timedelta(cast("int", finding.figures["days"]))


def days(finding: Finding) -> tuple[int, int]:
    """The clash's first and last day as ordinals."""
    return finding.from_.toordinal(), FOREVER if finding.until is None else finding.until.toordinal()


def until(counted: CountedActivity) -> date | None:
    """The last day an activity counts on, None where it is open-ended."""
    return None if counted.last == FOREVER else date.fromordinal(counted.last)


def titled(counted: CountedActivity) -> str:
    """An activity as ``title (agency)``."""
    return f"{counted.activity.title} ({counted.within.agency.name})"


def measure(counted: CountedActivity, percent: str) -> str:
    """An activity as ``title extent (agency)``; the extent only where there is one that the title leaves out.

    ``percent`` is the language's own sign, with the space it has before it.
    """
    title = counted.activity.title
    if counted.percent and not title.endswith(f" {counted.percent} %"):
        title += f" {counted.percent}{percent}"
    return f"{title} ({counted.within.agency.name})"


def named(counted: CountedPlan) -> str:
    """A plan as ``title (agency)``."""
    return f"{counted.plan.title} ({counted.agency.name})"


def listed(parts: Sequence[str], conjunction: str) -> str:
    """``a, b and c``, with the language's own conjunction."""
    *most, last = parts
    return f"{', '.join(most)} {conjunction} {last}" if most else last


def _involved(finding: Finding, activities: Iterable[CountedActivity]) -> list[CountedActivity]:
    involved = set(finding.involved)
    return sorted((each for each in activities if each.activity.id in involved), key=_by_first_day)


def _by_first_day(counted: CountedActivity) -> tuple[int, str]:
    return counted.first, counted.activity.id
