"""Plans, activities and whole records as facts, for what draws and lists them: valid as they come, changed by keyword.

Today is 2 March 2026, a Monday. The person's number is a published test number (Skatteverket, CC0).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.accounts.rules import Agency, AgencyId, AgencyKind, Role, Staff, StaffId
from portal.consent.rules import Category, ConsentId, ReliedLine
from portal.gate.record import Contacts, Identity, Record
from portal.people.rules import PersonId
from portal.plans.clashes import find_clashes
from portal.plans.rules import (
    Activity,
    ActivityId,
    ActivityKind,
    ActivityStatus,
    Direction,
    Extent,
    ExtentUnit,
    Note,
    NoteId,
    Plan,
    PlanId,
    PlanStatus,
)

TODAY = date(2026, 3, 2)
READ_AT = datetime(2026, 3, 2, 13, 32, tzinfo=UTC)
LONG = "Arbetsmarknadsintroduktionsverksamheten för nyanlända i nordöstra Skånes samordningsförbund"
HOSTILE = "</title><script>alert('x')</script>\"'><img src=x onerror=alert(1)> {{ 7*7 }} \u202e"


def agency(id_: str = "ame", name: str = "Arbetsmarknadsenheten", kind: AgencyKind = AgencyKind.AME) -> Agency:
    """An agency, the arbetsmarknadsenhet unless told otherwise."""
    return Agency(AgencyId(id_), name, kind)


AGENCIES = (
    agency(),
    agency("af", "Arbetsförmedlingen", AgencyKind.ARBETSFORMEDLINGEN),
    agency("region", "Region Skåne, psykiatri", AgencyKind.REGION),
    agency("fk", "Försäkringskassan", AgencyKind.FORSAKRINGSKASSAN),
    agency("soc", "Socialtjänsten", AgencyKind.SOCIALTJANST),
)


def staff(id_: str = "s-lina", **changes: Any) -> Staff:
    """A named reader at AME."""
    facts: dict[str, Any] = {
        "agency": AgencyId("ame"),
        "role": Role.READER,
        "name": "Lina Holm",
        "title": "Arbetsmarknadssekreterare",
        "email": "lina.holm@example.se",
        "phone": "040-628 04 02",
        "phone_hours": "mån–tor 8–9",
        "issuer": "https://idp.ame.example",
        "subject": "lina",
        "active_from": date(2026, 1, 1),
        "active_until": None,
    }
    return Staff(id=StaffId(id_), **{**facts, **changes})


def plan(id_: str = "pl-ame", **changes: Any) -> Plan:
    """AME's plan towards studies, open-ended from 1 January 2026."""
    facts: dict[str, Any] = {
        "person": PersonId("p-1"),
        "agency": AgencyId("ame"),
        "category": Category.PLANNING,
        "title": "Handlingsplan",
        "direction": Direction.STUDIES,
        "goal": "Gymnasieexamen via komvux",
        "status": PlanStatus.ACTIVE,
        "released_on": date(2026, 2, 1),
        "from_": date(2026, 1, 1),
        "until": None,
        "last_follow_up": date(2026, 2, 1),
        "next_follow_up": date(2026, 5, 1),
        "caseworker": StaffId("s-lina"),
    }
    return Plan(id=PlanId(id_), **{**facts, **changes})


def activity(id_: str = "a1", **changes: Any) -> Activity:
    """Half-time studies during the spring of 2026."""
    facts: dict[str, Any] = {
        "plan": PlanId("pl-ame"),
        "kind": ActivityKind.STUDIES,
        "title": "Komvux, svenska och matematik",
        "from_": date(2026, 2, 1),
        "until": date(2026, 6, 5),
        "status": ActivityStatus.ONGOING,
        "extent": Extent(Decimal(50), ExtentUnit.PERCENT),
        "times": (),
        "date": None,
        "place": "Hässleholm",
        "measure": None,
    }
    return Activity(id=ActivityId(id_), **{**facts, **changes})


def meeting(id_: str, on: date, **changes: Any) -> Activity:
    """A meeting on one day."""
    facts = {
        "kind": ActivityKind.MEETING,
        "title": "Nätverksmöte",
        "from_": on,
        "until": on,
        "date": on,
        "extent": None,
    }
    return activity(id_, **{**facts, **changes})


def note(id_: str = "n-1", **changes: Any) -> Note:
    """AME's note on the background."""
    facts: dict[str, Any] = {
        "person": PersonId("p-1"),
        "agency": AgencyId("ame"),
        "category": Category.BACKGROUND,
        "date": date(2026, 1, 12),
        "released_on": date(2026, 1, 12),
        "text": "Vill bli klar med gymnasiet innan sommaren.",
    }
    return Note(id=NoteId(id_), **{**facts, **changes})


def relied_line(**changes: Any) -> ReliedLine:
    """A line that opens AME's planning and the contacts during 2026."""
    facts: dict[str, Any] = {
        "consent": ConsentId("c-1"),
        "index": 0,
        "sources": frozenset({AgencyId("ame")}),
        "categories": frozenset({Category.PLANNING, Category.CONTACTS}),
        "valid_from": date(2026, 1, 10),
        "valid_until": date(2026, 12, 31),
    }
    return ReliedLine(**{**facts, **changes})


def record(
    plans: Sequence[Plan] = (),
    activities: Sequence[Activity] = (),
    agencies: Sequence[Agency] = AGENCIES,
    given_name: str = "Test",
    family_name: str = "Persson",
    **changes: Any,
) -> Record:
    """A record of these plans, with the clashes that are in them."""
    known = {each.id: each for each in agencies}
    people: Mapping[StaffId, Staff] = {each.id: each for each in (staff(),)}
    facts: dict[str, Any] = {
        "ref": "k3J9",
        "identity": Identity(PersonId("p-1"), "199205172381", given_name, family_name, "sv", ()),
        "is_protected": False,
        "contacts": Contacts("070-174 06 58", None),
        "plans": tuple(plans),
        "activities": tuple(activities),
        "notes": (),
        "agencies": known,
        "staff": people,
        "clashes": find_clashes(plans, activities, known, people, TODAY),
        "lines": (relied_line(),),
        "changed": {},
        "read_at": READ_AT,
        "last_read_at": None,
    }
    return Record(**{**facts, **changes})


def plan_of_each(agencies: Sequence[Agency] = AGENCIES) -> tuple[Plan, ...]:
    """One plan an agency, with the directions in turn."""
    directions = tuple(Direction)
    return tuple(
        plan(
            f"pl-{each.id}",
            agency=each.id,
            direction=directions[number % len(directions)],
            next_follow_up=TODAY + timedelta(days=14 + 9 * number),
        )
        for number, each in enumerate(agencies)
    )


def founding_case() -> Record:
    """The founding example: studies, work placement and rest in the same month."""
    plans = plan_of_each(AGENCIES[:3])
    placement = activity(
        "a2",
        plan=plans[1].id,
        kind=ActivityKind.WORK_PLACEMENT,
        title="Praktik, Lager AB",
        from_=date(2026, 3, 16),
        until=date(2026, 5, 31),
        status=ActivityStatus.PLANNED,
        extent=Extent(Decimal(75), ExtentUnit.PERCENT),
    )
    leave = activity(
        "a3",
        plan=plans[2].id,
        kind=ActivityKind.SICK_LEAVE,
        title="Sjukskrivning",
        from_=date(2026, 2, 15),
        until=date(2026, 4, 15),
        place=None,
    )
    return record(plans, (activity(), placement, leave), notes=(note(),))


def crowded_case(count: int = 40, open_ended: int = 5, in_one_lane: int = 20) -> Record:
    """``count`` activities, half of them in one lane, some open-ended, some meetings, some before the drawing."""
    plans = plan_of_each()
    kinds = [kind for kind in ActivityKind if kind is not ActivityKind.MEETING]
    activities = []
    for number in range(count):
        owner = plans[0] if number < in_one_lane else plans[1 + number % (len(plans) - 1)]
        begins = TODAY + timedelta(days=(number * 37) % 260 - 120)
        ends = begins + timedelta(days=(number * 53) % 90)
        facts: dict[str, Any] = {
            "plan": owner.id,
            "kind": kinds[number % len(kinds)],
            "title": f"{LONG[: 8 + (number * 11) % 60].strip()} {number + 1}",
            "from_": begins,
            "until": None if number % (count // open_ended) == 0 else ends,
            "status": tuple(ActivityStatus)[number % 3],
        }
        activities.append(
            meeting(f"a{number}", begins, plan=owner.id, title=f"Möte {number + 1}")
            if number % 7 == 3
            else activity(f"a{number}", **facts)
        )
    return record(plans, activities)
