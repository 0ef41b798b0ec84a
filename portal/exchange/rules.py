"""What the values of one object must say together: days and times in order, meetings, protection, categories.

A rule names the path below the object and the reason. Every rule is asked by itself, so that an object in which
one key is wrong is still asked about the others.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, TypeAlias

from portal.consent.rules import Category
from portal.exchange import schema
from portal.exchange.problems import Reason
from portal.plans.rules import ActivityKind, ExtentUnit

Finding: TypeAlias = tuple[str, Reason]
Rule: TypeAlias = Callable[[Any], Iterator[Finding]]

_MOST_PERCENT = 200
_MOST_HOURS = 80
_HALF = Decimal("0.5")


def staff_end_after_they_begin(staff: schema.Staff) -> Iterator[Finding]:
    """A staff entry ends on or after its first day."""
    if staff.active_until is not None and staff.active_until < staff.active_from:
        yield "active_until", Reason.ENDS_BEFORE_IT_BEGINS


def it_ends_after_it_begins(item: schema.StandIn | schema.Plan | schema.Activity) -> Iterator[Finding]:
    """A stand-in, plan or activity ends on or after its first day."""
    if item.until is not None and item.until < item.from_:
        yield "until", Reason.ENDS_BEFORE_IT_BEGINS


def a_consent_ends_after_it_begins(consent: schema.Consent) -> Iterator[Finding]:
    """A consent ends on or after its first day."""
    if consent.valid_until < consent.valid_from:
        yield "valid_until", Reason.ENDS_BEFORE_IT_BEGINS


def a_protected_person_has_no_phone(person: schema.Person) -> Iterator[Finding]:
    """A protected person has no phone."""
    if person.protected and person.phone is not None:
        yield "phone", Reason.CONTACTS_OF_PROTECTED


def a_protected_person_has_no_email(person: schema.Person) -> Iterator[Finding]:
    """A protected person has no e-mail."""
    if person.protected and person.email is not None:
        yield "email", Reason.CONTACTS_OF_PROTECTED


def contacts_are_no_item(item: schema.Plan | schema.Note) -> Iterator[Finding]:
    """The category contacts is the person's own phone and e-mail, never a plan or a note."""
    if item.category is Category.CONTACTS:
        yield "category", Reason.CATEGORY_CONTACTS


def the_extent_is_within_its_scale(activity: schema.Activity) -> Iterator[Finding]:
    """Percent is whole, 0–200; hours a week are 0–80 in halves."""
    extent = activity.extent
    if extent is None:
        return
    if extent.unit is ExtentUnit.PERCENT:
        if not 0 <= extent.value <= _MOST_PERCENT or extent.value % 1:
            yield "extent.value", Reason.NOT_A_PERCENTAGE
    elif not 0 <= extent.value <= _MOST_HOURS or extent.value % _HALF:
        yield "extent.value", Reason.NOT_WEEKLY_HOURS


def times_end_after_they_begin(activity: schema.Activity) -> Iterator[Finding]:
    """Each time of the week ends after it begins."""
    for index, time in enumerate(activity.times or ()):
        if time.to <= time.from_:
            yield f"times[{index}].to", Reason.ENDS_BEFORE_IT_BEGINS


def only_a_meeting_has_a_date(activity: schema.Activity) -> Iterator[Finding]:
    """A meeting has a date, and nothing else has."""
    if activity.kind is ActivityKind.MEETING:
        if activity.date is None:
            yield "date", Reason.MEETING_WITHOUT_DATE
    elif activity.date is not None:
        yield "date", Reason.DATE_OF_NO_MEETING


def a_meeting_begins_on_its_date(activity: schema.Activity) -> Iterator[Finding]:
    """A meeting's first day is its date."""
    if _meets(activity) and activity.from_ != activity.date:
        yield "from", Reason.NOT_THE_MEETING_DAY


def a_meeting_ends_on_its_date(activity: schema.Activity) -> Iterator[Finding]:
    """A meeting's last day is its date."""
    if _meets(activity) and activity.until != activity.date:
        yield "until", Reason.NOT_THE_MEETING_DAY


def a_meeting_has_one_time(activity: schema.Activity) -> Iterator[Finding]:
    """A meeting has exactly one time."""
    if activity.kind is ActivityKind.MEETING and len(activity.times or ()) != 1:
        yield "times", Reason.NOT_ONE_MEETING_TIME


def a_meeting_is_on_the_weekday_of_its_date(activity: schema.Activity) -> Iterator[Finding]:
    """A meeting's time is on the weekday of its date."""
    if activity.kind is not ActivityKind.MEETING or activity.date is None:
        return
    for index, time in enumerate(activity.times or ()):
        if time.weekday != activity.date.isoweekday():
            yield f"times[{index}].weekday", Reason.NOT_THE_MEETING_WEEKDAY


def _meets(activity: schema.Activity) -> bool:
    return activity.kind is ActivityKind.MEETING and activity.date is not None


RULES: Final[dict[str, tuple[Rule, ...]]] = {
    "agencies": (),
    "staff": (staff_end_after_they_begin,),
    "stand_ins": (it_ends_after_it_begins,),
    "persons": (a_protected_person_has_no_phone, a_protected_person_has_no_email),
    "consents": (a_consent_ends_after_it_begins,),
    "plans": (it_ends_after_it_begins, contacts_are_no_item),
    "activities": (
        it_ends_after_it_begins,
        the_extent_is_within_its_scale,
        times_end_after_they_begin,
        only_a_meeting_has_a_date,
        a_meeting_begins_on_its_date,
        a_meeting_ends_on_its_date,
        a_meeting_has_one_time,
        a_meeting_is_on_the_weekday_of_its_date,
    ),
    "notes": (contacts_are_no_item,),
}
