"""Taking consents back, wholly or in part, and ending what was registered in error; at once, in one transaction.

Whatever ends here closes for every read that begins after the commit.
"""

from collections.abc import Iterable
from datetime import datetime

from audit.vocabulary import Event
from portal.acting import Act
from portal.consent.narrowing import is_narrower
from portal.consent.rules import Consent, ConsentId, Ending, Line, Withdrawal, day_of
from portal.consent.sealing import read_consent, subject_of
from portal.consent.service import SealedPerson, read_paper
from portal.consent.states import state_of
from portal.errors import ConflictError


class NotNarrowerError(ConflictError):
    """What would be left is not less than what there is, so it is no withdrawal in part."""


def withdraw(
    act: Act, ref: str, withdrawal: Withdrawal, consent: str | None = None, *, and_waiting: bool = False
) -> list[ConsentId]:
    """Take back one consent of a person, or every one that holds or will; gives those that had not ended already.

    ``and_waiting`` ends what waits for confirmation as well, so that it opens nothing again. Which there are is decided
    here, under the lock. Raises ConflictError if the person has no such consent; then none ends.
    """
    person = _held(act, ref)
    if consent is not None and consent not in person.consents:
        raise ConflictError("the person has no such consent")
    chosen = _confirmed(person, act.at) if consent is None else [ConsentId(consent)]
    if and_waiting:
        chosen += [each for each in _waiting(person, act.at) if each not in chosen]
    return _end(person, chosen, withdrawal, Ending.WITHDRAWN)


def end_in_error(act: Act, ref: str, consent: str, withdrawal: Withdrawal) -> bool:
    """End a consent that should never have been registered, confirmed or not; False if it had ended already."""
    person = _held(act, ref)
    if consent not in person.consents:
        raise ConflictError("the person has no such consent")
    return bool(_end(person, [ConsentId(consent)], withdrawal, Ending.IN_ERROR))


def withdraw_in_part(
    act: Act,
    ref: str,
    consent: str,
    lines: tuple[Line, ...],
    narrower: ConsentId,
    withdrawal: Withdrawal,
    *,
    and_waiting: bool = False,
) -> bool:
    """Put a narrower consent, of these ``lines``, in the place of ``consent`` at once; False if that had ended already.

    The new one is confirmed by whoever received the withdrawal, without a second administrator, since it only takes
    away: that is decided here, under the lock. It rests on the paper of the one it replaces, as the trail says, and
    ends on the same day. ``and_waiting`` as for ``withdraw``. Raises NotNarrowerError, and ConflictError if the person
    has no such consent.
    """
    person = _held(act, ref)
    if consent not in person.consents:
        raise ConflictError("the person has no such consent")
    row = person.consents[consent]
    old = read_consent(row)
    if old.withdrawn_at is not None:
        return False
    begins = max(old.valid_from, day_of(act.at))
    new = Consent(narrower, old.person, begins, old.valid_until, lines, replaces=old.id)
    if withdrawal.received_by is None or not is_narrower(new, old):
        raise NotNarrowerError("what is left is not narrower")
    person.register(new, read_paper(person.key, row), person.key)
    person.confirm(new.id, withdrawal.received_by)
    person.withdraw(consent, withdrawal, person.key)
    for each in _waiting(person, act.at) if and_waiting else ():
        person.withdraw(each, withdrawal, person.key)
    person.save()
    return True


def print_letter(act: Act, ref: str, consent: str, text: str, language: str) -> None:
    """Put in the trail that the letter about the end of a consent was printed: the version and language of its text."""
    act.note(Event.LETTER_PRINTED, {"person": ref, "consent": consent, "text": text, "language": language})


def _held(act: Act, ref: str) -> SealedPerson:
    act.hold([subject_of(ref)])
    return SealedPerson.load(act, ref)


def _confirmed(person: SealedPerson, at: datetime) -> list[ConsentId]:
    there = map(read_consent, person.consents.values())
    return sorted(each.id for each in there if each.is_confirmed and not state_of(each, at).is_over)


def _waiting(person: SealedPerson, at: datetime) -> list[ConsentId]:
    there = map(read_consent, person.consents.values())
    return sorted(each.id for each in there if state_of(each, at).is_waiting)


def _end(person: SealedPerson, chosen: Iterable[ConsentId], withdrawal: Withdrawal, ending: Ending) -> list[ConsentId]:
    ended = [each for each in chosen if person.consents[each]["withdrawn_at"] is None]
    for each in ended:
        person.withdraw(each, withdrawal, person.key, ending)
    if ended:
        person.save()
    return ended
