"""One object at a time: keys, types and written forms, each refused with its path and a reason."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from portal.exchange.problems import Reason
from tests.factories import (
    COORDINATION_NUMBER_WITHOUT_DAY,
    COORDINATION_NUMBER_WITHOUT_MONTH,
    Json,
    activity,
    anna,
    consent,
    document,
    form,
    line,
    meeting,
    note,
    person,
    plan,
    staff,
    stand_in,
    withdrawal,
)
from tests.unit.refusing import accepted, refused

MAY_BE_ABSENT = {
    "staff": {"email", "phone", "phone_hours", "active_until"},
    "persons": {"phone", "email"},
    "consents": {"withdrawn"},
    "plans": {"direction", "goal", "until", "last_follow_up", "next_follow_up", "caseworker"},
    "activities": {"until", "extent", "date", "place", "measure", "times"},
}
LISTS = ("agencies", "staff", "stand_ins", "persons", "consents", "plans", "activities", "notes")
WHOLE = anna(stand_ins=[stand_in()])


def fresh() -> Json:
    return anna(stand_ins=[stand_in()])


def test_the_founding_example_holds() -> None:
    assert accepted(fresh()).counts == {
        "agencies": 3,
        "staff": 6,
        "stand_ins": 1,
        "persons": 1,
        "consents": 1,
        "plans": 3,
        "activities": 3,
        "notes": 1,
    }


def test_every_list_may_be_absent() -> None:
    assert refused(document()) == []
    assert refused(document(**{name: [] for name in LISTS}, removed={})) == []


@pytest.mark.parametrize("name", [*LISTS, "removed"])
def test_no_list_may_be_null(name: str) -> None:
    assert refused(document(**{name: None})) == [(name, Reason.IS_NULL)]


KEYS = [(name, key) for name in LISTS for key in WHOLE[name][0]]


@pytest.mark.parametrize(("name", "key"), KEYS)
def test_a_key_may_be_absent_or_null_only_where_the_format_says_so(name: str, key: str) -> None:
    absent, null = fresh(), fresh()
    del absent[name][0][key]
    null[name][0][key] = None
    path = f"{name}[0].{key}"
    if key in MAY_BE_ABSENT.get(name, ()):
        assert refused(absent) == refused(null) == []
    else:
        assert (path, Reason.MISSING) in refused(absent)
        assert (path, Reason.IS_NULL) in refused(null)


@pytest.mark.parametrize(
    ("part", "valid", "optional"),
    [
        ("form", form(), {"representative"}),
        ("withdrawn", withdrawal(), set[str]()),
        ("lines[0]", line(), set[str]()),
    ],
)
def test_the_parts_of_a_consent_say_what_they_must(part: str, valid: Json, optional: set[str]) -> None:
    for key in valid:
        for reason, changed in (
            (Reason.MISSING, {other: value for other, value in valid.items() if other != key}),
            (Reason.IS_NULL, valid | {key: None}),
        ):
            whole = consent(lines=[changed]) if part == "lines[0]" else consent(**{part: changed})
            may_be = key in optional or (key == "received_by" and reason is Reason.IS_NULL)
            expected = [] if may_be else [(f"consents[0].{part}.{key}", reason)]
            assert refused(anna(consents=[whole])) == expected


@pytest.mark.parametrize("name", LISTS)
def test_an_unknown_key_is_refused(name: str) -> None:
    whole = fresh()
    whole[name][0]["nickname"] = None
    assert refused(whole) == [(f"{name}[0].nickname", Reason.UNKNOWN_KEY)]


@pytest.mark.parametrize("part", ["form", "withdrawn"])
def test_an_unknown_key_of_a_part_is_refused(part: str) -> None:
    valid = {"form": form(), "withdrawn": withdrawal()}[part]
    whole = anna(consents=[consent(**{part: valid | {"extra": 1}})])
    assert refused(whole) == [(f"consents[0].{part}.extra", Reason.UNKNOWN_KEY)]


def test_unknown_keys_at_the_top_and_in_removed_are_refused() -> None:
    assert refused(document(people=[])) == [("people", Reason.UNKNOWN_KEY)]
    assert refused(document(removed={"persons": []})) == [("removed.persons", Reason.UNKNOWN_KEY)]
    assert refused(document(**{"removed.plans": []})) == [("document", Reason.UNKNOWN_KEY)]


@pytest.mark.parametrize("key", ["199205172381", "Test Persson", "", "\ud800", "a" * 33, "å"])
def test_a_key_that_could_be_a_name_or_a_number_is_not_repeated(key: str) -> None:
    whole = anna()
    whole["persons"][0][key] = 1
    content = json.dumps(whole).encode()
    ((path, _),) = refused(content)
    assert path == "persons[0]"


@pytest.mark.parametrize("given", ["gemensam-ingang/2", "gemensam-ingang/1 ", 1, None, []])
def test_only_the_format_itself_is_read(given: object) -> None:
    assert refused({"format": given}) == [("format", Reason.WRONG_FORMAT)]


def test_a_document_without_format_is_refused() -> None:
    assert refused({}) == [("format", Reason.MISSING)]


def test_a_key_that_stands_twice_is_refused() -> None:
    assert refused(b'{"format": "gemensam-ingang/1", "plans": [], "plans": []}') == [("plans", Reason.REPEATED_KEY)]
    twice = b'{"format": "gemensam-ingang/1", "agencies": [{"id": "a", "name": "A", "id": "a", "kind": "ame"}]}'
    assert refused(twice) == [("agencies[0].id", Reason.REPEATED_KEY)]


def of_person(key: str, value: object) -> tuple[str, Json]:
    return f"persons[0].{key}", anna(persons=[person(**{key: value})])


def of_plan(key: str, value: object) -> tuple[str, Json]:
    return f"plans[0].{key}", anna(plans=[plan(**{key: value})], activities=[])


def of_activity(key: str, value: object) -> tuple[str, Json]:
    return f"activities[0].{key}", anna(activities=[activity(**{key: value})])


def of_line(key: str, value: object) -> tuple[str, Json]:
    return f"consents[0].lines[0].{key}", anna(consents=[consent(lines=[line(**{key: value})])])


def of_time(key: str, value: object) -> tuple[str, Json]:
    time = {"weekday": 1, "from": "09:00", "to": "15:00", key: value}
    return f"activities[0].times[0].{key}", anna(activities=[activity(times=[time])])


def of_extent(unit: str, value: object) -> tuple[str, Json]:
    return "activities[0].extent.value", anna(activities=[activity(extent={"value": value, "unit": unit})])


def of_withdrawal(key: str, value: object) -> tuple[str, Json]:
    return f"consents[0].withdrawn.{key}", anna(consents=[consent(withdrawn=withdrawal(**{key: value}))])


Place = Callable[[str, object], tuple[str, Json]]


@pytest.mark.parametrize(
    ("place", "key", "value", "reason"),
    [
        (of_person, "given_name", 5, Reason.NOT_TEXT),
        (of_person, "given_name", ["x"], Reason.NOT_TEXT),
        (of_person, "given_name", "\x00", Reason.CONTROL_CHARACTER),
        (of_person, "given_name", "\x1b[31m", Reason.CONTROL_CHARACTER),
        (of_person, "protected", 0, Reason.NOT_TRUE_OR_FALSE),
        (of_person, "protected", "false", Reason.NOT_TRUE_OR_FALSE),
        (of_person, "personnummer", 199205172381, Reason.NOT_TEXT),
        (of_person, "personnummer", "199205172382", Reason.WRONG_CHECK_DIGIT),
        (of_person, "personnummer", "199202302381", Reason.NO_SUCH_BIRTHDAY),
        (of_person, "personnummer", "19920517-2381", Reason.NOT_AN_IDENTITY_NUMBER),
        (of_person, "personnummer", "9205172381", Reason.NOT_AN_IDENTITY_NUMBER),
        (of_person, "personnummer", "199205172381\n", Reason.NOT_AN_IDENTITY_NUMBER),
        (of_person, "personnummer", "١٩٩٢٠٥١٧٢٣٨١", Reason.NOT_AN_IDENTITY_NUMBER),
        (of_person, "personnummer", "", Reason.NOT_AN_IDENTITY_NUMBER),
        (of_plan, "category", "planing", Reason.NOT_ONE_OF),
        (of_plan, "category", "PLANNING", Reason.NOT_ONE_OF),
        (of_plan, "category", ["planning"], Reason.NOT_ONE_OF),
        (of_plan, "category", "contacts", Reason.CATEGORY_CONTACTS),
        (of_plan, "direction", "up", Reason.NOT_ONE_OF),
        (of_plan, "direction", "", Reason.NOT_ONE_OF),
        (of_plan, "status", "open", Reason.NOT_ONE_OF),
        (of_plan, "from", "2026-1-15", Reason.NOT_A_DAY),
        (of_plan, "from", "20260115", Reason.NOT_A_DAY),
        (of_plan, "from", "2026-W03-4", Reason.NOT_A_DAY),
        (of_plan, "from", "2026-01-15T00:00:00", Reason.NOT_A_DAY),
        (of_plan, "from", "2026-01-15\n", Reason.NOT_A_DAY),
        (of_plan, "from", " 2026-01-15", Reason.NOT_A_DAY),
        (of_plan, "from", "2026-02-29", Reason.NOT_A_DAY),
        (of_plan, "from", "0000-01-01", Reason.NOT_A_DAY),
        (of_plan, "from", "٢٠٢٦-01-15", Reason.NOT_A_DAY),
        (of_plan, "from", 1768435200, Reason.NOT_TEXT),
        (of_plan, "until", "", Reason.NOT_A_DAY),
        (of_activity, "kind", "praktik", Reason.NOT_ONE_OF),
        (of_activity, "status", "done", Reason.NOT_ONE_OF),
        (of_activity, "times", {}, Reason.NOT_A_LIST),
        (of_activity, "extent", 75, Reason.NOT_AN_OBJECT),
        (of_line, "sources", ["*"], Reason.GENERAL_CONSENT),
        (of_line, "sources", "ame", Reason.NOT_A_LIST),
        (of_line, "categories", ["all"], Reason.NOT_ONE_OF),
        (of_line, "stand_ins", 1, Reason.NOT_TRUE_OR_FALSE),
        (of_time, "weekday", 0, Reason.NOT_A_WEEKDAY),
        (of_time, "weekday", 8, Reason.NOT_A_WEEKDAY),
        (of_time, "weekday", 1.5, Reason.NOT_A_WEEKDAY),
        (of_time, "weekday", "1", Reason.NOT_A_NUMBER),
        (of_time, "weekday", True, Reason.NOT_A_NUMBER),
        (of_time, "from", "9:00", Reason.NOT_A_TIME),
        (of_time, "from", "09:00:00", Reason.NOT_A_TIME),
        (of_time, "from", "09:60", Reason.NOT_A_TIME),
        (of_time, "to", "24:00", Reason.NOT_A_TIME),
        (of_extent, "percent", 201, Reason.NOT_A_PERCENTAGE),
        (of_extent, "percent", -1, Reason.NOT_A_PERCENTAGE),
        (of_extent, "percent", 37.5, Reason.NOT_A_PERCENTAGE),
        (of_extent, "percent", 10**30, Reason.NOT_A_PERCENTAGE),
        (of_extent, "percent", "75", Reason.NOT_A_NUMBER),
        (of_extent, "percent", True, Reason.NOT_A_NUMBER),
        (of_extent, "percent", None, Reason.IS_NULL),
        (of_extent, "hours_per_week", 80.5, Reason.NOT_WEEKLY_HOURS),
        (of_extent, "hours_per_week", 0.25, Reason.NOT_WEEKLY_HOURS),
        (of_extent, "hours_per_week", -0.5, Reason.NOT_WEEKLY_HOURS),
        (of_withdrawal, "at", "2026-06-01", Reason.NOT_AN_INSTANT),
        (of_withdrawal, "at", "2026-06-01T12:00:00", Reason.NOT_AN_INSTANT),
        (of_withdrawal, "at", "2026-06-01 12:00:00Z", Reason.NOT_AN_INSTANT),
        (of_withdrawal, "at", "2026-06-01T12:00Z", Reason.NOT_AN_INSTANT),
        (of_withdrawal, "at", "2026-06-01T12:00:00+0200", Reason.NOT_AN_INSTANT),
        (of_withdrawal, "at", "2026-06-01T24:00:00Z", Reason.NOT_AN_INSTANT),
        (of_withdrawal, "at", "2026-06-01T12:00:00+24:00", Reason.NOT_AN_INSTANT),
        (of_withdrawal, "at", "0001-01-01T00:00:00+01:00", Reason.NOT_AN_INSTANT),
        (of_withdrawal, "at", "2026-06-01T12:00:00Z\n", Reason.NOT_AN_INSTANT),
        (of_withdrawal, "how", "fax", Reason.NOT_ONE_OF),
    ],
)
def test_a_value_of_another_form_is_refused(place: Place, key: str, value: object, reason: Reason) -> None:
    path, whole = place(key, value)
    below = path + "[0]" if value in (["*"], ["all"]) else path
    assert (below, reason) in refused(whole)


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        (of_person, "personnummer", COORDINATION_NUMBER_WITHOUT_MONTH),
        (of_person, "personnummer", COORDINATION_NUMBER_WITHOUT_DAY),
        (of_person, "given_name", "O’Brien-Åkesson\tJr\nنور"),
        (of_person, "given_name", ""),
        (of_plan, "from", "0001-01-01"),
        (of_plan, "until", "9999-12-31"),
        (of_line, "sources", []),
        (of_line, "recipients", ["s-anna", "s-anna"]),
        (of_time, "from", "00:00"),
        (of_time, "to", "23:59"),
        (of_time, "weekday", 7),
        (of_time, "weekday", 1.0),
        (of_extent, "percent", 0),
        (of_extent, "percent", 200),
        (of_extent, "percent", 75.0),
        (of_extent, "hours_per_week", 0),
        (of_extent, "hours_per_week", 37.5),
        (of_extent, "hours_per_week", 80),
        (of_withdrawal, "at", "2026-06-01T12:00:00Z"),
        (of_withdrawal, "at", "2026-06-01t12:00:00.123456789z"),
        (of_withdrawal, "at", "2026-06-01T12:00:00-23:59"),
    ],
)
def test_a_value_at_the_edge_of_its_form_is_accepted(place: Place, key: str, value: object) -> None:
    _, whole = place(key, value)
    assert refused(whole) == []


@pytest.mark.parametrize("id_", ["a", "A.b_c-9", "x" * 64, "-", "."])
def test_an_id_is_1_to_64_of_its_characters(id_: str) -> None:
    assert refused(anna(notes=[note(id_)])) == []


@pytest.mark.parametrize("id_", ["", "x" * 65, "a b", "å", "a\n", "a/b", "*", "\ufeffa"])
def test_any_other_id_is_refused(id_: str) -> None:
    assert refused(anna(notes=[note(id_)])) == [("notes[0].id", Reason.NOT_AN_ID)]
    assert refused(document(removed={"plans": [id_]})) == [("removed.plans[0]", Reason.NOT_AN_ID)]


@pytest.mark.parametrize("item", [None, 1, "p-1", [], True])
def test_an_item_that_is_no_object_is_refused(item: object) -> None:
    reason = Reason.IS_NULL if item is None else Reason.NOT_AN_OBJECT
    assert refused(document(persons=[item])) == [("persons[0]", reason)]


@pytest.mark.parametrize("value", [{}, "x", 1, True])
def test_a_list_that_is_no_list_is_refused(value: object) -> None:
    for name in LISTS:
        assert refused(document(**{name: value})) == [(name, Reason.NOT_A_LIST)]
    assert refused(document(removed={"plans": value})) == [("removed.plans", Reason.NOT_A_LIST)]


def test_removed_is_an_object() -> None:
    assert refused(document(removed=[])) == [("removed", Reason.NOT_AN_OBJECT)]
    assert refused(document(removed="pl")) == [("removed", Reason.NOT_AN_OBJECT)]


def test_text_that_is_not_unicode_is_refused() -> None:
    content = b'{"format": "gemensam-ingang/1", "agencies": [{"id": "a", "name": "\\ud800", "kind": "ame"}]}'
    assert refused(content) == [("agencies[0].name", Reason.NOT_UNICODE)]


def test_every_error_is_reported_at_once_also_within_one_object() -> None:
    broken: dict[str, Any] = meeting(until="2026-03-11", extent={"value": 300, "unit": "percent"}, nick=1)
    broken["times"][0] |= {"weekday": 9, "to": "11:00"}
    del broken["title"]
    whole = anna(
        staff=[*anna()["staff"], staff("s-new", role="boss", agency="nowhere", active_from="x")],
        activities=[broken],
    )
    assert refused(whole) == [
        ("activities[0].extent.value", Reason.NOT_A_PERCENTAGE),
        ("activities[0].nick", Reason.UNKNOWN_KEY),
        ("activities[0].times[0].to", Reason.ENDS_BEFORE_IT_BEGINS),
        ("activities[0].times[0].weekday", Reason.NOT_A_WEEKDAY),
        ("activities[0].title", Reason.MISSING),
        ("activities[0].until", Reason.NOT_THE_MEETING_DAY),
        ("staff[6].active_from", Reason.NOT_A_DAY),
        ("staff[6].agency", Reason.UNKNOWN_REFERENCE),
        ("staff[6].role", Reason.NOT_ONE_OF),
    ]
