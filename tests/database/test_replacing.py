"""A consent that takes another's place: nothing of it opens before it is confirmed, and then the other ends at once."""

from datetime import UTC, date, datetime

import pytest

from portal.accounts.rules import AgencyId, StaffId
from portal.consent.desk import confirm_consent, register_consent, withdraw_consent
from portal.consent.rules import Category, Consent, ConsentId, Form, Line, Paper
from portal.consent.states import ConsentState, state_of
from portal.errors import NotOpenError
from portal.people.rules import PersonId
from tests import factories as make
from tests.support.installation import Installation
from tests.support.register import read, ref_of, staff_entry, trail, verified
from tests.support.stocking import stock

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
EVA, ULF = StaffId("s-eva"), StaffId("s-ulf")
FORM = Form("sv-1", "sv", interpreter=False, place="Hässleholm", informed_by=EVA, representative=None)


@pytest.fixture(autouse=True)
def at_noon(installation: Installation) -> None:
    installation.rewire(lambda: NOON)
    stock(installation, make.anna(), confirmed_by=EVA)


def test_a_renewed_consent_opens_nothing_before_it_is_confirmed(installation: Installation) -> None:
    _register(installation, "c-new", recipients=["s-bo"])
    with pytest.raises(NotOpenError):
        read(installation, "s-bo")
    assert read(installation, "s-anna").plans


def test_what_it_replaces_ends_when_it_is_confirmed(installation: Installation) -> None:
    _register(installation, "c-new", recipients=["s-bo"])
    assert _confirm(installation, "c-new")
    assert read(installation, "s-bo").plans
    with pytest.raises(NotOpenError):
        read(installation, "s-anna")
    assert _states(installation) == {"c-1": ConsentState.REPLACED, "c-new": ConsentState.LIVE}
    assert [entry.fields["ending"] for entry in trail(installation, "consent_withdrawn")] == ["replaced"]
    assert verified(installation).holds


def test_one_that_begins_later_leaves_no_gap(installation: Installation) -> None:
    _register(installation, "c-new", recipients=["s-anna"], valid_from=date(2027, 1, 1))
    assert _confirm(installation, "c-new")
    assert read(installation, "s-anna").plans
    assert _states(installation) == {"c-1": ConsentState.LIVE, "c-new": ConsentState.COMING}


def test_a_second_confirmation_changes_nothing(installation: Installation) -> None:
    _register(installation, "c-new", recipients=["s-bo"])
    assert _confirm(installation, "c-new")
    assert not _confirm(installation, "c-new")
    assert len(trail(installation, "consent_confirmed")) == len({"c-1", "c-new"})


def test_what_was_withdrawn_while_its_renewal_waited_stays_withdrawn(installation: Installation) -> None:
    _register(installation, "c-new", recipients=["s-bo"])
    with installation.wiring.act(EVA, "ame") as act:
        withdraw_consent(act, ref_of(installation), "c-1", "phone", EVA)
    assert _confirm(installation, "c-new")
    assert _states(installation)["c-1"] is ConsentState.WITHDRAWN


def _register(
    installation: Installation, id_: str, recipients: list[str], valid_from: date = date(2026, 6, 10)
) -> None:
    ref = ref_of(installation)
    line = Line(
        frozenset({AgencyId("ame"), AgencyId("af"), AgencyId("region")}),
        frozenset({Category.PLANNING}),
        frozenset(map(StaffId, recipients)),
        stand_ins=False,
        covers_protected=False,
    )
    consent = Consent(ConsentId(id_), PersonId(ref), valid_from, date(2027, 5, 31), (line,), replaces=ConsentId("c-1"))
    with installation.wiring.act(EVA, "ame") as act:
        register_consent(act, ref, consent, Paper("Samordnad planering", date(2026, 6, 9), FORM))


def _confirm(installation: Installation, consent: str) -> bool:
    with installation.wiring.act(ULF, "ame") as act:
        return confirm_consent(act, ref_of(installation), consent, ULF)


def _states(installation: Installation) -> dict[str, ConsentState]:
    kept = installation.wiring.maintaining.open_person(staff_entry(installation, EVA), ref_of(installation)).consents
    return {each.terms.id: state_of(each.terms, NOON) for each in kept}
