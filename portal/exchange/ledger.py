"""What must be remembered of a document while it is read: ids, and the few facts objects ask of each other.

About a third of a kilobyte an object, whatever texts the object holds. References that can be followed at once
are; those that point forwards, or out of the document, wait until all of it has been read.
"""

import sys
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from portal.accounts.rules import Role
from portal.exchange import schema
from portal.exchange.conversion import terms_of
from portal.exchange.known import ConsentFacts, ItemFacts, Known, StaffFacts, WithdrawalFacts
from portal.exchange.problems import Problems, Reason
from portal.exchange.schema import Strict

ITEMS: Final = ("plans", "activities", "notes")
READERS: Final = "readers"

_REFERENCES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "agencies": (),
    "staff": (("agency", "agencies"),),
    "stand_ins": (("absent", "staff"), ("by", "staff")),
    "persons": (),
    "consents": (("person", "persons"),),
    "plans": (("person", "persons"), ("agency", "agencies"), ("caseworker", "staff")),
    "activities": (("plan", "plans"),),
    "notes": (("person", "persons"), ("agency", "agencies")),
}


class Reference(NamedTuple):
    """The id at ``path`` stands for an object of the list ``target`` (or for a reader)."""

    path: str
    target: str
    id: str


class Ledger:
    """The ids and facts of one document; each id with its index in the list.

    Facts are None for an object that does not fit the format: it is there, but says nothing.
    """

    def __init__(self, known: Known, problems: Problems) -> None:
        self._known = known
        self._problems = problems
        self.agencies: dict[str, tuple[int, None]] = {}
        self.persons: dict[str, tuple[int, None]] = {}
        self.stand_ins: dict[str, tuple[int, tuple[str, str] | None]] = {}
        self.staff: dict[str, tuple[int, StaffFacts | None]] = {}
        self.consents: dict[str, tuple[int, ConsentFacts | None]] = {}
        self.items: dict[str, tuple[int, ItemFacts]] = {}
        self.removed: dict[str, dict[str, int]] = {name: {} for name in schema.Removed.model_fields}
        self.waiting: list[Reference] = []
        self._shelves: dict[str, dict[str, Any]] = {
            "agencies": self.agencies,
            "staff": self.staff,
            "stand_ins": self.stand_ins,
            "persons": self.persons,
            "consents": self.consents,
            **dict.fromkeys(ITEMS, self.items),
        }

    def add(self, name: str, index: int, model: Strict, is_whole: bool) -> None:
        """Remember an object of the list ``name`` and follow its references as far as they lead."""
        path, shelf, own_id = f"{name}[{index}]", self._shelves[name], getattr(model, "id", None)
        if own_id in shelf:
            self._problems.add(f"{path}.id", Reason.ID_TWICE)
        elif own_id is not None:
            shelf[own_id] = index, self._facts(name, model, is_whole)
        for key, target in _REFERENCES[name]:
            # Most lead to something, and are not written down.
            id_ = model.__dict__.get(key)
            if id_ is not None and not self.has(target, id_):
                self.waiting.append(Reference(f"{path}.{key}", target, id_))
        if name == "consents":
            self.waiting += (each for each in _references_of_consent(path, model) if not self._leads_to_something(each))

    def remove(self, name: str, index: int, id_: str) -> None:
        """Remember that the document takes the object ``id_`` of the list ``name`` away."""
        self.removed[name].setdefault(id_, index)

    def has(self, target: str, id_: str) -> bool:
        """Whether the document holds the object ``id_`` of the list ``target``."""
        if target not in ITEMS:
            return id_ in self._shelves[target]
        place = self.items.get(id_)
        return place is not None and place[1].kind == target

    def _leads_to_something(self, reference: Reference) -> bool:
        if reference.target != READERS:
            return self.has(reference.target, reference.id)
        place = self.staff.get(reference.id)
        if place is None:
            return False
        check_reader(reference, place[1], self._problems)
        return True

    def _facts(self, name: str, model: Any, is_whole: bool) -> object:
        if name in ITEMS:
            # Of an object that does not fit, what is left still counts: the rest of the document leans on it.
            there = model.__dict__.get
            agency = there("agency")
            return ItemFacts(name, there("person"), agency and sys.intern(agency), there("category"), there("plan"))
        if not is_whole:
            return None
        if isinstance(model, schema.Staff):
            return StaffFacts(
                model.id,
                model.agency,
                model.role,
                model.issuer,
                model.subject,
                model.active_from,
                model.active_until,
            )
        if isinstance(model, schema.Consent):
            return consent_facts(model, self._known)
        return (model.absent, model.by) if isinstance(model, schema.StandIn) else None


def consent_facts(consent: schema.Consent, known: Known) -> ConsentFacts:
    """The facts of a consent as the register ``known`` compares them."""
    taken_back = consent.withdrawn
    return ConsentFacts(
        consent.person,
        known.terms_digest(terms_of(consent)),
        WithdrawalFacts(taken_back.at, taken_back.how.value, taken_back.received_by) if taken_back else None,
    )


def check_reader(reference: Reference, staff: StaffFacts | None, problems: Problems) -> None:
    """Report a recipient who is not a reader."""
    if staff is not None and staff.role is not Role.READER:
        problems.add(reference.path, Reason.RECIPIENT_NOT_READER)


def _references_of_consent(path: str, model: Any) -> Iterator[Reference]:
    for part, key in (("form", "informed_by"), ("withdrawn", "received_by")):
        id_ = getattr(getattr(model, part, None), key, None)
        if id_ is not None:
            yield Reference(f"{path}.{part}.{key}", "staff", id_)
    for number, line in enumerate(getattr(model, "lines", ())):
        for key, target in (("sources", "agencies"), ("recipients", READERS)):
            for index, id_ in enumerate(getattr(line, key, ())):
                yield Reference(f"{path}.lines[{number}].{key}[{index}]", target, id_)
