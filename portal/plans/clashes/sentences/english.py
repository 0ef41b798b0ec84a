"""The clashes in English: a sentence and a headline for each type."""

from collections.abc import Callable, Mapping
from typing import Final

from portal.plans.clashes.finding import ClashType, Finding
from portal.plans.clashes.sentences import story
from portal.plans.clashes.sentences.english_words import (
    DIRECTIONS,
    KINDS,
    PERCENT,
    day,
    day_and_month,
    ending,
    listed,
    number_of_days,
    span,
    weekday,
)

IN_WHAT_YOU_READ: Final = "in the plans you may read"


def _overload(finding: Finding) -> str:
    peak, capacity = finding.figures["peak_load"], finding.figures["capacity"]
    measures = [story.measure(each, PERCENT) for each in story.loads(finding)]
    sentence = (
        f"{listed(measures)} {'are too much together' if len(measures) > 1 else 'is too much'} "
        f"{span(finding.from_, finding.until)}: at the tightest {peak}%, where {capacity}% fits, "
        "going by the plans you may read."
    )
    leaves = [f"{story.measure(each, PERCENT)} {ending(story.until(each))}" for each in story.leaves(finding)]
    return f"{sentence} Meanwhile: {listed(leaves)}." if leaves else sentence


def _overload_headline(finding: Finding) -> str:
    leave = story.leave_at_the_peak(finding)
    beside = f", with {leave}% sick leave" if leave else ""
    return f"Too much at once: {finding.figures['peak_load']}%{beside}"


def _double_planning(finding: Finding) -> str:
    alike = story.loads(finding)
    kind = KINDS[alike[0].activity.kind].capitalize()
    measures = listed([story.measure(each, PERCENT) for each in alike])
    return f"{kind} in two places {span(finding.from_, finding.until)}: {measures}."


def _double_planning_headline(finding: Finding) -> str:
    return f"Double planning: {KINDS[story.loads(finding)[0].activity.kind]}"


def _double_booking(finding: Finding) -> str:
    measures = listed([story.titled(each) for each in story.booked(finding)])
    sentence = f"{measures} clash on {weekday(finding.from_)} {day(finding.from_)}, {_hours(finding)}"
    last = finding.until or finding.from_
    if last == finding.from_:
        return f"{sentence}."
    again = "then at least until" if story.recurs_beyond_the_horizon(finding) else "for the last time on"
    return f"{sentence}, and {again} {day(last)}."


def _double_booking_headline(finding: Finding) -> str:
    return f"Double-booked on {weekday(finding.from_)} {_short(finding)}, {_hours(finding)}"


def _contradiction(finding: Finding) -> str:
    aims = [f"{plan} aims at {DIRECTIONS[direction]}" for plan, direction in story.aims(finding)]
    return f"{listed(aims)}, {span(finding.from_, finding.until)}."


def _contradiction_headline(_: Finding) -> str:
    return "The plans pull in different directions"


def _gap(finding: Finding) -> str:
    days = finding.figures["days"]
    length = "" if days is None else f", {number_of_days(days)}"
    nothing = "no activity other than meetings" if story.has_meetings(finding) else "no activity"
    latest = [story.titled(each) for each in story.latest_before(finding)]
    when = span(finding.from_, finding.until)
    return (
        f"{when[0].upper()}{when[1:]}{length}, there is {nothing} {IN_WHAT_YOU_READ} "
        f"({listed(story.agencies_in_force(finding))}). Before that: {listed(latest)} "
        f"{ending(story.until(story.latest_before(finding)[0]))}."
    )


def _gap_headline(finding: Finding) -> str:
    return f"Gap from {_short(finding)}"


def _overdue_follow_up(finding: Finding) -> str:
    (counted,) = story.plans(finding)
    followed_up = counted.plan.last_follow_up
    since = (
        f"has run since {day(counted.plan.from_)} without a noted follow-up and was due"
        if followed_up is None
        else f"was last followed up on {day(followed_up)} and was due again"
    )
    return (
        f"{story.named(counted)} {since} by {day(story.due(finding))}: "
        f"today, {day(finding.from_)}, that is {number_of_days(finding.figures['days'])} late, "
        f"and no new follow-up is planned {IN_WHAT_YOU_READ}."
    )


def _overdue_follow_up_headline(finding: Finding) -> str:
    return f"Follow-up {number_of_days(finding.figures['days'])} late"


def _no_caseworker(finding: Finding) -> str:
    (counted,) = story.plans(finding)
    why = "none is given" if counted.plan.caseworker is None else "the one given is not active"
    return f"{story.named(counted)} has no caseworker today, {day(finding.from_)}, {IN_WHAT_YOU_READ}: {why}."


def _no_caseworker_headline(_: Finding) -> str:
    return "No caseworker"


def _enrolment_risk(finding: Finding) -> str:
    (counted,), (enrolment,) = story.loads(finding), story.plans(finding)
    return (
        f"{story.measure(counted, PERCENT)} holds {span(finding.from_, finding.until)} beside "
        f"{story.named(enrolment)}, which has no such activity ({KINDS[counted.activity.kind]}) "
        f"{IN_WHAT_YOU_READ}. The enrolment may be ended."
    )


def _enrolment_risk_headline(_: Finding) -> str:
    return "The enrolment is at risk"


def _hours(finding: Finding) -> str:
    return f"{finding.figures['from']}–{finding.figures['to']}"


def _short(finding: Finding) -> str:
    """The first day, with its year only where it is another than this one."""
    return (day_and_month if finding.from_.year == finding.reading.day.year else day)(finding.from_)


SENTENCES: Final[Mapping[ClashType, Callable[[Finding], str]]] = {
    ClashType.OVERLOAD: _overload,
    ClashType.DOUBLE_PLANNING: _double_planning,
    ClashType.DOUBLE_BOOKING: _double_booking,
    ClashType.CONTRADICTION: _contradiction,
    ClashType.GAP: _gap,
    ClashType.OVERDUE_FOLLOW_UP: _overdue_follow_up,
    ClashType.NO_CASEWORKER: _no_caseworker,
    ClashType.ENROLMENT_RISK: _enrolment_risk,
}

HEADLINES: Final[Mapping[ClashType, Callable[[Finding], str]]] = {
    ClashType.OVERLOAD: _overload_headline,
    ClashType.DOUBLE_PLANNING: _double_planning_headline,
    ClashType.DOUBLE_BOOKING: _double_booking_headline,
    ClashType.CONTRADICTION: _contradiction_headline,
    ClashType.GAP: _gap_headline,
    ClashType.OVERDUE_FOLLOW_UP: _overdue_follow_up_headline,
    ClashType.NO_CASEWORKER: _no_caseworker_headline,
    ClashType.ENROLMENT_RISK: _enrolment_risk_headline,
}
