"""Taking back a part, or all at once, or what was registered in error: at once, and only ever less than before."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal import doctor
from portal.accounts.rules import AgencyId, StaffId
from portal.consent.desk import register_consent
from portal.consent.narrowing import Opening, narrowed
from portal.consent.rules import Category, Consent, ConsentId, Form, Line, Paper, Withdrawal
from portal.consent.states import ConsentState, state_of
from portal.consent.withdrawing import NotNarrowerError, end_in_error, withdraw, withdraw_in_part
from portal.errors import ConflictError, NotOpenError
from portal.gate.maintaining import KeptConsent
from portal.people.rules import PersonId
from tests import factories as make
from tests.support.installation import Installation
from tests.support.register import read, ref_of, staff_entry, trail, verified
from tests.support.stocking import stock

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
EVA = StaffId("s-eva")
BY_PHONE = Withdrawal(NOON, "phone", EVA, date(2026, 6, 8))
LINE = Line(
    frozenset({AgencyId("ame"), AgencyId("af"), AgencyId("region")}),
    frozenset({Category.PLANNING}),
    frozenset({StaffId("s-anna"), StaffId("s-bo")}),
    stand_ins=True,
    covers_protected=False,
)
FORM = Form("sv-1", "sv", interpreter=True, place="Hässleholm", informed_by=EVA, representative=None)
PAPER = Paper("Samordnad planering", date(2026, 6, 9), FORM)


@pytest.fixture(autouse=True)
def consented(installation: Installation) -> None:
    installation.rewire(lambda: NOON)
    stock(installation, make.anna(consents=[]))
    _register(installation, "c-1", confirmed_by=EVA)


def test_what_is_taken_back_closes_and_the_rest_stays_open(installation: Installation) -> None:
    assert len(read(installation, "s-bo").plans) == 3
    left = narrowed(LINE, [Opening(AgencyId("af"), Category.PLANNING)], [StaffId("s-anna")])
    assert _narrow(installation, left)
    with pytest.raises(NotOpenError):
        read(installation, "s-bo")
    assert [plan.agency for plan in read(installation, "s-anna").plans] == ["af"]
    kept = _kept(installation)
    assert {key: state_of(each.terms, NOON) for key, each in kept.items()} == {
        "c-1": ConsentState.WITHDRAWN,
        "c-2": ConsentState.LIVE,
    }
    assert kept["c-1"].withdrawal == BY_PHONE
    _is_well(installation)


def test_the_narrower_consent_rests_on_the_paper_and_the_days_of_the_other(installation: Installation) -> None:
    assert _narrow(installation, (replace(LINE, stand_ins=False),))
    entries = trail(installation)[-3:]
    old, new = (_kept(installation)[key] for key in ("c-1", "c-2"))
    assert (new.paper, new.terms.valid_until) == (old.paper, old.terms.valid_until)
    assert (new.terms.replaces, new.terms.valid_from) == ("c-1", date(2026, 6, 10))
    assert [entry.event for entry in entries] == ["consent_registered", "consent_confirmed", "consent_withdrawn"]
    registered, confirmed, withdrawn = (entry.fields for entry in entries)
    assert registered["replaces"] == "c-1"
    assert confirmed["confirmed_by"] == EVA
    assert (withdrawn["ending"], withdrawn["how"], withdrawn["told_on"]) == ("withdrawn", "phone", "2026-06-08")


WIDER = {
    "the same": (LINE,),
    "nothing": (),
    "another agency": (replace(LINE, sources=LINE.sources | {AgencyId("fk")}),),
    "another category": (replace(LINE, categories=LINE.categories | {Category.HEALTH}),),
    "another reader": (replace(LINE, recipients=frozenset({StaffId("s-lina")})),),
    "protected identity": (replace(LINE, stand_ins=False, covers_protected=True),),
    "a second line": (
        replace(LINE, stand_ins=False),
        replace(LINE, sources=frozenset(), categories=frozenset({Category.CONTACTS})),
    ),
}


@pytest.mark.parametrize("lines", WIDER.values(), ids=WIDER)
def test_nothing_is_opened_by_taking_something_back(installation: Installation, lines: tuple[Line, ...]) -> None:
    before = len(trail(installation))
    with pytest.raises(NotNarrowerError):
        _narrow(installation, lines)
    assert len(trail(installation)) == before
    assert set(_kept(installation)) == {"c-1"}


def test_what_waits_for_confirmation_is_not_confirmed_by_taking_a_part_back(installation: Installation) -> None:
    _register(installation, "c-waiting")
    with pytest.raises(NotNarrowerError):
        _narrow(installation, (replace(LINE, stand_ins=False),), of="c-waiting")


def test_a_part_is_taken_back_once(installation: Installation) -> None:
    lines = (replace(LINE, stand_ins=False),)
    assert _narrow(installation, lines)
    assert not _narrow(installation, lines)
    assert not _narrow(installation, (LINE,), narrower="c-3")
    assert set(_kept(installation)) == {"c-1", "c-2"}


def test_all_end_at_once_with_what_waits(installation: Installation) -> None:
    _register(installation, "c-0-waiting")
    _register(installation, "c-2", confirmed_by=EVA)
    assert _withdraw(installation, and_waiting=True) == ["c-1", "c-2", "c-0-waiting"]
    assert _withdraw(installation, and_waiting=True) == []
    with pytest.raises(NotOpenError):
        read(installation, "s-anna")
    assert {state_of(each.terms, NOON) for each in _kept(installation).values()} == {ConsentState.WITHDRAWN}
    _is_well(installation)


def test_one_ends_and_what_waits_stays_where_it_is_not_to_end(installation: Installation) -> None:
    _register(installation, "c-2", confirmed_by=EVA)
    _register(installation, "c-waiting")
    assert _withdraw(installation, "c-2") == ["c-2"]
    assert _withdraw(installation, "c-waiting") == ["c-waiting"]
    assert read(installation, "s-anna").plans


def test_a_consent_that_is_not_there_ends_nothing(installation: Installation) -> None:
    with pytest.raises(ConflictError):
        _withdraw(installation, "c-none", and_waiting=True)
    assert read(installation, "s-anna").plans


def test_what_was_registered_in_error_says_why_under_the_persons_key(installation: Installation) -> None:
    _register(installation, "c-waiting")
    mistake = Withdrawal(NOON, "other", EVA, note="Fel person")
    for is_there in (True, False):
        with installation.wiring.act(EVA, "ame") as act:
            assert end_in_error(act, ref_of(installation), "c-waiting", mistake) == is_there
    kept = _kept(installation)["c-waiting"]
    assert (state_of(kept.terms, NOON), kept.withdrawal) == (ConsentState.IN_ERROR, mistake)
    assert all("Fel person" not in str(entry.fields) for entry in trail(installation))
    _is_well(installation)


def _register(installation: Installation, id_: str, confirmed_by: StaffId | None = None) -> None:
    ref = ref_of(installation)
    consent = Consent(ConsentId(id_), PersonId(ref), date(2026, 6, 1), date(2027, 5, 31), (LINE,))
    with installation.wiring.act(EVA, "ame") as act:
        register_consent(act, ref, consent, PAPER, confirmed_by)


def _narrow(installation: Installation, lines: tuple[Line, ...], of: str = "c-1", narrower: str = "c-2") -> bool:
    with installation.wiring.act(EVA, "ame") as act:
        return withdraw_in_part(act, ref_of(installation), of, lines, ConsentId(narrower), BY_PHONE)


def _withdraw(installation: Installation, consent: str | None = None, *, and_waiting: bool = False) -> list[ConsentId]:
    with installation.wiring.act(EVA, "ame") as act:
        return withdraw(act, ref_of(installation), BY_PHONE, consent, and_waiting=and_waiting)


def _kept(installation: Installation) -> dict[str, KeptConsent]:
    door = installation.wiring.maintaining
    kept = door.open_person(staff_entry(installation, EVA), ref_of(installation)).consents
    return {each.terms.id: each for each in kept}


def _is_well(installation: Installation) -> None:
    assert verified(installation).holds
    assert doctor.run(installation.wiring, False) == 0
