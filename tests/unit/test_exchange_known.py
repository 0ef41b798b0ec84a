"""A document against a register: what it may lean on there, and what never changes."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime

import pytest

from portal.accounts.rules import Role
from portal.consent.rules import Category
from portal.exchange.conversion import terms_of
from portal.exchange.known import ConsentFacts, ItemFacts, StaffFacts, WithdrawalFacts
from portal.exchange.merged import Merged
from portal.exchange.problems import Reason
from portal.exchange.schema import Consent
from tests.factories import (
    Json,
    activity,
    agency,
    anna,
    consent,
    document,
    form,
    line,
    note,
    plan,
    staff,
    stand_in,
    withdrawal,
)
from tests.unit.refusing import refused

EVA = {"agency": "ame", "role": "administrator", "issuer": "https://idp.ame.example"}
WITHDRAWN = WithdrawalFacts(datetime(2026, 6, 1, 10, tzinfo=UTC), "phone", "s-eva")


def facts_of(id_: str, role: Role, **changes: object) -> StaffFacts:
    whole = StaffFacts(id_, "af", role, "https://idp.af.example", id_[2:], date(2026, 1, 1), None)
    return whole._replace(**changes)  # type: ignore[arg-type]


class Register:
    """A register that holds the founding example, asked as a database would be."""

    def merged(self) -> Merged:
        return Merged()

    def __init__(self, withdrawn: WithdrawalFacts | None = None) -> None:
        self._staff = {
            "s-eva": facts_of("s-eva", Role.ADMINISTRATOR, agency="ame", issuer="https://idp.ame.example"),
            "s-anna": facts_of("s-anna", Role.READER),
            "s-bo": facts_of("s-bo", Role.READER),
            "s-omar": facts_of("s-omar", Role.READER, agency="region", issuer="https://idp.region.example"),
        }
        self._consent = ConsentFacts("p-1", self.terms_digest(terms_of(Consent.model_validate(consent()))), withdrawn)
        self._items = {
            "pl-af": ItemFacts("plans", "p-1", "af", Category.PLANNING, None),
            "pl-old": ItemFacts("plans", "p-1", "af", Category.PLANNING, None, is_removed=True),
            "a2": ItemFacts("activities", None, None, None, "pl-af"),
            "n-1": ItemFacts("notes", "p-1", "ame", Category.BACKGROUND, None),
        }

    def agencies(self, ids: Collection[str], /) -> Collection[str]:
        return {"ame", "af", "region"} & set(ids)

    def persons(self, ids: Collection[str], /) -> Collection[str]:
        return {"p-1", "p-2"} & set(ids)

    def stand_ins(self, ids: Collection[str], /) -> Collection[str]:
        return {"si-1"} & set(ids)

    def staff(self, ids: Collection[str], /) -> Mapping[str, StaffFacts]:
        return {id_: self._staff[id_] for id_ in ids if id_ in self._staff}

    def accounts(self, accounts: Collection[tuple[str, str]], /) -> Iterable[StaffFacts]:
        return [each for each in self._staff.values() if (each.issuer, each.subject) in accounts]

    def consents(self, ids: Collection[str], /) -> Mapping[str, ConsentFacts]:
        return {"c-1": self._consent} if "c-1" in ids else {}

    def items(self, ids: Collection[str], /) -> Mapping[str, ItemFacts]:
        return {id_: self._items[id_] for id_ in ids if id_ in self._items}

    def terms_digest(self, terms: bytes, /) -> bytes:
        return b"keyed" + terms


KNOWN = Register()


def test_a_document_may_lean_on_what_is_there() -> None:
    whole = document(
        stand_ins=[stand_in()],
        consents=[consent("c-2")],
        plans=[plan("pl-new", caseworker="s-bo")],
        activities=[activity("a-new"), activity("a-newer", plan="pl-new")],
        notes=[note("n-2")],
    )
    assert refused(whole, KNOWN) == []
    assert len(refused(whole)) > 5


@pytest.mark.parametrize(
    ("whole", "path", "reason"),
    [
        (document(plans=[plan("x", person="p-9")]), "plans[0].person", Reason.UNKNOWN_REFERENCE),
        (document(plans=[plan("x", agency="p-1")]), "plans[0].agency", Reason.UNKNOWN_REFERENCE),
        (document(plans=[plan("x", caseworker="s-9")]), "plans[0].caseworker", Reason.UNKNOWN_REFERENCE),
        (document(activities=[activity("x", plan="n-1")]), "activities[0].plan", Reason.UNKNOWN_REFERENCE),
        (document(activities=[activity("x", plan="pl-old")]), "activities[0].plan", Reason.UNKNOWN_REFERENCE),
        (document(stand_ins=[stand_in(by="s-omar")]), "stand_ins[0].by", Reason.STAND_IN_ELSEWHERE),
        (
            document(consents=[consent("c-2", lines=[line(recipients=["s-eva"])])]),
            "consents[0].lines[0].recipients[0]",
            Reason.RECIPIENT_NOT_READER,
        ),
        (document(notes=[note("pl-af")]), "notes[0].id", Reason.ID_OF_ANOTHER_KIND),
        (document(activities=[activity("n-1")]), "activities[0].id", Reason.ID_OF_ANOTHER_KIND),
    ],
)
def test_what_does_not_agree_with_the_register_is_refused(whole: Json, path: str, reason: Reason) -> None:
    assert refused(whole, KNOWN) == [(path, reason)]


@pytest.mark.parametrize(
    ("whole", "path"),
    [
        (document(plans=[plan(person="p-2")]), "plans[0].person"),
        (document(plans=[plan(agency="ame")]), "plans[0].agency"),
        (document(plans=[plan(category="health")]), "plans[0].category"),
        (document(notes=[note(person="p-2")]), "notes[0].person"),
        (document(notes=[note(agency="af")]), "notes[0].agency"),
        (document(notes=[note(category="health")]), "notes[0].category"),
        (document(plans=[plan("pl-2")], activities=[activity(plan="pl-2")]), "activities[0].plan"),
        (document(consents=[consent(person="p-2")]), "consents[0].person"),
        (document(staff=[staff("s-eva", **EVA | {"agency": "af"})]), "staff[0].agency"),
        (document(staff=[staff("s-eva", **EVA | {"role": "auditor"})]), "staff[0].role"),
        (document(staff=[staff("s-eva", **EVA | {"issuer": "https://x"})]), "staff[0].issuer"),
        (document(staff=[staff("s-eva", **EVA, subject="ulla")]), "staff[0].subject"),
    ],
)
def test_what_ties_an_object_to_others_never_changes(whole: Json, path: str) -> None:
    assert refused(whole, KNOWN) == [(path, Reason.NEVER_CHANGES)]


def test_everything_else_may_be_replaced() -> None:
    whole = document(
        agencies=[agency(name="AME", kind="other")],
        staff=[staff("s-eva", **EVA, name="Eva Ek-Berg", active_until="2026-12-31")],
        stand_ins=[stand_in(absent="s-bo", by="s-anna")],
        plans=[plan(title="Ny", status="ended", until="2026-03-01", caseworker=None)],
        activities=[activity(kind="care", until=None)],
        notes=[note(text="Ny text.")],
    )
    assert refused(whole, KNOWN) == []


CHANGES: list[Callable[[Json], object]] = [
    lambda whole: whole.update(purpose="Något annat"),
    lambda whole: whole.update(signed_on="2026-01-09"),
    lambda whole: whole.update(valid_from="2026-01-11"),
    lambda whole: whole.update(valid_until="2027-12-31"),
    lambda whole: whole.update(lines=[]),
    lambda whole: whole["lines"].append(line()),
    lambda whole: whole["lines"][0].update(sources=["ame", "af", "region"]),
    lambda whole: whole["lines"][0].update(recipients=["s-anna", "s-bo"]),
    lambda whole: whole["lines"][0].update(categories=["planning"]),
    lambda whole: whole["lines"][0].update(stand_ins=True),
    lambda whole: whole["lines"][0].update(covers_protected=True),
    lambda whole: whole.update(form=form(place="Malmö")),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_registered_consent_never_changes(change: Callable[[Json], object]) -> None:
    whole = consent()
    change(whole)
    assert refused(document(consents=[whole]), KNOWN) == [("consents[0]", Reason.CONSENT_CHANGED)]


def test_the_same_consent_may_come_again_in_another_writing() -> None:
    again = consent(lines=[line(sources=["af", "ame", "af"], categories=["contacts", "planning"])])
    del again["withdrawn"], again["form"]["representative"]
    assert refused(document(consents=[again]), KNOWN) == []


def test_a_known_consent_may_be_withdrawn() -> None:
    assert refused(document(consents=[consent(withdrawn=withdrawal())]), KNOWN) == []


@pytest.mark.parametrize(
    ("withdrawn", "expected"),
    [
        (withdrawal(), []),
        (withdrawal(at="2026-06-01T10:00:00Z"), []),
        (None, [("consents[0].withdrawn", Reason.CONSENT_REVIVED)]),
        (withdrawal(at="2026-06-01T12:00:01+02:00"), [("consents[0].withdrawn.at", Reason.WITHDRAWAL_CHANGED)]),
        (withdrawal(how="letter"), [("consents[0].withdrawn.how", Reason.WITHDRAWAL_CHANGED)]),
        (withdrawal(received_by=None), [("consents[0].withdrawn.received_by", Reason.WITHDRAWAL_CHANGED)]),
    ],
)
def test_a_withdrawal_is_never_revived_nor_moved(withdrawn: Json | None, expected: list[object]) -> None:
    whole = document(consents=[consent(withdrawn=withdrawn)])
    assert refused(whole, Register(WITHDRAWN)) == expected


def test_a_successor_never_overlaps_an_entry_of_the_register() -> None:
    overlapping = staff("s-eva2", **EVA, subject="eva", active_from="2026-07-01")
    assert refused(document(staff=[overlapping]), KNOWN) == [("staff[0]", Reason.STAFF_OVERLAP)]
    auditor = overlapping | {"role": "auditor"}
    assert refused(document(staff=[auditor]), KNOWN) == [("staff[0]", Reason.ADMINISTRATOR_AND_AUDITOR)]
    ended = staff("s-eva", **EVA, active_until="2026-06-30")
    assert refused(document(staff=[ended, auditor]), KNOWN) == []


def test_what_was_there_may_be_taken_away_and_again() -> None:
    whole = document(
        removed={"plans": ["pl-af", "pl-old"], "activities": ["a2"], "notes": ["n-1"], "stand_ins": ["si-1"]}
    )
    assert refused(whole, KNOWN) == []


def test_what_was_never_there_or_is_something_else_is_not_taken_away() -> None:
    whole = document(removed={"plans": ["pl-9", "a2"], "stand_ins": ["si-9"]})
    assert refused(whole, KNOWN) == [
        ("removed.plans[0]", Reason.UNKNOWN_REFERENCE),
        ("removed.plans[1]", Reason.UNKNOWN_REFERENCE),
        ("removed.stand_ins[0]", Reason.UNKNOWN_REFERENCE),
    ]


def test_a_plan_taken_away_may_come_back() -> None:
    whole = document(plans=[plan("pl-old")], activities=[activity("a-new", plan="pl-old")])
    assert refused(whole, KNOWN) == []


def test_the_whole_example_may_be_imported_again() -> None:
    whole = anna(consents=[consent()])
    assert refused(whole, Register()) == []
