"""What is new in a record since I last read it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.accounts.rules import AgencyId
from portal.plans.rules import Activity, Note, Plan


class NewsKind(StrEnum):
    """What sort of item is new or changed."""

    PLAN = "plan"
    ACTIVITY = "activity"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class News:
    """An item that an agency released after I last read; a note has no title."""

    kind: NewsKind
    agency: AgencyId
    title: str
    at: datetime


def news(
    plans: Iterable[Plan], activities: Iterable[Activity], notes: Iterable[Note], changed: Mapping[str, datetime]
) -> tuple[News, ...]:
    """The visible items among ``changed`` (when, by item), newest first."""
    plans = tuple(plans)
    owner = {plan.id: plan.agency for plan in plans}
    found = [
        *(News(NewsKind.PLAN, plan.agency, plan.title, changed[plan.id]) for plan in plans if plan.id in changed),
        *(
            News(NewsKind.ACTIVITY, owner[activity.plan], activity.title, changed[activity.id])
            for activity in activities
            if activity.id in changed
        ),
        *(News(NewsKind.NOTE, note.agency, "", changed[note.id]) for note in notes if note.id in changed),
    ]
    return tuple(sorted(found, key=lambda item: item.at, reverse=True))
