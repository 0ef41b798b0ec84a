"""One person's page from the ORM: five queries, and the record that the portal's own template takes."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.accounts import rules as accounts
from portal.accounts.rules import AgencyId, StaffId
from portal.consent.rules import Category, ConsentId, ReliedLine, day_of
from portal.gate.record import Contacts, Identity, Record
from portal.people.rules import PersonId
from portal.plans import rules
from portal.plans.clashes import find_clashes
from portal.plans.rules import ActivityId, NoteId, PlanId
from tests.bench.documents import AGENCIES, CATEGORIES
from tests.bench.ungated.models import Activity, Agency, Note, Person, Plan, Staff

_PERSON = select(Person).options(
    selectinload(Person.plans).options(joinedload(Plan.caseworker), selectinload(Plan.activities)),
    selectinload(Person.notes),
)
_AGENCIES = select(Agency)


def read_record(session: Session, ref: str) -> Record | None:
    """The person behind ``ref`` with everything on the page, clashes found; None if there is nobody."""
    person = session.scalars(_PERSON.where(Person.ref == ref)).one_or_none()
    if person is None:
        return None
    agencies = {AgencyId(each.id): _agency(each) for each in session.scalars(_AGENCIES)}
    plans = tuple(_plan(each) for each in person.plans)
    activities = tuple(
        _activity(each) for each in sorted((a for plan in person.plans for a in plan.activities), key=lambda a: a.id)
    )
    staff = _staff(plan.caseworker for plan in person.plans if plan.caseworker is not None)
    at = datetime.now(UTC)
    today = day_of(at)
    return Record(
        ref=person.ref,
        identity=Identity(
            PersonId(person.id), person.personnummer, person.given_name, person.family_name, person.language, ()
        ),
        is_protected=person.protected,
        contacts=Contacts(person.phone, person.email),
        plans=plans,
        activities=activities,
        notes=tuple(_note(each) for each in person.notes),
        agencies=agencies,
        staff=staff,
        clashes=find_clashes(plans, activities, agencies, staff, today),
        lines=(_line(len(plans), at),),
        changed={},
        read_at=at,
        last_read_at=None,
    )


def _line(plans: int, at: datetime) -> ReliedLine:
    """The line the page's ribbon tells of: here it is words only, and decides nothing."""
    today = day_of(at)
    return ReliedLine(
        ConsentId("c"),
        0,
        frozenset(AgencyId(agency) for agency, _, _ in AGENCIES[:plans]),
        frozenset(map(Category, ("contacts", *CATEGORIES))),
        today - timedelta(90),
        today + timedelta(275),
    )


def _agency(row: Agency) -> accounts.Agency:
    return accounts.Agency(AgencyId(row.id), row.name, row.kind)


def _staff(rows: Iterable[Staff]) -> dict[StaffId, accounts.Staff]:
    return {
        StaffId(row.id): accounts.Staff(
            StaffId(row.id),
            AgencyId(row.agency),
            row.role,
            row.name,
            row.title,
            row.email,
            row.phone,
            row.phone_hours,
            row.issuer,
            row.subject,
            row.active_from,
            row.active_until,
        )
        for row in rows
    }


def _plan(row: Plan) -> rules.Plan:
    return rules.Plan(
        PlanId(row.id),
        PersonId(row.person),
        AgencyId(row.agency),
        row.category,
        row.title,
        row.direction,
        row.goal,
        row.status,
        row.released_on,
        row.from_,
        row.until,
        row.last_follow_up,
        row.next_follow_up,
        None if row.caseworker_id is None else StaffId(row.caseworker_id),
    )


def _activity(row: Activity) -> rules.Activity:
    extent = None
    if row.extent_value is not None and row.extent_unit is not None:
        extent = rules.Extent(row.extent_value, row.extent_unit)
    return rules.Activity(
        ActivityId(row.id),
        PlanId(row.plan),
        row.kind,
        row.title,
        row.from_,
        row.until,
        row.status,
        extent,
        tuple(
            rules.WeeklyTime(weekday, time.fromisoformat(start), time.fromisoformat(end))
            for weekday, start, end in row.times or ()
        ),
        row.date,
        row.place,
        row.measure,
    )


def _note(row: Note) -> rules.Note:
    return rules.Note(
        NoteId(row.id),
        PersonId(row.person),
        AgencyId(row.agency),
        row.category,
        row.date,
        row.released_on,
        row.text,
    )
