"""Confirming a consent against its paper: by a second administrator, who saw exactly what is confirmed.

Every check is made under the person's lock, in the transaction that confirms. Where the settings say that one
administrator is enough, the same may confirm; without a paper nobody may.
"""

from enum import StrEnum

from portal.accounts.rules import StaffId
from portal.acting import Act
from portal.consent import desk
from portal.consent.evidence.papers import Papers, are_whole, read_papers
from portal.consent.rules import Withdrawal
from portal.consent.sealing import subject_of
from portal.consent.service import SealedPerson
from portal.consent.withdrawing import end_in_error
from portal.errors import ConflictError


class Hindrance(StrEnum):
    """Why somebody may not confirm a consent."""

    UNPROVEN = "unproven"
    NO_PAPER = "no_paper"
    REGISTERED_IT = "registered_it"
    RECEIVED_THE_PAPER = "received_the_paper"


class NotToConfirmError(ConflictError):
    """This administrator may not confirm this consent; ``hindrance`` says why."""

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__("this administrator may not confirm this consent")
        self.hindrance = hindrance


class ChangedSinceError(ConflictError):
    """The person's consents or papers are not those that were shown."""


def hindrance_of(
    administrator: str, consent: str, registered_by: str, papers: Papers, needs_second: bool
) -> Hindrance | None:
    """Why ``administrator`` may not confirm a consent of the person with these papers; None if they may.

    Of the papers of a consent the last one counts, so none may be missing.
    """
    there = papers.under(consent)
    if not papers.is_complete:
        return Hindrance.UNPROVEN
    if not there:
        return Hindrance.NO_PAPER
    if needs_second and administrator == registered_by:
        return Hindrance.REGISTERED_IT
    if needs_second and administrator == there[-1].received_by:
        return Hindrance.RECEIVED_THE_PAPER
    return None


def confirm_as_shown(act: Act, ref: str, consent: str, version: int, needs_second: bool) -> bool:
    """Confirm a consent as it was shown at the person's ``version``; False if it is confirmed or has ended already.

    Raises NotToConfirmError, or ChangedSinceError where anything about the person changed since.
    """
    person = _load(act, ref, consent)
    row = person.consents[consent]
    if row["confirmed_at"] is not None or row["withdrawn_at"] is not None:
        return False
    papers = read_papers(act.connection, act.keyring, [ref])[ref]
    hindrance = hindrance_of(act.actor, consent, row["registered_by"], papers, needs_second)
    if hindrance is None and not are_whole(act.connection, ref):
        hindrance = Hindrance.UNPROVEN
    if hindrance is not None:
        raise NotToConfirmError(hindrance)
    if person.row["version"] != version:
        raise ChangedSinceError("the consent or its papers changed since they were shown")
    return desk.confirm_consent(act, ref, consent, StaffId(act.actor))


def end_as_mistaken(act: Act, ref: str, consent: str) -> bool:
    """End a consent that is not what its paper says; False if it is confirmed or has ended already."""
    row = _load(act, ref, consent).consents[consent]
    if row["confirmed_at"] is not None:
        return False
    return end_in_error(act, ref, consent, Withdrawal(act.at, "other", StaffId(act.actor)))


def _load(act: Act, ref: str, consent: str) -> SealedPerson:
    act.hold([subject_of(ref)])
    person = SealedPerson.load(act, ref)
    if consent not in person.consents:
        raise ConflictError("the person has no such consent")
    return person
