"""People in every state of consent, and staff in every role, dated relative to today."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.accounts.rules import StaffId
from portal.accounts.sealing import staff_subject
from portal.accounts.service import end_staff
from portal.consent.desk import withdraw_consent
from portal.database import Desk
from portal.people.models import persons
from tests import factories
from tests.support.browserless import Browser, Portal
from tests.support.installation import Installation
from tests.support.stocking import stock

ADMINISTRATOR, AUDITOR, READER, STAND_IN, STRANGER, ENDED = "s-eva", "s-ulla", "s-anna", "s-bo", "s-omar", "s-gone"
OPEN, OF_OTHERS, WITHDRAWN, EXPIRED, SEALED, PROTECTED, PARTLY = (
    "p-open",
    "p-others",
    "p-withdrawn",
    "p-expired",
    "p-sealed",
    "p-protected",
    "p-partly",
)
NUMBER_OF = dict(zip((OPEN, OF_OTHERS, WITHDRAWN, EXPIRED, SEALED, PROTECTED, PARTLY), factories.NUMBERS, strict=True))
NOBODYS_NUMBER = factories.COORDINATION_NUMBERS[0]


@dataclass
class Situation:
    """A stocked portal; ``refs`` leads from a person's id to the reference in addresses.

    ``gone`` is the browser of somebody whose entry was ended after they had signed in.
    """

    portal: Portal
    refs: dict[str, str]
    gone: Browser

    @property
    def installation(self) -> Installation:
        """What the portal runs on."""
        return self.portal.installation


def situate(installation: Installation) -> Situation:
    """Fill the empty ``installation`` and open a portal on it."""
    portal = Portal(installation)
    stock(installation, document(clock.today()), confirmed_by=ADMINISTRATOR)
    with installation.wiring.engine(Desk.READING).connect() as connection:
        refs = {row.id: row.ref for row in connection.execute(select(persons.c.id, persons.c.ref))}
    with installation.wiring.act(ADMINISTRATOR, "ame") as act:
        assert withdraw_consent(act, refs[WITHDRAWN], f"c-{WITHDRAWN}", "phone", StaffId(ADMINISTRATOR))
    gone = portal.browser(ENDED)
    with installation.wiring.act(ADMINISTRATOR, "ame") as act:
        act.hold([staff_subject(ENDED)])
        end_staff(act, ENDED)
    return Situation(portal, refs, gone)


def document(today: date) -> dict[str, Any]:
    """The exchange document of the situation, but for what is withdrawn and ended by an act."""
    begun, last = (today - timedelta(days=30)).isoformat(), (today + timedelta(days=60)).isoformat()
    ame = {"agency": "ame", "issuer": "https://idp.example"}
    staff = [
        factories.staff(ADMINISTRATOR, **ame, role="administrator", name="Eva Ek"),
        factories.staff(AUDITOR, **ame, role="auditor", name="Ulla Falk"),
        factories.staff("s-lina", **ame, name="Lina Holm"),
        factories.staff(READER),
        factories.staff(STAND_IN, name="Bo Dahl"),
        factories.staff(ENDED, name="Gun Ny"),
        factories.staff(STRANGER, agency="region", name="Omar Nilsson"),
    ]
    for entry in staff:
        entry["active_from"] = begun
    return factories.document(
        agencies=[
            factories.agency(),
            factories.agency("af", name="Arbetsförmedlingen", kind="arbetsformedlingen"),
            factories.agency("region", name="Region Skåne, psykiatri", kind="region"),
        ],
        staff=staff,
        stand_ins=[
            factories.stand_in(absent=READER, by=STAND_IN, from_=begun, until=last),
        ],
        persons=[
            factories.person(key, personnummer=number, phone=None, protected=key == PROTECTED)
            for key, number in NUMBER_OF.items()
        ],
        consents=[_consent(key, begun, last, today) for key in NUMBER_OF if key != SEALED],
        plans=[
            factories.plan(
                f"pl-{agency}-{key}",
                person=key,
                agency=agency,
                caseworker=None,
                released_on=begun,
                from_=begun,
                last_follow_up=None,
            )
            for key in NUMBER_OF
            for agency in ("af", "region")
        ],
        activities=[
            factories.activity(f"a-{agency}-{key}", plan=f"pl-{agency}-{key}", from_=begun, until=last)
            for key in NUMBER_OF
            for agency in ("af", "region")
        ],
        notes=[factories.note(f"n-{key}", person=key, date=begun, released_on=begun) for key in NUMBER_OF],
    )


def _consent(person: str, begun: str, last: str, today: date) -> dict[str, Any]:
    recipients = ["s-lina"] if person == OF_OTHERS else [READER, ENDED]
    sources = ["af"] if person == PARTLY else ["ame", "af", "region"]
    categories = ["planning"] if person == PARTLY else ["planning", "contacts", "background"]
    is_over = person == EXPIRED
    return factories.consent(
        f"c-{person}",
        person=person,
        signed_on=begun,
        valid_from=begun,
        valid_until=(today - timedelta(days=1)).isoformat() if is_over else last,
        lines=[factories.line(recipients=recipients, sources=sources, categories=categories, stand_ins=True)],
    )
