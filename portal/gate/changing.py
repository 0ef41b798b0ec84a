"""The door *change*: who a person is, opened under the lock of the change so that what is not typed anew is kept.

Nothing of it is shown to anybody, and the entry of the change stands in the same transaction. A person whose content is
closed keeps the contacts that nobody sees.
"""

from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError

from portal.acting import Act
from portal.consent.sealing import subject_of
from portal.consent.service import SealedPerson
from portal.errors import ConflictError
from portal.gate.opening import open_identity
from portal.people.service import Details, changed_row, find_ref, replace_numbers


class NumberTakenError(ConflictError):
    """Somebody else in the register has or had that identity number; ``ref`` leads to them."""

    def __init__(self, ref: str) -> None:
        super().__init__("somebody else in the register has that identity number")
        self.ref = ref


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """Who somebody is, as typed; ``contacts`` are telephone and e-mail, or None where they stay as they are."""

    personnummer: str
    given_name: str
    family_name: str
    language: str
    contacts: tuple[str | None, str | None] | None


def change_details(act: Act, ref: str, version: int, typed: Typed) -> bool:
    """Put other details in place of those at ``version`` of the person; False if they are the same.

    A number that is no longer current is kept as a former one. Raises NumberTakenError, and ConflictError if the person
    has changed since or would, protected, have contacts.
    """
    act.hold([subject_of(ref)])
    person = SealedPerson.load(act, ref)
    if person.row["version"] != version:
        raise ConflictError("the person has changed since it was read")
    if person.row["is_protected"] and any(typed.contacts or ()):
        raise ConflictError("somebody protected has no contacts")
    there = find_ref(act.connection, act.keyring, typed.personnummer)
    if there not in (None, ref):
        raise NumberTakenError(str(there))
    before = details_of(person)
    phone, email = (before.phone, before.email) if typed.contacts is None else typed.contacts
    numbers = (before.personnummer, *before.former_numbers)
    after = replace(
        before,
        personnummer=typed.personnummer,
        given_name=typed.given_name,
        family_name=typed.family_name,
        language=typed.language,
        phone=phone,
        email=email,
        former_numbers=tuple(each for each in numbers if each != typed.personnummer),
    )
    if after == before:
        return False
    put_details(person, after)
    if after.personnummer != before.personnummer:
        try:
            replace_numbers(act.connection, act.keyring, ref, after)
        except IntegrityError as error:
            # Another administrator was quicker by a moment.
            raise ConflictError("somebody in the register has that identity number") from error
    person.save()
    return True


def protect_person(act: Act, ref: str, is_protected: bool) -> bool:
    """Set or lift the mark of protected identity; False if it stands so already.

    Setting it removes the contacts in the same transaction, and from its commit on only a line that expressly covers
    protected identity opens anything.
    """
    act.hold([subject_of(ref)])
    person = SealedPerson.load(act, ref)
    if person.row["is_protected"] == is_protected:
        return False
    details = details_of(person)
    person.protect(is_protected)
    if is_protected and (details.phone or details.email):
        put_details(person, replace(details, is_protected=True, phone=None, email=None))
    person.save()
    return True


def put_details(person: SealedPerson, details: Details) -> None:
    """Put other details in place of those that stand, sealed and told."""
    version = person.row["content_version"] + 1
    person.change_details(changed_row(person.act.keyring, person.key, person.ref, version, details))


def details_of(person: SealedPerson) -> Details:
    """Who the person is, opened under the lock of a change; raises ConflictError if that was disposed of."""
    if person.row["content"] is None:
        raise ConflictError("the person's content has been disposed of")
    identity, contacts = open_identity(person.act.keyring, person.row)
    return Details(
        identity.id,
        identity.personnummer,
        identity.given_name,
        identity.family_name,
        contacts.phone,
        contacts.email,
        identity.language,
        person.row["is_protected"],
        tuple(identity.former_numbers),
    )
