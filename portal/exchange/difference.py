"""What a document would do to the register, person by person: what comes, what changes, what goes.

Says only what the document says and what the register has in the clear. What stands now of somebody's plans and notes
is opened at the gate, by whoever shows it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.accounts.rules import Agency, AgencyId, Staff, StaffId, StandIn
from portal.consent.rules import Category, Consent, Paper, Withdrawal
from portal.exchange import conversion, schema
from portal.exchange.checking import Entry
from portal.exchange.ledger import ITEMS as ITEM_LISTS
from portal.exchange.preparing import Client
from portal.exchange.registered import ItemRow
from portal.exchange.weighing import Weighed
from portal.people.service import Details
from portal.plans.rules import Activity, Note, Plan

Item = Plan | Activity | Note

CREATED, CHANGED, REMOVED = "created", "changed", "removed"


@dataclass(frozen=True, slots=True, repr=False)
class ItemDifference:
    """One plan, activity or note; ``after`` is what it would say, None where it goes."""

    id: str
    change: str
    agency: AgencyId
    category: Category
    after: Item | None


@dataclass(slots=True, repr=False)
class PersonDifference:
    """What would become of one person; ``ref`` is None for somebody new, ``details`` where they come or change."""

    id: str
    ref: str | None
    details: Details | None
    is_protected: bool | None
    new_consents: Sequence[tuple[Consent, Paper, Withdrawal | None]]
    withdrawals: Sequence[tuple[str, Withdrawal]]
    items: list[ItemDifference] = field(default_factory=list)

    def count(self, change: str) -> int:
        """How many plans, activities and notes come, change or go."""
        return sum(item.change == change for item in self.items)


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """All that a document would do, by the persons' ids in the order of the ids; and the entries of its directory."""

    people: Mapping[str, PersonDifference]
    agencies: Sequence[Agency]
    staff: Sequence[Staff]
    stand_ins: Sequence[StandIn]
    ended_stand_ins: int
    named_agencies: Mapping[AgencyId, Agency]
    named_staff: Mapping[StaffId, Staff]


def difference(weighed: Weighed, entries: Iterable[Entry]) -> Difference:
    """What a document that was weighed would do; ``entries`` are its objects."""
    preparation, directory = weighed.preparation, weighed.directory
    people = {id_: _person(id_, client) for id_, client in sorted(preparation.clients.items()) if client.has_steps}
    for entry in entries:
        change = preparation.outcomes.get(entry.name, {}).get(entry.id)
        if change in (CREATED, CHANGED):
            person, item = _item(weighed, entry, change)
            people[person].items.append(item)
    owners = preparation.registered.ids_of({row.ref for row in weighed.removed})
    for row in weighed.removed:
        people[owners[row.ref]].items.append(_removed(row))
    return Difference(
        people,
        directory.agencies,
        directory.staff,
        directory.stand_ins,
        len(directory.ended),
        {agency.id: agency for agency in preparation.agencies},
        {entry.id: entry for entry in preparation.staff},
    )


def _person(id_: str, client: Client) -> PersonDifference:
    is_marked = client.row is not None and client.is_protected not in (None, client.row.is_protected)
    return PersonDifference(
        id_,
        None if client.row is None else client.row.ref,
        client.details,
        client.is_protected if is_marked else None,
        client.new_consents,
        client.withdrawals,
    )


def _item(weighed: Weighed, entry: Entry, change: str) -> tuple[str, ItemDifference]:
    """One item that comes or changes, and the id of the person whose it is."""
    match entry.model:
        case schema.Plan() as model:
            plan = conversion.plan_of(model)
            return plan.person, ItemDifference(plan.id, change, plan.agency, plan.category, plan)
        case schema.Activity() as model:
            person, agency, category = weighed.preparation.plan(model.plan)
            after = conversion.activity_of(model)
            return person, ItemDifference(after.id, change, AgencyId(agency), Category(category), after)
        case schema.Note() as model:
            note = conversion.note_of(model)
            return note.person, ItemDifference(note.id, change, note.agency, note.category, note)
    raise ValueError(f"there are {len(ITEM_LISTS)} kinds of items, and this is none of them")


def _removed(row: ItemRow) -> ItemDifference:
    return ItemDifference(row.id, REMOVED, AgencyId(row.agency), Category(row.category), None)
