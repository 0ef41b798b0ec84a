"""Who may sign in and stand in: agencies, named staff and stand-ins, as plain facts.

Pure: no database, no clock. A day is a Europe/Stockholm date, every from–until is inclusive and None is open.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

AgencyId = NewType("AgencyId", str)
StaffId = NewType("StaffId", str)
StandInId = NewType("StandInId", str)


class AgencyKind(StrEnum):
    """What sort of authority an agency is; the clash rules ask for it."""

    AME = "ame"
    SOCIALTJANST = "socialtjanst"
    ARBETSFORMEDLINGEN = "arbetsformedlingen"
    FORSAKRINGSKASSAN = "forsakringskassan"
    REGION = "region"
    SKOLA = "skola"
    KRIMINALVARD = "kriminalvard"
    OTHER = "other"


class Role(StrEnum):
    """What a named staff member may do; one entry has one role."""

    READER = "reader"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Agency:
    """An authority that releases plans or whose staff may be named as readers."""

    id: AgencyId
    name: str
    kind: AgencyKind


@dataclass(frozen=True, slots=True)
class Staff:
    """One named person at one agency in one role, and when that entry holds."""

    id: StaffId
    agency: AgencyId
    role: Role
    name: str
    title: str
    email: str | None
    phone: str | None
    phone_hours: str | None
    issuer: str
    subject: str
    active_from: date
    active_until: date | None

    def is_active(self, today: date) -> bool:
        """Whether the entry holds on ``today``."""
        return self.active_from <= today and (self.active_until is None or today <= self.active_until)


@dataclass(frozen=True, slots=True)
class StaffDetails:
    """What may change of a staff entry; what ties it to others never does, so a successor is a new entry."""

    name: str
    title: str
    email: str | None
    phone: str | None
    phone_hours: str | None


@dataclass(frozen=True, slots=True)
class StandIn:
    """``by`` reads in place of ``absent`` from ``from_`` until ``until``, where a consent line allows it."""

    id: StandInId
    absent: StaffId
    by: StaffId
    from_: date
    until: date

    def is_active(self, today: date) -> bool:
        """Whether the stand-in holds on ``today``."""
        return self.from_ <= today <= self.until
