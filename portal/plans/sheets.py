"""A form in front of the desk and what it is about: one kind of item, of one agency, new or as it stands."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from portal import clock
from portal.accounts.rules import AgencyId, Staff
from portal.exchange import conversion, schema
from portal.gate.maintaining import Maintained
from portal.gate.record import Record
from portal.plans.contents import ACTIVITY, NOTE, PLAN
from portal.plans.own_words import are_own_words, words_to
from portal.plans.record_forms import ActivityForm, NoteForm, PlanForm, RecordForm, WordsForm
from portal.plans.rules import Activity, ActivityStatus, ExtentUnit, Note, NoteId, Plan, PlanStatus
from portal.plans.service import Item, activity_item, note_item, plan_item

WORDS = "words"
FORMS: Mapping[str, type[RecordForm]] = {PLAN: PlanForm, ACTIVITY: ActivityForm, NOTE: NoteForm, WORDS: WordsForm}


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """What is to be entered: its kind and agency, what it hangs on (a plan, a note), and what stands, if it does."""

    kind: str
    agency: AgencyId
    host: Plan | Note | None = None
    stands: Plan | Activity | Note | None = None

    OVER: ClassVar[Mapping[str, str]] = {PLAN: PlanStatus.ENDED.value, ACTIVITY: ActivityStatus.COMPLETED.value}

    def blank(self, form: type[RecordForm], version: int, *, ends: bool = False) -> RecordForm:
        """The form before anybody has typed: empty, or as the item stands, or about to end today."""
        values = {} if self.stands is None else _values(self.stands)
        if ends and self.kind in self.OVER:
            values |= {"status": self.OVER[self.kind], "until": clock.today()}
        item = self.new_id() if self.stands is None else self.stands.id
        values |= {"item": item, "version": str(version), "released_on": clock.today()}
        return form(formdata=None, data=values)

    def new_id(self) -> str:
        """An id nobody has, that sending twice is known by."""
        start = self._start
        return start + secrets.token_hex(6 if start else 16)

    def may_be_called(self, item: str) -> bool:
        """Whether a new item of this sheet may have that id."""
        start = self._start
        digits = item.removeprefix(start)
        return item.startswith(start) and len(item) == len(self.new_id()) and set(digits) <= set("0123456789abcdef")

    def fix(self, form: RecordForm) -> None:
        """Hold the form to what never changes under a known id, whatever was sent."""
        if self.stands is not None:
            form.item.data = self.stands.id
        if isinstance(form, PlanForm | NoteForm) and not isinstance(self.stands, Activity | None):
            form.category.data = self.stands.category.value

    def said(self, form: RecordForm, person: str) -> dict[str, Any]:
        """What was typed, as an object of the exchange format."""
        said = {"id": form.item.data, **form.typed()}
        if self.kind == ACTIVITY and self.host is not None:
            return {**said, "plan": self.host.id}
        said |= {"person": person, "agency": self.agency}
        if self.kind == WORDS:
            tied = self.host or self.stands
            said["category"] = "" if tied is None or isinstance(tied, Activity) else tied.category.value
        return said

    def item(self, said: Mapping[str, Any], form: RecordForm) -> Item:
        """What was typed, on its way into the register."""
        if self.kind == PLAN:
            made = plan_item(said)
        elif self.kind == ACTIVITY and self.host is not None:
            made = activity_item(said, self.agency, self.host.category.value)
        else:
            made = note_item(said)
        return made._replace(release=form.release)

    def read(self, said: Mapping[str, Any]) -> Plan | Activity | None:
        """What was typed, for finding its clashes; None of a note, which clashes with nothing."""
        if self.kind == PLAN:
            return conversion.plan_of(schema.Plan.model_validate(said))
        return conversion.activity_of(schema.Activity.model_validate(said)) if self.kind == ACTIVITY else None

    @property
    def hangs_on(self) -> str | None:
        """What something new is entered under: its agency, plan or note; None where that is gone."""
        if self.kind in (PLAN, NOTE):
            return self.agency
        return None if self.host is None else self.host.id

    @property
    def _start(self) -> str:
        """What the id of something new begins with."""
        return words_to(NoteId(self.host.id)) if self.kind == WORDS and self.host is not None else ""


def new_sheet(record: Record, kind: str, of: str) -> Sheet | None:
    """A sheet for something new: a plan or note of an agency, an activity of a plan, words to a note; else None."""
    if kind in (PLAN, NOTE):
        return Sheet(kind, AgencyId(of)) if AgencyId(of) in record.agencies else None
    hosts: Sequence[Plan | Note] = record.plans if kind == ACTIVITY else record.notes if kind == WORDS else ()
    host = next((each for each in hosts if each.id == of and not are_own_words(each.id)), None)
    return None if host is None else Sheet(kind, host.agency, host)


def sheet_anew(record: Record, item: str, agency: AgencyId, was: Plan | Activity | Note) -> Sheet:
    """A sheet for entering anew what has been taken away; without a host, where that is gone too."""
    if isinstance(was, Plan):
        return Sheet(PLAN, agency)
    if isinstance(was, Activity):
        return Sheet(ACTIVITY, agency, next((plan for plan in record.plans if plan.id == was.plan), None))
    if not are_own_words(item):
        return Sheet(NOTE, agency)
    return Sheet(WORDS, agency, next((note for note in record.notes if item.startswith(words_to(note.id))), None))


def sheet_of(maintained: Maintained, item: str) -> Sheet | None:
    """The sheet of an item as it stands; None if there is none."""
    record = maintained.record
    if record is None:
        return None
    plans = {str(plan.id): plan for plan in record.plans}
    if item in plans:
        return Sheet(PLAN, plans[item].agency, None, plans[item])
    activity = next((each for each in record.activities if each.id == item), None)
    if activity is not None:
        plan = plans[activity.plan]
        return Sheet(ACTIVITY, plan.agency, plan, activity)
    note = next((each for each in record.notes if each.id == item), None)
    if note is None:
        return None
    return Sheet(WORDS if are_own_words(note.id) else NOTE, note.agency, None, note)


def staff_to_choose(entries: Sequence[tuple[Staff, bool]], sheet: Sheet) -> list[Staff]:
    """Those of the sheet's agency who work there, and whoever the plan names already."""
    named = sheet.stands.caseworker if isinstance(sheet.stands, Plan) else None
    today = clock.today()
    return [
        entry
        for entry, has_ended in entries
        if entry.agency == sheet.agency and (entry.id == named or (not has_ended and entry.is_active(today)))
    ]


def _values(content: Plan | Activity | Note) -> dict[str, Any]:
    values = {name: getattr(content, name) for name in content.__slots__}
    if isinstance(content, Activity):
        extent = content.extent
        values["extent"] = "" if extent is None else f"{extent.value.normalize():f}".replace(".", ",")
        values["unit"] = ExtentUnit.PERCENT.value if extent is None else extent.unit.value
        values["times"] = [[str(each.weekday), f"{each.from_:%H.%M}", f"{each.until:%H.%M}"] for each in content.times]
    return values
