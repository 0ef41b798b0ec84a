"""What goes into each lane: one an agency, and above them one for the clashes that last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.accounts.rules import Agency, AgencyId
from portal.plans.rules import Activity, ActivityKind, ActivityStatus, Plan, PlanStatus
from portal.plans.timeline.shapes import ClashSpan, Wording

# The clashes that are about time; the others are about a plan as it stands today and are said in words alone.
_LASTING = ("overload", "gap", "double_planning", "double_booking", "enrolment_risk", "contradiction")
BANDS = ("overload", "gap")


class Span(NamedTuple):
    """An activity or a clash over its days; ``suffix`` (the extent) stays when the title is shortened."""

    from_: date
    until: date | None
    title: str
    suffix: str
    look: str
    tip: str


class Day(NamedTuple):
    """A follow-up or a meeting."""

    kind: str
    on: date
    words: str
    tip: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A named lane and what lies in it; ``hue`` counts the agencies from 0."""

    name: str
    directions: tuple[str, ...]
    hue: int
    spans: tuple[Span, ...]
    days: tuple[Day, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no activity lies in it."""
        return not self.spans and not any(day.kind == "meeting" for day in self.days)


def lanes_for(
    plans: Sequence[Plan],
    activities: Iterable[Activity],
    agencies: Mapping[AgencyId, Agency],
    clashes: Sequence[ClashSpan],
    wording: Wording,
) -> tuple[Lane, ...]:
    """The lanes from the top: the clashes if any lasts, then each agency in the order of its first plan."""
    owner = {plan.id: plan.agency for plan in plans}
    order = list(dict.fromkeys(owner.values()))
    spans: dict[AgencyId, list[Span]] = {agency: [] for agency in order}
    days: dict[AgencyId, list[Day]] = {agency: [] for agency in order}
    for activity in activities:
        if activity.status is ActivityStatus.CANCELLED:
            continue
        if activity.kind is ActivityKind.MEETING and activity.date:
            days[owner[activity.plan]].append(_meeting(activity, activity.date, wording))
        else:
            spans[owner[activity.plan]].append(_span(activity, wording))
    for plan in plans:
        if plan.next_follow_up and plan.status is not PlanStatus.ENDED:
            on = plan.next_follow_up
            words = f"{wording.follow_up} {wording.period(on, on)}"
            days[plan.agency].append(Day("follow_up", on, words, words))
    clashing = _clash_spans(clashes, wording)
    above = (Lane(wording.clashes, (), 0, clashing, ()),) if clashing else ()
    return above + tuple(
        Lane(
            agencies[agency].name,
            _directions(agency, plans, wording),
            hue,
            tuple(sorted(spans[agency], key=lambda span: (span.from_, span.until or date.max, span.title))),
            tuple(sorted(days[agency], key=lambda day: (day.on, day.kind, day.words))),
        )
        for hue, agency in enumerate(order)
    )


def _span(activity: Activity, wording: Wording) -> Span:
    title, suffix = wording.activity(activity)
    look = str(activity.status)
    if activity.kind is ActivityKind.SICK_LEAVE:
        look += " leave"
    tip = ", ".join((f"{title} {suffix}".strip(), wording.period(activity.from_, activity.until)))
    return Span(activity.from_, activity.until, title, suffix, look, tip)


def _meeting(activity: Activity, on: date, wording: Wording) -> Day:
    title, _ = wording.activity(activity)
    return Day("meeting", on, title, f"{title}, {wording.period(on, on)}")


def _directions(agency: AgencyId, plans: Iterable[Plan], wording: Wording) -> tuple[str, ...]:
    said = (
        wording.direction(plan.direction)
        if plan.status is PlanStatus.ACTIVE
        else f"{wording.direction(plan.direction)} ({wording.status(plan.status).lower()})"
        for plan in plans
        if plan.agency == agency and plan.direction
    )
    return tuple(dict.fromkeys(said))


def _clash_spans(clashes: Sequence[ClashSpan], wording: Wording) -> tuple[Span, ...]:
    """One span a clash; those of one kind and wording that meet are drawn as one, for they say the same."""
    lasting = sorted(
        ((wording.clash(clash), clash) for clash in clashes if str(clash.type) in _LASTING),
        key=lambda pair: (_LASTING.index(str(pair[1].type)), pair[0], pair[1].from_),
    )
    joined: list[tuple[str, str, date, date | None]] = []
    for words, clash in lasting:
        if joined and joined[-1][:2] == (words, str(clash.type)):
            _, _, from_, until = joined[-1]
            if until is None or clash.from_ <= until:
                later = None if until is None or clash.until is None else max(until, clash.until)
                joined[-1] = (words, str(clash.type), from_, later)
                continue
        joined.append((words, str(clash.type), clash.from_, clash.until))
    return tuple(
        Span(from_, until, words, "", "clash", f"{words}, {wording.period(from_, until)}")
        for words, _, from_, until in joined
    )
