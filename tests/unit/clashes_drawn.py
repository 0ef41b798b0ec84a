"""Drawn cases for the clash rules: few days, close to each other, so that coincidences are common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from portal.accounts.rules import Agency, AgencyId, AgencyKind, Staff, StaffId
from portal.plans.clashes import ClashSettings, find_clashes
from portal.plans.rules import Activity, ActivityKind, ActivityStatus, Direction, Extent, ExtentUnit, Plan, PlanStatus
from tests.unit.clashes_cases import plan, staff, told, weekly
from tests.unit.clashes_reference import TODAY

AGENCIES = {
    AgencyId(id_): Agency(AgencyId(id_), f"Myndighet {id_}", AgencyKind(kind))
    for id_, kind in {
        "ame": "ame",
        "af": "arbetsformedlingen",
        "soc": "socialtjanst",
        "reg": "region",
        "af2": "arbetsformedlingen",
    }.items()
}
STAFF = {
    StaffId("s-on"): staff("s-on"),
    StaffId("s-last"): staff("s-last", active_until="2026-03-02"),
    StaffId("s-off"): staff("s-off", active_until="2026-03-01"),
    StaffId("s-soon"): staff("s-soon", active_from="2026-03-03"),
}
# Few, close to each other and around today and the horizon, so that coincidences are common.
DAYS = st.integers(-14, 26).map(lambda days: TODAY + timedelta(days))
ENDS = st.one_of(st.none(), DAYS)
EXTENTS = st.sampled_from(
    [
        None,
        *(Extent(Decimal(value), ExtentUnit.PERCENT) for value in (0, 25, 50, 50, 75, 100, 100, 150)),
        *(Extent(Decimal(hours), ExtentUnit.HOURS_PER_WEEK) for hours in ("0", "0.5", "19.5", "20", "39.5", "40")),
    ]
)
TIMES = st.lists(
    st.sampled_from(
        [
            weekly(f"{weekday} {hours}")
            for weekday in (1, 2, 7)
            for hours in ("09:00 12:00", "10:00 11:00", "12:00 13:00", "11:59 23:59", "00:00 09:01")
        ]
    ),
    max_size=3,
).map(tuple)
KINDS = st.sampled_from(
    [
        ActivityKind.STUDIES,
        ActivityKind.STUDIES,
        ActivityKind.OCCUPATION,
        ActivityKind.OCCUPATION,
        ActivityKind.SICK_LEAVE,
        ActivityKind.MEETING,
    ]
)
STATUSES = st.sampled_from([*ActivityStatus, ActivityStatus.ONGOING, ActivityStatus.PLANNED])
SETTINGS = st.builds(
    ClashSettings,
    gap_days=st.integers(1, 9),
    follow_up_months=st.integers(0, 3),
    horizon_days=st.integers(0, 20),
    full_load=st.sampled_from([100, 100, 80]),
    full_time_hours=st.sampled_from([40, 37]),
)


@dataclass(frozen=True)
class Case:
    """What one viewer may read of one person."""

    plans: Sequence[Plan]
    activities: Sequence[Activity]
    settings: ClashSettings

    def found(
        self,
        agencies: Mapping[AgencyId, Agency] = AGENCIES,
        staff: Mapping[StaffId, Staff] = STAFF,
    ) -> list[tuple[Any, ...]]:
        return told(find_clashes(self.plans, self.activities, agencies, staff, TODAY, self.settings))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    plans = [draw(plans_of(f"pl-{place}")) for place in range(draw(st.integers(2, 4)))]
    plan_ids = st.sampled_from([plan.id for plan in plans])
    activities = [draw(activities_of(f"a-{place}", plan_ids)) for place in range(draw(st.integers(3, 9)))]
    return Case(draw(st.permutations(plans)), draw(st.permutations(activities)), draw(SETTINGS))


@st.composite
def plans_of(draw: st.DrawFn, id_: str) -> Plan:
    from_ = draw(DAYS)
    until = draw(ENDS.filter(lambda until: until is None or until >= from_))
    return plan(
        id_,
        draw(st.sampled_from(sorted(AGENCIES))),
        str(from_),
        None if until is None else str(until),
        status=draw(st.sampled_from([PlanStatus.ACTIVE, PlanStatus.ACTIVE, PlanStatus.ACTIVE, *PlanStatus])),
        direction=draw(st.one_of(st.none(), st.sampled_from([*Direction]))),
        last_follow_up=draw(st.sampled_from([None, "2025-11-30", "2025-12-01", "2025-12-02", "2026-03-10"])),
        next_follow_up=draw(st.sampled_from([None, "2026-03-01", "2026-03-02", "2026-03-03"])),
        caseworker=draw(st.sampled_from([None, "s-unknown", *STAFF])),
    )


@st.composite
def activities_of(draw: st.DrawFn, id_: str, plan_ids: st.SearchStrategy[Any]) -> Activity:
    kind = draw(KINDS)
    from_: date = draw(DAYS)
    until = from_ if kind is ActivityKind.MEETING else draw(ENDS.filter(lambda until: until is None or until >= from_))
    return Activity(
        id=id_,  # type: ignore[arg-type]  # a test's ids are plain words
        plan=draw(plan_ids),
        kind=kind,
        title=f"Insats {id_}",
        from_=from_,
        until=until,
        status=draw(STATUSES),
        extent=draw(EXTENTS),
        times=draw(TIMES),
        date=from_ if kind is ActivityKind.MEETING else None,
        place=None,
        measure=None,
    )


CASES = cases()
settings_for_cases = settings(max_examples=60)
