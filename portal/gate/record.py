"""What the gate gives out once it has decided, recorded and opened. It lives for one request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.rules import Agency, AgencyId, Staff, StaffId
from portal.consent.rules import ReliedLine
from portal.people.rules import PersonId
from portal.plans.clashes import Clash
from portal.plans.rules import Activity, Note, Plan, PlanId


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a person is: shown to whomever any live line lets in, and to the administrators who keep the register."""

    id: PersonId
    personnummer: str
    given_name: str
    family_name: str
    language: str
    former_numbers: tuple[str, ...]

    def __repr__(self) -> str:
        return "Identity(<redacted>)"

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class Contacts:
    """The person's own phone and e-mail; either may be missing."""

    phone: str | None
    email: str | None

    def __repr__(self) -> str:
        return "Contacts(<redacted>)"


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """What one viewer may see of one person at ``read_at``, and on which lines it rests.

    ``changed`` says when each item was changed that is new since the viewer's last look; at a first look nothing is.
    """

    ref: str
    identity: Identity
    is_protected: bool
    contacts: Contacts | None
    plans: tuple[Plan, ...]
    activities: tuple[Activity, ...]
    notes: tuple[Note, ...]
    agencies: Mapping[AgencyId, Agency]
    staff: Mapping[StaffId, Staff]
    clashes: tuple[Clash, ...]
    lines: tuple[ReliedLine, ...]
    changed: Mapping[str, datetime]
    read_at: datetime
    last_read_at: datetime | None

    def activities_of(self, plan: PlanId) -> list[Activity]:
        """The plan's activities, those that begin first first."""
        return sorted((each for each in self.activities if each.plan == plan), key=lambda each: each.from_)

    @property
    def id(self) -> PersonId:
        """The sender's id of the person."""
        return self.identity.id

    @property
    def given_name(self) -> str:
        """The person's given name."""
        return self.identity.given_name

    @property
    def family_name(self) -> str:
        """The person's family name."""
        return self.identity.family_name

    @property
    def personnummer(self) -> str:
        """The person's current identity number, twelve digits."""
        return self.identity.personnummer
