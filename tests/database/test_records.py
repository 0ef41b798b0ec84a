"""The desk changes plans, activities and notes: sealed, recorded, kept in the history, and open to whoever may read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

import pytest

from keys.envelope import DataKey
from portal.consent.rules import Category
from portal.consent.sealing import subject_of
from portal.consent.service import SealedPerson
from portal.errors import ConflictError
from portal.plans.exchanged import write_activity, write_note
from portal.plans.models import items
from portal.plans.sealing import CHANGES_PER_ENTRY
from portal.plans.service import activity_item, note_item, put_items, remove_items
from tests import factories as make
from tests.factories import Json
from tests.support.attacking import Attacker
from tests.support.installation import Installation
from tests.support.records import activity, note
from tests.support.register import contents, read, ref_of, rows, trail, verified
from tests.support.stocking import stock

NOTE = note("n-desk", category=Category.PLANNING)


@pytest.fixture(autouse=True)
def stocked(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by="s-eva")


@contextmanager
def changing(installation: Installation) -> Iterator[tuple[SealedPerson, DataKey]]:
    """The person and the opened key, under the lock; saved at the end."""
    ref = ref_of(installation)
    with installation.wiring.act("s-eva", "ame") as act:
        act.hold([subject_of(ref)])
        person = SealedPerson.load(act, ref)
        yield person, act.keyring.unwrap(bytes(person.row["content_key"]))
        person.save()


def test_what_the_desk_puts_in_replaces_and_takes_away_opens_as_it_stands(installation: Installation) -> None:
    for text in ("Först", "Sedan"):
        with changing(installation) as (person, key):
            put_items(person, key, [note_item(write_note(replace(NOTE, text=text)))])
        assert [each.text for each in read(installation, "s-anna").notes] == [text]
    with changing(installation) as (person, _):
        remove_items(person, [NOTE.id, "pl-ame"])
    opened = read(installation, "s-anna")
    assert opened.notes == ()
    assert [*(each.id for each in opened.plans), *(each.id for each in opened.activities)] == ["pl-af", "a2"]
    said = [cast("list[Json]", entry.fields["items"]) for entry in trail(installation, "records_changed")][1:]
    assert [[(each["id"], each["change"]) for each in changes] for changes in said] == [
        [("n-desk", "created")],
        [("n-desk", "replaced")],
        [("a1", "removed"), ("n-desk", "removed"), ("pl-ame", "removed")],
    ]
    assert verified(installation).holds


def test_what_says_the_same_already_leaves_nothing(installation: Installation) -> None:
    with changing(installation) as (person, key):
        put_items(person, key, [note_item(write_note(NOTE))])
    before = contents(installation)
    with changing(installation) as (person, key):
        put_items(person, key, [note_item(write_note(NOTE))])
        remove_items(person, ["n-nobodys"])
    assert contents(installation) == before


def test_what_comes_back_has_a_version_of_its_own(installation: Installation) -> None:
    with changing(installation) as (person, key):
        put_items(person, key, [note_item(write_note(NOTE))])
        remove_items(person, [NOTE.id])
    with changing(installation) as (person, key):
        put_items(person, key, [note_item(write_note(NOTE))])
    assert rows(installation, items)[NOTE.id].version == 2
    assert [each.text for each in read(installation, "s-anna").notes] == [NOTE.text]


def test_very_many_changes_are_several_steps(installation: Installation) -> None:
    many = [
        note_item(write_note(replace(NOTE, id=type(NOTE.id)(f"n-{number}"))))
        for number in range(2 * CHANGES_PER_ENTRY + 1)
    ]
    with changing(installation) as (person, key):
        put_items(person, key, many)
    entries = trail(installation, "records_changed")[1:]
    assert [len(cast("list[Json]", entry.fields["items"])) for entry in entries] == [
        CHANGES_PER_ENTRY,
        CHANGES_PER_ENTRY,
        1,
    ]
    assert len(read(installation, "s-anna").notes) == len(many)
    assert verified(installation).holds


def test_an_activity_that_does_not_go_with_its_plan_is_refused(installation: Installation) -> None:
    before = contents(installation)
    for plan, agency in (("pl-af", "region"), ("pl-none", "af")):
        with pytest.raises(ConflictError), changing(installation) as (person, key):
            put_items(person, key, [activity_item(write_activity(activity("a-x", plan=plan)), agency, "planning")])
    assert contents(installation) == before


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM items WHERE id = 'n-1'",
        "UPDATE items SET agency = 'region' WHERE id = 'pl-af'",
        "UPDATE persons SET content_version = content_version + 1",
        "UPDATE persons SET records = seal",
    ],
)
def test_no_desk_seals_forged_records_anew(installation: Installation, sql: str) -> None:
    attacker = Attacker(installation)
    assert attacker.does(sql) == 1
    before = contents(installation)
    with pytest.raises(ConflictError), changing(installation) as (person, key):
        put_items(person, key, [note_item(write_note(NOTE))])
    assert contents(installation) == before
    attacker.leaves()
