"""A plan, an activity or a note as rows of words, for seeing what stands now, and what stood before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from flask_babel import gettext as _

from portal.accounts.rules import Staff, StaffId
from portal.plans.rules import Activity, Note, Plan
from portal.web.formats import day, extent, weekly_times
from portal.web.words import word

Content: TypeAlias = Plan | Activity | Note


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """One row: a label, its words, and whether somebody has written them, so that they are Swedish."""

    label: str
    words: str
    is_written: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """One row that is not what it was; either side is empty where nothing stood."""

    label: str
    before: str
    after: str
    is_written: bool


def facts_of(content: Content, staff: Mapping[StaffId, Staff]) -> list[Fact]:
    """Everything the content says, in the order in which the form asks; what is left out has no words."""
    if isinstance(content, Plan):
        return list(_of_plan(content, staff))
    return list(_of_activity(content) if isinstance(content, Activity) else _of_note(content))


def differences(before: Content | None, after: Content, staff: Mapping[StaffId, Staff]) -> list[Difference]:
    """The rows in which two versions differ; all that say something, where there is none before."""
    now = facts_of(after, staff)
    then = [Fact(each.label, "") for each in now] if before is None else facts_of(before, staff)
    return [
        Difference(new.label, old.words, new.words, new.is_written)
        for old, new in zip(then, now, strict=True)
        if old.words != new.words
    ]


def _of_plan(plan: Plan, staff: Mapping[StaffId, Staff]) -> Iterator[Fact]:
    caseworker = None if plan.caseworker is None else staff.get(plan.caseworker)
    yield Fact(_("Informationsslag"), word(plan.category))
    yield Fact(_("Planens namn"), plan.title, is_written=True)
    yield Fact(_("Riktning"), "" if plan.direction is None else word(plan.direction))
    yield Fact(_("Mål"), plan.goal or "", is_written=True)
    yield Fact(_("Läge"), word(plan.status))
    yield Fact(_("Från och med"), day(plan.from_))
    yield Fact(_("Till och med"), _day(plan.until))
    yield Fact(_("Senaste uppföljning"), _day(plan.last_follow_up))
    yield Fact(_("Nästa uppföljning"), _day(plan.next_follow_up))
    yield Fact(_("Handläggare"), "" if caseworker is None else caseworker.name)
    yield Fact(_("Lämnades ut"), day(plan.released_on))


def _of_activity(activity: Activity) -> Iterator[Fact]:
    yield Fact(_("Slag"), word(activity.kind))
    yield Fact(_("Aktivitetens namn"), activity.title, is_written=True)
    yield Fact(_("Läge"), word(activity.status))
    yield Fact(_("Från och med"), day(activity.from_))
    yield Fact(_("Till och med"), _day(activity.until))
    yield Fact(_("Omfattning"), extent(activity.extent))
    yield Fact(_("Tider i veckan"), weekly_times(activity.times, is_once=activity.date is not None))
    yield Fact(_("Plats"), activity.place or "", is_written=True)
    yield Fact(_("Insats"), activity.measure or "", is_written=True)


def _of_note(note: Note) -> Iterator[Fact]:
    yield Fact(_("Informationsslag"), word(note.category))
    yield Fact(_("Vilken dag gäller det?"), day(note.date))
    yield Fact(_("Text"), note.text, is_written=True)
    yield Fact(_("Lämnades ut"), day(note.released_on))


def _day(value: date | None) -> str:
    return "" if value is None else day(value)
