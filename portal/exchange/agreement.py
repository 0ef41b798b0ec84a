"""What the objects of a document must say of each other, asked once all of it has been read.

References lead to something in the document or in the register; stand-ins work where the absent colleague does;
nobody holds two staff entries at once; what is taken away was there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from portal.accounts.rules import Role
from portal.exchange.known import Known, StaffFacts
from portal.exchange.ledger import ITEMS, READERS, Ledger, check_reader
from portal.exchange.problems import Problems, Reason

_STAFF: Final = ("staff", READERS)


def check_agreement(ledger: Ledger, known: Known, problems: Problems) -> None:
    """Report every object that does not agree with the others, in the document or in the register."""
    staff = _Staff(ledger, known)
    _check_references(ledger, known, staff, problems)
    _check_stand_ins(ledger, staff, problems)
    _check_accounts(ledger, known, problems)
    _check_removed(ledger, known, problems)


class _Staff:
    """The staff entries that the document names, its own before the register's."""

    def __init__(self, ledger: Ledger, known: Known) -> None:
        named = {reference.id for reference in ledger.waiting if reference.target in _STAFF}
        self._own = ledger.staff
        self._known = known.staff(named - ledger.staff.keys())

    def __contains__(self, id_: str) -> bool:
        return id_ in self._own or id_ in self._known

    def get(self, id_: str) -> StaffFacts | None:
        """The entry's facts; None where it is unknown, or does not fit the format."""
        return self._own[id_][1] if id_ in self._own else self._known.get(id_)


def _check_references(ledger: Ledger, known: Known, staff: _Staff, problems: Problems) -> None:
    elsewhere = defaultdict[str, set[str]](set)
    for reference in ledger.waiting:
        if reference.target not in _STAFF and not ledger.has(reference.target, reference.id):
            elsewhere[reference.target].add(reference.id)
    of_register: Mapping[str, Collection[str]] = {
        "agencies": known.agencies(elsewhere["agencies"]),
        "persons": known.persons(elsewhere["persons"]),
        "plans": {
            id_
            for id_, facts in known.items(elsewhere["plans"]).items()
            if facts.kind == "plans" and not facts.is_removed
        },
    }
    for reference in ledger.waiting:
        if reference.target in _STAFF:
            is_there = reference.id in staff
        else:
            is_there = ledger.has(reference.target, reference.id) or reference.id in of_register[reference.target]
        if not is_there:
            problems.add(reference.path, Reason.UNKNOWN_REFERENCE)
        elif reference.target == READERS:
            check_reader(reference, staff.get(reference.id), problems)


def _check_stand_ins(ledger: Ledger, staff: _Staff, problems: Problems) -> None:
    for index, pair in ledger.stand_ins.values():
        absent, by = map(staff.get, pair or ("", ""))
        if absent is not None and by is not None and absent.agency != by.agency:
            problems.add(f"stand_ins[{index}].by", Reason.STAND_IN_ELSEWHERE)


class _Term(NamedTuple):
    """When a staff entry holds; ``place`` is its index in the document, -1 in the register."""

    from_: date
    until: date
    place: int
    role: Role


def _check_accounts(ledger: Ledger, known: Known, problems: Problems) -> None:
    """Two entries with the same issuer and subject never hold at the same time."""
    terms = defaultdict[tuple[str, str], list[_Term]](list)
    for index, facts in ledger.staff.values():
        if facts is not None:
            terms[facts.issuer, facts.subject].append(_term(facts, index))
    for facts in known.accounts(terms.keys()):
        if facts.id not in ledger.staff:
            terms[facts.issuer, facts.subject].append(_term(facts, -1))
    for account in terms.values():
        _check_account(sorted(account), problems)


def _term(facts: StaffFacts, place: int) -> _Term:
    return _Term(facts.active_from, facts.active_until or date.max, place, facts.role)


def _check_account(terms: Iterable[_Term], problems: Problems) -> None:
    """Compare each term with the one before it that lasts longest; the terms come in order of their first day."""
    longest: _Term | None = None
    for term in terms:
        if longest is not None and term.from_ <= longest.until:
            roles = {longest.role, term.role}
            is_both = roles == {Role.ADMINISTRATOR, Role.AUDITOR}
            place = max(term.place, longest.place)
            if place >= 0:
                reason = Reason.ADMINISTRATOR_AND_AUDITOR if is_both else Reason.STAFF_OVERLAP
                problems.add(f"staff[{place}]", reason)
        if longest is None or term.until > longest.until:
            longest = term


def _check_removed(ledger: Ledger, known: Known, problems: Problems) -> None:
    """What is taken away is in the document or the register, or was; nothing that stays leans on it."""
    items = known.items({id_ for name in ITEMS for id_ in ledger.removed[name]})
    of_register: dict[str, Collection[str]] = {
        name: {id_ for id_, facts in items.items() if facts.kind == name} for name in ITEMS
    }
    of_register["stand_ins"] = known.stand_ins(ledger.removed["stand_ins"].keys())
    for name, ids in ledger.removed.items():
        for id_, index in ids.items():
            if not ledger.has(name, id_) and id_ not in of_register[name]:
                problems.add(f"removed.{name}[{index}]", Reason.UNKNOWN_REFERENCE)
    if ledger.removed["plans"]:
        for id_, (index, facts) in ledger.items.items():
            if facts.plan in ledger.removed["plans"] and id_ not in ledger.removed["activities"]:
                problems.add(f"activities[{index}].plan", Reason.UNKNOWN_REFERENCE)
