"""Turns the objects of a document into sealed rows on the stage, while the document is still being read.

Whatever costs time happens here, before any lock: looking up what the register has, telling what is new, sealing it.
An object that stands as it is already is known by its keyed digest, unopened. Nothing here is used unless the whole
document holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

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
        """Whether the person's protection or consents change."""
        is_marked = self.row is not None and self.is_protected not in (None, self.row.is_protected)
        return bool(self.row is None or is_marked or self.new_consents or self.withdrawals or self.confirmations)


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
    _waiting: list[Entry] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Take in one object that fits the format."""
        self._waiting.append(entry)
        if len(self._waiting) >= AT_A_TIME:
            self.settle()

    def settle(self) -> None:
        """Work through the objects taken in."""
        batch, self._waiting = self._waiting, []
        models = [(entry.index, entry.model) for entry in batch]
        self._meet({person for _, model in models if (person := _person_of(model)) is not None})
        self._take_people([(index, model) for index, model in models if isinstance(model, schema.Person)])
        self._take_consents([(index, model) for index, model in models if isinstance(model, schema.Consent)])
        self._take_items(models)
        for _, model in models:
            match model:
                case schema.Agency():
                    self.agencies.append(conversion.agency_of(model))
                case schema.Staff():
                    self.staff.append(conversion.staff_of(model))
                case schema.StandIn():
                    self.stand_ins.append(conversion.stand_in_of(model))

    def take_postponed(self, entries: Iterable[Entry]) -> None:
        """Take in, in a second reading, the activities that stood before their plans in the first."""
        postponed, self.postponed = self.postponed, set()
        for entry in entries:
            if entry.name == "activities" and entry.index in postponed:
                self.take(entry)
        self.settle()

    def _meet(self, ids: set[str]) -> None:
        """Find each person in the register, or reserve keys for a new one."""
        rows = self.registered.person_rows(ids - self.clients.keys())
        for id_ in ids - self.clients.keys():
            row = rows[id_]
            self.clients[id_] = Client(row, None if row is not None else reserve(self.keyring))

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

    def _take_items(self, models: list[tuple[int, schema.Strict]]) -> None:
        wanted = [(index, model) for index, model in models if isinstance(model, _ITEMS)]
        rows = self.registered.item_rows([model.id for _, model in wanted])
        self._find_plans(wanted)
        for index, model in wanted:
            if isinstance(model, schema.Plan):
                self._put(model.person, plan_item(conversion.plan_of(model)), rows.get(model.id), f"plans[{index}]")
            elif isinstance(model, schema.Note):
                self._put(model.person, note_item(conversion.note_of(model)), rows.get(model.id), f"notes[{index}]")
            elif model.plan in self._plans:
                person, agency, category = self._plans[model.plan]
                item = activity_item(conversion.activity_of(model), agency, category)
                self._put(person, item, rows.get(model.id), f"activities[{index}]")
            else:
                self.postponed.add(index)

    def _find_plans(self, models: list[tuple[int, schema.Plan | schema.Activity | schema.Note]]) -> None:
        """Learn whose each plan is, from the document so far or else from the register."""
        for _, model in models:
            if isinstance(model, schema.Plan):
                self._plans[model.id] = (model.person, model.agency, model.category)
        named = {model.plan for _, model in models if isinstance(model, schema.Activity)} - self._plans.keys()
        if not named:
            return
        rows = self.registered.item_rows(named)
        there = {id_: rows[id_] for id_ in named if id_ in rows and rows[id_].kind == "plan" and rows[id_].digest}
        people = self.registered.ids_of({row.ref for row in there.values()})
        self._meet(set(people.values()))
        for id_, row in there.items():
            self._plans[id_] = (people[row.ref], row.agency, row.category)
            if self.stage is not None:
                self.stage.put(LEANT_ON_PLANS, (id_,))

    def _put(self, person: str, item: Item, row: ItemRow | None, path: str) -> None:
        client, outcomes = self.clients[person], self.outcomes[path.partition("[")[0]]
        if client.row is not None and client.row.content_key is None:
            self.problems.add(path, Reason.DISPOSED)
            return
        digest = item_digest(self.keyring, client.ref, item)
        is_there = row is not None and row.digest is not None
        is_same = row is not None and row.digest == digest
        outcomes[item.id] = "unchanged" if is_same else "changed" if is_there else "created"
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


_ITEMS = (schema.Plan, schema.Activity, schema.Note)


def _person_of(model: schema.Strict) -> str | None:
    match model:
        case schema.Person():
            return model.id
        case schema.Consent() | schema.Plan() | schema.Note():
            return model.person
        case _:
            return None


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
