"""What a consent would change, before it is there: for each reader it touches, what opens today and what would. Pure.

The real decision is asked twice: with the consents as they are, and with the new one among them as if confirmed, from
the day it begins, and without the one it replaces.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from portal.accounts.rules import Staff
from portal.consent.drafts import MATRIX, Pair
from portal.consent.rules import STOCKHOLM, Consent, Decision, day_of, decide


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What one reader may read by the person's consents today, and what by those there would be."""

    reader: Staff
    before: Decision
    after: Decision

    @property
    def opens(self) -> frozenset[Pair]:
        """What may be read, source by category."""
        return _pairs(self.after)

    @property
    def gains(self) -> frozenset[Pair]:
        """What may be read that may not be today."""
        return self.opens - _pairs(self.before)

    @property
    def loses(self) -> frozenset[Pair]:
        """What may be read today and would not be."""
        return _pairs(self.before) - self.opens

    @property
    def gains_contacts(self) -> bool:
        """Whether the person's own phone and e-mail would be shown, and are not today."""
        return self.after.shows_contacts and not self.before.shows_contacts

    @property
    def loses_contacts(self) -> bool:
        """Whether the person's own phone and e-mail are shown today, and would not be."""
        return self.before.shows_contacts and not self.after.shows_contacts

    @property
    def is_new(self) -> bool:
        """Whether there is no such person for this reader today."""
        return self.after.is_open and not self.before.is_open

    @property
    def is_unchanged(self) -> bool:
        """Whether it makes no difference to this reader."""
        return not (self.gains or self.loses or self.gains_contacts or self.loses_contacts or self.is_new)


def foresee(
    consent: Consent, standing: Sequence[Consent], readers: Iterable[Staff], is_protected: bool, at: datetime
) -> list[Foreseen]:
    """For whoever of ``readers`` the consent names, or the one it replaces names: what changes, as they are given."""
    former = frozenset[str]() if consent.replaces is None else frozenset({consent.replaces})
    begins = datetime.combine(consent.valid_from, time(12), STOCKHOLM)
    then = begins if consent.valid_from > day_of(at) else at
    after = [each for each in standing if each.id not in former] + [replace(consent, is_confirmed=True)]
    touched = consent.recipients.union(*(each.recipients for each in standing if each.id in former))
    return [
        Foreseen(
            reader,
            decide(reader, (), is_protected, standing, at),
            decide(reader, (), is_protected, after, then),
        )
        for reader in readers
        if reader.id in touched
    ]


def _pairs(decision: Decision) -> frozenset[Pair]:
    found = {(source, what) for line in decision.lines for source in line.sources for what in line.categories}
    return frozenset(pair for pair in found if pair[1] in MATRIX)
