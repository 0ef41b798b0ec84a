"""Enrolment risk: a full-time municipal activity that the plan at Arbetsförmedlingen does not know of."""

from typing import Final

from portal.accounts.rules import AgencyKind
from portal.plans.clashes.counting import CountedActivity, CountedPlan, Reading
from portal.plans.clashes.finding import NO_FIGURES, ClashType, Found, in_order
from portal.plans.rules import ActivityKind

ENROLMENT_RISK: Final = ClashType.ENROLMENT_RISK
ARBETSFORMEDLINGEN: Final = AgencyKind.ARBETSFORMEDLINGEN
MUNICIPAL: Final = (AgencyKind.AME, AgencyKind.SOCIALTJANST)


def enrolment_risks(reading: Reading) -> list[Found]:
    """Each plan at Arbetsförmedlingen and full-time municipal activity that share days it has nothing alike on."""
    enrolments = [counted for counted in reading.plans if counted.agency.kind is ARBETSFORMEDLINGEN]
    if not enrolments:
        return []
    full_load = reading.settings.full_load
    full_time = [
        counted
        for counted in reading.ahead(reading.loads)
        if counted.percent >= full_load and counted.within.agency.kind in MUNICIPAL
    ]
    found: list[Found] = []
    for enrolment in enrolments if full_time else ():
        known = _days_by_kind(enrolment, reading.loads)
        for counted in full_time:
            first, last = max(enrolment.first, counted.first), min(enrolment.last, counted.last)
            alike = known.get(counted.activity.kind, ())
            if first <= last and not any(begins <= last and ends >= first for begins, ends in alike):
                involved = in_order(enrolment.plan.id, counted.activity.id)
                found.append((first, ENROLMENT_RISK, involved, last, NO_FIGURES))
    return found


def _days_by_kind(
    enrolment: CountedPlan, activities: list[CountedActivity]
) -> dict[ActivityKind, list[tuple[int, int]]]:
    days: dict[ActivityKind, list[tuple[int, int]]] = {}
    for first, last, _, activity, within in activities:
        if within is enrolment:
            days.setdefault(activity.kind, []).append((first, last))
    return days
