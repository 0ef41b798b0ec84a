"""What stands around every page: who I am, where I can go, and what I am reading for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from portal.accounts.rules import Agency, Role, Staff


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the menu: its address and its (lazily translated) words."""

    address: str
    words: Any

    def holds(self, path: str) -> bool:
        """Whether the page at ``path`` belongs to this place."""
        return path == self.address or path.startswith(f"{self.address}/")


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason for reading, its words by language, and whether it is the one I read for now."""

    code: str
    words: Mapping[str, str]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a signed-in staff member's page; a visitor's page has none."""

    name: str
    agency: str
    role: Role
    places: tuple[Place, ...]
    reasons: tuple[Reason, ...] = ()

    @property
    def has_reason(self) -> bool:
        """Whether I have said what I read for."""
        return any(reason.is_chosen for reason in self.reasons)

    def place_of(self, path: str) -> Place | None:
        """The place in the menu that ``path`` belongs to: the one with the longest address that holds it."""
        holding = [place for place in self.places if place.holds(path)]
        return max(holding, key=lambda place: len(place.address), default=None)


PLACES: Mapping[Role, tuple[Place, ...]] = {
    Role.READER: (
        Place("/people", _("Mina klienter")),
        Place("/check-in", _("Avstämning")),
        Place("/people/find", _("Sök person")),
        Place("/people/requests", _("Förfrågningar")),
    ),
    Role.ADMINISTRATOR: (
        Place("/administration/people", _("Personer")),
        Place("/administration/consents", _("Samtycken")),
        Place("/administration/requests", _("Förfrågningar")),
        Place("/administration/staff", _("Personal")),
    ),
    Role.AUDITOR: (
        Place("/auditing/log", _("Loggen")),
        Place("/auditing/integrity", _("Är loggen orörd?")),
    ),
}


def frame_for(staff: Staff, agency: Agency, reasons: Mapping[str, Mapping[str, str]], chosen: str | None) -> Frame:
    """The frame for ``staff``; only readers choose among ``reasons`` (words by language, by code)."""
    offered = reasons.items() if staff.role is Role.READER else ()
    return Frame(
        staff.name,
        agency.name,
        staff.role,
        PLACES[staff.role],
        tuple(Reason(code, words, code == chosen) for code, words in offered),
    )
