"""The consent decision: what may this reader open of this person, now, and on which lines does it rest?

Pure. Everything not expressly opened by a live line stays closed; consents add up, and the reader's own
agency is no exception. Source: OSL (2009:400) 12 kap. 2 § and EXCHANGE.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from portal.accounts.rules import AgencyId, Role, Staff, StaffId, StandIn, StandInId
from portal.people.rules import PersonId

ConsentId = NewType("ConsentId", str)

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class Category(StrEnum):
    """The kinds of information a person ticks one by one."""

    PLANNING = "planning"
    CONTACTS = "contacts"
    BACKGROUND = "background"
    LIVELIHOOD = "livelihood"
    WORK_ABILITY = "work_ability"
    HEALTH = "health"
    CHECK_IN = "check_in"


class Ending(StrEnum):
    """Why a consent ended before its last day. The first is the person's own act, the others are the desk's."""

    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    IN_ERROR = "in_error"


@dataclass(frozen=True, slots=True)
class Line:
    """What the sources have released in these categories, these named recipients may read."""

    sources: frozenset[AgencyId]
    categories: frozenset[Category]
    recipients: frozenset[StaffId]
    stand_ins: bool
    covers_protected: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """The terms of one signed consent; ``is_confirmed`` says whether the desk has confirmed it.

    ``replaces`` is the consent of the same person that ends when this one is confirmed and has begun, and ``ending`` is
    why it ended at ``withdrawn_at``.
    """

    id: ConsentId
    person: PersonId
    valid_from: date
    valid_until: date
    lines: tuple[Line, ...]
    withdrawn_at: datetime | None = None
    is_confirmed: bool = True
    ending: Ending | None = None
    replaces: ConsentId | None = None

    @property
    def recipients(self) -> frozenset[StaffId]:
        """Everybody whom any of its lines names."""
        return frozenset(name for line in self.lines for name in line.recipients)

    def is_live(self, at: datetime) -> bool:
        """Whether the consent holds at the aware instant ``at``."""
        if not self.is_confirmed or (self.withdrawn_at is not None and at >= self.withdrawn_at):
            return False
        return self.valid_from <= day_of(at) <= self.valid_until


@dataclass(frozen=True, slots=True)
class Form:
    """Which text was signed, where, in which language and who explained it."""

    version: str
    language: str
    interpreter: bool
    place: str
    informed_by: StaffId
    representative: str | None


@dataclass(frozen=True, slots=True)
class Paper:
    """What is on the signed paper besides its terms: the purpose, the day, the form and what is not to be shared.

    ``not_shared`` is in the person's own words; it opens and closes nothing.
    """

    purpose: str
    signed_on: date
    form: Form
    not_shared: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When the consent ended, in which way it was told (a code) and who received it.

    ``told_on`` is the day the person said it, where that was before it was registered, and ``note`` why the desk itself
    ended it.
    """

    at: datetime
    how: str
    received_by: StaffId | None
    told_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReliedLine:
    """A live line that lets the reader in, and the stand-in through which it does, if any."""

    consent: ConsentId
    index: int
    sources: frozenset[AgencyId]
    categories: frozenset[Category]
    valid_from: date
    valid_until: date
    through: StandInId | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The lines that let the reader in; none means that there is no such person for this reader."""

    lines: tuple[ReliedLine, ...]

    @property
    def is_open(self) -> bool:
        """Whether any live line lets the reader in."""
        return bool(self.lines)

    @property
    def shows_contacts(self) -> bool:
        """Whether the person's own phone and e-mail may be shown."""
        return any(Category.CONTACTS in line.categories for line in self.lines)

    def opens(self, agency: AgencyId, category: Category) -> bool:
        """Whether what ``agency`` has released in ``category`` may be read."""
        return any(agency in line.sources and category in line.categories for line in self.lines)


NOTHING = Decision(())


def day_of(at: datetime) -> date:
    """The Europe/Stockholm date of the aware instant ``at``."""
    if at.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return at.astimezone(STOCKHOLM).date()


def decide(
    reader: Staff,
    colleagues: Iterable[tuple[StandIn, Staff]],
    is_protected: bool,
    consents: Sequence[Consent],
    at: datetime,
) -> Decision:
    """Decide what ``reader`` may open of one person at the instant ``at``.

    ``colleagues`` are the stand-ins that name the reader, each with the absent colleague; those of another
    agency or another day count for nothing. Lines come in the order of consent id and line index.
    """
    today = day_of(at)
    if reader.role is not Role.READER or not reader.is_active(today):
        return NOTHING
    absent = {
        colleague.id: stand_in.id
        for stand_in, colleague in colleagues
        if stand_in.by == reader.id
        and stand_in.absent == colleague.id
        and colleague.agency == reader.agency
        and stand_in.is_active(today)
    }
    return Decision(
        tuple(
            ReliedLine(
                consent.id,
                index,
                line.sources,
                line.categories,
                consent.valid_from,
                consent.valid_until,
                through,
            )
            for consent in sorted(consents, key=lambda consent: consent.id)
            if consent.is_live(at)
            for index, line in enumerate(consent.lines)
            if line.covers_protected or not is_protected
            for names_reader, through in [_way_in(line, reader.id, absent)]
            if names_reader
        )
    )


def _way_in(line: Line, reader: StaffId, absent: dict[StaffId, StandInId]) -> tuple[bool, StandInId | None]:
    """Whether the line names the reader, and through which stand-in if not itself."""
    if reader in line.recipients:
        return True, None
    if line.stand_ins:
        for colleague in sorted(line.recipients & absent.keys()):
            return True, absent[colleague]
    return False, None
