"""The clash contract once more, day by day and pair by pair: slow, and written from its words alone.

It looks at every day of ``WINDOW``. All dates of the plans must lie well within it; what holds on its last day holds
for ever.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from portal.accounts.rules import Agency, AgencyId, Staff, StaffId
from portal.plans.clashes import ClashSettings
from portal.plans.rules import Activity, Plan

TODAY = date(2026, 3, 2)
WINDOW = [TODAY + timedelta(days) for days in range(-60, 100)]
Told = tuple[str, str, str | None, str, dict[str, Any]]


class Reference:
    """One person's plans on one day; ``told`` has what must be reported."""

    def __init__(
        self,
        plans: Sequence[Plan],
        activities: Sequence[Activity],
        agencies: Mapping[AgencyId, Agency],
        staff: Mapping[StaffId, Staff],
        today: date,
        settings: ClashSettings,
    ) -> None:
        self.plans, self.activities = plans, activities
        self.agencies, self.staff = agencies, staff
        self.today, self.settings = today, settings
        self.horizon = today + timedelta(settings.horizon_days)
        self.plan_of = {activity.id: plan for activity in activities for plan in plans if plan.id == activity.plan}
        self.plan_days = {plan.id: [day for day in WINDOW if self.plan_counts(plan, day)] for plan in plans}
        self.activity_days = {each.id: [day for day in WINDOW if self.counts(each, day)] for each in activities}
        self.loads = [each for each in activities if each.kind not in ("sick_leave", "meeting")]
        self.leaves = [each for each in activities if each.kind == "sick_leave"]
        self.clashes: list[tuple[str, date, date | None, list[str], dict[str, Any]]] = []

    def plan_counts(self, plan: Plan, day: date) -> bool:
        return plan.status == "active" and plan.from_ <= day and (plan.until is None or day <= plan.until)

    def counts(self, activity: Activity, day: date) -> bool:
        return (
            self.plan_counts(self.plan_of[activity.id], day)
            and activity.from_ <= day
            and (activity.until is None or day <= activity.until)
            and activity.status != "cancelled"
            and (activity.status != "completed" or day < self.today)
            and (activity.kind != "meeting" or day == activity.date)
        )

    def extent(self, activity: Activity) -> int:
        if activity.extent is None:
            return 0
        if activity.extent.unit == "percent":
            return int(activity.extent.value)
        # Half up, in whole hundredths of a percent: hours come in halves.
        doubled = int(activity.extent.value * 2) * 100
        whole, rest = divmod(doubled, 2 * self.settings.full_time_hours)
        return whole + (rest >= self.settings.full_time_hours)

    def on(self, activities: Sequence[Activity], day: date) -> list[Activity]:
        return [each for each in activities if day in self.activity_days[each.id]]

    def told(self) -> list[Told]:
        self.overload()
        self.pairs_of_activities()
        self.double_booking()
        self.pairs_of_plans()
        self.gap()
        self.today_only()
        self.enrolment_risk()
        return sorted(
            (
                (kind, str(first), None if last is None else str(last), " ".join(sorted(involved)), figures)
                for kind, first, last, involved, figures in self.clashes
                if first <= self.horizon and (last is None or last >= self.today)
            ),
            key=lambda each: (each[1], each[0], each[3].split()),
        )

    def runs(self, days: Sequence[date]) -> list[list[date]]:
        runs: list[list[date]] = []
        for day in days:
            if runs and runs[-1][-1] + timedelta(1) == day:
                runs[-1].append(day)
            else:
                runs.append([day])
        return runs

    def report(
        self, kind: str, days: Sequence[date], involved: Sequence[str], figures: dict[str, Any] | None = None
    ) -> None:
        last = None if days[-1] == WINDOW[-1] else days[-1]
        self.clashes.append((kind, days[0], last, list(involved), figures or {}))

    def load_and_capacity(self, day: date) -> tuple[int, int]:
        load = sum(self.extent(each) for each in self.on(self.loads, day))
        leave = max([self.extent(each) for each in self.on(self.leaves, day)], default=0)
        return load, max(0, self.settings.full_load - leave)

    def overload(self) -> None:
        figures = {day: self.load_and_capacity(day) for day in WINDOW}
        for run in self.runs([day for day in WINDOW if figures[day][0] > figures[day][1]]):
            excess = {day: figures[day][0] - figures[day][1] for day in run}
            peak_load, capacity = next(figures[day] for day in run if excess[day] == max(excess.values()))
            involved = {
                each.id for day in run for each in self.on([*self.loads, *self.leaves], day) if self.extent(each) > 0
            }
            self.report("overload", run, sorted(involved), {"peak_load": peak_load, "capacity": capacity})

    def pairs_of_activities(self) -> None:
        for one, other in combinations(self.loads, 2):
            shared = [day for day in self.activity_days[one.id] if day in self.activity_days[other.id]]
            differ = self.plan_of[one.id].agency != self.plan_of[other.id].agency
            if one.kind == other.kind and differ and shared:
                self.report("double_planning", shared, [one.id, other.id])

    def double_booking(self) -> None:
        for one, other in combinations(self.activities, 2):
            overlaps = {
                day: sorted(
                    (max(mine.from_, theirs.from_), min(mine.until, theirs.until))
                    for mine in one.times
                    for theirs in other.times
                    if mine.weekday == theirs.weekday == day.isoweekday()
                    and max(mine.from_, theirs.from_) < min(mine.until, theirs.until)
                )
                for day in self.activity_days[one.id]
                if day in self.activity_days[other.id] and self.today <= day <= self.horizon
            }
            days = [day for day in overlaps if overlaps[day]]
            if days:
                from_, until = overlaps[days[0]][0]
                figures = {
                    "weekday": days[0].isoweekday(),
                    "from": f"{from_.hour:02}:{from_.minute:02}",
                    "to": f"{until.hour:02}:{until.minute:02}",
                }
                self.clashes.append(("double_booking", days[0], days[-1], [one.id, other.id], figures))

    def pairs_of_plans(self) -> None:
        for one, other in combinations(sorted(self.plans, key=lambda plan: plan.id), 2):
            shared = [day for day in self.plan_days[one.id] if day in self.plan_days[other.id]]
            apart = {one.direction, other.direction} in ({"work", "studies"}, {"work", "rest"}, {"studies", "rest"})
            if apart and one.agency != other.agency and shared:
                figures = {"directions": [one.direction, other.direction]}
                self.report("contradiction", shared, [one.id, other.id], figures)

    def gap(self) -> None:
        idle = []
        has_counted = False
        for day in WINDOW:
            is_busy = bool(self.on([*self.loads, *self.leaves], day))
            if has_counted and not is_busy and any(day in days for days in self.plan_days.values()):
                idle.append(day)
            has_counted = has_counted or is_busy
        for run in self.runs(idle):
            is_open = run[-1] == WINDOW[-1]
            if is_open or len(run) >= self.settings.gap_days:
                self.report("gap", run, [], {"days": None if is_open else len(run)})

    def today_only(self) -> None:
        for plan in self.plans:
            if self.today not in self.plan_days[plan.id]:
                continue
            due = self.months_after(plan.last_follow_up or plan.from_)
            if self.today > due and (plan.next_follow_up is None or plan.next_follow_up < self.today):
                self.report("overdue_follow_up", [self.today], [plan.id], {"days": (self.today - due).days})
            staff = None if plan.caseworker is None else self.staff.get(plan.caseworker)
            if staff is None or not staff.is_active(self.today):
                self.report("no_caseworker", [self.today], [plan.id])

    def months_after(self, day: date) -> date:
        month = day.replace(day=1)
        for _ in range(self.settings.follow_up_months):
            month = (month + timedelta(31)).replace(day=1)
        in_month = [month + timedelta(days) for days in range(31) if (month + timedelta(days)).month == month.month]
        return in_month[min(day.day, len(in_month)) - 1]

    def enrolment_risk(self) -> None:
        for plan in self.plans:
            for whole in self.loads:
                shared = [day for day in self.plan_days[plan.id] if day in self.activity_days[whole.id]]
                alike = [each for each in self.activities if each.plan == plan.id and each.kind == whole.kind]
                if (
                    self.agencies[plan.agency].kind == "arbetsformedlingen"
                    and self.agencies[self.plan_of[whole.id].agency].kind in ("ame", "socialtjanst")
                    and self.extent(whole) >= self.settings.full_load
                    and shared
                    and not any(self.on(alike, day) for day in shared)
                ):
                    self.report("enrolment_risk", shared, [plan.id, whole.id])
