"""What the objects of one document must say together, each rule allowed and refused."""

from datetime import UTC, datetime

import pytest

from portal.exchange.problems import Reason
from tests.factories import (
    Json,
    activity,
    agency,
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

EVA = {"agency": "ame", "issuer": "https://idp.ame.example", "subject": "eva"}


def with_staff(*more: Json) -> Json:
    return anna(staff=[*anna()["staff"], *more])


@pytest.mark.parametrize(
    ("whole", "path"),
    [
        (anna(stand_ins=[stand_in(until="2026-06-30")]), "stand_ins[0].until"),
        (anna(consents=[consent(valid_until="2026-01-09")]), "consents[0].valid_until"),
        (anna(plans=[plan(until="2025-12-31")], activities=[]), "plans[0].until"),
        (anna(activities=[activity(until="2026-03-15")]), "activities[0].until"),
        (with_staff(staff("s-new", active_until="2025-12-31")), "staff[6].active_until"),
    ],
)
def test_nothing_ends_before_it_begins(whole: Json, path: str) -> None:
    assert refused(whole) == [(path, Reason.ENDS_BEFORE_IT_BEGINS)]


def test_what_ends_the_day_it_begins_is_accepted() -> None:
    whole = anna(
        stand_ins=[stand_in(until="2026-07-01")],
        consents=[consent(valid_until="2026-01-10")],
        plans=[plan(until="2026-01-01")],
        activities=[activity(until="2026-03-16")],
    )
    assert refused(whole) == []


def one_activity(built: Json) -> Json:
    return anna(activities=[built])


TUESDAY = {"weekday": 2, "from": "11:30", "to": "12:30"}


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, []),
        ({"date": None}, [("date", Reason.MEETING_WITHOUT_DATE)]),
        ({"from_": "2026-03-09"}, [("from", Reason.NOT_THE_MEETING_DAY)]),
        ({"until": "2026-03-11"}, [("until", Reason.NOT_THE_MEETING_DAY)]),
        ({"until": None}, [("until", Reason.NOT_THE_MEETING_DAY)]),
        ({"times": []}, [("times", Reason.NOT_ONE_MEETING_TIME)]),
        ({"times": None}, [("times", Reason.NOT_ONE_MEETING_TIME)]),
        ({"times": [TUESDAY, TUESDAY]}, [("times", Reason.NOT_ONE_MEETING_TIME)]),
        ({"times": [TUESDAY | {"weekday": 3}]}, [("times[0].weekday", Reason.NOT_THE_MEETING_WEEKDAY)]),
        ({"times": [TUESDAY | {"to": "11:30"}]}, [("times[0].to", Reason.ENDS_BEFORE_IT_BEGINS)]),
        ({"kind": "care"}, [("date", Reason.DATE_OF_NO_MEETING)]),
        ({"kind": "care", "date": None}, []),
    ],
)
def test_a_meeting_is_on_its_one_day_and_at_its_one_time(changes: Json, problems: list[tuple[str, Reason]]) -> None:
    expected = [(f"activities[0].{below}", reason) for below, reason in problems]
    assert refused(one_activity(meeting(**changes))) == expected


def test_a_protected_person_has_neither_phone_nor_email() -> None:
    whole = anna(persons=[person(protected=True, email="test@example.se")])
    assert refused(whole) == [
        ("persons[0].email", Reason.CONTACTS_OF_PROTECTED),
        ("persons[0].phone", Reason.CONTACTS_OF_PROTECTED),
    ]
    assert refused(anna(persons=[person(protected=True, phone=None)])) == []


def test_no_plan_or_note_has_the_category_contacts() -> None:
    whole = anna(plans=[plan(category="contacts")], activities=[], notes=[note(category="contacts")])
    assert refused(whole) == [
        ("notes[0].category", Reason.CATEGORY_CONTACTS),
        ("plans[0].category", Reason.CATEGORY_CONTACTS),
    ]


def test_ids_are_unique_within_each_list() -> None:
    whole = anna(stand_ins=[stand_in(), stand_in()])
    for name in ("agencies", "staff", "persons", "consents", "plans", "activities", "notes"):
        whole[name] += whole[name][:1]
    assert {path for path, reason in refused(whole) if reason is Reason.ID_TWICE} == {
        "agencies[3].id",
        "staff[6].id",
        "stand_ins[1].id",
        "persons[1].id",
        "consents[1].id",
        "plans[3].id",
        "activities[3].id",
        "notes[1].id",
    }


def test_ids_are_unique_among_plans_activities_and_notes_together() -> None:
    assert refused(anna(notes=[note("a1")])) == [("notes[0].id", Reason.ID_TWICE)]
    assert refused(anna(activities=[activity("pl-ame")])) == [("activities[0].id", Reason.ID_TWICE)]


def test_the_same_id_may_stand_in_lists_of_other_kinds() -> None:
    assert refused(anna(persons=[person("p-1"), person("ame")], notes=[note("s-eva")])) == []


@pytest.mark.parametrize(
    ("whole", "path"),
    [
        (with_staff(staff("s-new", agency="nowhere")), "staff[6].agency"),
        (anna(stand_ins=[stand_in(absent="s-nobody")]), "stand_ins[0].absent"),
        (anna(stand_ins=[stand_in(by="s-nobody")]), "stand_ins[0].by"),
        (anna(consents=[consent(person="p-2")]), "consents[0].person"),
        (anna(consents=[consent(form=form(informed_by="ame"))]), "consents[0].form.informed_by"),
        (anna(consents=[consent(withdrawn=withdrawal(received_by="x"))]), "consents[0].withdrawn.received_by"),
        (anna(consents=[consent(lines=[line(sources=["ame", "x"])])]), "consents[0].lines[0].sources[1]"),
        (anna(consents=[consent(lines=[line(recipients=["p-1"])])]), "consents[0].lines[0].recipients[0]"),
        (anna(plans=[plan(person="p-2")], activities=[]), "plans[0].person"),
        (anna(plans=[plan(agency="x")], activities=[]), "plans[0].agency"),
        (anna(plans=[plan(caseworker="x")], activities=[]), "plans[0].caseworker"),
        (anna(activities=[activity(plan="n-1")]), "activities[0].plan"),
        (anna(activities=[activity(plan="a2")]), "activities[0].plan"),
        (anna(notes=[note(person="p-2")]), "notes[0].person"),
        (anna(notes=[note(agency="x")]), "notes[0].agency"),
        (document(removed={"plans": ["pl-1"]}), "removed.plans[0]"),
        (anna(removed={"plans": ["a1"]}), "removed.plans[0]"),
        (anna(removed={"stand_ins": ["pl-af"]}), "removed.stand_ins[0]"),
    ],
)
def test_a_reference_to_nothing_is_refused(whole: Json, path: str) -> None:
    assert refused(whole) == [(path, Reason.UNKNOWN_REFERENCE)]


def test_references_may_point_forwards() -> None:
    backwards = dict(reversed(anna(stand_ins=[stand_in()]).items()))
    assert next(iter(backwards)) == "notes"
    assert refused(backwards) == []
    backwards["consents"] = [consent(lines=[line(recipients=["s-eva"])])]
    assert refused(backwards) == [("consents[0].lines[0].recipients[0]", Reason.RECIPIENT_NOT_READER)]


@pytest.mark.parametrize(("recipient", "is_reader"), [("s-anna", True), ("s-eva", False), ("s-ulla", False)])
def test_recipients_are_readers(recipient: str, is_reader: bool) -> None:
    whole = anna(consents=[consent(lines=[line(recipients=["s-lina", recipient])])])
    expected = [("consents[0].lines[0].recipients[1]", Reason.RECIPIENT_NOT_READER)]
    assert refused(whole) == ([] if is_reader else expected)


def test_a_reader_who_has_ended_may_stand_in_a_line() -> None:
    ended = staff("s-ended", active_until="2026-01-31")
    whole = with_staff(ended) | {"consents": [consent(lines=[line(recipients=["s-ended"])])]}
    assert refused(whole) == []


def test_a_stand_in_works_where_the_absent_colleague_does() -> None:
    assert refused(anna(stand_ins=[stand_in(by="s-bo")])) == []
    assert refused(anna(stand_ins=[stand_in(by="s-omar")])) == [("stand_ins[0].by", Reason.STAND_IN_ELSEWHERE)]


@pytest.mark.parametrize(
    ("first", "second", "overlaps"),
    [
        (("2026-01-01", None), ("2027-01-01", None), True),
        (("2026-01-01", "2026-06-30"), ("2026-07-01", None), False),
        (("2026-01-01", "2026-06-30"), ("2026-06-30", None), True),
        (("2026-07-01", "2026-12-31"), ("2026-01-01", "2026-06-30"), False),
        (("2026-03-01", "2026-03-31"), ("2026-01-01", "2026-12-31"), True),
    ],
)
def test_entries_with_the_same_issuer_and_subject_never_overlap(
    first: tuple[str, str | None], second: tuple[str, str | None], overlaps: bool
) -> None:
    entries = [
        staff(id_, subject="same", active_from=from_, active_until=until)
        for id_, (from_, until) in zip(("s-1", "s-2"), (first, second), strict=True)
    ]
    assert refused(with_staff(*entries)) == ([("staff[7]", Reason.STAFF_OVERLAP)] if overlaps else [])


def test_the_same_subject_at_another_issuer_is_somebody_else() -> None:
    assert refused(with_staff(staff("s-x", issuer="https://other.example", subject="anna"))) == []


def test_nobody_is_administrator_and_auditor_at_once() -> None:
    both = staff("s-both", **EVA, role="auditor")
    assert refused(with_staff(both)) == [("staff[6]", Reason.ADMINISTRATOR_AND_AUDITOR)]


def test_an_overlap_is_found_behind_a_short_entry() -> None:
    entries = [
        staff("s-1", subject="same", active_from="2026-01-01", active_until="2026-12-31"),
        staff("s-2", subject="same", active_from="2026-02-01", active_until="2026-02-28"),
        staff("s-3", subject="same", active_from="2026-06-01", active_until="2026-06-30"),
    ]
    assert refused(with_staff(*entries)) == [("staff[7]", Reason.STAFF_OVERLAP), ("staff[8]", Reason.STAFF_OVERLAP)]


def test_a_withdrawal_in_the_future_is_refused_in_an_import_only() -> None:
    whole = anna(consents=[consent(withdrawn=withdrawal(at="2026-06-01T12:00:00+02:00"))])
    noon = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
    before = datetime(2026, 6, 1, 9, 59, 59, 999999, tzinfo=UTC)
    assert refused(whole) == []
    assert refused(whole, now=noon) == []
    assert refused(whole, now=before) == [("consents[0].withdrawn.at", Reason.WITHDRAWAL_IN_FUTURE)]


def test_what_the_document_holds_it_may_take_away() -> None:
    whole = anna(
        stand_ins=[stand_in()],
        removed={"plans": ["pl-af"], "activities": ["a2"], "notes": ["n-1"], "stand_ins": ["si-1"]},
    )
    checked = accepted(whole)
    assert {name: set(ids) for name, ids in checked.removed.items()} == {
        "plans": {"pl-af"},
        "activities": {"a2"},
        "notes": {"n-1"},
        "stand_ins": {"si-1"},
    }


def test_an_activity_does_not_stay_when_its_plan_is_taken_away() -> None:
    assert refused(anna(removed={"plans": ["pl-af"]})) == [("activities[1].plan", Reason.UNKNOWN_REFERENCE)]


def test_an_object_with_an_error_is_still_there_for_the_others() -> None:
    whole = anna(persons=[person(personnummer="1")], staff=[*anna()["staff"][:-1], staff("s-omar", role="x")])
    assert refused(whole) == [
        ("persons[0].personnummer", Reason.NOT_AN_IDENTITY_NUMBER),
        ("staff[5].role", Reason.NOT_ONE_OF),
    ]


def test_a_thousand_errors_are_reported_in_the_order_of_their_paths() -> None:
    whole = document(agencies=[agency("å") for _ in range(1000)])
    assert refused(whole) == [(f"agencies[{index}].id", Reason.NOT_AN_ID) for index in range(1000)]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_said_in_both_languages(reason: Reason) -> None:
    swedish, english = reason.value
    assert swedish != english
    assert swedish.endswith((".", "-"))
    assert english.endswith((".", "-"))
    assert ("{}" in swedish) == ("{}" in english)
