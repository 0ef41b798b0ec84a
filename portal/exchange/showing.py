"""A difference as the desk reads it: what stands now beside what the document says, in words, field by field.

Of an item that changes only what differs is shown, both as it stands and as it would be.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.accounts.rules import AgencyId, Staff, StaffId
from portal.consent.forms import LANGUAGES
from portal.consent.rules import Category
from portal.exchange.difference import CHANGED, Item, PersonDifference
from portal.gate.maintaining import Maintained
from portal.gate.record import Contacts, Identity, Record
from portal.people.service import Details
from portal.plans.rules import Activity, Note, Plan
from portal.web.formats import day, extent, period, personnummer, weekly_times
from portal.web.language import say
from portal.web.words import word


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One field; None on a side that says nothing. ``is_written`` says that somebody wrote it, in Swedish."""

    label: str
    before: str | None
    after: str | None
    is_written: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class ShownItem:
    """One plan, activity or note that comes, changes or goes."""

    kind: str
    title: str
    agency: AgencyId
    category: Category
    change: str
    rows: Sequence[Row]


def show_items(
    person: PersonDifference, record: Record, staff: Mapping[StaffId, Staff], today: date
) -> list[ShownItem]:
    """The person's plans, activities and notes beside those that stand, which the gate has opened."""
    before: dict[str, Item] = {plan.id: plan for plan in record.plans}
    before |= {activity.id: activity for activity in record.activities}
    before |= {note.id: note for note in record.notes}
    shown = []
    for each in person.items:
        now = before.get(each.id)
        either = each.after or now
        if either is None:
            continue
        rows = _beside(_fields(now, staff, today), _fields(each.after, staff, today))
        if each.change == CHANGED and now is not None:
            rows = [row for row in rows if row.before != row.after]
        shown.append(ShownItem(_kind(either), _title(either), each.agency, each.category, each.change, rows))
    return shown


def show_details(person: PersonDifference, maintained: Maintained | None, today: date) -> list[Row]:
    """Who the person is, as it stands and as it would be; of somebody sealed no contacts, on neither side."""
    if maintained is None:
        return [] if person.details is None else _beside([], _details(person.details, today))
    now = _details_of(maintained.identity, maintained.contacts, maintained.is_protected)
    after = person.details or replace(now, is_protected=person.is_protected is True)
    rows = _beside(_details(now, today), _details(after, today))
    hidden = _contact_labels() if maintained.contacts is None else ()
    return [row for row in rows if row.before != row.after and row.label not in hidden]


def _beside(now: Iterable[Row], then: Iterable[Row]) -> list[Row]:
    """Both sides in one list, each field once; what says nothing on either side is left out."""
    before, after = {row.label: row for row in now}, {row.label: row for row in then}
    rows = []
    for label, row in (before | after).items():
        left = before[label].after if label in before else None
        right = after[label].after if label in after else None
        if left or right:
            rows.append(Row(label, left, right, row.is_written))
    return rows


def _fields(item: Item | None, staff: Mapping[StaffId, Staff], today: date) -> list[Row]:
    match item:
        case Plan():
            return _plan(item, staff, today)
        case Activity():
            return _activity(item, today)
        case Note():
            released = Row(say("Lämnades ut"), None, day(item.released_on))
            return [Row(say("Dag"), None, day(item.date)), released, Row(say("Text"), None, item.text, True)]
    return []


def _plan(plan: Plan, staff: Mapping[StaffId, Staff], today: date) -> list[Row]:
    caseworker = plan.caseworker
    name = None if caseworker is None else staff[caseworker].name if caseworker in staff else caseworker
    return [
        Row(say("Rubrik"), None, plan.title, True),
        Row(say("Riktning"), None, None if plan.direction is None else word(plan.direction)),
        Row(say("Mål"), None, plan.goal, True),
        Row(say("Läge"), None, word(plan.status)),
        Row(say("Gäller"), None, period(plan.from_, plan.until, today)),
        Row(say("Följdes upp"), None, _day(plan.last_follow_up)),
        Row(say("Följs upp"), None, _day(plan.next_follow_up)),
        Row(say("Handläggare"), None, name),
        Row(say("Lämnades ut"), None, day(plan.released_on)),
    ]


def _activity(activity: Activity, today: date) -> list[Row]:
    is_once = activity.date is not None
    return [
        Row(say("Rubrik"), None, activity.title, True),
        Row(say("Slag"), None, word(activity.kind)),
        Row(say("Läge"), None, word(activity.status)),
        Row(say("Gäller"), None, period(activity.from_, activity.until, today)),
        Row(say("Omfattning"), None, extent(activity.extent)),
        Row(say("Tider"), None, weekly_times(activity.times, is_once=is_once)),
        Row(say("Plats"), None, activity.place, True),
        Row(say("Insats"), None, activity.measure, True),
    ]


def _details(details: Details, today: date) -> list[Row]:
    phone, email = _contact_labels()
    return [
        Row(say("Namn"), None, f"{details.given_name} {details.family_name}"),
        Row(say("Personnummer"), None, personnummer(details.personnummer, today)),
        Row(phone, None, details.phone),
        Row(email, None, details.email),
        Row(say("Språk"), None, str(LANGUAGES.get(details.language, details.language))),
        Row(say("Skyddade personuppgifter"), None, say("Ja") if details.is_protected else say("Nej")),
    ]


def _details_of(identity: Identity, contacts: Contacts | None, is_protected: bool) -> Details:
    return Details(
        identity.id,
        identity.personnummer,
        identity.given_name,
        identity.family_name,
        None if contacts is None else contacts.phone,
        None if contacts is None else contacts.email,
        identity.language,
        is_protected,
    )


def _contact_labels() -> tuple[str, str]:
    return say("Telefon"), say("E-post")


def _kind(item: Item) -> str:
    if isinstance(item, Plan):
        return say("Plan")
    return say("Aktivitet") if isinstance(item, Activity) else say("Lägesrapport")


def _title(item: Item) -> str:
    return "" if isinstance(item, Note) else item.title


def _day(value: date | None) -> str | None:
    return None if value is None else day(value)
