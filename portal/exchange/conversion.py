"""From the models of a document to the plain facts that the rules of the house reason about, and back to JSON."""

from typing import Any

from portal.accounts import rules as accounts
from portal.accounts.rules import AgencyId, StaffId, StandInId
from portal.consent import rules as consent_rules
from portal.consent.rules import ConsentId
from portal.consent.sealing import write_whole
from portal.exchange import schema
from portal.people.rules import PersonId
from portal.plans import rules as plan_rules
from portal.plans.rules import ActivityId, NoteId, PlanId


def agency_of(model: schema.Agency) -> accounts.Agency:
    """The agency as plain facts."""
    return accounts.Agency(AgencyId(model.id), model.name, model.kind)


def staff_of(model: schema.Staff) -> accounts.Staff:
    """The staff entry as plain facts."""
    return accounts.Staff(
        id=StaffId(model.id),
        agency=AgencyId(model.agency),
        role=model.role,
        name=model.name,
        title=model.title,
        email=model.email,
        phone=model.phone,
        phone_hours=model.phone_hours,
        issuer=model.issuer,
        subject=model.subject,
        active_from=model.active_from,
        active_until=model.active_until,
    )


def stand_in_of(model: schema.StandIn) -> accounts.StandIn:
    """The stand-in as plain facts."""
    return accounts.StandIn(StandInId(model.id), StaffId(model.absent), StaffId(model.by), model.from_, model.until)


def consent_of(model: schema.Consent) -> consent_rules.Consent:
    """The terms of the consent that decide what it opens; a document's consents count as confirmed."""
    return consent_rules.Consent(
        id=ConsentId(model.id),
        person=PersonId(model.person),
        valid_from=model.valid_from,
        valid_until=model.valid_until,
        lines=tuple(_line_of(line) for line in model.lines),
        withdrawn_at=model.withdrawn.at if model.withdrawn else None,
    )


def plan_of(model: schema.Plan) -> plan_rules.Plan:
    """The plan as plain facts."""
    return plan_rules.Plan(
        id=PlanId(model.id),
        person=PersonId(model.person),
        agency=AgencyId(model.agency),
        category=model.category,
        title=model.title,
        direction=model.direction,
        goal=model.goal,
        status=model.status,
        released_on=model.released_on,
        from_=model.from_,
        until=model.until,
        last_follow_up=model.last_follow_up,
        next_follow_up=model.next_follow_up,
        caseworker=None if model.caseworker is None else StaffId(model.caseworker),
    )


def activity_of(model: schema.Activity) -> plan_rules.Activity:
    """The activity as plain facts."""
    return plan_rules.Activity(
        id=ActivityId(model.id),
        plan=PlanId(model.plan),
        kind=model.kind,
        title=model.title,
        from_=model.from_,
        until=model.until,
        status=model.status,
        extent=None if model.extent is None else plan_rules.Extent(model.extent.value, model.extent.unit),
        times=tuple(plan_rules.WeeklyTime(time.weekday, time.from_, time.to) for time in model.times or ()),
        date=model.date,
        place=model.place,
        measure=model.measure,
    )


def note_of(model: schema.Note) -> plan_rules.Note:
    """The note as plain facts."""
    return plan_rules.Note(
        NoteId(model.id),
        PersonId(model.person),
        AgencyId(model.agency),
        model.category,
        model.date,
        model.released_on,
        model.text,
    )


def as_json(model: schema.Strict) -> dict[str, Any]:
    """The object as it stands in a document, every key written out."""
    return model.model_dump(mode="json", by_alias=True)


def terms_of(model: schema.Consent) -> bytes:
    """Everything in a consent that never changes, in one form: all but its person and withdrawal.

    The order of the lines counts, the order within a line does not.
    """
    return write_whole(consent_of(model), paper_of(model))


def paper_of(model: schema.Consent) -> consent_rules.Paper:
    """What is on the consent's paper besides its terms."""
    form = model.form
    return consent_rules.Paper(
        model.purpose,
        model.signed_on,
        consent_rules.Form(
            form.version,
            form.language,
            form.interpreter,
            form.place,
            StaffId(form.informed_by),
            form.representative,
        ),
    )


def _line_of(model: schema.Line) -> consent_rules.Line:
    return consent_rules.Line(
        sources=frozenset(AgencyId(source) for source in model.sources),
        categories=frozenset(model.categories),
        recipients=frozenset(StaffId(recipient) for recipient in model.recipients),
        stand_ins=model.stand_ins,
        covers_protected=model.covers_protected,
    )
