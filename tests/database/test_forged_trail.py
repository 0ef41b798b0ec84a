"""Entries repeated, forged or altered by somebody with only the database: what they are about closes."""

from collections.abc import Iterator

import pytest

from portal.accounts.rules import StaffId
from portal.consent.desk import withdraw_consent
from portal.consent.sealing import subject_of
from tests.support.installation import Installation
from tests.support.scene import OPENS, REFUSED, UNAVAILABLE, Scene, set_scene
from tests.support.situation import ADMINISTRATOR, OPEN, PARTLY, READER

COLUMNS = '"at", event, actor, agency, person, subject, version, outcome, listing, payload, mac'
LAST = "(SELECT max(id) FROM trail_entries WHERE subject = :subject)"
ALTERATIONS = {
    "subject = NULL": REFUSED,
    "subject = 'person:somebody'": REFUSED,
    "version = version - 1": UNAVAILABLE,
    "version = NULL": UNAVAILABLE,
    "payload = mac": REFUSED,
    "mac = payload": REFUSED,
}


@pytest.fixture
def scene(installation: Installation) -> Iterator[Scene]:
    """The situation under attack."""
    scene = set_scene(installation)
    yield scene
    scene.attacker.leaves()


def test_an_entry_repeated_brings_nothing_back(scene: Scene) -> None:
    subject = subject_of(scene.situation.refs[OPEN])
    before = scene.attacker.copies()
    with scene.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        assert withdraw_consent(act, scene.situation.refs[OPEN], "c-p-open", "phone", StaffId(ADMINISTRATOR))
    # The entry of the last change before once more, whose MAC is good, and the rows as they were then.
    last = "SELECT max(id) FROM trail_entries WHERE subject = :subject AND event = 'records_changed'"
    assert _inserts(scene, COLUMNS, last, subject) == 1
    assert scene.tries(READER, OPEN) == REFUSED
    scene.attacker.puts_back(before)
    assert scene.tries(READER, OPEN) == UNAVAILABLE
    assert [each for each in scene.situation.portal.told("read") if each["actor"] == READER] == []


def test_an_entry_of_somebodys_own_making_opens_nothing(scene: Scene) -> None:
    subject = subject_of(scene.situation.refs[PARTLY])
    assert _inserts(scene, COLUMNS.replace("version", "version + 9"), LAST, subject) == 1
    assert scene.tries(READER, PARTLY) == UNAVAILABLE
    assert _inserts(scene, COLUMNS.replace("mac", "payload"), LAST, subject) == 1
    assert scene.tries(READER, PARTLY) == REFUSED
    assert scene.last_cause() == "unproven"
    assert scene.tries(READER, OPEN) == OPENS


def test_altered_columns_of_an_entry_open_nothing(scene: Scene, subtests: pytest.Subtests) -> None:
    subject = subject_of(scene.situation.refs[OPEN])
    kept = "subject, version, payload, mac"
    scene.attacker.does(f"CREATE TABLE kept AS SELECT id, {kept} FROM trail_entries WHERE id = {LAST}", subject=subject)
    for change, outcome in ALTERATIONS.items():
        with subtests.test(msg=change):
            with scene.attacker.without_triggers():
                alter = f"UPDATE trail_entries SET {change} WHERE id = (SELECT id FROM kept)"
                assert scene.attacker.does(alter) == 1
            assert scene.tries(READER, OPEN) == outcome
            assert scene.tries(READER, PARTLY) == OPENS
            with scene.attacker.without_triggers():
                back = f"UPDATE trail_entries SET ({kept}) = (SELECT {kept} FROM kept) WHERE id = (SELECT id FROM kept)"
                assert scene.attacker.does(back) == 1
    assert scene.tries(READER, OPEN) == OPENS


def _inserts(scene: Scene, columns: str, which: str, subject: str) -> int:
    """Insert one entry once more, with ``columns`` in place of its own; INSERT is what no trigger refuses."""
    return scene.attacker.does(
        f"INSERT INTO trail_entries ({COLUMNS}) SELECT {columns} FROM trail_entries WHERE id = ({which})",
        subject=subject,
    )
