"""The situation under attack: more colleagues, one of them moved to another agency since, and a consent that waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.accounts.models import staff
from portal.accounts.rules import Staff
from portal.accounts.sealing import read_staff, staff_subject
from portal.accounts.service import put_staff
from portal.database import Desk
from portal.errors import NotOpenError, TamperedError, UnavailableError
from tests import factories
from tests.support.attacking import Attacker, Copy
from tests.support.forgeries import COLLEAGUE, MOVED, PAST
from tests.support.installation import Installation
from tests.support.situation import ADMINISTRATOR, NUMBER_OF, OF_OTHERS, READER, SEALED, STRANGER, Situation, situate
from tests.support.stocking import stock

OPENS, REFUSED, TAMPERED, UNAVAILABLE = "opens", "refused", "tampered", "unavailable"


@dataclass
class Scene:
    """The situation, its attacker, all staff as they were, and a copy of the register from before the last change."""

    situation: Situation
    attacker: Attacker
    staff: dict[str, Staff]
    older: Copy

    @property
    def installation(self) -> Installation:
        """What is attacked."""
        return self.situation.installation

    def tries(self, reader: str, person: str) -> str:
        """What becomes of it when ``reader`` tries every door to ``person``."""
        reading, finding = self.installation.wiring.reading, self.installation.wiring.finding
        who, ref = self.staff[reader], self.situation.refs[person]
        outcome = _outcome(lambda: reading.open_record(who, ref, "ongoing"))
        if outcome != OPENS:
            listed: list[str] = []
            _outcome(lambda: listed.extend(each.ref for each in reading.open_list(who, "ongoing")))
            assert ref not in listed
        if outcome == REFUSED:
            assert finding.find_for_reader(who, NUMBER_OF[person], "ongoing") is None
        return outcome

    def attacks(self, sql: str) -> None:
        """Run the statements, which must change something, with people's references in their places."""
        for person, ref in self.situation.refs.items():
            sql = sql.replace(f"{{{person}}}", ref)
        assert self.attacker.does(*sql.split(";")) >= 1

    def last_cause(self) -> str:
        """Why the last attempt to read somebody was refused, as the trail has it."""
        return str(self.situation.portal.told("read", "refused")[-1]["cause"])


def set_scene(installation: Installation) -> Scene:
    """Fill the empty ``installation``."""
    situation = situate(installation)
    attacker = Attacker(installation)
    today = clock.today()
    begun, later = (today - timedelta(days=30)).isoformat(), (today + timedelta(days=30)).isoformat()
    yesterday = (today - timedelta(days=1)).isoformat()
    more = [
        factories.staff(COLLEAGUE, name="Carl Ek", active_from=begun),
        factories.staff(MOVED, name="Mo Ås", active_from=begun),
        factories.staff(PAST, name="Pia Al", active_from=begun, active_until=yesterday),
    ]
    stand_ins = [
        factories.stand_in("si-moved", absent=MOVED, by=COLLEAGUE, from_=begun, until=later),
        factories.stand_in("si-past", absent=READER, by=COLLEAGUE, from_=begun, until=begun),
    ]
    dates = {"signed_on": begun, "valid_from": begun, "valid_until": later}
    moved = factories.line(recipients=[MOVED], stand_ins=True)
    consents = [factories.consent("c-moved", person=OF_OTHERS, lines=[moved], **dates)]
    stock(installation, factories.document(staff=more, stand_ins=stand_ins, consents=consents), ADMINISTRATOR)
    waiting = factories.consent("c-waiting", person=SEALED, lines=[factories.line(recipients=[READER])], **dates)
    stock(installation, factories.document(consents=[waiting]))
    with installation.wiring.engine(Desk.READING).connect() as connection:
        rows = connection.execute(select(staff)).mappings()
        known = {row["id"]: read_staff(installation.wiring.keyring, dict(row)) for row in rows}
    scene = Scene(situation, attacker, known, attacker.copies())
    assert scene.tries(COLLEAGUE, OF_OTHERS) == OPENS
    with installation.wiring.act("system:test", None) as act:
        act.hold([staff_subject(MOVED)])
        values: dict[str, Any] = {name: getattr(known[MOVED], name) for name in Staff.__slots__}
        put_staff(act, Staff(**{**values, "agency": known[STRANGER].agency}))
    return scene


def _outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except NotOpenError:
        return REFUSED
    except TamperedError:
        return TAMPERED
    except UnavailableError:
        return UNAVAILABLE
    return OPENS
