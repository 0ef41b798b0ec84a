"""Turns the objects of a document into sealed rows on the stage, while the document is still being read.

Whatever costs time happens here, before any lock: looking up what the register has, telling what is new, sealing it.
An object that stands as it is already is known by its keyed digest, unopened. Nothing here is used unless the whole
document holds.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from keys.envelope import DataKey
from keys.keyring import Keyring
from portal.accounts.rules import Agency, Staff, StaffId, StandIn
from portal.consent.rules import Consent, Paper, Withdrawal
from portal.exchange import conversion, schema
from portal.exchange.checking import Entry
from portal.exchange.counting import Counts, no_counts
from portal.exchange.ledger import ITEMS as ITEM_LISTS
from portal.exchange.problems import Problems, Reason
from portal.exchange.registered import ItemRow, PersonRow, Registered
from portal.exchange.staging import ENDINGS, ITEMS, LEANT_ON_PLANS, Stage
from portal.people.rules import PersonId
from portal.people.service import Details, Reserved, details_digest, reserve
from portal.plans.contents import PLAN
from portal.plans.service import Item, activity_item, item_digest, note_item, plan_item, seal_item

AT_A_TIME = 1000

Json = Mapping[str, Any]


@dataclass(slots=True)
class Client:
    """A person the document speaks of: the registered row or the reserved keys, and what is to be done."""

    row: PersonRow | None
    reserved: Reserved | None
    details: Details | None = None
    is_protected: bool | None = None
    new_consents: list[tuple[Consent, Paper, Withdrawal | None]] = field(default_factory=list)
    withdrawals: list[tuple[str, Withdrawal]] = field(default_factory=list)
    confirmations: list[str] = field(default_factory=list)
    has_item_changes: bool = False
    _key: DataKey | None = None

    @property
    def ref(self) -> str:
        """The reference under which the register and the trail know the person."""
        if self.row is not None:
            return self.row.ref
        assert self.reserved is not None  # noqa: S101 - a client has one of the two
        return self.reserved.ref

    def key(self, keyring: Keyring) -> DataKey:
        """The opened content key."""
        if self.reserved is not None:
            return self.reserved.key
        if self._key is None:
            assert self.row is not None  # noqa: S101
            assert self.row.content_key is not None  # noqa: S101 - whoever was disposed of is refused before
            self._key = keyring.unwrap(bytes(self.row.content_key))
        return self._key

    @property
    def has_steps(self) -> bool:
        """Whether anything of the person's changes: details, protection, consents, plans, activities or notes."""
        is_marked = self.row is not None and self.is_protected not in (None, self.row.is_protected)
        has_consent_changes = self.new_consents or self.withdrawals or self.confirmations
        return bool(self.row is None or self.details or is_marked or has_consent_changes or self.has_item_changes)


@dataclass(slots=True)
class Preparation:
    """What one document will do, as far as it has been read.

    ``stage`` is None in a dry run: everything is looked up and counted, nothing sealed.
    """

    keyring: Keyring
    registered: Registered
    stage: Stage | None
    confirms: bool
    problems: Problems = field(default_factory=Problems)
    counts: dict[str, Counts] = field(default_factory=no_counts)
    outcomes: dict[str, dict[str, str]] = field(default_factory=lambda: {name: {} for name in ITEM_LISTS})
    agencies: list[Agency] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    stand_ins: list[StandIn] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)
    postponed: set[int] = field(default_factory=set)
    _plans: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    _numbers: dict[bytes, str] = field(default_factory=dict)
    _waiting: dict[str, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))
    _taken: int = 0
    _beginning: str = field(default_factory=lambda: secrets.token_hex(1))

    def take(self, entry: Entry) -> None:
        """Take in one object that fits the format."""
        # What goes into an envelope as it is written is taken as it is written.
        taken = entry.value if entry.name in ITEM_LISTS else entry.model
        self._waiting[entry.name].append((entry.index, taken))
        self._taken += 1
        if self._taken >= AT_A_TIME:
            self.settle()

    def settle(self) -> None:
        """Work through the objects taken in."""
        batch, self._waiting, self._taken = self._waiting, defaultdict(list), 0
        people, plans, notes = batch["persons"], batch["plans"], batch["notes"]
        self._meet({model.id for _, model in people})
        self._meet({model.person for _, model in batch["consents"]})
        self._meet({said["person"] for _, said in (*plans, *notes)})
        self._take_people(people)
        self._take_consents(batch["consents"])
        self._take_items(plans, batch["activities"], notes)
        self.agencies += (conversion.agency_of(model) for _, model in batch["agencies"])
        self.staff += (conversion.staff_of(model) for _, model in batch["staff"])
        self.stand_ins += (conversion.stand_in_of(model) for _, model in batch["stand_ins"])

    def take_postponed(self, entries: Iterable[Entry]) -> None:
        """Take in, in a second reading, the activities that stood before their plans in the first."""
        postponed, self.postponed = self.postponed, set()
        for entry in entries:
            if entry.name == "activities" and entry.index in postponed:
                self.take(entry)
        self.settle()

    def plan(self, id_: str) -> tuple[str, str, str]:
        """The person, agency and category of a plan that an activity taken in belongs to."""
        return self._plans[id_]

    def note_removals(self, rows: Iterable[ItemRow]) -> None:
        """Learn whose records change because these items are taken away."""
        people = set(self.registered.ids_of({row.ref for row in rows}).values())
        self._meet(people)
        for id_ in people:
            self.clients[id_].has_item_changes = True

    def _meet(self, ids: set[str]) -> None:
        """Find each person in the register, or reserve keys for a new one."""
        # Not by subtracting the keys: that would go through all of them, for every batch.
        new = [id_ for id_ in ids if id_ not in self.clients]
        rows = self.registered.person_rows(new)
        for id_ in new:
            row = rows[id_]
            self.clients[id_] = Client(row, None if row is not None else reserve(self.keyring, self._beginning))

    def _take_people(self, models: list[tuple[int, schema.Person]]) -> None:
        indexes = {model.id: self.keyring.index(model.personnummer.digits) for _, model in models}
        owners = self.registered.number_owners(indexes.values())
        for index, model in models:
            client, number = self.clients[model.id], indexes[model.id]
            if self._numbers.setdefault(number, model.id) != model.id:
                self.problems.add(f"persons[{index}].personnummer", Reason.NUMBER_TWICE)
            elif owners.get(number, client.ref) != client.ref:
                self.problems.add(f"persons[{index}].personnummer", Reason.NUMBER_TAKEN)
            client.is_protected = model.protected
            details = _details(model)
            row = client.row
            if row is None:
                client.details = details
                self.counts["persons"].created += 1
            elif row.content_key is None:
                self.problems.add(f"persons[{index}].id", Reason.DISPOSED)
            elif details_digest(self.keyring, row.ref, details) != row.digest:
                client.details = details
                self.counts["persons"].changed += 1
            elif row.is_protected != model.protected:
                self.counts["persons"].changed += 1
            else:
                self.counts["persons"].unchanged += 1

    def _take_consents(self, models: list[tuple[int, schema.Consent]]) -> None:
        rows = self.registered.consent_rows([model.id for _, model in models])
        for index, model in models:
            client, row = self.clients[model.person], rows.get(model.id)
            taken_back = model.withdrawn
            withdrawal = None
            if taken_back is not None:
                received_by = None if taken_back.received_by is None else StaffId(taken_back.received_by)
                withdrawal = Withdrawal(taken_back.at, taken_back.how.value, received_by)
            if client.row is not None and client.row.content_key is None:
                self.problems.add(f"consents[{index}].person", Reason.DISPOSED)
            elif row is None:
                client.new_consents.append((conversion.consent_of(model), conversion.paper_of(model), withdrawal))
                self.counts["consents"].created += 1
            elif withdrawal is not None and row.withdrawn_at is None:
                client.withdrawals.append((model.id, withdrawal))
                self.counts["consents"].changed += 1
            elif self.confirms and not row.is_confirmed and withdrawal is None:
                client.confirmations.append(model.id)
                self.counts["consents"].changed += 1
            else:
                self.counts["consents"].unchanged += 1

    def _take_items(
        self,
        plans: list[tuple[int, Json]],
        activities: list[tuple[int, Json]],
        notes: list[tuple[int, Json]],
    ) -> None:
        rows = self.registered.item_rows(said["id"] for _, said in (*plans, *activities, *notes))
        for index, plan in plans:
            self._plans[plan["id"]] = (plan["person"], plan["agency"], plan["category"])
            self._put("plans", index, plan["person"], plan_item(plan), rows)
        self._find_plans({said["plan"] for _, said in activities if said["plan"] not in self._plans})
        for index, activity in activities:
            if activity["plan"] in self._plans:
                person, agency, category = self._plans[activity["plan"]]
                self._put("activities", index, person, activity_item(activity, agency, category), rows)
            else:
                self.postponed.add(index)
        for index, note in notes:
            self._put("notes", index, note["person"], note_item(note), rows)

    def _find_plans(self, named: set[str]) -> None:
        """Learn of plans that the document has not brought so far whose they are, if the register has them."""
        if not named:
            return
        rows = self.registered.item_rows(named)
        there = {id_: rows[id_] for id_ in named if id_ in rows and rows[id_].kind == PLAN and rows[id_].digest}
        people = self.registered.ids_of({row.ref for row in there.values()})
        self._meet(set(people.values()))
        for id_, row in there.items():
            self._plans[id_] = (people[row.ref], row.agency, row.category)
            if self.stage is not None:
                self.stage.put(LEANT_ON_PLANS, (id_,))

    def _put(self, name: str, index: int, person: str, item: Item, rows: Mapping[str, ItemRow]) -> None:
        client, row = self.clients[person], rows.get(item.id)
        if client.row is not None and client.row.content_key is None:
            self.problems.add(f"{name}[{index}].id", Reason.DISPOSED)
            return
        digest = item_digest(self.keyring, client.ref, item)
        is_there = row is not None and row.digest is not None
        is_same = row is not None and row.digest == digest
        self.outcomes[name][item.id] = "unchanged" if is_same else "changed" if is_there else "created"
        if not is_same:
            client.has_item_changes = True
        if self.stage is None:
            return
        if is_same and item.kind == PLAN:
            self.stage.put(LEANT_ON_PLANS, (item.id,))
        if is_same:
            return
        if row is not None and is_there:
            self.stage.put(ENDINGS, (row.id, row.version, row.ref))
        version = 1 if row is None else row.version + 1
        content = seal_item(client.key(self.keyring), client.ref, item, version)
        about = (item.id, client.ref, item.kind, item.agency, item.category, item.plan)
        self.stage.put(ITEMS, (*about, content, digest, version))


def _details(model: schema.Person) -> Details:
    return Details(
        PersonId(model.id),
        model.personnummer.digits,
        model.given_name,
        model.family_name,
        model.phone,
        model.email,
        model.language,
        model.protected,
    )
