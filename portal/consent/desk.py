"""What the administrator's desk does with people and consents, each in one transaction with its entries."""

from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from audit.vocabulary import Event
from portal.accounts.rules import StaffId
from portal.acting import Act
from portal.consent.models import consents
from portal.consent.rules import Consent, Ending, Paper, Withdrawal, day_of
from portal.consent.sealing import read_consent, subject_of
from portal.consent.service import SealedPerson
from portal.errors import ConflictError
from portal.people.service import Details, find_ref, insert_people, prepare_person


class AlreadyRegisteredError(ConflictError):
    """Somebody in the register has or had that identity number; ``ref`` leads to them."""

    def __init__(self, ref: str) -> None:
        super().__init__("somebody in the register has that identity number")
        self.ref = ref


def register_person(act: Act, details: Details) -> str:
    """Put a new person in the register and give the reference; raises AlreadyRegisteredError."""
    there = find_ref(act.connection, act.keyring, details.personnummer)
    if there is not None:
        raise AlreadyRegisteredError(there)
    new = prepare_person(act.keyring, details)
    ref = str(new.row["ref"])
    act.hold([subject_of(ref)])
    SealedPerson.new(act, new.row).step(Event.PERSON_REGISTERED)
    try:
        insert_people(act.connection, [new])
    except IntegrityError as error:
        # Another administrator was quicker by a moment.
        raise ConflictError("somebody in the register has that identity number") from error
    return ref


def register_consent(
    act: Act, ref: str, consent: Consent, paper: Paper, confirmed_by: StaffId | None = None
) -> SealedPerson | None:
    """Register a signed consent; it opens nothing until it is confirmed, at once if ``confirmed_by`` says by whom.

    The same consent sent twice is registered once, and None the second time.
    """
    act.hold([subject_of(ref)])
    person = SealedPerson.load(act, ref)
    if consent.id in person.consents:
        return None
    person.register(consent, paper, person.key)
    if confirmed_by is not None:
        _confirm(person, consent.id, confirmed_by)
    person.save()
    return person


def confirm_consent(act: Act, ref: str, consent: str, confirmed_by: StaffId) -> bool:
    """Make a registered consent count, and end the one it replaces; False if it is confirmed or has ended already."""
    act.hold([subject_of(ref)])
    person = SealedPerson.load(act, ref)
    if consent not in person.consents:
        raise ConflictError("the person has no such consent")
    row = person.consents[consent]
    if row["confirmed_at"] is not None or row["withdrawn_at"] is not None:
        return False
    _confirm(person, consent, confirmed_by)
    person.save()
    return True


def _confirm(person: SealedPerson, consent: str, confirmed_by: StaffId) -> None:
    """Confirm; a consent that has begun takes the place of what it replaces, in the same instant.

    One that begins later leaves the other to run until its own last day: there is no gap, and consents add up.
    """
    act = person.act
    person.confirm(consent, confirmed_by)
    confirmed = read_consent(person.consents[consent])
    former = person.consents.get(confirmed.replaces or "")
    if former is not None and former["withdrawn_at"] is None and confirmed.valid_from <= day_of(act.at):
        person.withdraw(former["id"], Withdrawal(act.at, "other", confirmed_by), person.key, Ending.REPLACED)


def print_form(act: Act, ref: str, form: str, text: str, language: str) -> None:
    """Put in the trail that a form was printed for signing: its number, and the version and language of its text."""
    act.note(Event.FORM_PRINTED, {"person": ref, "form": form, "text": text, "language": language})


def withdraw_consent(
    act: Act, ref: str, consent: str, how: str, received_by: StaffId, ending: Ending = Ending.WITHDRAWN
) -> bool:
    """Close a consent at once; False if it was closed already. No read that begins after the commit succeeds."""
    act.hold([subject_of(ref)])
    person = SealedPerson.load(act, ref)
    if consent not in person.consents:
        raise ConflictError("the person has no such consent")
    if person.consents[consent]["withdrawn_at"] is not None:
        return False
    person.withdraw(consent, Withdrawal(act.at, how, received_by), person.key, ending)
    person.save()
    return True


def ending_consents(connection: Connection, first: date, last: date) -> list[tuple[str, str, date]]:
    """The (person, consent, last day) of confirmed, not withdrawn consents that end from ``first`` to ``last``."""
    statement = (
        select(consents.c.person, consents.c.id, consents.c.valid_until)
        .where(consents.c.confirmed_at.is_not(None) & consents.c.withdrawn_at.is_(None))
        .where(consents.c.valid_until.between(first, last))
        .order_by(consents.c.valid_until, consents.c.id)
    )
    return [(row.person, row.id, row.valid_until) for row in connection.execute(statement)]
