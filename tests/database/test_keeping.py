"""Records kept at the desk, on both databases: once, never over another's, never of somebody sealed, never forged."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Barrier, Thread

import pytest

from portal.accounts.rules import StaffId
from portal.acting import Act
from portal.consent.desk import withdraw_consent
from portal.consent.rules import Category
from portal.errors import TamperedError
from portal.gate.history import Version
from portal.plans.exchanged import write_note
from portal.plans.keeping import ChangedMeanwhileError, SealedError, Shown, change, enter, remove
from portal.plans.rules import Release, Removal, Way
from portal.plans.service import Item, note_item
from tests import factories as make
from tests.support.attacking import Attacker
from tests.support.installation import Installation
from tests.support.records import note
from tests.support.register import contents, read, ref_of, staff_entry, trail, verified
from tests.support.stocking import stock

NOTE = note("n-desk", category=Category.PLANNING)
RELEASE = Release(StaffId("s-anna"), "", Way.PHONE, date(2026, 3, 2))


@pytest.fixture(autouse=True)
def stocked(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by="s-eva")


def said(text: str) -> Item:
    """The note with that text, released by telephone."""
    return note_item(write_note(replace(NOTE, text=text)))._replace(release=RELEASE)


def acts(installation: Installation, act_on: Callable[[Act, str], object]) -> object:
    """What the administrator does, in one transaction."""
    ref = ref_of(installation)
    with installation.wiring.act("s-eva", "ame") as act:
        return act_on(act, ref)


def test_what_is_sent_twice_is_entered_once(installation: Installation) -> None:
    assert acts(installation, lambda act, ref: enter(act, ref, said("Först"))) is True
    before = contents(installation)
    assert acts(installation, lambda act, ref: enter(act, ref, said("Igen"))) is False
    assert contents(installation) == before
    acts(installation, lambda act, ref: remove(act, ref, Shown(NOTE.id, 1), Removal.TAKEN_BACK))
    assert acts(installation, lambda act, ref: enter(act, ref, said("Igen"))) is False


def test_of_two_administrators_who_change_the_same_one_is_told(installation: Installation) -> None:
    acts(installation, lambda act, ref: enter(act, ref, said("Först")))
    start, outcomes = Barrier(2), list[str]()

    def tries(text: str) -> None:
        start.wait()
        try:
            acts(installation, lambda act, ref: change(act, ref, said(text), Shown(NOTE.id, 1)))
            outcomes.append(text)
        except ChangedMeanwhileError:
            outcomes.append("told")

    threads = [Thread(target=tries, args=(text,)) for text in ("Min", "Din")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (kept,) = set(outcomes) - {"told"}
    assert sorted(outcomes) == sorted([kept, "told"])
    assert [each.text for each in read(installation, "s-anna").notes] == [kept]
    assert verified(installation).holds


def test_an_import_meanwhile_is_not_written_over(installation: Installation) -> None:
    acts(installation, lambda act, ref: enter(act, ref, said("Först")))
    stock(installation, make.document(notes=[{**write_note(replace(NOTE, text="Inläst")), "person": "p-1"}]))
    with pytest.raises(ChangedMeanwhileError):
        acts(installation, lambda act, ref: change(act, ref, said("Mitt"), Shown(NOTE.id, 1)))


def test_importing_what_the_desk_entered_changes_nothing_and_keeps_its_release(installation: Installation) -> None:
    acts(installation, lambda act, ref: enter(act, ref, said("Först")))
    before = len(trail(installation, "records_changed"))
    stock(installation, make.document(notes=[{**write_note(replace(NOTE, text="Först")), "person": "p-1"}]))
    assert len(trail(installation, "records_changed")) == before
    (version,) = history(installation)
    assert version.release == RELEASE


def test_nothing_of_somebody_sealed_is_changed(installation: Installation) -> None:
    acts(installation, lambda act, ref: enter(act, ref, said("Först")))
    for consent in make.anna()["consents"]:
        acts(installation, partial(_withdraw, consent=consent["id"]))
    before = contents(installation)
    attempts: list[Callable[[Act, str], object]] = [
        lambda act, ref: enter(act, ref, said("Sedan")),
        lambda act, ref: change(act, ref, said("Sedan"), Shown(NOTE.id, 1)),
        lambda act, ref: remove(act, ref, Shown(NOTE.id, 1), Removal.TAKEN_BACK),
    ]
    for attempt in attempts:
        with pytest.raises(SealedError):
            acts(installation, attempt)
    assert contents(installation) == before
    assert history(installation) == ()


def test_the_history_has_every_version_and_who_it_is_by(installation: Installation) -> None:
    acts(installation, lambda act, ref: enter(act, ref, said("Först")))
    acts(installation, lambda act, ref: change(act, ref, said("Sedan"), Shown(NOTE.id, 1)))
    acts(installation, lambda act, ref: remove(act, ref, Shown(NOTE.id, 2), Removal.REGISTERED_IN_ERROR))
    first, second, last = history(installation)
    assert [getattr(each.content, "text", None) for each in (first, second, last)] == ["Först", "Sedan", None]
    assert (first.staff, first.behalf, first.release, first.is_new) == ("s-eva", NOTE.agency, RELEASE, True)
    assert (last.cause, last.content) == ("registered_in_error", None)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM item_history WHERE item = 'n-desk' AND version = 1",
        "UPDATE item_history SET version = 7 WHERE item = 'n-desk' AND version = 1",
        "UPDATE item_history SET content = (SELECT content FROM items WHERE id = 'n-desk') WHERE version = 1",
    ],
)
def test_a_forged_history_is_shown_to_nobody(installation: Installation, sql: str) -> None:
    acts(installation, lambda act, ref: enter(act, ref, said("Först")))
    acts(installation, lambda act, ref: change(act, ref, said("Sedan"), Shown(NOTE.id, 1)))
    attacker = Attacker(installation)
    assert attacker.does(sql) >= 1
    with pytest.raises(TamperedError):
        history(installation)
    attacker.leaves()


def _withdraw(act: Act, ref: str, consent: str) -> None:
    withdraw_consent(act, ref, consent, "phone", StaffId("s-eva"))


def history(installation: Installation) -> tuple[Version, ...]:
    """Every version of the note, as the administrator opens them."""
    door = installation.wiring.maintaining
    return door.open_history(staff_entry(installation, "s-eva"), ref_of(installation), NOTE.id)
