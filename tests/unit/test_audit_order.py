"""The order rule, fault by fault, and the ledger it remembers in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.entry import Entry
from audit.findings import Fault
from audit.ledger import Ledger
from audit.order import OrderRule
from tests.trails import consented, read, registered, signed_in, staff_changed, withdrawn

BEGINNING = [registered("ref-1"), registered("ref-2"), staff_changed("s-anna"), consented("ref-1", "c-1", 2)]
GROUNDS = {"person:ref-1": 2, "staff:s-anna": 1}
READ = read("s-anna", "ref-1", GROUNDS, ["c-1"])


def faults(*entries: Entry, room: int = 100) -> list[Fault]:
    rule = OrderRule(room)
    found = [fault for entry in [*BEGINNING, *entries] for fault, _ in rule.check(entry)]
    rule.close()
    return found


def consent_event(event: str, consent: str, version: int, person: str = "ref-1") -> Entry:
    return Entry(event, READ.at, withdrawn(person, consent, version).fields)


def test_an_orderly_trail_has_no_faults() -> None:
    refused = Entry("refused", READ.at, {"actor": "s-anna", "person": "ref-1", "rests_on": {"person:ref-1": 1}})
    confirmed = consent_event("consent_confirmed", "c-2", 5)
    assert not faults(
        READ,
        READ,
        signed_in("s-anna"),
        withdrawn("ref-1", "c-1", 3),
        refused,
        consented("ref-1", "c-2", 4),
        confirmed,
        read("s-anna", "ref-1", {"person:ref-1": 5, "staff:s-anna": 1}, ["c-2"]),
        consent_event("consent_expired", "c-2", 6),
        consent_event("consent_expired", "c-1", 7),
    )


@pytest.mark.parametrize("event", ["read", "listed", "printed"])
def test_no_kind_of_read_may_stand_after_the_withdrawal(event: str) -> None:
    late = Entry(event, READ.at, {**READ.fields, "rests_on": {**GROUNDS, "person:ref-1": 3}})
    assert faults(withdrawn("ref-1", "c-1", 3), late) == [Fault.READ_AFTER_WITHDRAWAL]
    assert faults(withdrawn("ref-1", "c-1", 3), READ) == [Fault.READ_OUT_OF_ORDER, Fault.READ_AFTER_WITHDRAWAL]


def test_a_consent_the_desk_refused_opens_nothing() -> None:
    late = read("s-anna", "ref-1", {**GROUNDS, "person:ref-1": 3}, ["c-1"])
    assert faults(consent_event("consent_refused", "c-1", 3), late) == [Fault.READ_AFTER_WITHDRAWAL]


def test_a_read_rests_on_the_latest_version_of_everything() -> None:
    assert faults(staff_changed("s-anna", 2), READ) == [Fault.READ_OUT_OF_ORDER]
    assert faults(read("s-anna", "ref-1", {**GROUNDS, "person:ref-1": 3}, ["c-1"])) == [Fault.READ_OUT_OF_ORDER]
    assert faults(read("s-anna", "ref-1", {**GROUNDS, "stand_in:si-1": 1}, ["c-1"])) == [Fault.READ_WITHOUT_GROUND]


def test_a_read_that_was_refused_rests_on_nothing() -> None:
    assert not faults(Entry("looked_up", READ.at, {**READ.fields, "outcome": "refused", "rests_on": {"staff:x": 9}}))


def test_a_read_names_person_reader_and_line() -> None:
    nothing = read("s-anna", "ref-1", {})
    assert faults(nothing) == [Fault.READ_WITHOUT_GROUND] * 3
    assert faults(read("s-bo", "ref-1", GROUNDS, ["c-1"])) == [Fault.READ_WITHOUT_GROUND]
    assert faults(read("s-anna", "ref-1", GROUNDS, ["c-9"])) == [Fault.READ_WITHOUT_GROUND]


def test_a_read_rests_on_consents_of_that_person_only() -> None:
    other = read("s-anna", "ref-2", {"person:ref-2": 1, "staff:s-anna": 1}, ["c-1"])
    assert faults(other) == [Fault.READ_WITHOUT_GROUND]


def test_other_doors_need_no_line_but_rest_on_what_they_say() -> None:
    fields = {"actor": "s-eva", "person": "ref-1", "rests_on": {"person:ref-1": 2}}
    assert not faults(Entry("maintained", READ.at, fields))
    stale = {**fields, "rests_on": {"person:ref-1": 1}}
    assert faults(Entry("maintained", READ.at, stale)) == [Fault.READ_OUT_OF_ORDER]


def test_a_read_through_a_stand_in_rests_on_it() -> None:
    lines = [{"consent": "c-1", "line": 0, "through": "si-1"}]
    assert faults(read("s-anna", "ref-1", GROUNDS, lines=lines)) == [Fault.READ_WITHOUT_GROUND]
    stand_in = Entry("stand_in_changed", READ.at, {**staff_changed("x").fields, "subject": "stand_in:si-1"})
    rests_on = {**GROUNDS, "stand_in:si-1": 1}
    assert not faults(stand_in, read("s-anna", "ref-1", rests_on, lines=lines))


def test_versions_rise_by_one() -> None:
    assert faults(staff_changed("s-anna", 3), staff_changed("s-anna", 4)) == [Fault.VERSION_SKIPPED]
    assert faults(staff_changed("s-anna", 1)) == [Fault.VERSION_SKIPPED]
    assert faults(staff_changed("s-bo", 2)) == [Fault.VERSION_SKIPPED]


def test_a_consent_is_registered_once_and_ends_once() -> None:
    out_of_order = [Fault.CONSENT_OUT_OF_ORDER]
    ended = withdrawn("ref-1", "c-1", 3)
    assert faults(consented("ref-1", "c-1", 3)) == out_of_order
    assert faults(ended, consented("ref-1", "c-1", 4)) == out_of_order
    assert faults(ended, withdrawn("ref-1", "c-1", 4)) == out_of_order
    assert faults(ended, consent_event("consent_confirmed", "c-1", 4)) == out_of_order
    assert faults(withdrawn("ref-1", "c-9", 3)) == out_of_order
    assert faults(withdrawn("ref-2", "c-1", 2)) == out_of_order


def test_nothing_brings_a_withdrawn_consent_back() -> None:
    late = read("s-anna", "ref-1", {**GROUNDS, "person:ref-1": 4}, ["c-1"])
    revived = consented("ref-1", "c-1", 4)
    assert Fault.READ_AFTER_WITHDRAWAL in faults(withdrawn("ref-1", "c-1", 3), revived, late)


def test_a_small_ledger_finds_the_same() -> None:
    entries = [READ, *(registered(f"ref-{number}") for number in range(10, 30)), withdrawn("ref-1", "c-1", 3), READ]
    assert faults(*entries, room=2) == faults(*entries) == [Fault.READ_OUT_OF_ORDER, Fault.READ_AFTER_WITHDRAWAL]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 99)), max_size=60), st.integers(0, 5))
def test_a_ledger_is_a_dict_whatever_its_room(puts: list[tuple[int, int]], room: int) -> None:
    ledger, plain = Ledger[int](room), dict[str, int]()
    for key, value in puts:
        ledger.put(str(key), value)
        plain[str(key)] = value
        assert ledger.get(str(key)) == value
        assert len(ledger._recent) <= room
    assert {key: ledger.get(key) for key in map(str, range(13))} == {key: plain.get(key) for key in map(str, range(13))}
    ledger.close()


def merged(person: str, same_as: str, version: int, change: str) -> Entry:
    fields = {**registered(person, version).fields, "same_as": same_as, "change": change, "cause": "new_number"}
    return Entry("person_merged", READ.at, fields)


def moved(consent: str, before: str, person: str, version: int) -> Entry:
    return Entry("consent_moved", READ.at, {**consented(person, consent, version).fields, "moved_from": before})


EMPTIED = merged("ref-1", "ref-2", 3, "emptied")
MERGED = [EMPTIED, merged("ref-2", "ref-1", 2, "kept"), moved("c-1", "ref-1", "ref-2", 3)]
OF_THE_KEPT = {"person:ref-2": 3, "staff:s-anna": 1}


def test_what_was_moved_opens_the_person_kept_until_it_is_taken_back() -> None:
    reading = read("s-anna", "ref-2", OF_THE_KEPT, ["c-1"])
    assert not faults(READ, *MERGED, reading, withdrawn("ref-2", "c-1", 4))
    late = read("s-anna", "ref-2", {**OF_THE_KEPT, "person:ref-2": 4}, ["c-1"])
    assert faults(*MERGED, withdrawn("ref-2", "c-1", 4), late) == [Fault.READ_AFTER_WITHDRAWAL]


def test_moving_a_consent_revives_nothing() -> None:
    ended = [withdrawn("ref-1", "c-1", 3), merged("ref-1", "ref-2", 4, "emptied"), *MERGED[1:]]
    assert faults(*ended, read("s-anna", "ref-2", OF_THE_KEPT, ["c-1"])) == [Fault.READ_AFTER_WITHDRAWAL]


def test_nobody_reads_by_a_registration_that_was_emptied() -> None:
    grounds = {"person:ref-1": 3, "staff:s-anna": 1}
    assert faults(EMPTIED, read("s-anna", "ref-1", grounds, ["c-1"])) == [Fault.READ_WITHOUT_GROUND]
    assert faults(*MERGED, read("s-anna", "ref-1", grounds, ["c-1"])) == [Fault.READ_WITHOUT_GROUND]


@pytest.mark.parametrize(
    "entry",
    [
        moved("c-none", "ref-1", "ref-2", 2),
        moved("c-1", "ref-2", "ref-1", 4),
        moved("c-1", "ref-3", "ref-2", 2),
        moved("c-1", "ref-1", "ref-2", 2),
    ],
    ids=["never registered", "the other way", "of somebody else", "of somebody who was not emptied"],
)
def test_a_consent_moves_only_from_whom_it_was_to_who_is_the_same(entry: Entry) -> None:
    assert Fault.CONSENT_OUT_OF_ORDER in faults(entry)


def test_a_consent_moves_to_nobody_but_the_one_who_is_the_same() -> None:
    assert faults(EMPTIED, registered("ref-3"), moved("c-1", "ref-1", "ref-3", 2)) == [Fault.CONSENT_OUT_OF_ORDER]


def test_of_whom_was_emptied_nothing_changes_again() -> None:
    assert faults(*MERGED, consented("ref-1", "c-9", 4)) == [Fault.VERSION_SKIPPED]
