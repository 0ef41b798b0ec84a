"""What a reader can ask the desk for, and what can be answered. Pure: no database, no clock, no keys."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from portal.accounts.rules import AgencyId, StaffId

RequestId = NewType("RequestId", str)


class About(StrEnum):
    """What a request is about: a consent that is missing, or a mistake in what the reader reads."""

    CONSENT = "consent"
    MISTAKE = "mistake"


class Answer(StrEnum):
    """What the desk answers: there is a consent now, or the mistake is put right; or not."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer that stands, and whose it is."""

    answer: Answer
    by: StaffId
    at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class OwnRequest:
    """A request as whoever made it sees it. It is the same whether or not anybody has the number.

    ``person`` is the reference of whom a mistake is about; ``words`` is the reason for a consent, and nothing of a
    mistake, whose words stand with the person's content and close with it.
    """

    about: About
    made_at: datetime
    person: str | None
    words: str | None
    answer: Answer | None


@dataclass(frozen=True, slots=True, repr=False)
class DeskRequest:
    """A request as the desk sees it; ``number``, ``words`` and ``note`` are None where they have not been opened.

    ``number`` is the twelve digits that were typed, ``person`` the reference of whom a mistake is about.
    """

    id: RequestId
    about: About
    reader: StaffId
    agency: AgencyId
    made_at: datetime
    person: str | None
    number: str | None
    words: str | None
    answered: Answered | None
    note: str | None
