"""The desk's lists of consents: without a paper, to be confirmed, ending soon; and how many there are of each."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template

from portal.accounts.directory import list_staff
from portal.accounts.rules import Role
from portal.consent import desk
from portal.consent.evidence.confirming import hindrance_of
from portal.consent.evidence.queues import found_mistaken, waiting_consents
from portal.consent.models import consents as consent_table
from portal.consent.rules import day_of
from portal.consent.sealing import read_consent
from portal.consent.states import EXPIRES_SOON
from portal.database import Desk
from portal.gate.finding import Found
from portal.web.access import open_to
from portal.web.signed_in import signed_in, wired
from portal.wiring import Wiring

blueprint = Blueprint("queues", __name__, url_prefix="/administration")


@blueprint.get("/consents")
@open_to(Role.ADMINISTRATOR)
def consents() -> str:
    """What waits for the desk, with whose it is."""
    wiring, administrator = wired(), signed_in()
    at = wiring.now()
    today = day_of(at)
    needs_second = wiring.settings.consent.second_administrator
    # Papers are behind the lock that lets only those through who keep the register.
    with wiring.engine(Desk.SURVEYING).connect() as connection:
        waiting = waiting_consents(connection, wiring.keyring, at)
        mistaken = found_mistaken(connection, administrator.id, at)
        ending = desk.ending_consents(connection, today, today + EXPIRES_SOON)
        ids = [consent for _, consent, _ in ending]
        terms = {
            row["id"]: read_consent(dict(row))
            for row in connection.execute(consent_table.select().where(consent_table.c.id.in_(ids))).mappings()
        }
        staff = {entry.id: entry for entry, _ in list_staff(connection, wiring.keyring)}
    refs = [each.person for each in waiting] + [ref for ref, _ in mistaken] + [ref for ref, _, _ in ending]
    found: Mapping[str, Found] = {each.ref: each for each in wiring.finding.name(administrator, refs)}
    known = [each for each in waiting if each.person in found]
    return render_template(
        "administration/consents.html",
        found=found,
        without_paper=[each for each in known if not each.has_paper],
        to_confirm=[
            (each, hindrance_of(administrator.id, each.consent, each.registered_by, each.papers, needs_second))
            for each in known
            if each.has_paper
        ],
        mistaken=[(ref, consent) for ref, consent in mistaken if ref in found],
        ending=[(found[ref], terms[consent], until) for ref, consent, until in ending if ref in found],
        staff=staff,
        today=today,
    )


def waiting_counts(wiring: Wiring) -> Mapping[str, Any]:
    """How many consents wait for a paper, for a confirmation, and end soon."""
    at = wiring.now()
    today = day_of(at)
    with wiring.engine(Desk.SURVEYING).connect() as connection:
        waiting = waiting_consents(connection, wiring.keyring, at)
        ending = desk.ending_consents(connection, today, today + EXPIRES_SOON)
    with_paper = sum(1 for each in waiting if each.has_paper)
    return {"without_paper": len(waiting) - with_paper, "to_confirm": with_paper, "ending": len(ending)}
