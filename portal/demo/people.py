"""The demo's document: invented people, their consents and plans, and the staff of six agencies.

Promises the same document for the same day, number of people and issuers; every day in it is relative to ``today``.
Nobody in it exists: identity numbers are published test numbers, phone numbers are kept for fiction.
"""

from collections.abc import Mapping
from datetime import date
from random import Random

from portal.demo.case import PERSON, add_case
from portal.demo.client import Client, invent_client, person_row
from portal.demo.consents import consents_of
from portal.demo.lines import Parties
from portal.demo.records import Records
from portal.demo.rows import Document
from portal.demo.situations import EVERY_CLASHING, situation_of
from portal.demo.sketch import Situation
from portal.demo.staff import AGENCIES, CASEWORKERS, ENDED_AGENCY, ENDED_CASEWORKER, agencies, staff, stand_ins

# Primes again: so that what is late and who is missing meets every situation and every state of a consent.
EVERY_OVERDUE, EVERY_WITHOUT_CASEWORKER, EVERY_UNRELEASED = 19, 23, 31


def demo_document(today: date, people: int = 200, issuers: Mapping[str, str] | None = None) -> Document:
    """Invent an exchange document with ``people`` persons, at least one, dated relative to ``today``.

    ``issuers`` says by agency id which sign-in provider vouches for its staff. Raises NumbersUsedUpError where
    there are not enough published test numbers.
    """
    if people < 1:
        raise ValueError("the demo has at least one person")
    document: Document = {
        "format": "gemensam-ingang/1",
        "agencies": agencies(),
        "staff": staff(today, issuers or {str(row["id"]): f"https://idp.{row['id']}.example" for row in AGENCIES}),
        "stand_ins": stand_ins(today),
        "persons": [],
        "consents": [],
        "plans": [],
        "activities": [],
        "notes": [],
    }
    add_case(document, today)
    taken = {str(PERSON["personnummer"])}
    for number in range(2, people + 1):
        _add_person(document, number, today, taken)
    return document


def _add_person(document: Document, number: int, today: date, taken: set[str]) -> None:
    # A chance of each one's own: the hundredth person is the same among 100 and among 2,000.
    rng = Random(f"person {number}")  # noqa: S311 - invention, no secret
    situation = situation_of(number)
    client = invent_client(number, situation, today, taken, rng)
    document["persons"].append(person_row(client, rng))
    caseworkers = _caseworkers(situation, rng)
    named = _named(client, caseworkers)
    # The AME holds it together, with a plan of its own or without.
    coordinators = CASEWORKERS["ame"]
    lead = caseworkers.get("ame") or coordinators[number // EVERY_CLASHING % len(coordinators)]
    former = (ENDED_CASEWORKER,) if ENDED_CASEWORKER in named.values() else ()
    document["consents"] += consents_of(client, Parties(caseworkers, lead, former), today, rng)
    if number % EVERY_UNRELEASED != 12:
        records = Records(document, client, today, named, rng)
        records.write(situation, is_overdue=number % EVERY_OVERDUE == 9)


def _caseworkers(situation: Situation, rng: Random) -> dict[str, str]:
    """Who leads the work at each agency with a plan."""
    return {plan.agency: plan.by or rng.choice(CASEWORKERS[plan.agency]) for plan in situation.plans}


def _named(client: Client, caseworkers: Mapping[str, str]) -> dict[str, str | None]:
    """The caseworkers as the plans name them; some plans have nobody, or somebody who has left."""
    named: dict[str, str | None] = dict(caseworkers)
    if client.number % EVERY_WITHOUT_CASEWORKER == 14:
        missing = ENDED_AGENCY if ENDED_AGENCY in named else next(iter(named))
        named[missing] = ENDED_CASEWORKER if missing == ENDED_AGENCY else None
    return named
