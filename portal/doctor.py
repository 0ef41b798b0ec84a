"""`portal doctor`: is the register the one the trail tells of? Reads both, opens nothing, changes nothing.

Whatever opens something (a person's protection, details and consents, a staff entry, a stand-in) must be sealed by us
and be the version the trail's last entry about it has; a person's plans, activities and notes must be those the seal
knows; and whatever the trail tells of must be there. A draft and what a reader asks for open nothing and carry no seal:
they must be as the trail last told of them.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from audit.store import entries
from keys.keyring import Keyring
from portal.accounts.models import staff
from portal.accounts.sealing import STAND_IN, staff_subject, stand_in_body, stand_in_subject
from portal.consent.evidence.papers import are_whole, read_papers
from portal.consent.sealing import subject_of
from portal.database import Desk
from portal.gate.register import read_items, read_person, read_reader
from portal.gate.snapshot import snapshot
from portal.gate.standing import UnprovenError, has_its_records, prove, prove_person, prove_staff
from portal.people.models import persons
from portal.told import unlike_the_trail
from portal.wiring import Wiring

WELL = 0
AILING = 1
# A notice, no ailment: the settings may say so.
ONE_IS_ENOUGH = "Notice: one administrator is enough to register and confirm a consent (consent.second_administrator)."


@dataclass(frozen=True, slots=True)
class Ailment:
    """One subject about which register and trail do not agree; ``what`` is a key of the words below."""

    subject: str
    what: str


def run(wiring: Wiring, is_json: bool) -> int:
    """Print every disagreement; 1 if there is any."""
    with snapshot(wiring.engine(Desk.SURVEYING)) as connection:
        found = list(examine(connection, wiring.keyring))
    if is_json:
        told: dict[str, object] = {"well": not found, "ailments": [asdict(each) for each in found]}
        if not wiring.settings.consent.second_administrator:
            told["notices"] = [ONE_IS_ENOUGH]
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    elif not found:
        sys.stdout.write("The register is the one the trail tells of.\n")
    else:
        for each in found:
            sys.stdout.write(f"{each.subject}: {_WORDS[each.what]}\n")
        sys.stdout.write(
            "None of these opens anything. Find out who had the database, restore the rows from a backup of before, "
            "and let the desk register anew what has changed since.\n"
            "A draft and a request open nothing in any case. Where no backup has one as it was: take the draft away "
            "and ask the person again, and ask whoever the trail says made the request.\n"
        )
    if not is_json and not wiring.settings.consent.second_administrator:
        sys.stdout.write(f"{ONE_IS_ENOUGH}\n")
    return AILING if found else WELL


def examine(connection: Connection, keyring: Keyring) -> Iterator[Ailment]:
    """Every disagreement there is, in the snapshot of ``connection``."""
    there: set[str] = set()
    for ref in connection.execute(select(persons.c.ref).order_by(persons.c.ref)).scalars().all():
        there.add(subject_of(ref))
        yield from _examine_person(connection, keyring, ref)
    for key in connection.execute(select(staff.c.id).order_by(staff.c.id)).scalars().all():
        yield from _examine_staff(connection, keyring, key, there)
    told = select(entries.c.subject).where(entries.c.subject.is_not(None)).distinct().order_by(entries.c.subject)
    for subject in connection.execute(told).scalars():
        if subject not in there:
            yield Ailment(subject, "missing")
    for subject, what in unlike_the_trail(connection, keyring):
        yield Ailment(subject, what)


def _examine_person(connection: Connection, keyring: Keyring, ref: str) -> Iterator[Ailment]:
    """One person, and whether the plans, activities and notes are those that were sealed."""
    rows = read_person(connection, ref, "")
    try:
        if rows is None:
            raise UnprovenError
        prove_person(keyring, rows)
    except UnprovenError:
        yield Ailment(subject_of(ref), "altered")
        return
    read_items(connection, rows)
    if not has_its_records(rows):
        yield Ailment(subject_of(ref), "records")
    # The papers of somebody merged with another have come to stand there, and the trail tells of them anew.
    is_emptied = rows.person["merged_into"] is not None
    papers = read_papers(connection, keyring, [ref])[ref]
    if not (is_emptied and not papers.received) and not (papers.is_complete and are_whole(connection, ref)):
        yield Ailment(subject_of(ref), "papers")


def _examine_staff(connection: Connection, keyring: Keyring, key: str, there: set[str]) -> Iterator[Ailment]:
    """One staff entry, and the stand-ins in which it reads for somebody."""
    rows = read_reader(connection, key)
    there.add(staff_subject(key))
    try:
        if rows.reader is None:
            raise UnprovenError
        prove_staff(keyring, rows.reader)
    except UnprovenError:
        yield Ailment(staff_subject(key), "altered")
    for stand_in, _ in rows.stand_ins:
        subject = stand_in_subject(stand_in["id"])
        there.add(subject)
        try:
            prove(keyring, STAND_IN, subject, stand_in_body(stand_in), stand_in)
        except UnprovenError:
            yield Ailment(subject, "altered")


_WORDS = {
    "altered": "is not as it was sealed or told, or not the latest the trail knows",
    "records": "has plans, activities or notes that are not those that were sealed",
    "papers": "has signed papers that are not those that were received, or lacks one of them",
    "missing": "stands in the trail and is not in the register",
    "slipped_in": "is in the register, and the trail tells of no such thing or that it was taken away",
}
