"""What happens beside an import: other imports wait, the desk's changes are noticed, and readers read on."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from portal.accounts.rules import AgencyId, Role, Staff, StaffId
from portal.accounts.service import put_staff
from portal.consent.desk import register_person, withdraw_consent
from portal.consent.sealing import subject_of
from portal.consent.service import SealedPerson
from portal.errors import ConflictError
from portal.exchange.importing import WRITING
from portal.people.rules import PersonId
from portal.people.service import Details
from portal.plans.service import remove_items
from tests import factories as make
from tests.support.attacking import Attacker
from tests.support.installation import Installation
from tests.support.register import contents, read, ref_of, verified
from tests.support.stocking import attempt, stock

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
EVA = StaffId("s-eva")


@pytest.fixture(autouse=True)
def at_noon(installation: Installation) -> None:
    installation.rewire(lambda: NOON)
    stock(installation, make.anna(), confirmed_by=EVA)


def test_somebody_registered_meanwhile_with_the_same_number_is_noticed(installation: Installation) -> None:
    def register() -> None:
        details = Details(PersonId("desk"), make.NUMBERS[1], "Ny", "Person", None, None, "sv", False)
        with installation.wiring.act("s-eva", "ame") as act:
            register_person(act, details)

    _refuses(installation, make.document(persons=[make.person("p-2", personnummer=make.NUMBERS[1])]), register)


def test_a_consent_withdrawn_meanwhile_is_noticed(installation: Installation) -> None:
    def withdraw() -> None:
        with installation.wiring.act("s-eva", "ame") as act:
            withdraw_consent(act, ref_of(installation), "c-1", "phone", EVA)

    _refuses(installation, make.document(consents=[make.consent("c-2")]), withdraw)


def test_a_plan_taken_away_meanwhile_is_noticed(installation: Installation) -> None:
    _refuses(installation, make.document(activities=[make.activity("a9")]), lambda: _remove(installation, "pl-af"))


def test_a_note_replaced_and_taken_away_meanwhile_is_noticed(installation: Installation) -> None:
    _refuses(installation, make.document(notes=[make.note(text="Nytt")]), lambda: _remove(installation, "n-1"))


def test_an_account_given_away_meanwhile_is_noticed(installation: Installation) -> None:
    def add() -> None:
        with installation.wiring.act("s-eva", "ame") as act:
            put_staff(act, _staff("s-desk"))

    document = make.document(staff=[make.staff("s-new", subject="same")])
    _refuses(installation, document, add)


@pytest.mark.parametrize(
    ("torn_out", "document"),
    [
        (
            "DELETE FROM staff WHERE id = 's-bo'",
            {"consents": [make.consent("c-2", lines=[make.line(recipients=["s-bo"])])]},
        ),
        ("DELETE FROM agencies WHERE id = 'af'", {"notes": [make.note("n-2", agency="af")]}),
        ("DELETE FROM agencies WHERE id = 'af'", {"staff": [make.staff("s-new")]}),
    ],
)
def test_nothing_is_filled_in_that_leans_on_what_was_torn_out_meanwhile(
    installation: Installation, torn_out: str, document: dict[str, object]
) -> None:
    attacker = Attacker(installation)
    try:
        _refuses(installation, make.document(**document), lambda: attacker.does(torn_out))
    finally:
        attacker.leaves()


def test_two_documents_at_once_are_taken_one_after_the_other(installation: Installation) -> None:
    outcomes: dict[str, list[str]] = {}

    def bring(person: str) -> None:
        document = make.document(persons=[make.person(person, personnummer=make.NUMBERS[1])])
        outcomes[person] = [fault.path for fault in attempt(installation, document).faults]

    threads = [threading.Thread(target=bring, args=(person,)) for person in ("p-2", "p-3")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes.values()) == [[], ["persons[0].personnummer"]]
    assert verified(installation).holds


def test_readers_read_while_a_document_is_prepared(installation: Installation) -> None:
    opened = []
    document = make.document(plans=[make.plan(goal="Annat")])
    attempt(installation, document, progress=_before_writing(lambda: opened.append(read(installation, "s-anna"))))
    assert {plan.goal for plan in opened[0].plans} >= {"Arbete inom lager"}
    assert {plan.goal for plan in read(installation, "s-anna").plans} >= {"Annat"}
    assert verified(installation).holds


def _refuses(installation: Installation, document: dict[str, object], meanwhile: Callable[[], object]) -> None:
    """The import stops when ``meanwhile`` happens while it reads, leaves nothing, and names nobody."""
    states = []

    def change() -> None:
        meanwhile()
        states.append(contents(installation))

    with pytest.raises(ConflictError):
        attempt(installation, document, EVA, progress=_before_writing(change))
    assert contents(installation) == states[0]
    assert verified(installation).holds


def _before_writing(act: Callable[[], object]) -> Callable[[str, int], None]:
    """Acts when everything has been looked up and sealed."""

    def progress(what: str, _: int) -> None:
        if what == WRITING:
            act()

    return progress


def _remove(installation: Installation, item: str) -> None:
    ref = ref_of(installation)
    with installation.wiring.act("s-eva", "ame") as act:
        act.hold([subject_of(ref)])
        person = SealedPerson.load(act, ref)
        remove_items(person, [item])
        person.save()


def _staff(id_: str) -> Staff:
    return Staff(
        id=StaffId(id_),
        agency=AgencyId("af"),
        role=Role.READER,
        name="Ny",
        title="Handläggare",
        email=None,
        phone=None,
        phone_hours=None,
        issuer="https://idp.af.example",
        subject="same",
        active_from=NOON.date(),
        active_until=None,
    )
