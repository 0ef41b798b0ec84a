"""What a consent opens, piece by piece, and whether another opens less: the rule behind taking back a part.

Pure. A narrower consent counts without a second administrator's confirmation, so what is called narrower here must
never open anything, to anybody, on any day, that the other did not open: where that is in doubt the answer is no.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.accounts.rules import AgencyId, StaffId
from portal.consent.rules import Category, Consent, Line


@dataclass(frozen=True, slots=True)
class Opening:
    """One piece of a line: what one agency has released in one category; contacts come from no agency."""

    source: AgencyId | None
    category: Category


@dataclass(frozen=True, slots=True)
class _Grant:
    opening: Opening
    recipient: StaffId
    through_stand_in: bool
    of_protected: bool


def openings(line: Line) -> frozenset[Opening]:
    """What a line opens to each of those it names."""
    return frozenset(
        Opening(source, category)
        for category in line.categories
        for source in ((None,) if category is Category.CONTACTS else line.sources)
    )


def narrowed(line: Line, kept: Iterable[Opening], recipients: Iterable[StaffId]) -> tuple[Line, ...]:
    """The lines that are left of ``line`` when only ``kept`` and ``recipients`` are; none where nothing is left."""
    left = frozenset(recipients) & line.recipients
    by_source: dict[AgencyId | None, set[Category]] = defaultdict(set)
    for opening in frozenset(kept) & openings(line):
        by_source[opening.source].add(opening.category)
    contacts = by_source.pop(None, set())
    by_categories: dict[frozenset[Category], set[AgencyId | None]] = defaultdict(set)
    for source, categories in by_source.items():
        by_categories[frozenset(categories | contacts)].add(source)
    if contacts and not by_categories:
        by_categories[frozenset(contacts)] = set()
    if not left:
        return ()
    return tuple(
        replace(line, sources=frozenset(filter(None, sources)), categories=categories, recipients=left)
        for categories, sources in sorted(by_categories.items(), key=lambda each: sorted(each[0]))
    )


def joined(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The same in fewer lines: those that differ only in whom they name are one."""
    named: dict[Line, frozenset[StaffId]] = {}
    for line in lines:
        nobody = replace(line, recipients=frozenset())
        named[nobody] = named.get(nobody, frozenset()) | line.recipients
    return tuple(replace(line, recipients=readers) for line, readers in named.items())


def taken_back(old: Consent, left: Consent | None) -> tuple[Line, ...]:
    """What ``old`` opened and ``left``, which may be nothing, does not, as lines; for telling, never for deciding."""
    gone: list[Line] = []
    for line in old.lines:
        lost: dict[frozenset[Opening], set[StaffId]] = defaultdict(set)
        for reader in line.recipients:
            still = (openings(each) for each in (left.lines if left else ()) if reader in each.recipients)
            lost[openings(line) - frozenset[Opening]().union(*still)].add(reader)
        for what, readers in sorted(lost.items(), key=lambda each: sorted(each[1])):
            gone += narrowed(line, what, readers)
    return joined(gone)


def is_narrower(new: Consent, old: Consent) -> bool:
    """Whether ``new`` opens something, less than ``old``, and nothing that a living ``old`` does not open that day.

    An old consent that was never confirmed opens nothing, so nothing is narrower than it; so with one that has ended.
    """
    if new.person != old.person or not old.is_confirmed or old.withdrawn_at is not None:
        return False
    if not old.valid_from <= new.valid_from <= new.valid_until <= old.valid_until:
        return False
    less = _grants(new)
    return bool(less) and less < _grants(old)


def _grants(consent: Consent) -> frozenset[_Grant]:
    return frozenset(
        _Grant(opening, recipient, through_stand_in, of_protected)
        for line in consent.lines
        for opening in openings(line)
        for recipient in line.recipients
        for through_stand_in in ((False, True) if line.stand_ins else (False,))
        for of_protected in ((False, True) if line.covers_protected else (False,))
    )
