"""What a draft of a consent says, and the lines it becomes. Pure.

A draft opens nothing. It holds what was talked about at the table, in the shape in which one chooses it: named people,
and for each of their agencies a matrix of who releases what. What it lacks is said by name, and a draft that lacks
something is neither printed nor registered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import NewType

from portal.accounts.rules import AgencyId, StaffId
from portal.consent.rules import Category, Consent, ConsentId, Line
from portal.people.rules import PersonId

DraftId = NewType("DraftId", str)
Pair = tuple[AgencyId, Category]

# What a matrix is made of. The person's own phone and e-mail come from no agency and stand beside it.
MATRIX = tuple(each for each in Category if each is not Category.CONTACTS)


class DraftState(StrEnum):
    """How far a draft has come; in the last two nothing of it changes any more."""

    DRAFT = "draft"
    PRINTED = "printed"
    REFUSED = "refused"
    REGISTERED = "registered"

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed."""
        return self in (DraftState.DRAFT, DraftState.PRINTED)


@dataclass(frozen=True, slots=True)
class Share:
    """What the readers of one agency may read: pairs of who releases and what, and the person's own contacts."""

    pairs: frozenset[Pair] = frozenset()
    contacts: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it opens nothing."""
        return not self.pairs and not self.contacts


@dataclass(frozen=True, slots=True, repr=False)
class Refusal:
    """That the person said no: the day, in which way (a code), and what else was said about it."""

    day: date
    how: str
    note: str


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """Everything a draft says. ``left`` are those who were named before and have left, ``printed`` is the text printed.

    An agency without a share has not been asked about yet.
    """

    readers: frozenset[StaffId] = frozenset()
    left: frozenset[StaffId] = frozenset()
    shares: Mapping[AgencyId, Share] = field(default_factory=dict)
    stand_ins: bool = False
    covers_protected: bool = False
    purpose: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    form: str = "sv"
    printed: str = ""
    informed_by: StaffId | None = None
    interpreter: bool = False
    representative: str = ""
    place: str = ""
    not_shared: str = ""
    refusal: Refusal | None = None


class Lack(StrEnum):
    """What keeps a draft from being printed and registered."""

    NOBODY = "nobody"
    LEFT = "left"
    NOTHING = "nothing"
    NO_DAYS = "no_days"
    WRONG_DAYS = "wrong_days"
    TOO_LONG = "too_long"
    OVERLAPS = "overlaps"
    NO_PURPOSE = "no_purpose"
    NO_INFORMANT = "no_informant"


@dataclass(frozen=True, slots=True)
class Present:
    """Who can be named today: readers and anybody who may inform, each with their agency."""

    readers: Mapping[StaffId, AgencyId]
    informants: frozenset[StaffId]


def lacks_of(
    content: Content, present: Present, longest: date | None, former: Consent | None, today: date
) -> list[Lack]:
    """What the draft lacks; ``longest`` is the last day the settings allow, ``former`` the consent it replaces."""
    asked = {present.readers[each] for each in content.readers if each in present.readers}
    found = []
    if not content.readers:
        found.append(Lack.NOBODY)
    if not content.readers <= present.readers.keys():
        found.append(Lack.LEFT)
    if any(content.shares.get(each, Share()).is_empty for each in asked):
        found.append(Lack.NOTHING)
    if not content.purpose:
        found.append(Lack.NO_PURPOSE)
    found += days_lack(content.valid_from, content.valid_until, longest, former, today)
    if content.informed_by not in present.informants:
        found.append(Lack.NO_INFORMANT)
    return found


def days_lack(
    first: date | None, last: date | None, longest: date | None, former: Consent | None, today: date
) -> list[Lack]:
    """What is wrong with the days. One that replaces another begins by today, or when the other has run out.

    Begun in between, it would leave two that say different things, and nobody could tell which the person meant.
    """
    if first is None or last is None or longest is None:
        return [Lack.NO_DAYS]
    found = []
    if last < first:
        found.append(Lack.WRONG_DAYS)
    if last > longest:
        found.append(Lack.TOO_LONG)
    if former is not None and today < first <= former.valid_until:
        found.append(Lack.OVERLAPS)
    return found


def lines_of(content: Content, agency_of: Mapping[StaffId, AgencyId]) -> tuple[Line, ...]:
    """The lines of the consent: what each reader may read, exactly, in few lines, the same for the same draft."""
    recipients: dict[tuple[frozenset[AgencyId], frozenset[Category]], set[StaffId]] = {}
    for agency, own in _by_agency(content.readers, agency_of):
        share = content.shares.get(agency, Share())
        blocks = _blocks(share.pairs)
        if share.contacts:
            blocks.append((frozenset(), frozenset({Category.CONTACTS})))
        for block in blocks:
            recipients.setdefault(block, set()).update(own)
    lines = [
        Line(sources, categories, frozenset(own), content.stand_ins, content.covers_protected)
        for (sources, categories), own in recipients.items()
    ]
    return tuple(sorted(lines, key=_in_order))


def consent_of(draft: DraftId, person: str, content: Content, replaces: str | None, lines: tuple[Line, ...]) -> Consent:
    """The consent the draft becomes, not confirmed; raises ValueError if it lacks its days."""
    if content.valid_from is None or content.valid_until is None:
        raise ValueError("a consent has a first and a last day")
    return Consent(
        ConsentId(draft),
        PersonId(person),
        content.valid_from,
        content.valid_until,
        lines,
        is_confirmed=False,
        replaces=None if replaces is None else ConsentId(replaces),
    )


def asks_for_same(content: Content, replaces: str | None, consents: Iterable[Consent]) -> bool:
    """Whether the draft would open again what these consents open: it renews one, or names somebody they name."""
    return any(consent.id == replaces or consent.recipients & content.readers for consent in consents)


def as_before(consent: Consent, agency_of: Mapping[StaffId, AgencyId], present: Iterable[StaffId]) -> Content:
    """What a consent says as the beginning of a draft. Whoever has left is left out, and what they read stays asked.

    Where readers of one agency read different things, it begins with what all of them read: nobody is given more.
    """
    here = frozenset(present)
    shares = {
        agency: _share_of_all(consent, own)
        for agency, own in _by_agency((each for each in consent.recipients if each in agency_of), agency_of)
    }
    return Content(
        readers=consent.recipients & here,
        left=consent.recipients - here,
        shares=shares,
        stand_ins=all(line.stand_ins for line in consent.lines),
        covers_protected=all(line.covers_protected for line in consent.lines),
    )


def narrowest(sources: Iterable[AgencyId], *, contacts: bool = False) -> Share:
    """What is offered to begin with: the planning of these agencies, and nothing else unless contacts are asked for."""
    return Share(frozenset((each, Category.PLANNING) for each in sources), contacts)


def _share_of_all(consent: Consent, readers: Iterable[StaffId]) -> Share:
    shares = [_share_of(consent, each) for each in readers]
    return Share(frozenset.intersection(*(share.pairs for share in shares)), all(share.contacts for share in shares))


def _share_of(consent: Consent, reader: StaffId) -> Share:
    own = [line for line in consent.lines if reader in line.recipients]
    pairs = {(source, what) for line in own for source in line.sources for what in line.categories if what in MATRIX}
    return Share(frozenset(pairs), any(Category.CONTACTS in line.categories for line in own))


def _by_agency(
    readers: Iterable[StaffId], agency_of: Mapping[StaffId, AgencyId]
) -> list[tuple[AgencyId, list[StaffId]]]:
    ordered = sorted(readers, key=lambda each: (agency_of[each], each))
    return [(agency, list(own)) for agency, own in groupby(ordered, key=lambda each: agency_of[each])]


def _blocks(pairs: frozenset[Pair]) -> list[tuple[frozenset[AgencyId], frozenset[Category]]]:
    """The pairs as whole blocks of sources by categories, grouped by source or by category, whichever gives fewer."""
    by_source: dict[frozenset[Category], set[AgencyId]] = {}
    for source in {source for source, _ in pairs}:
        by_source.setdefault(frozenset(what for each, what in pairs if each == source), set()).add(source)
    by_category: dict[frozenset[AgencyId], set[Category]] = {}
    for category in {what for _, what in pairs}:
        by_category.setdefault(frozenset(each for each, what in pairs if what == category), set()).add(category)
    if len(by_category) < len(by_source):
        return [(sources, frozenset(categories)) for sources, categories in by_category.items()]
    return [(frozenset(sources), categories) for categories, sources in by_source.items()]


def _in_order(line: Line) -> tuple[list[str], list[str], list[str]]:
    return sorted(line.recipients), sorted(line.sources), sorted(line.categories)
