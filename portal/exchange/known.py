"""What a register already holds, as far as a document is checked against it.

The seam between the checks, which are pure, and the database: an import answers from its tables, a preview knows
nothing. Questions come in large batches, once a document, so that the answer can be one statement a batch.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple, Never, Protocol

from portal.accounts.rules import Role
from portal.consent.rules import Category
from portal.exchange.merged import Merged


class StaffFacts(NamedTuple):
    """What is asked of a staff entry by others."""

    id: str
    agency: str
    role: Role
    issuer: str
    subject: str
    active_from: date
    active_until: date | None


class WithdrawalFacts(NamedTuple):
    """A consent's withdrawal, all of it."""

    at: datetime
    how: str
    received_by: str | None


class ConsentFacts(NamedTuple):
    """A consent: whose, a digest of its terms, and its withdrawal."""

    person: str
    terms: bytes
    withdrawn: WithdrawalFacts | None


class ItemFacts(NamedTuple):
    """A plan, activity or note (``kind`` is the name of its list); an activity has a plan, the others the rest."""

    kind: str
    person: str | None
    agency: str | None
    category: Category | None
    plan: str | None
    is_removed: bool = False


class Known(Protocol):
    """The register's answers: of the ids asked about, those it has ever had."""

    def agencies(self, ids: Collection[str], /) -> Collection[str]:
        """The ids of known agencies."""

    def persons(self, ids: Collection[str], /) -> Collection[str]:
        """The ids of known persons."""

    def stand_ins(self, ids: Collection[str], /) -> Collection[str]:
        """The ids of known stand-ins, removed ones too."""

    def staff(self, ids: Collection[str], /) -> Mapping[str, StaffFacts]:
        """The known staff entries by id."""

    def accounts(self, accounts: Collection[tuple[str, str]], /) -> Iterable[StaffFacts]:
        """Every known staff entry with one of these pairs of issuer and subject."""

    def consents(self, ids: Collection[str], /) -> Mapping[str, ConsentFacts]:
        """The known consents by id."""

    def items(self, ids: Collection[str], /) -> Mapping[str, ItemFacts]:
        """The known plans, activities and notes by id, removed ones too."""

    def merged(self) -> Merged:
        """Everybody who was merged with somebody else."""

    def terms_digest(self, terms: bytes) -> bytes:
        """The digest under which the register keeps a consent's terms (see ``conversion.terms_of``)."""


class NothingKnown:
    """The register of a document that stands by itself."""

    def agencies(self, *_: object) -> frozenset[str]:
        """No ids."""
        return frozenset()

    persons = stand_ins = agencies

    def staff(self, *_: object) -> Mapping[str, Never]:
        """No objects."""
        return {}

    consents = items = staff

    def accounts(self, *_: object) -> tuple[()]:
        """No staff entries."""
        return ()

    def merged(self) -> Merged:
        """Nobody."""
        return Merged()

    def terms_digest(self, terms: bytes) -> bytes:
        """SHA-256, since nothing is kept."""
        return hashlib.sha256(terms).digest()
