"""Plans, activities and what surrounds them for tests of the clash rules: valid as they come, changed by keyword.

Days are written ``YYYY-MM-DD``; today is 2 March 2026, a Monday, as in the contract's examples.
"""

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from portal.accounts.rules import Agency, AgencyId, AgencyKind, Role, Staff, StaffId
from portal.plans.clashes import Clash, ClashSettings, find_clashes
from portal.plans.rules import Activity, Direction, Extent, ExtentUnit, Plan, PlanStatus, WeeklyTime
from portal.plans.rules import ActivityKind as Kind
from portal.plans.rules import ActivityStatus as Status

TODAY = date(2026, 3, 2)
AGENCIES = {
    AgencyId(agency.id): agency
    for agency in (
        Agency(AgencyId("ame"), "Arbetsmarknadsenheten", AgencyKind.AME),
        Agency(AgencyId("af"), "Arbetsförmedlingen", AgencyKind.ARBETSFORMEDLINGEN),
        Agency(AgencyId("region"), "Region Skåne, psykiatri", AgencyKind.REGION),
        Agency(AgencyId("soc"), "Socialtjänsten", AgencyKind.SOCIALTJANST),
    )
}


def day(written: str | None) -> date | None:
    """A date as it is written, or None."""
    return None if written is None else date.fromisoformat(written)


def staff(id_: str = "s-anna", active_from: str = "2026-01-01", active_until: str | None = None) -> Staff:
    """A reader at Arbetsförmedlingen."""
    return Staff(
        StaffId(id_),
        AgencyId("af"),
        Role.READER,
        "Anna Berg",
        "Arbetsförmedlare",
        None,
        None,
        None,
        "https://idp.af.example",
        id_,
        date.fromisoformat(active_from),
        day(active_until),
    )


STAFF = {StaffId("s-anna"): staff()}


def plan(id_: str, agency: str | None = None, from_: str = "2026-01-01", until: str | None = None, **more: Any) -> Plan:
    """An active plan, followed up on 1 February 2026, with a caseworker and no direction; ``pl-x`` is agency x's."""
    fields: dict[str, Any] = {
        "id": id_,
        "person": "p-1",
        "agency": agency or id_.removeprefix("pl-"),
        "category": "planning",
        "title": "Handlingsplan",
        "direction": None,
        "goal": None,
        "status": PlanStatus.ACTIVE,
        "released_on": date(2026, 2, 1),
        "from_": date.fromisoformat(from_),
        "until": day(until),
        "last_follow_up": "2026-02-01",
        "next_follow_up": None,
        "caseworker": "s-anna",
        **more,
    }
    fields["last_follow_up"] = day(fields["last_follow_up"])
    fields["next_follow_up"] = day(fields["next_follow_up"])
    if fields["direction"] is not None:
        fields["direction"] = Direction(fields["direction"])
    return Plan(**fields)


def activity(
    id_: str,
    plan_id: str,
    kind: str,
    extent: int | str | None,
    from_: str,
    until: str | None,
    *times: str,
    status: str = "ongoing",
    title: str | None = None,
) -> Activity:
    """An ongoing activity; an extent is ``50`` (percent) or ``"19.5 h"``, a time ``"2 09:00 12:00"``."""
    return Activity(
        id=id_,  # type: ignore[arg-type]  # a test's ids are plain words
        plan=plan_id,  # type: ignore[arg-type]
        kind=Kind(kind),
        title=title or f"Insats {id_}",
        from_=date.fromisoformat(from_),
        until=day(until),
        status=Status(status),
        extent=extent_of(extent),
        times=tuple(weekly(each) for each in times),
        date=None,
        place=None,
        measure=None,
    )


def meeting(id_: str, plan_id: str, on: str, hours: str, status: str = "planned") -> Activity:
    """A meeting on one day, at ``"11:30 12:30"``."""
    when = date.fromisoformat(on)
    return Activity(
        id=id_,  # type: ignore[arg-type]  # a test's ids are plain words
        plan=plan_id,  # type: ignore[arg-type]
        kind=Kind.MEETING,
        title=f"Möte {id_}",
        from_=when,
        until=when,
        status=Status(status),
        extent=None,
        times=(weekly(f"{when.isoweekday()} {hours}"),),
        date=when,
        place=None,
        measure=None,
    )


def extent_of(written: int | str | None) -> Extent | None:
    """``50`` is percent, ``"19.5 h"`` hours a week."""
    if written is None:
        return None
    if isinstance(written, int):
        return Extent(Decimal(written), ExtentUnit.PERCENT)
    return Extent(Decimal(written.removesuffix(" h")), ExtentUnit.HOURS_PER_WEEK)


def weekly(written: str) -> WeeklyTime:
    """``"2 09:00 12:00"`` is every Tuesday from nine to twelve."""
    weekday, from_, until = written.split()
    return WeeklyTime(int(weekday), time.fromisoformat(from_), time.fromisoformat(until))


def find(
    plans: Sequence[Plan],
    activities: Sequence[Activity] = (),
    today: str = "2026-03-02",
    settings: ClashSettings | None = None,
) -> tuple[Clash, ...]:
    """The clashes of the plans, with the agencies and staff above."""
    return find_clashes(plans, activities, AGENCIES, STAFF, date.fromisoformat(today), settings or ClashSettings())


def told(clashes: Sequence[Clash], *types: str) -> list[tuple[Any, ...]]:
    """Each clash as ``(type, from, until, involved, figures)`` in JSON's terms; of these types, if any are given."""
    return [
        (each["type"], each["from"], each["until"], " ".join(each["involved"]), each["figures"])
        for each in (clash.as_json() for clash in clashes)
        if not types or each["type"] in types
    ]
