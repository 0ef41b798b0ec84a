"""The clashes in Swedish: a sentence and a headline for each type."""

from collections.abc import Callable, Mapping
from typing import Final

from portal.plans.clashes.finding import ClashType, Finding
from portal.plans.clashes.sentences import story
from portal.plans.clashes.sentences.swedish_words import (
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

IN_WHAT_YOU_READ: Final = "i de planer du får läsa"


def _overload(finding: Finding) -> str:
    peak, capacity = finding.figures["peak_load"], finding.figures["capacity"]
    measures = [story.measure(each, PERCENT) for each in story.loads(finding)]
    sentence = (
        f"{listed(measures)} {'blir tillsammans' if len(measures) > 1 else 'är'} för mycket "
        f"{span(finding.from_, finding.until)}. Som trängst är {peak} % planerat "
        f"där {capacity} % ryms, enligt de planer du får läsa."
    )
    leaves = [f"{story.measure(each, PERCENT)} {ending(story.until(each))}" for each in story.leaves(finding)]
    return f"{sentence} Samtidigt gäller {listed(leaves)}." if leaves else sentence


def _overload_headline(finding: Finding) -> str:
    leave = story.leave_at_the_peak(finding)
    beside = f", med {leave} % sjukskrivning" if leave else ""
    return f"För mycket samtidigt: {finding.figures['peak_load']} %{beside}"


def _double_planning(finding: Finding) -> str:
    alike = story.loads(finding)
    kind = KINDS[alike[0].activity.kind].capitalize()
    measures = listed([story.measure(each, PERCENT) for each in alike])
    return f"{kind} på två håll {span(finding.from_, finding.until)}: {measures}."


def _double_planning_headline(finding: Finding) -> str:
    return f"Dubbelplanering: {KINDS[story.loads(finding)[0].activity.kind]}"


def _double_booking(finding: Finding) -> str:
    measures = listed([story.titled(each) for each in story.booked(finding)])
    sentence = f"{measures} krockar {weekday(finding.from_)} {day(finding.from_)} kl. {_hours(finding)}"
    last = finding.until or finding.from_
    if last == finding.from_:
        return f"{sentence}."
    again = "sedan åtminstone till och med" if story.recurs_beyond_the_horizon(finding) else "sista gången"
    return f"{sentence} och {again} {day(last)}."


def _double_booking_headline(finding: Finding) -> str:
    return f"Dubbelbokat {weekday(finding.from_)} {_short(finding)} kl. {_hours(finding)}"


def _contradiction(finding: Finding) -> str:
    aims = [f"{plan} siktar på {DIRECTIONS[direction]}" for plan, direction in story.aims(finding)]
    return f"{listed(aims)}, {span(finding.from_, finding.until)}."


def _contradiction_headline(_: Finding) -> str:
    return "Planerna drar åt olika håll"


def _gap(finding: Finding) -> str:
    days = finding.figures["days"]
    length = "" if days is None else f", {number_of_days(days)},"
    nothing = "ingen aktivitet utöver möten" if story.has_meetings(finding) else "ingen aktivitet"
    latest = story.latest_before(finding)
    when = span(finding.from_, finding.until)
    return (
        f"{when[0].upper()}{when[1:]}{length} finns {nothing} {IN_WHAT_YOU_READ} "
        f"({listed(story.agencies_in_force(finding))}). "
        f"Senast var {listed([story.titled(each) for each in latest])} {ending(story.until(latest[0]))}."
    )


def _gap_headline(finding: Finding) -> str:
    return f"Glapp från {_short(finding)}"


def _overdue_follow_up(finding: Finding) -> str:
    (counted,) = story.plans(finding)
    followed_up = counted.plan.last_follow_up
    since = (
        f"gäller sedan {day(counted.plan.from_)} utan antecknad uppföljning"
        if followed_up is None
        else f"följdes senast upp {day(followed_up)}"
    )
    return (
        f"{story.named(counted)} {since} och skulle ha följts upp senast {day(story.due(finding))}: "
        f"i dag, {day(finding.from_)}, är det {number_of_days(finding.figures['days'])} för sent "
        f"och ingen ny uppföljning är inplanerad {IN_WHAT_YOU_READ}."
    )


def _overdue_follow_up_headline(finding: Finding) -> str:
    return f"Uppföljningen är {number_of_days(finding.figures['days'])} sen"


def _no_caseworker(finding: Finding) -> str:
    (counted,) = story.plans(finding)
    why = "ingen är angiven" if counted.plan.caseworker is None else "den som är angiven är inte i tjänst"
    return f"{story.named(counted)} saknar handläggare i dag, {day(finding.from_)}, {IN_WHAT_YOU_READ}: {why}."


def _no_caseworker_headline(_: Finding) -> str:
    return "Ingen handläggare"


def _enrolment_risk(finding: Finding) -> str:
    (counted,), (enrolment,) = story.loads(finding), story.plans(finding)
    return (
        f"{story.measure(counted, PERCENT)} gäller {span(finding.from_, finding.until)} samtidigt som "
        f"{story.named(enrolment)}, som inte tar upp någon sådan aktivitet "
        f"({KINDS[counted.activity.kind]}) {IN_WHAT_YOU_READ}. Det kan göra att inskrivningen avslutas."
    )


def _enrolment_risk_headline(_: Finding) -> str:
    return "Risk att tappa inskrivningen"


def _hours(finding: Finding) -> str:
    """The overlap in the very characters of the clash's figures, so that a sentence can be held against them."""
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
