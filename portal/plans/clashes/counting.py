"""Which days each plan and activity counts on; the rules build on nothing else.

Days are proleptic Gregorian ordinals (``date.toordinal``). Whatever counts does so on one unbroken interval,
``first`` to ``last`` inclusive, where ``FOREVER`` is open-ended: the day after the last one a date can express.
What counts on no day is left out, and so is an activity whose plan is not among the plans.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from portal.accounts.rules import Agency, AgencyId, Staff, StaffId
from portal.plans.clashes.settings import ClashSettings
from portal.plans.rules import Activity, ActivityKind, ActivityStatus, Plan, PlanId, PlanStatus

LAST_DATE: Final = date.max.toordinal()
FOREVER: Final = LAST_DATE + 1

# Looked up once: reading a member of an enumeration costs more than a comparison, and these are read per activity.
ACTIVE: Final = PlanStatus.ACTIVE
CANCELLED: Final = ActivityStatus.CANCELLED
COMPLETED: Final = ActivityStatus.COMPLETED
MEETING: Final = ActivityKind.MEETING
SICK_LEAVE: Final = ActivityKind.SICK_LEAVE


class CountedPlan(NamedTuple):
    """A plan and the days it counts on."""

    first: int
    last: int
    plan: Plan
    agency: Agency


class CountedActivity(NamedTuple):
    """An activity, the days it counts on and its extent in percent of full time."""

    first: int
    last: int
    percent: int
    activity: Activity
    within: CountedPlan


class Reading:
    """All that the viewer may read of one person, counted, and the day it is read on.

    ``loads``, ``leaves`` and ``meetings`` part the activities by kind, in the order they were given.
    """

    def __init__(self, staff: Mapping[StaffId, Staff], today: date, settings: ClashSettings) -> None:
        self.staff = staff
        self.settings = settings
        self.day = today
        self.today = today.toordinal()
        self.horizon = min(self.today + settings.horizon_days, LAST_DATE)
        self.plans: list[CountedPlan] = []
        self.loads: list[CountedActivity] = []
        self.leaves: list[CountedActivity] = []
        self.meetings: list[CountedActivity] = []

    def ahead(self, activities: Sequence[CountedActivity]) -> list[CountedActivity]:
        """Those that count on a day from today to the horizon.

        No others can be of a pair that is reported: its days end today at the earliest and begin by the horizon.
        """
        today, horizon = self.today, self.horizon
        return [counted for counted in activities if counted[1] >= today and counted[0] <= horizon]


def count(
    plans: Sequence[Plan],
    activities: Sequence[Activity],
    agencies: Mapping[AgencyId, Agency],
    staff: Mapping[StaffId, Staff],
    today: date,
    settings: ClashSettings,
) -> Reading:
    """Count the days of ``plans`` and ``activities`` as they stand ``today``."""
    reading = Reading(staff, today, settings)
    within: dict[PlanId, CountedPlan] = {}
    for plan in plans:
        first = plan.from_.toordinal()
        last = FOREVER if plan.until is None else plan.until.toordinal()
        if plan.status is ACTIVE and first <= last:
            within[plan.id] = CountedPlan(first, last, plan, agencies[plan.agency])
    reading.plans = list(within.values())
    by_kind = {SICK_LEAVE: reading.leaves, MEETING: reading.meetings}
    for activity in activities:
        plan_days = within.get(activity.plan)
        if plan_days is None or activity.status is CANCELLED:
            continue
        first, last = _days(activity, plan_days, reading.today)
        if first <= last:
            extent = activity.extent
            percent = 0 if extent is None else extent.percent(settings.full_time_hours)
            counted = CountedActivity(first, last, percent, activity, plan_days)
            by_kind.get(activity.kind, reading.loads).append(counted)
    return reading


def _days(activity: Activity, within: CountedPlan, today: int) -> tuple[int, int]:
    """The first and last day an activity that is not cancelled counts on; none where the last is before the first."""
    first = activity.from_.toordinal()
    last = FOREVER if activity.until is None else activity.until.toordinal()
    if activity.kind is MEETING:
        held = 0 if activity.date is None else activity.date.toordinal()
        first, last = max(first, held), min(last, held)
    if first < within.first:
        first = within.first
    if last > within.last:
        last = within.last
    if last >= today and activity.status is COMPLETED:
        last = today - 1
    return first, last
