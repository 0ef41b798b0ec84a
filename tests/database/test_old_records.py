"""Plans, activities, notes and details put back from an older copy, or taken away, by somebody with the database alone.

What the desk changed since stays changed: nothing of a person opens whose records are not those last sealed, nothing
is sealed anew, and what is put right opens again.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from portal.accounts.rules import StaffId
from portal.consent.desk import withdraw_consent
from portal.errors import ConflictError
from portal.exchange.exporting import export_document
from tests import factories as make
from tests.support.closing import ailing, assert_unproven
from tests.support.installation import Installation
from tests.support.register import verified
from tests.support.scene import OPENS, Scene, set_scene
from tests.support.situation import ADMINISTRATOR, NUMBER_OF, OF_OTHERS, OPEN, READER
from tests.support.stocking import OPERATOR, stock

PLAN, NOTE = f"pl-af-{OPEN}", f"n-{OPEN}"


class PutBack(NamedTuple):
    """What is put back: whole rows (table, column, value), and columns of the person's own row."""

    rows: tuple[tuple[str, str, str], ...] = ()
    columns: tuple[str, ...] = ()


EVERY_ITEM = ("items", "person", OPEN)
ATTACKS = {
    "an item": PutBack((("items", "id", PLAN),)),
    "an item that was taken away": PutBack((("items", "id", NOTE),)),
    "one that was taken away, without its history": PutBack((("items", "id", NOTE), ("item_history", "item", NOTE))),
    "all the items": PutBack((EVERY_ITEM,)),
    "all the items and their digest": PutBack((EVERY_ITEM,), ("records",)),
    "the details": PutBack((), ("content", "content_version")),
    "the details and all that goes with them": PutBack((), ("content", "content_version", "digest", "records")),
    "the person but for the consents": PutBack((EVERY_ITEM, ("persons", "ref", OPEN))),
}


@pytest.fixture
def scene(installation: Installation) -> Iterator[Scene]:
    """The situation, in which the desk has since changed a plan and who somebody is, and taken a note away."""
    scene = set_scene(installation)
    scene.older = scene.attacker.copies()
    stock(
        installation,
        make.document(
            persons=[make.person(OPEN, personnummer=NUMBER_OF[OPEN], given_name="Nytt", phone=None)],
            plans=[_plan("Nytt mål")],
            removed={"notes": [NOTE]},
        ),
    )
    yield scene
    scene.attacker.leaves()


def test_nothing_put_back_opens(scene: Scene, subtests: pytest.Subtests) -> None:
    honest = scene.attacker.copies()
    for name, attack in ATTACKS.items():
        with subtests.test(msg=name):
            scene.attacker.puts_back(honest)
            _puts_back(scene, attack)
            assert_unproven(scene, OPEN)
    scene.attacker.puts_back(honest)
    assert ailing(scene.installation) == set()
    assert _goal(scene) == "Nytt mål"
    assert verified(scene.installation).holds


def test_a_note_that_came_back_at_its_old_version_cannot_be_put_back_to_what_it_said(scene: Scene) -> None:
    assert scene.attacker.does("DELETE FROM item_history") >= 1
    dates = {"date": "2026-02-01", "released_on": "2026-02-01"}
    stock(scene.installation, make.document(notes=[make.note(NOTE, person=OPEN, text="Nytt", **dates)]))
    assert scene.tries(READER, OPEN) == OPENS
    scene.attacker.puts_back(scene.older, "items", id=NOTE)
    assert_unproven(scene, OPEN)


def test_nobody_seals_records_anew_that_were_put_back(scene: Scene) -> None:
    installation, ref = scene.installation, scene.situation.refs[OPEN]
    scene.attacker.puts_back(scene.older, "items", id=PLAN)
    with pytest.raises(ConflictError):
        stock(installation, make.document(plans=[_plan("Ännu ett mål")]))
    with pytest.raises(ConflictError):
        stock(installation, make.document(removed={"plans": [PLAN]}))
    with pytest.raises(ConflictError), installation.wiring.act(ADMINISTRATOR, "ame") as act:
        withdraw_consent(act, ref, f"c-{OPEN}", "phone", StaffId(ADMINISTRATOR))
    with pytest.raises(ConflictError), (installation.folder / "export").open("wb") as out:
        export_document(installation.wiring, out, administrator=StaffId(ADMINISTRATOR), operator=OPERATOR)
    assert_unproven(scene, OPEN)


def test_others_open_as_before(scene: Scene) -> None:
    scene.attacker.puts_back(scene.older, "items", id=PLAN)
    assert scene.tries("s-lina", OF_OTHERS) == OPENS


def _plan(goal: str) -> make.Json:
    """The plan of Arbetsförmedlingen with another goal."""
    return make.plan(PLAN, person=OPEN, goal=goal, caseworker=None, last_follow_up=None)


def _goal(scene: Scene) -> str | None:
    opened = scene.installation.wiring.reading.open_record(scene.staff[READER], scene.situation.refs[OPEN], "ongoing")
    (plan,) = [each for each in opened.plans if each.id == PLAN]
    return plan.goal


def _puts_back(scene: Scene, attack: PutBack) -> None:
    ref = scene.situation.refs[OPEN]
    for table, column, value in attack.rows:
        scene.attacker.puts_back(scene.older, table, **{column: scene.situation.refs.get(value, value)})
    if attack.columns:
        (row,) = [row for row in scene.older["persons"] if row["ref"] == ref]
        values = ", ".join(f"{column} = :{column}" for column in attack.columns)
        wanted = {column: row[column] for column in attack.columns}
        assert scene.attacker.does(f"UPDATE persons SET {values} WHERE ref = :ref", ref=ref, **wanted) == 1
