"""Rows slipped in, altered, moved, swapped or put back by somebody with only the database: nothing opens.

The owner of the database does it, so no privilege and no foreign key stands in the way; the keys do. Each forgery is
undone before the next. What was closed stays closed; what was open closes or stays what it was.
"""

from collections.abc import Iterator

import pytest

from portal.accounts.rules import StaffId
from portal.consent.desk import withdraw_consent
from portal.errors import ConflictError, NotOpenError
from tests.support.closing import ailing, assert_unproven
from tests.support.forgeries import COLLEAGUE, FORGERIES, MOVED, RECORD_FORGERIES, WRONG_KEYS
from tests.support.installation import Installation
from tests.support.scene import OPENS, REFUSED, TAMPERED, Scene, set_scene
from tests.support.situation import (
    ADMINISTRATOR,
    NUMBER_OF,
    OF_OTHERS,
    OPEN,
    PARTLY,
    READER,
    SEALED,
    STAND_IN,
    WITHDRAWN,
)


@pytest.fixture
def scene(installation: Installation) -> Iterator[Scene]:
    """The situation under attack."""
    scene = set_scene(installation)
    yield scene
    scene.attacker.leaves()


def test_no_forged_row_opens_anything(scene: Scene, subtests: pytest.Subtests) -> None:
    honest = scene.attacker.copies()
    for name, forgery in FORGERIES.items():
        with subtests.test(msg=name):
            scene.attacker.puts_back(honest)
            scene.attacks(forgery.sql)
            assert scene.tries(forgery.reader, forgery.person) == REFUSED
            assert scene.last_cause() == forgery.cause
    scene.attacker.puts_back(honest)
    assert [scene.tries(each, OPEN) for each in (READER, STAND_IN)] == [OPENS, OPENS]


def test_a_forged_person_left_out_of_a_list_is_told_in_the_trail(scene: Scene) -> None:
    scene.attacks("UPDATE consents SET valid_until = '2099-12-31' WHERE id = 'c-p-open'")
    listed = scene.installation.wiring.reading.open_list(scene.staff[READER], "ongoing")
    assert [each.id for each in listed] == [PARTLY]
    assert [entry["person"] for entry in scene.situation.portal.told("refused")] == [scene.situation.refs[OPEN]]
    assert scene.last_cause() == "unproven"


def test_no_forged_record_opens_anything(scene: Scene, subtests: pytest.Subtests) -> None:
    honest = scene.attacker.copies()
    for name, (sql, *people) in RECORD_FORGERIES.items():
        with subtests.test(msg=name):
            scene.attacker.puts_back(honest)
            scene.attacks(sql)
            assert_unproven(scene, *people)
    scene.attacker.puts_back(honest)
    assert ailing(scene.installation) == set()
    assert [scene.tries(READER, each) for each in (OPEN, PARTLY)] == [OPENS, OPENS]


def test_nothing_opens_with_a_wrong_key(scene: Scene, subtests: pytest.Subtests) -> None:
    honest = scene.attacker.copies()
    for name, sql in WRONG_KEYS.items():
        with subtests.test(msg=name):
            scene.attacker.puts_back(honest)
            scene.attacks(sql)
            assert scene.tries(READER, PARTLY) == TAMPERED
    scene.attacker.puts_back(honest)
    assert scene.tries(READER, PARTLY) == OPENS


def test_no_row_put_back_from_an_older_copy_opens_anything(scene: Scene, subtests: pytest.Subtests) -> None:
    attacker, ref = scene.attacker, scene.situation.refs[OPEN]
    with scene.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        assert withdraw_consent(act, ref, "c-p-open", "phone", StaffId(ADMINISTRATOR))
    honest = attacker.copies()
    with subtests.test(msg="a consent"):
        attacker.puts_back(scene.older, "consents", "recipients")
        assert scene.tries(READER, OPEN) == REFUSED
    with subtests.test(msg="a whole person"):
        attacker.puts_back(honest)
        attacker.puts_back(scene.older, "items", "recipients", "consents", "person_numbers", person=ref)
        attacker.puts_back(scene.older, "persons", ref=ref)
        assert scene.tries(READER, OPEN) == REFUSED
        assert scene.last_cause() == "unproven"
    with subtests.test(msg="an absent colleague at a former agency"):
        attacker.puts_back(honest)
        assert scene.tries(COLLEAGUE, OF_OTHERS) == REFUSED
        attacker.puts_back(scene.older, "staff", id=MOVED)
        assert scene.tries(COLLEAGUE, OF_OTHERS) == REFUSED
    with subtests.test(msg="everything"):
        attacker.puts_back(scene.older)
        assert scene.tries(READER, OPEN) == REFUSED
        assert scene.tries(READER, PARTLY) == OPENS


def test_a_forged_administrator_keeps_nobodys_record(scene: Scene) -> None:
    wiring, ref = scene.installation.wiring, scene.situation.refs[OPEN]
    scene.attacks("UPDATE staff SET role = 'administrator' WHERE id = 's-anna'")
    anna = scene.staff[READER]
    with pytest.raises(NotOpenError):
        wiring.maintaining.open_person(anna, ref)
    with pytest.raises(NotOpenError):
        wiring.finding.find_by_name(anna, "Test")
    with pytest.raises(NotOpenError), wiring.act_for(anna):
        pytest.fail("a forged administrator acted")


def test_a_number_that_leads_to_somebody_else_leads_nowhere(scene: Scene) -> None:
    administrator, finding = scene.staff[ADMINISTRATOR], scene.installation.wiring.finding
    assert finding.find_by_number(administrator, NUMBER_OF[SEALED]) is not None
    scene.attacks(
        """
        UPDATE person_numbers SET person = CASE person WHEN '{p-open}' THEN '{p-sealed}' ELSE '{p-open}' END
        WHERE person IN ('{p-open}', '{p-sealed}')
        """
    )
    assert finding.find_by_number(administrator, NUMBER_OF[SEALED]) is None


def test_no_desk_seals_a_forged_row_anew(scene: Scene) -> None:
    refs = scene.situation.refs
    scene.attacks(
        "UPDATE consents SET withdrawn_at = NULL, ending = NULL, withdrawal = NULL WHERE id = 'c-p-withdrawn'"
    )
    with pytest.raises(ConflictError), scene.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        withdraw_consent(act, refs[WITHDRAWN], "c-p-withdrawn", "phone", StaffId(ADMINISTRATOR))
    assert scene.tries(READER, WITHDRAWN) == REFUSED
