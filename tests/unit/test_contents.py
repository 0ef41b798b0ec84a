"""An item's content is the same bytes however its object is written, and reads back as what it says."""

import json
from decimal import Decimal

import pytest

from portal.exchange import conversion, schema
from portal.people.rules import PersonId
from portal.plans import contents, exchanged
from tests.factories import Json, activity, meeting, note, plan

BARE = ("direction", "goal", "until", "last_follow_up", "next_follow_up", "caseworker")
ACTIVITIES = [
    activity(),
    meeting(),
    activity(extent={"value": 37.5, "unit": "hours_per_week"}),
    activity(extent={"value": 0, "unit": "percent"}, times=[{"weekday": 1, "from": "09:00", "to": "15:30"}]),
    activity(title="Åäö “citat” \\ 🌱", place=None),
]


def as_read(said: Json) -> Json:
    """The object as an import reads it: numbers with a fraction are exact."""
    read: Json = json.loads(json.dumps(said), parse_float=Decimal)
    return read


@pytest.mark.parametrize("said", [plan(), plan(**dict.fromkeys(BARE))])
def test_a_plan_is_written_from_its_object_as_from_its_facts(said: Json) -> None:
    facts = conversion.plan_of(schema.Plan.model_validate(said))
    written = contents.write_plan(as_read(said))
    assert written == contents.write_plan(exchanged.write_plan(facts))
    row = {"id": facts.id, "agency": "af", "category": "planning"}
    assert contents.read_plan(row, PersonId("p-1"), written) == facts


@pytest.mark.parametrize("said", ACTIVITIES)
def test_an_activity_is_written_from_its_object_as_from_its_facts(said: Json) -> None:
    facts = conversion.activity_of(schema.Activity.model_validate(as_read(said)))
    written = contents.write_activity(as_read(said))
    assert written == contents.write_activity(exchanged.write_activity(facts))
    assert contents.read_activity({"id": facts.id, "plan": facts.plan}, written) == facts


def test_a_note_is_written_from_its_object_as_from_its_facts() -> None:
    facts = conversion.note_of(schema.Note.model_validate(note()))
    written = contents.write_note(as_read(note()))
    assert written == contents.write_note(exchanged.write_note(facts))
    row = {"id": facts.id, "agency": "ame", "category": "background"}
    assert contents.read_note(row, PersonId("p-1"), written) == facts


@pytest.mark.parametrize("value", ["75", "75.0", "7.5e1"])
def test_a_number_is_one_content_in_whatever_way_it_is_written(value: str) -> None:
    said = activity(extent={"value": Decimal(value), "unit": "percent"})
    assert contents.write_activity(said) == contents.write_activity(activity())


def test_what_may_be_absent_is_one_content_absent_or_null() -> None:
    absent = {key: value for key, value in plan().items() if key not in BARE}
    assert contents.write_plan(absent) == contents.write_plan(plan(**dict.fromkeys(BARE)))
    without = {key: value for key, value in activity().items() if key not in ("times", "date", "measure")}
    assert contents.write_activity(without) == contents.write_activity(activity(times=None))
