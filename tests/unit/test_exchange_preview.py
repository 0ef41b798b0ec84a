"""Previews: what a reader would see, when and through whom, and what is not theirs to see."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.document import read_document
from portal.exchange.preview import UnknownPersonError, UnknownReaderError, clashes_of, preview
from portal.exchange.values import read_instant
from tests.factories import (
    NUMBERS,
    Json,
    activity,
    anna,
    consent,
    line,
    note,
    person,
    plan,
    staff,
    stand_in,
    withdrawal,
)
from tests.unit.refusing import as_stream

NOON = "2026-03-02T12:00:00+01:00"
JULY = "2026-07-15T12:00:00+02:00"


def people(whole: Json, reader: str, at: str = NOON) -> list[dict[str, Any]]:
    answer = preview(read_document(as_stream(whole)), reader, read_instant(at))
    assert answer["reader"] == reader
    found: list[dict[str, Any]] = answer["people"]
    return found


def items(whole: Json, reader: str, at: str = NOON) -> list[str] | None:
    """What the reader sees of the one person; None where there is no such person for this reader."""
    found = people(whole, reader, at)
    return found[0]["items"] if found else None


def with_lines(*lines: Json, **changes: Any) -> Json:
    return anna(consents=[consent(lines=list(lines))], **changes)


def test_each_reader_of_the_founding_example_sees_what_the_lines_say() -> None:
    shared = ["a1", "a2", "pl-af", "pl-ame"]
    assert items(anna(), "s-anna") == items(anna(), "s-omar") == shared
    (seen,) = people(anna(), "s-lina")
    assert seen["items"] == ["a1", "a2", "a3", "pl-af", "pl-ame", "pl-region"]
    assert seen["because"] == [{"consent": "c-1", "line": 0}, {"consent": "c-1", "line": 1}]
    assert (seen["person"], seen["contacts"]) == ("p-1", True)
    assert [clash["type"] for clash in seen["clashes"]] == [
        "contradiction",
        "contradiction",
        "contradiction",
        "overload",
        "gap",
    ]


@pytest.mark.parametrize("nobody", ["s-eva", "s-ulla", "s-bo"])
def test_who_is_not_named_as_a_reader_sees_nobody(nobody: str) -> None:
    assert people(anna(), nobody) == []


def test_the_answer_names_the_reader_and_the_instant() -> None:
    answer = preview(read_document(as_stream(anna())), "s-eva", datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert answer == {"reader": "s-eva", "at": "2026-03-02T12:00:00+00:00", "people": []}


def test_an_unknown_reader_or_person_is_an_error() -> None:
    document = read_document(as_stream(anna()))
    with pytest.raises(UnknownReaderError):
        preview(document, "s-nobody", datetime(2026, 3, 2, tzinfo=UTC))
    with pytest.raises(UnknownReaderError):
        clashes_of(document, "p-1", date(2026, 3, 2), "s-nobody")
    with pytest.raises(UnknownPersonError):
        clashes_of(document, "p-2", date(2026, 3, 2))


def test_the_readers_own_agency_is_no_exception() -> None:
    assert items(with_lines(line(sources=["ame"])), "s-anna") == ["a1", "pl-ame"]


def test_a_line_that_opens_no_item_still_opens_the_person() -> None:
    (seen,) = people(with_lines(line(sources=["af"], categories=["health"])), "s-anna")
    assert (seen["items"], seen["contacts"], seen["clashes"]) == ([], False, [])
    assert seen["because"] == [{"consent": "c-1", "line": 0}]


def test_contacts_do_not_ask_for_sources() -> None:
    whole = with_lines(line(sources=[], categories=["contacts"]), persons=[person(phone=None)])
    (seen,) = people(whole, "s-anna")
    assert (seen["items"], seen["contacts"]) == ([], True)


def test_sources_and_categories_belong_together_in_a_line() -> None:
    whole = with_lines(
        line(sources=["ame"], categories=["background"]), line(sources=["region"], categories=["planning"])
    )
    assert items(whole, "s-anna") == ["a3", "n-1", "pl-region"]


def test_consents_add_up_in_the_order_of_their_ids() -> None:
    whole = anna(
        consents=[
            consent("c-b", lines=[line(sources=["region"], categories=["planning"])]),
            consent("c-a", lines=[line(recipients=["s-lina"]), line(sources=["af"])]),
        ]
    )
    (seen,) = people(whole, "s-anna")
    assert seen["items"] == ["a2", "a3", "pl-af", "pl-region"]
    assert seen["because"] == [{"consent": "c-a", "line": 1}, {"consent": "c-b", "line": 0}]


def test_people_are_sorted_by_id_and_kept_apart() -> None:
    whole = anna(
        persons=[person(f"p-{index}", personnummer=NUMBERS[index]) for index in (3, 1, 2)],
        consents=[consent(f"c-{index}", person=f"p-{index}") for index in (3, 1)],
        plans=[*anna()["plans"], plan("pl-3", person="p-3")],
        notes=[note(), note("n-3", person="p-3", category="planning")],
    )
    assert [(seen["person"], seen["items"]) for seen in people(whole, "s-anna")] == [
        ("p-1", ["a1", "a2", "pl-af", "pl-ame"]),
        ("p-3", ["n-3", "pl-3"]),
    ]


def test_a_protected_person_is_shown_only_by_a_line_that_says_so() -> None:
    protected = {"persons": [person(protected=True, phone=None)]}
    assert items(anna(**protected), "s-anna") is None
    whole = with_lines(line(sources=["af"]), line(sources=["ame"], covers_protected=True), **protected)
    (seen,) = people(whole, "s-anna")
    assert seen["items"] == ["a1", "pl-ame"]
    assert seen["contacts"] is True
    assert seen["because"] == [{"consent": "c-1", "line": 1}]


def test_a_person_not_protected_is_shown_by_either() -> None:
    assert items(with_lines(line(covers_protected=True)), "s-anna") is not None


def standing_in(*stand_ins: Json, stand_ins_allowed: bool = True, **changes: Any) -> Json:
    return with_lines(line(stand_ins=stand_ins_allowed), **{"stand_ins": list(stand_ins), **changes})


def test_a_stand_in_sees_what_the_absent_colleague_would() -> None:
    whole = standing_in(stand_in())
    assert items(whole, "s-bo", JULY) == items(whole, "s-anna", JULY) == ["a1", "a2", "pl-af", "pl-ame"]


def test_a_stand_in_sees_nothing_where_the_line_does_not_say_so() -> None:
    assert items(standing_in(stand_in(), stand_ins_allowed=False), "s-bo", JULY) is None


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-06-30T23:59:59.999999+02:00", False),
        ("2026-07-01T00:00:00+02:00", True),
        ("2026-06-30T22:00:00Z", True),
        ("2026-07-31T23:59:59.999999+02:00", True),
        ("2026-08-01T00:00:00+02:00", False),
        ("2026-07-31T22:00:00Z", False),
    ],
)
def test_a_stand_in_sees_only_during_its_days(at: str, is_open: bool) -> None:
    assert (items(standing_in(stand_in()), "s-bo", at) is not None) is is_open


def test_a_stand_ins_stand_in_gets_nothing() -> None:
    cilla = staff("s-cilla")
    whole = standing_in(stand_in(), stand_in("si-2", absent="s-bo", by="s-cilla"), staff=[*anna()["staff"], cilla])
    assert items(whole, "s-bo", JULY) is not None
    assert items(whole, "s-cilla", JULY) is None


def test_a_stand_in_does_not_lend_its_own_lines_back() -> None:
    assert items(standing_in(stand_in(absent="s-bo", by="s-anna")), "s-bo", JULY) is None


@pytest.mark.parametrize(
    "period",
    [{"active_until": "2026-06-30"}, {"active_from": "2026-09-01"}],
)
def test_the_absent_colleague_need_not_be_active(period: Json) -> None:
    absent = staff(**period)
    others = [each for each in anna()["staff"] if each["id"] != "s-anna"]
    whole = standing_in(stand_in(), staff=[*others, absent])
    assert items(whole, "s-bo", JULY) is not None
    assert items(whole, "s-anna", JULY) is None


def test_a_stand_in_must_itself_be_an_active_reader() -> None:
    others = [each for each in anna()["staff"] if each["id"] != "s-bo"]
    for changes in ({"active_until": "2026-07-14"}, {"active_from": "2026-07-16"}, {"role": "administrator"}):
        whole = standing_in(stand_in(), staff=[*others, staff("s-bo", **changes)])
        assert items(whole, "s-bo", JULY) is None


def test_a_stand_in_is_bound_by_protection_as_the_colleague_is() -> None:
    protected = {"persons": [person(protected=True, phone=None)], "stand_ins": [stand_in()]}
    assert items(with_lines(line(stand_ins=True), **protected), "s-bo", JULY) is None
    assert items(with_lines(line(stand_ins=True, covers_protected=True), **protected), "s-bo", JULY) is not None


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-01-09T23:59:59+01:00", False),
        ("2026-01-09T22:59:59Z", False),
        ("2026-01-09T23:00:00Z", True),
        ("2026-01-10T00:00:00+01:00", True),
        ("2026-12-31T23:59:59+01:00", True),
        ("2026-12-31T22:59:59Z", True),
        ("2026-12-31T23:00:00Z", False),
        ("2027-01-01T00:00:00+01:00", False),
        ("2026-12-31T18:00:00-05:00", False),
        ("2027-01-01T04:59:00+06:00", True),
    ],
)
def test_a_consent_is_live_on_its_days_in_stockholm(at: str, is_open: bool) -> None:
    assert (items(anna(), "s-anna", at) is not None) is is_open


@pytest.mark.parametrize(
    ("last_day", "at", "is_open"),
    [
        ("2026-03-28", "2026-03-28T22:59:59Z", True),
        ("2026-03-28", "2026-03-28T23:00:00Z", False),
        ("2026-03-29", "2026-03-29T21:59:59Z", True),
        ("2026-03-29", "2026-03-29T22:00:00Z", False),
        ("2026-10-25", "2026-10-25T22:59:59Z", True),
        ("2026-10-25", "2026-10-25T23:00:00Z", False),
        ("2026-10-24", "2026-10-24T21:59:59Z", True),
        ("2026-10-24", "2026-10-24T22:00:00Z", False),
    ],
)
def test_the_days_when_the_clocks_change_have_their_own_length(last_day: str, at: str, is_open: bool) -> None:
    whole = anna(consents=[consent(valid_until=last_day)])
    assert (items(whole, "s-anna", at) is not None) is is_open


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-06-01T11:59:59.999999+02:00", True),
        ("2026-06-01T12:00:00+02:00", False),
        ("2026-06-01T10:00:00Z", False),
        ("2026-06-01T12:00:00.000001+02:00", False),
        ("2026-06-01T12:00:00+03:00", True),
    ],
)
def test_a_withdrawal_holds_from_its_instant(at: str, is_open: bool) -> None:
    whole = anna(consents=[consent(withdrawn=withdrawal())])
    assert (items(whole, "s-anna", at) is not None) is is_open


def test_a_partial_withdrawal_leaves_the_narrower_consent() -> None:
    narrower = consent("c-2", valid_from="2026-06-01", lines=[line(sources=["af"])])
    whole = anna(consents=[consent(withdrawn=withdrawal()), narrower])
    assert items(whole, "s-anna", "2026-06-01T11:00:00+02:00") == ["a1", "a2", "pl-af", "pl-ame"]
    assert items(whole, "s-anna", "2026-06-01T13:00:00+02:00") == ["a2", "pl-af"]


@pytest.mark.parametrize(
    ("period", "is_open"),
    [
        ({"active_from": "2026-03-02"}, True),
        ({"active_from": "2026-03-03"}, False),
        ({"active_until": "2026-03-02"}, True),
        ({"active_until": "2026-03-01"}, False),
    ],
)
def test_a_reader_sees_while_the_entry_holds(period: Json, is_open: bool) -> None:
    others = [each for each in anna()["staff"] if each["id"] != "s-anna"]
    assert (items(anna(staff=[*others, staff(**period)]), "s-anna") is not None) is is_open


def test_what_the_document_takes_away_is_not_seen() -> None:
    whole = anna(removed={"plans": ["pl-af"], "activities": ["a2"]})
    assert items(whole, "s-anna") == ["a1", "pl-ame"]
    whole = standing_in(stand_in(), removed={"stand_ins": ["si-1"]})
    assert items(whole, "s-bo", JULY) is None


def test_what_the_reader_may_not_read_changes_no_byte_of_the_answer() -> None:
    hidden = anna()
    hidden["plans"] = [each for each in hidden["plans"] if each["agency"] != "region"]
    hidden["activities"] = [each for each in hidden["activities"] if each["plan"] != "pl-region"]
    hidden["notes"] = []
    assert people(hidden, "s-anna") == people(anna(), "s-anna")


def test_clashes_are_those_of_all_plans_or_of_what_the_reader_sees() -> None:
    document, today = read_document(as_stream(anna())), date(2026, 3, 2)
    involved = {plan_id for clash in clashes_of(document, "p-1", today) for plan_id in clash["involved"]}
    assert "pl-region" in involved
    assert clashes_of(document, "p-1", today, "s-lina") == clashes_of(document, "p-1", today)
    of_anna = clashes_of(document, "p-1", today, "s-anna")
    assert of_anna == people(anna(), "s-anna")[0]["clashes"]
    assert "pl-region" not in {plan_id for clash in of_anna for plan_id in clash["involved"]}
    assert clashes_of(document, "p-1", today, "s-eva") == []


def test_the_reader_of_clashes_sees_at_the_start_of_the_day() -> None:
    taken_back = withdrawal(at="2026-03-02T00:00:00+01:00")
    document = read_document(as_stream(anna(consents=[consent(withdrawn=taken_back)])))
    assert clashes_of(document, "p-1", date(2026, 3, 1), "s-anna")
    assert clashes_of(document, "p-1", date(2026, 3, 2), "s-anna") == []
    later = withdrawal(at="2026-03-02T00:00:01+01:00")
    document = read_document(as_stream(anna(consents=[consent(withdrawn=later)])))
    assert clashes_of(document, "p-1", date(2026, 3, 2), "s-anna")


def test_a_person_without_plans_has_no_clashes() -> None:
    document = read_document(as_stream(anna(plans=[], activities=[])))
    assert clashes_of(document, "p-1", date(2026, 3, 2)) == []


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.sampled_from(["s-anna", "s-bo", "s-lina"]))  # noqa: DTZ001
def test_a_preview_answers_at_every_instant(at: datetime, reader: str) -> None:
    whole = standing_in(stand_in(), activities=[activity(until=None)])
    answer = preview(read_document(as_stream(whole)), reader, at.replace(tzinfo=UTC))
    assert answer["reader"] == reader
