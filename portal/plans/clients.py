"""My clients in the order in which they need me. Pure: what a list says of each, the order, the search and the pages.

Need, most pressing first: a follow-up is overdue or a plan has no caseworker; a clash goes on or begins within two
weeks; something is new; another clash; the consent ends within a month. Then the nearest follow-up, then the name.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Protocol

from portal.consent.rules import ReliedLine
from portal.plans.rules import Plan, PlanStatus

_SOON = timedelta(days=14)
_ENDING = timedelta(days=30)
PAGE_SIZE = 100


class Clashing(Protocol):
    """What a list needs to know of a clash."""

    @property
    def type(self) -> str: ...
    @property
    def from_(self) -> date: ...
    @property
    def headline(self) -> Mapping[str, str]: ...


class Need(IntEnum):
    """Why a client stands where they stand in the list; lower stands first."""

    OVERDUE = 0
    CLASHING = 1
    NEW = 2
    LATER_CLASH = 3
    CONSENT_ENDS = 4
    NONE = 5


@dataclass(frozen=True, slots=True)
class Client:
    """One of my clients, as the list and the check-in say it."""

    ref: str
    given_name: str
    family_name: str
    is_protected: bool
    is_through_stand_in: bool
    news: int
    next_follow_up: date | None
    is_overdue: bool
    clashes: tuple[Clashing, ...]
    consent_until: date
    consent_ends_soon: bool
    need: Need


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and where in the list it is; ``number`` and items are counted from 1."""

    clients: tuple[Client, ...]
    number: int
    last: int
    first_item: int
    last_item: int
    total: int


def summarise(
    ref: str,
    given_name: str,
    family_name: str,
    plans: Iterable[Plan],
    clashes: Iterable[Clashing],
    lines: Sequence[ReliedLine],
    changed: Mapping[str, datetime],
    today: date,
    *,
    is_protected: bool,
) -> Client:
    """What the list says of one client; ``lines`` are those that let me in, at least one.

    The consent's last day is the earliest on which something closes; the next follow-up the nearest in a live plan.
    """
    clashes = tuple(clashes)
    planned = [plan.next_follow_up for plan in plans if plan.next_follow_up and plan.status is PlanStatus.ACTIVE]
    until = min(line.valid_until for line in lines)
    overdue = any(day < today for day in planned) or any(clash.type == "overdue_follow_up" for clash in clashes)
    return Client(
        ref=ref,
        given_name=given_name,
        family_name=family_name,
        is_protected=is_protected,
        is_through_stand_in=all(line.through is not None for line in lines),
        news=len(changed),
        next_follow_up=min(planned, default=None),
        is_overdue=overdue,
        clashes=clashes,
        consent_until=until,
        consent_ends_soon=until <= today + _ENDING,
        need=_need(clashes, until, today, is_overdue=overdue, has_news=bool(changed)),
    )


def by_need(clients: Iterable[Client]) -> tuple[Client, ...]:
    """The clients, those who need me most first."""
    return tuple(
        sorted(
            clients,
            key=lambda client: (
                client.need,
                client.next_follow_up or date.max,
                _plain(client.family_name),
                _plain(client.given_name),
                client.ref,
            ),
        )
    )


def named(clients: Iterable[Client], sought: str) -> tuple[Client, ...]:
    """The clients whose name holds ``sought``, whatever the case and accents."""
    wanted = _plain(sought)
    return tuple(client for client in clients if wanted in _plain(f"{client.given_name} {client.family_name}"))


def page_of(clients: Sequence[Client], number: int, size: int = PAGE_SIZE) -> Page:
    """The page with that number, or the nearest there is."""
    last = max(1, -(-len(clients) // size))
    number = min(max(1, number), last)
    begins = (number - 1) * size
    shown = tuple(clients[begins : begins + size])
    return Page(shown, number, last, begins + 1 if shown else 0, begins + len(shown), len(clients))


def _need(clashes: Iterable[Clashing], until: date, today: date, *, is_overdue: bool, has_news: bool) -> Need:
    if is_overdue or any(clash.type == "no_caseworker" for clash in clashes):
        return Need.OVERDUE
    begins = [clash.from_ for clash in clashes]
    if any(day <= today + _SOON for day in begins):
        return Need.CLASHING
    if has_news:
        return Need.NEW
    if begins:
        return Need.LATER_CLASH
    return Need.CONSENT_ENDS if until <= today + _ENDING else Need.NONE


def _plain(text: str) -> str:
    """Lower case, and without accents, as the browser's own filter reads it: "Bjork" finds "Björk"."""
    decomposed = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
