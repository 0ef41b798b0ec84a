"""What closes with a person whose rows are not those that were sealed: every door, every page, and by name."""

import pytest

from portal import doctor
from portal.consent.sealing import subject_of
from portal.database import Desk
from portal.errors import NotOpenError
from portal.gate.snapshot import snapshot
from tests.support.browserless import seen
from tests.support.installation import Installation
from tests.support.scene import REFUSED, Scene
from tests.support.situation import ADMINISTRATOR, NUMBER_OF, READER

JSON = {"Accept": "application/json"}


def assert_unproven(scene: Scene, *people: str) -> None:
    """Nothing of these opens to reader or administrator, the trail says why, and the doctor names them."""
    portal, wiring = scene.situation.portal, scene.installation.wiring
    browser, administrator = portal.browser(READER), scene.staff[ADMINISTRATOR]
    # The first page of all brings a cookie.
    browser.get("/accessibility")
    for person in people:
        ref = scene.situation.refs[person]
        assert scene.tries(READER, person) == REFUSED
        for how in ({}, JSON):
            closed, nobodys = (browser.get(f"/people/{each}", 404, headers=how) for each in (ref, "0" * 32))
            assert seen(closed) == seen(nobodys)
            last = [each for each in portal.told("refused") if "person" in each][-1]
            assert (last["person"], last["cause"]) == (ref, "unproven")
        told = len(portal.told("refused"))
        listed = browser.get("/people", headers=JSON).json
        assert listed is not None
        assert ref not in {each["ref"] for each in listed["people"]}
        assert {(each["person"], each["cause"]) for each in portal.told("refused")[told:]} >= {(ref, "unproven")}
        with pytest.raises(NotOpenError):
            wiring.maintaining.open_person(administrator, ref)
        assert scene.last_cause() == "unproven"
        assert wiring.finding.find_by_number(administrator, NUMBER_OF[person]) is None
    assert ailing(scene.installation) >= {subject_of(scene.situation.refs[person]) for person in people}


def ailing(installation: Installation) -> set[str]:
    """The subjects that `portal doctor` names."""
    with snapshot(installation.wiring.engine(Desk.SURVEYING)) as connection:
        return {each.subject for each in doctor.examine(connection, installation.wiring.keyring)}
