"""A whole exchange document in memory, as the plain facts that previews and clashes reason about."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import BinaryIO

from portal.accounts.rules import Agency, AgencyId, Staff, StaffId, StandIn
from portal.consent.rules import Consent
from portal.exchange import conversion, schema
from portal.exchange.checking import Entry, check
from portal.exchange.reading import LARGEST_DOCUMENT
from portal.people.rules import PersonId
from portal.plans.rules import Activity, Note, Plan, PlanId


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """What a checked document says, without what it takes away itself. Of persons, only who is protected."""

    agencies: dict[AgencyId, Agency] = field(default_factory=dict)
    staff: dict[StaffId, Staff] = field(default_factory=dict)
    stand_ins: list[StandIn] = field(default_factory=list)
    is_protected: dict[PersonId, bool] = field(default_factory=dict)
    consents: dict[PersonId, list[Consent]] = field(default_factory=lambda: defaultdict(list))
    plans: dict[PersonId, list[Plan]] = field(default_factory=lambda: defaultdict(list))
    activities: dict[PlanId, list[Activity]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[PersonId, list[Note]] = field(default_factory=lambda: defaultdict(list))


def read_document(stream: BinaryIO, largest: int = LARGEST_DOCUMENT) -> Document:
    """Read and check a document that stands by itself, of at most ``largest`` bytes.

    Withdrawals may lie in the future. Raises DocumentError with everything that is wrong.
    """
    found: list[tuple[str, str, schema.Strict]] = []

    def keep(entry: Entry) -> None:
        found.append((entry.name, entry.id, entry.model))

    removed = check(stream, largest=largest, keep=keep).removed
    document = Document()
    for name, id_, model in found:
        if id_ not in removed.get(name, ()):
            _put(document, model)
    return document


def _put(document: Document, model: schema.Strict) -> None:
    match model:
        case schema.Agency():
            document.agencies[AgencyId(model.id)] = conversion.agency_of(model)
        case schema.Staff():
            document.staff[StaffId(model.id)] = conversion.staff_of(model)
        case schema.StandIn():
            document.stand_ins.append(conversion.stand_in_of(model))
        case schema.Person():
            document.is_protected[PersonId(model.id)] = model.protected
        case schema.Consent():
            document.consents[PersonId(model.person)].append(conversion.consent_of(model))
        case schema.Plan():
            document.plans[PersonId(model.person)].append(conversion.plan_of(model))
        case schema.Activity():
            document.activities[PlanId(model.plan)].append(conversion.activity_of(model))
        case schema.Note():
            document.notes[PersonId(model.person)].append(conversion.note_of(model))
