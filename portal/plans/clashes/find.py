"""All the rules, applied to one reading."""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Final

from portal.accounts.rules import Agency, AgencyId, Staff, StaffId
from portal.plans.clashes.clash import Clash
from portal.plans.clashes.contradiction import contradictions
from portal.plans.clashes.counting import FOREVER, count
from portal.plans.clashes.double_booking import double_bookings
from portal.plans.clashes.double_planning import double_plannings
from portal.plans.clashes.enrolment_risk import enrolment_risks
from portal.plans.clashes.gap import gaps
from portal.plans.clashes.overload import overloads
from portal.plans.clashes.settings import ClashSettings
from portal.plans.clashes.upkeep import missing_caseworkers, overdue_follow_ups
from portal.plans.rules import Activity, Plan

DEFAULTS: Final = ClashSettings()
RULES: Final = (
    overloads,
    double_plannings,
    double_bookings,
    contradictions,
    gaps,
    overdue_follow_ups,
    missing_caseworkers,
    enrolment_risks,
)


def find_clashes(
    plans: Sequence[Plan],
    activities: Sequence[Activity],
    agencies: Mapping[AgencyId, Agency],
    staff: Mapping[StaffId, Staff],
    today: date,
    settings: ClashSettings = DEFAULTS,
) -> tuple[Clash, ...]:
    """Find the clashes of one person's ``plans`` and ``activities``, all of them such as the viewer may read.

    Sorted by first day, type and involved ids. One whose last day is past, or that begins beyond the horizon,
    is not reported. ``agencies`` must hold those of the plans; an unknown caseworker counts as none.
    """
    reading = count(plans, activities, agencies, staff, today, settings)
    found = [
        each for rule in RULES for each in rule(reading) if each[3] >= reading.today and each[0] <= reading.horizon
    ]
    found.sort(key=itemgetter(0, 1, 2))
    dates = {day: date.fromordinal(day) for each in found for day in (each[0], each[3]) if day != FOREVER}
    return tuple(
        [
            Clash(kind, dates[first], dates.get(last), involved, figures, reading)
            for first, kind, involved, last, figures in found
        ]
    )
