"""What a person has said before about not sharing, and in saying no: for whoever writes the next consent. Pure.

It is known from the consents as they were signed, and from drafts that have not become one. What was registered in
error may have been somebody else's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from portal.consent.drafting import DraftRow
from portal.consent.drafts import Content, DraftState, Refusal
from portal.consent.rules import Ending, day_of
from portal.gate.maintaining import KeptConsent


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """What was said at one time, noted on ``day``; a no may be without a word about what is not to be shared."""

    day: date
    not_shared: str
    refusal: Refusal | None = None


def said_before(consents: Iterable[KeptConsent], drafts: Iterable[tuple[DraftRow, Content]]) -> list[Said]:
    """The last words about not sharing and the last no, the newest first; both in one where they were."""
    told: list[tuple[datetime, Said]] = [
        (kept.registered_at, Said(day_of(kept.registered_at), kept.paper.not_shared))
        for kept in consents
        if kept.terms.ending is not Ending.IN_ERROR
    ]
    told += [
        (row.changed_at, Said(day_of(row.changed_at), content.not_shared, content.refusal))
        for row, content in drafts
        if row.state is not DraftState.REGISTERED
    ]
    newest = [said for _, said in sorted(told, key=lambda each: each[0], reverse=True)]
    words = next((said for said in newest if said.not_shared), None)
    no = next((said for said in newest if said.refusal is not None), None)
    return [said for said in newest if said is words or said is no]
