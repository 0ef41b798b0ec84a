"""Fills an installation from an exchange document, the way an operator's import does."""

import json
from collections.abc import Iterable
from typing import Any

from audit.vocabulary import Event
from portal.accounts.rules import StaffId
from portal.accounts.service import put_agency, put_staff, put_stand_in
from portal.acting import Act
from portal.consent.rules import Form, Paper, Withdrawal
from portal.consent.service import SealedPerson
from portal.exchange import schema
from portal.exchange.conversion import activity_of, agency_of, consent_of, note_of, plan_of, staff_of, stand_in_of
from portal.people.rules import PersonId
from portal.people.service import Details, insert_people, prepare_person
from portal.plans.service import activity_item, note_changes, note_item, plan_item, put_items
from tests.support.installation import Installation

OPERATOR = "system:operator"


def stock(installation: Installation, document: dict[str, Any], confirmed_by: str | None = None) -> None:
    """Import ``document`` into the empty ``installation``; its consents are live only with ``confirmed_by``."""
    models = schema.Document.model_validate(json.loads(json.dumps(document)))
    with installation.wiring.act(OPERATOR, None) as act:
        for agency in models.agencies:
            put_agency(act, agency_of(agency))
        for staff in models.staff:
            put_staff(act, staff_of(staff))
        for stand_in in models.stand_ins:
            put_stand_in(act, stand_in_of(stand_in))
        plans = {plan.id: plan_of(plan) for plan in models.plans}
        for person in models.persons:
            _add_person(act, person, models, plans, confirmed_by)


def _add_person(act: Act, person: schema.Person, models: schema.Document, plans: Any, confirmed_by: str | None) -> None:
    details = Details(
        PersonId(person.id),
        person.personnummer.digits,
        person.given_name,
        person.family_name,
        person.phone,
        person.email,
        person.language,
        person.protected,
    )
    new = prepare_person(act.keyring, details)
    ref = new.row["ref"]
    sealed = SealedPerson.new(act, ref, person.protected)
    sealed.step(Event.PERSON_REGISTERED)
    new.row["seal"] = sealed.seal
    insert_people(act.connection, [new])
    for consent in _of(models.consents, person.id):
        form = consent.form
        sealed.register(
            consent_of(consent),
            Paper(
                consent.purpose,
                consent.signed_on,
                Form(
                    form.version,
                    form.language,
                    form.interpreter,
                    form.place,
                    StaffId(form.informed_by),
                    form.representative,
                ),
            ),
            new.key,
        )
        if consent.withdrawn is not None:
            how, by = consent.withdrawn.how.value, consent.withdrawn.received_by
            sealed.withdraw(consent.id, Withdrawal(consent.withdrawn.at, how, by and StaffId(by)), new.key)
        elif confirmed_by is not None:
            sealed.confirm(consent.id, StaffId(confirmed_by))
    sealed.save()
    wanted = [plan_item(plans[plan.id]) for plan in _of(models.plans, person.id)]
    wanted += [
        activity_item(activity_of(activity), plans[activity.plan].agency, plans[activity.plan].category)
        for activity in models.activities
        if plans[activity.plan].person == person.id
    ]
    wanted += [note_item(note_of(note)) for note in _of(models.notes, person.id)]
    note_changes(act, ref, put_items(act, new.key, ref, wanted))


def _of(objects: Iterable[Any], person: str) -> list[Any]:
    return [each for each in objects if each.person == person]
