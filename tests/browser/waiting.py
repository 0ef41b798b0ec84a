"""Somebody in the served demo whose consent waits: for its paper, or for a colleague to confirm it."""

from datetime import timedelta

from portal import clock
from portal.accounts.rules import AgencyId, StaffId
from portal.consent.desk import register_consent
from portal.consent.evidence.service import receive_paper
from portal.consent.rules import Category, Consent, ConsentId, Form, Line, Paper
from portal.people.rules import PersonId
from tests.browser.portal_server import RunningPortal
from tests.support.papers import scan

KARIN = StaffId("s-karin")


def put_waiting(portal: RunningPortal, person: str, *, has_paper: bool) -> str:
    """The address of a consent that Karin registered for ``person``, once, with or without a paper she took in."""
    ref, today = portal.ref_of(person), clock.today()
    consent = ConsentId(f"waiting-{person}")
    readers = frozenset({StaffId("s-lina"), StaffId("s-anna")})
    sources = frozenset({AgencyId("ame"), AgencyId("af")})
    line = Line(sources, frozenset({Category.PLANNING}), readers, stand_ins=True, covers_protected=False)
    terms = Consent(consent, PersonId(ref), today, today + timedelta(days=180), (line,))
    form = Form("sv-1", "sv", interpreter=True, place="Hässleholm", informed_by=KARIN, representative="Ida Ljung")
    with portal.wiring.act(KARIN, "ame") as act:
        register_consent(act, ref, terms, Paper("Samordnad planering", today, form))
    if has_paper:
        with portal.wiring.act(KARIN, "ame") as act:
            receive_paper(act, ref, consent, "f" * 32, scan(2), 2)
    return f"/administration/people/{ref}/consents/{consent}"
