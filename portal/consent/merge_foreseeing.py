"""What merging two registrations of one person would change, before it is done: who reads more, and who less. Pure.

A consent line names sources and categories of the individual, so whoever reads one registration by it will read what
the other one holds of the same. The real decision is asked: of each registration as it is, and of the two together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.rules import Staff
from portal.consent.drafts import Pair
from portal.consent.rules import Consent, Decision, decide


@dataclass(frozen=True, slots=True)
class Registration:
    """One of the two as it stands, and how many items it holds by agency and category."""

    consents: Sequence[Consent]
    is_protected: bool
    counts: Mapping[Pair, int]

    def opens(self, reader: Staff, at: datetime) -> Decision:
        """What ``reader`` may read of it."""
        return decide(reader, (), self.is_protected, self.consents, at)


@dataclass(frozen=True, slots=True)
class Change:
    """How many items more or fewer one reader would read, by source and category, and whether the contacts."""

    reader: Staff
    gains: Mapping[Pair, int]
    loses: Mapping[Pair, int]
    gains_contacts: bool
    loses_contacts: bool
    is_shut_out: bool

    @property
    def is_none(self) -> bool:
        """Whether it makes no difference to this reader."""
        return not (self.gains or self.loses or self.gains_contacts or self.loses_contacts or self.is_shut_out)


def together(one: Registration, other: Registration) -> Registration:
    """The two as one person: consents add up, and the protection of either is kept."""
    counts = Counter(one.counts) + Counter(other.counts)
    return Registration([*one.consents, *other.consents], one.is_protected or other.is_protected, counts)


def foresee_merger(one: Registration, other: Registration, readers: Iterable[Staff], at: datetime) -> list[Change]:
    """What changes for whoever of ``readers`` a consent of either names; nobody for whom nothing does."""
    merged = together(one, other)
    named = {name for consent in merged.consents for name in consent.recipients}
    changes = [_change(reader, (one, other), merged, at) for reader in readers if reader.id in named]
    return [each for each in changes if not each.is_none]


def _change(reader: Staff, both: Sequence[Registration], merged: Registration, at: datetime) -> Change:
    decisions, after = [each.opens(reader, at) for each in both], merged.opens(reader, at)
    before = Counter[Pair]()
    for each, decision in zip(both, decisions, strict=True):
        before += _opened(each, decision)
    then = _opened(merged, after)
    return Change(
        reader,
        then - before,
        before - then,
        gains_contacts=after.shows_contacts and not all(each.shows_contacts for each in decisions),
        loses_contacts=any(each.shows_contacts for each in decisions) and not after.shows_contacts,
        is_shut_out=any(each.is_open for each in decisions) and not after.is_open,
    )


def _opened(registration: Registration, decision: Decision) -> Counter[Pair]:
    return Counter({pair: many for pair, many in registration.counts.items() if decision.opens(*pair)})
