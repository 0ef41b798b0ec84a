"""What a plan, an activity and a note are, as plain facts read from their envelopes or from a document.

Pure: no database, no clock, no keys. Days are Europe/Stockholm dates; from–until is inclusive, None is open.
"""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NewType

from portal.accounts.rules import AgencyId, StaffId
from portal.consent.rules import Category
from portal.people.rules import PersonId

PlanId = NewType("PlanId", str)
ActivityId = NewType("ActivityId", str)
NoteId = NewType("NoteId", str)


class Direction(StrEnum):
    """Where a plan is heading."""

    WORK = "work"
    STUDIES = "studies"
    REHABILITATION = "rehabilitation"
    REST = "rest"


class PlanStatus(StrEnum):
    """A plan counts only while it is active."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class ActivityKind(StrEnum):
    """What is done in an activity."""

    WORK = "work"
    WORK_TRAINING = "work_training"
    WORK_PLACEMENT = "work_placement"
    STUDIES = "studies"
    LANGUAGE_STUDIES = "language_studies"
    JOB_SEARCH = "job_search"
    CARE = "care"
    REHABILITATION = "rehabilitation"
    ASSESSMENT = "assessment"
    SICK_LEAVE = "sick_leave"
    OCCUPATION = "occupation"
    MEETING = "meeting"
    OTHER = "other"


class ActivityStatus(StrEnum):
    """How far an activity has come."""

    PLANNED = "planned"
    ONGOING = "ongoing"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class ExtentUnit(StrEnum):
    """Percent of full time, or hours a week."""

    PERCENT = "percent"
    HOURS_PER_WEEK = "hours_per_week"


class Way(StrEnum):
    """How an agency told the desk what it releases."""

    PHONE = "phone"
    MEETING = "meeting"
    EMAIL = "email"
    LETTER = "letter"
    SYSTEM = "system"
    OTHER = "other"


class Removal(StrEnum):
    """Why the desk takes something away; what has only come to its end is ended instead."""

    REGISTERED_IN_ERROR = "registered_in_error"
    OF_SOMEBODY_ELSE = "of_somebody_else"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Release:
    """What the desk keeps of an agency's word: who gave it, on which day and how.

    Who is one of the agency's named staff, or somebody said in ``words`` where they are not in the register.
    """

    by: StaffId | None
    words: str
    way: Way
    on: datetime.date


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a week an activity takes: percent is whole 0–200, hours are 0–80 in halves."""

    value: Decimal
    unit: ExtentUnit

    def percent(self, full_time_hours: int) -> int:
        """The extent in whole percent of ``full_time_hours`` a week, rounded half up."""
        if self.unit is ExtentUnit.PERCENT:
            return int(self.value)
        share = self.value * 100 / Decimal(full_time_hours)
        return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class WeeklyTime:
    """When in the week an activity happens: ``weekday`` 1 is Monday, ``from_`` is before ``until``."""

    weekday: int
    from_: datetime.time
    until: datetime.time


@dataclass(frozen=True, slots=True)
class Plan:
    """One agency's plan for a person, as that agency last released it."""

    id: PlanId
    person: PersonId
    agency: AgencyId
    category: Category
    title: str
    direction: Direction | None
    goal: str | None
    status: PlanStatus
    released_on: datetime.date
    from_: datetime.date
    until: datetime.date | None
    last_follow_up: datetime.date | None
    next_follow_up: datetime.date | None
    caseworker: StaffId | None


@dataclass(frozen=True, slots=True)
class Activity:
    """Something the person does or is planned to do within a plan; it has its plan's category."""

    id: ActivityId
    plan: PlanId
    kind: ActivityKind
    title: str
    from_: datetime.date
    until: datetime.date | None
    status: ActivityStatus
    extent: Extent | None
    times: tuple[WeeklyTime, ...]
    date: datetime.date | None
    place: str | None
    measure: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """A short text an agency has released about a person."""

    id: NoteId
    person: PersonId
    agency: AgencyId
    category: Category
    date: datetime.date
    released_on: datetime.date
    text: str
