"""One person registered twice: what opens before and after, what is left, and what the trail tells of it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from portal import doctor
from portal.accounts.rules import StaffId
from portal.consent import drafting
from portal.consent.desk import withdraw_consent
from portal.consent.drafts import Content
from portal.consent.evidence.service import receive_paper
from portal.consent.merging import Current, Known
from portal.consent.models import consents, drafts, recipients
from portal.database import Desk, metadata
from portal.errors import ConflictError, NotOpenError
from portal.gate.maintaining import Maintained
from portal.gate.merging import NotAsShownError, merge_people
from portal.people.models import person_numbers, persons
from portal.plans.exchanged import write_note
from portal.plans.keeping import Shown, change, enter, remove
from portal.plans.models import item_history, items
from portal.plans.rules import Release, Removal, Way
from portal.plans.service import Item, note_item
from portal.requests.models import requests
from tests.support.attacking import Attacker
from tests.support.installation import Installation
from tests.support.merging import merge, merger_of
from tests.support.papers import photo
from tests.support.records import note
from tests.support.register import rows, staff_entry, trail, verified
from tests.support.situation import (
    ADMINISTRATOR,
    NUMBER_OF,
    OF_OTHERS,
    OPEN,
    PARTLY,
    PROTECTED,
    READER,
    SEALED,
    STRANGER,
    WITHDRAWN,
    Situation,
    situate,
)

LINA, PAPER = "s-lina", "0" * 32
WRONG = "Praktiken slutade i går."


@pytest.fixture
def situation(installation: Installation) -> Situation:
    return situate(installation)


def test_each_reader_reads_one_person_by_the_lines_of_both(situation: Situation) -> None:
    assert shown(situation, READER, OPEN) == {
        f"{each}-{OPEN}" for each in ("pl-af", "pl-region", "a-af", "a-region", "n")
    }
    assert shown(situation, LINA, OPEN) == set()
    merge(situation, OPEN, OF_OTHERS)
    both = {f"{each}-{key}" for each in ("pl-af", "pl-region", "a-af", "a-region", "n") for key in (OPEN, OF_OTHERS)}
    assert shown(situation, READER, OPEN) == shown(situation, LINA, OPEN) == both
    assert shown(situation, READER, OF_OTHERS) == shown(situation, LINA, OF_OTHERS) == set()
    assert shown(situation, STRANGER, OPEN) == set()
    is_well(situation)


def test_a_line_opens_what_it_names_and_no_more_wherever_it_came_from(situation: Situation) -> None:
    merge(situation, SEALED, PARTLY)
    assert shown(situation, READER, SEALED) == {
        f"{each}-{key}" for each in ("pl-af", "a-af") for key in (SEALED, PARTLY)
    }
    is_well(situation)


def test_what_was_taken_back_stays_so(situation: Situation) -> None:
    merge(situation, SEALED, WITHDRAWN)
    assert shown(situation, READER, SEALED) == set()
    kept = opened(situation, SEALED)
    assert kept.record is None
    assert sum(kept.counts.values()) == 10
    assert [each.withdrawal.how for each in kept.consents if each.withdrawal] == ["phone"]
    is_well(situation)


def test_a_consent_that_came_along_is_taken_back_like_any_other(situation: Situation) -> None:
    merge(situation, SEALED, OPEN)
    assert shown(situation, READER, SEALED)
    with act(situation) as now:
        assert withdraw_consent(now, situation.refs[SEALED], f"c-{OPEN}", "phone", StaffId(ADMINISTRATOR))
    assert shown(situation, READER, SEALED) == set()
    is_well(situation)


@pytest.mark.parametrize(("kept", "other"), [(OPEN, PROTECTED), (PROTECTED, OPEN)])
def test_the_stronger_protection_wins(situation: Situation, kept: str, other: str) -> None:
    merge(situation, kept, other)
    person = opened(situation, kept)
    assert person.is_protected
    assert person.contacts is None or not (person.contacts.phone or person.contacts.email)
    assert shown(situation, READER, kept) == set()
    is_well(situation)


@pytest.mark.parametrize("current", Current)
def test_both_numbers_lead_to_the_person_and_one_is_current(situation: Situation, current: Current) -> None:
    merge(situation, OPEN, OF_OTHERS, current=current)
    numbers = [NUMBER_OF[OPEN], NUMBER_OF[OF_OTHERS]]
    if current is Current.OTHER:
        numbers.reverse()
    identity = opened(situation, OPEN).identity
    assert [identity.personnummer, *identity.former_numbers] == numbers
    assert {found(situation, number) for number in numbers} == {situation.refs[OPEN]}
    is_well(situation)


def test_a_mistyped_number_leads_nowhere_because_it_may_be_somebody_elses(situation: Situation) -> None:
    merge(situation, OPEN, OF_OTHERS, known=Known.WRONG_NUMBER)
    assert opened(situation, OPEN).identity.former_numbers == ()
    assert found(situation, NUMBER_OF[OF_OTHERS]) is None


def test_the_emptied_registration_opens_nothing_to_anybody(situation: Situation) -> None:
    merge(situation, OPEN, OF_OTHERS)
    row = rows(situation.installation, persons)[OF_OTHERS]
    assert (row.content, row.content_key, row.digest, row.merged_into) == (None, None, None, situation.refs[OPEN])
    assert row.log_key is not None
    with pytest.raises(NotOpenError):
        opened(situation, OF_OTHERS)
    shown(situation, LINA, OF_OTHERS)
    causes = [entry.fields["cause"] for entry in trail(situation.installation, "refused")[-2:]]
    assert causes == ["merged", "merged"]


def test_nothing_in_any_table_is_left_with_the_emptied_registration(situation: Situation) -> None:
    """Whoever adds a table of what is a person's finds out here that a merger must move it."""
    fill_every_table(situation, OF_OTHERS)
    merge(situation, OPEN, OF_OTHERS)
    for name, left in left_with(situation, OF_OTHERS).items():
        assert left == 0, name
    is_well(situation)


def test_drafts_and_what_readers_say_is_wrong_open_where_they_came(situation: Situation) -> None:
    fill_every_table(situation, OF_OTHERS)
    merge(situation, OPEN, OF_OTHERS)
    administrator, wiring = staff_entry(situation.installation, ADMINISTRATOR), situation.installation.wiring
    (draft,) = rows(situation.installation, drafts)
    moved = wiring.drafting.open_draft(administrator, draft)
    assert (moved.content.purpose, moved.person.ref) == ("Samordnad planering", situation.refs[OPEN])
    (request,) = wiring.answering.open_waiting(administrator).shown
    assert (request.words, request.person) == (WRONG, situation.refs[OPEN])


def test_a_signed_paper_is_looked_at_where_it_came(situation: Situation) -> None:
    fill_every_table(situation, OF_OTHERS)
    merge(situation, OPEN, OF_OTHERS)
    administrator, door = staff_entry(situation.installation, ADMINISTRATOR), situation.installation.wiring.viewing
    ref, consent = situation.refs[OPEN], f"c-{OF_OTHERS}"
    viewed = door.open_paper(administrator, ref, consent, PAPER)
    assert door.page(administrator, ref, consent, PAPER, 1, viewed.opened).startswith(b"\xff\xd8\xff")
    is_well(situation)


def test_a_paper_that_was_tampered_with_does_not_become_well_by_a_merger(situation: Situation) -> None:
    fill_every_table(situation, OF_OTHERS)
    attacker = Attacker(situation.installation)
    attacker.does("UPDATE evidence SET content = digest")
    attacker.leaves()
    with pytest.raises(ConflictError):
        merge(situation, OPEN, OF_OTHERS)


def test_the_history_of_what_came_along_is_told_whole(situation: Situation) -> None:
    fill_every_table(situation, OF_OTHERS)
    merge(situation, OPEN, OF_OTHERS)
    with act(situation) as now:
        change(now, situation.refs[OPEN], said("Sist"), Shown("n-desk", 2))
    versions = history(situation, OPEN, "n-desk")
    assert [each.content and each.content.text for each in versions] == ["Först", "Sedan", "Sist"]
    gone = history(situation, OPEN, "n-gone")
    assert [(each.is_new, each.cause) for each in gone] == [(True, None), (False, "taken_back")]
    is_well(situation)


def test_somebody_merged_twice_is_still_one_person_with_a_whole_history(situation: Situation) -> None:
    fill_every_table(situation, OF_OTHERS)
    merge(situation, OPEN, OF_OTHERS)
    merge(situation, PARTLY, OPEN)
    assert [each.content and each.content.text for each in history(situation, PARTLY, "n-desk")] == ["Först", "Sedan"]
    assert len(opened(situation, PARTLY).identity.former_numbers) == 2
    assert len(opened(situation, PARTLY).consents) == 3
    is_well(situation)


def test_the_trail_tells_of_both_and_names_what_moved(situation: Situation) -> None:
    merge(situation, OPEN, OF_OTHERS, known=Known.PERSON_SAID)
    kept, other = situation.refs[OPEN], situation.refs[OF_OTHERS]
    emptied, keeping = (entry.fields for entry in trail(situation.installation, "person_merged"))
    assert (emptied["person"], emptied["same_as"], emptied["change"]) == (other, kept, "emptied")
    assert (keeping["person"], keeping["same_as"], keeping["change"]) == (kept, other, "kept")
    assert emptied["cause"] == keeping["cause"] == "person_said"
    moved = {entry.fields["consent"] for entry in trail(situation.installation, "consent_moved")}
    assert moved == {f"c-{OF_OTHERS}", "c-moved"} & moved
    (records,) = [
        entry.fields for entry in trail(situation.installation, "records_changed") if "moved_from" in entry.fields
    ]
    assert {each["change"] for each in records["items"]} == {"moved"}  # type: ignore[attr-defined]


def test_nobody_is_merged_with_himself_nor_with_whom_the_register_lacks(situation: Situation) -> None:
    with pytest.raises(ConflictError):
        merge(situation, OPEN, OPEN)
    stranger = replace(merger_of(situation, OPEN, OF_OTHERS), other="0" * 32)
    with act(situation) as now, pytest.raises(NotAsShownError):
        merge_people(now, stranger)


def test_sent_twice_it_is_done_once(situation: Situation) -> None:
    merger = merger_of(situation, OPEN, OF_OTHERS)
    assert merge(situation, OPEN, OF_OTHERS, versions=merger.versions)
    before = len(trail(situation.installation))
    assert not merge(situation, OPEN, OF_OTHERS, versions=merger.versions)
    with pytest.raises(NotAsShownError):
        merge(situation, OF_OTHERS, OPEN, versions=merger.versions)
    assert len(trail(situation.installation)) == before


def test_what_has_changed_since_it_was_shown_is_looked_at_first(situation: Situation) -> None:
    versions = merger_of(situation, OPEN, OF_OTHERS).versions
    with act(situation) as now:
        withdraw_consent(now, situation.refs[OF_OTHERS], f"c-{OF_OTHERS}", "phone", StaffId(ADMINISTRATOR))
    with pytest.raises(NotAsShownError):
        merge(situation, OPEN, OF_OTHERS, versions=versions)
    assert shown(situation, READER, OPEN)


FORGED = {
    "a merger nobody made": "UPDATE persons SET merged_into = '{kept}' WHERE ref = '{third}'",
    "another person kept": "UPDATE persons SET merged_into = '{third}' WHERE ref = '{other}'",
    "a merger taken back": "UPDATE persons SET merged_into = NULL WHERE ref = '{other}'",
    "a consent given back": "UPDATE consents SET person = '{other}' WHERE person = '{kept}'",
    "an item given back": "UPDATE items SET person = '{other}' WHERE id = 'n-p-others'",
}


@pytest.mark.parametrize("sql", FORGED.values(), ids=FORGED)
def test_a_forged_merger_is_named_and_opens_nothing(situation: Situation, sql: str) -> None:
    merge(situation, OPEN, OF_OTHERS)
    before = shown(situation, READER, OPEN)
    refs = {"kept": situation.refs[OPEN], "other": situation.refs[OF_OTHERS], "third": situation.refs[PARTLY]}
    attacker = Attacker(situation.installation)
    assert attacker.does(sql.format(**refs)) >= 1
    attacker.leaves()
    assert doctor.run(situation.installation.wiring, False) == 1
    assert shown(situation, READER, OPEN) <= before
    assert shown(situation, READER, OF_OTHERS) == set()


def said(text: str, id_: str = "n-desk") -> Item:
    release = Release(StaffId(READER), "", Way.PHONE, date(2026, 3, 2))
    return note_item(write_note(replace(note(id_), text=text)))._replace(release=release)


def fill_every_table(situation: Situation, person: str) -> None:
    """Give the person at least one row in each table that has any."""
    ref, wiring = situation.refs[person], situation.installation.wiring
    with act(situation) as now:
        for each in ("n-desk", "n-gone"):
            enter(now, ref, said("Först", each))
    with act(situation) as now:
        change(now, ref, said("Sedan"), Shown("n-desk", 1))
        remove(now, ref, Shown("n-gone", 1), Removal.TAKEN_BACK)
        drafting.make_draft(now, ref, Content(purpose="Samordnad planering"), None)
        receive_paper(now, ref, f"c-{person}", PAPER, photo(), 1)
    wiring.requesting.report_mistake(staff_entry(situation.installation, LINA), ref, WRONG, "ongoing")
    assert all(left_with(situation, person).values())


def left_with(situation: Situation, person: str) -> dict[str, int]:
    """How many rows of each table are the person's."""
    tables = [each for each in metadata.tables.values() if _persons_column(each) is not None]
    assert {consents, recipients, drafts, items, item_history, requests, person_numbers} <= set(tables)
    with situation.installation.wiring.engine(Desk.SURVEYING).connect() as connection:
        return {
            table.name: len(
                connection.execute(select(table).where(_persons_column(table) == situation.refs[person])).all()
            )
            for table in tables
        }


def _persons_column(table: Any) -> Any:
    return next((key.parent for key in table.foreign_keys if key.column is persons.c.ref), None)


def shown(situation: Situation, who: str, person: str) -> set[str]:
    """What the reader is shown of the person."""
    reader = staff_entry(situation.installation, who)
    try:
        record = situation.installation.wiring.reading.open_record(reader, situation.refs[person], "ongoing")
    except NotOpenError:
        return set()
    return {each.id for group in (record.plans, record.activities, record.notes) for each in group}


def opened(situation: Situation, person: str) -> Maintained:
    administrator = staff_entry(situation.installation, ADMINISTRATOR)
    return situation.installation.wiring.maintaining.open_person(administrator, situation.refs[person])


def history(situation: Situation, person: str, item: str) -> Any:
    administrator = staff_entry(situation.installation, ADMINISTRATOR)
    return situation.installation.wiring.maintaining.open_history(administrator, situation.refs[person], item)


def found(situation: Situation, number: str) -> str | None:
    administrator = staff_entry(situation.installation, ADMINISTRATOR)
    one = situation.installation.wiring.finding.find_by_number(administrator, number)
    return None if one is None else one.ref


def act(situation: Situation) -> Any:
    return situation.installation.wiring.act(ADMINISTRATOR, "ame")


def is_well(situation: Situation) -> None:
    assert verified(situation.installation).holds
    assert doctor.run(situation.installation.wiring, False) == 0
