"""What the seal on a person covers: protection mark, details, records and every consent's terms, at one version.

One seal for all of them, so that a consent altered, slipped in, taken away or put back from an older copy leaves a
person whose seal does not fit, and opens nothing. Of the records it covers their digest (``portal.plans.sealing``),
so that it can be checked, and the decision made, before they are read.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from portal.accounts.rules import AgencyId, StaffId
from portal.clock import instant
from portal.consent.rules import Category, Consent, ConsentId, Ending, Line, Paper
from portal.people.rules import PersonId

SEAL_KIND = "person"

# Made once: they are needed several times for every person who is read or imported.
_compact = json.JSONEncoder(separators=(",", ":")).encode
_compact_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def subject_of(ref: str) -> str:
    """The person as the trail names what is changed and rested on."""
    return f"person:{ref}"


def sealed_body(person: Mapping[str, Any], consents: Iterable[Mapping[str, Any]]) -> bytes:
    """The bytes the person's seal authenticates: a row of the persons table, and that person's rows of consents.

    The two wrapped keys are left out: they are wrapped anew when the root key rotates, and a wrong one opens nothing.
    Raises TypeError if a column holds what was not written by us.
    """
    details = [
        person["ref"],
        person["id"],
        person["version"],
        person["is_protected"],
        person["content_version"],
        None if person["content"] is None else sha256(person["content"]).hexdigest(),
        None if person["digest"] is None else memoryview(person["digest"]).hex(),
        memoryview(person["records"]).hex(),
    ]
    if person["merged_into"] is not None:
        # Only where there is one: everybody else's seal is as it was before anybody could be merged.
        details.append(person["merged_into"])
    rows = [
        [
            row["id"],
            row["valid_from"].isoformat(),
            row["valid_until"].isoformat(),
            row["terms"],
            row["registered_at"],
            row["registered_by"],
            row["confirmed_at"],
            row["confirmed_by"],
            row["withdrawn_at"],
            row["ending"],
            row["replaces"],
            sha256(row["content"]).hexdigest(),
        ]
        for row in sorted(consents, key=lambda row: row["id"])
    ]
    return _compact([1, details, rows]).encode()


def write_terms(lines: Iterable[Line]) -> str:
    """The lines of a consent as the text the table keeps."""
    return _compact(
        [
            {
                "sources": sorted(line.sources),
                "categories": sorted(line.categories),
                "recipients": sorted(line.recipients),
                "stand_ins": line.stand_ins,
                "covers_protected": line.covers_protected,
            }
            for line in lines
        ]
    )


def write_whole(consent: Consent, paper: Paper) -> bytes:
    """What a document says of a consent, in one form; whose it is stands beside it.

    What the person will not share is told at the desk and stands in no document: without it here, a consent registered
    at the desk is known again in one. The person's seal covers it, for it stands in the consent's envelope.
    """
    values = [
        1,
        consent.id,
        consent.valid_from.isoformat(),
        consent.valid_until.isoformat(),
        write_terms(consent.lines),
        write_paper(replace(paper, not_shared="")),
    ]
    return _compact(values).encode()


def write_paper(paper: Paper) -> str:
    """The paper as it stands in the consent's envelope."""
    form = paper.form
    values: dict[str, object] = {
        "purpose": paper.purpose,
        "signed_on": paper.signed_on.isoformat(),
        "form": {
            "version": form.version,
            "language": form.language,
            "interpreter": form.interpreter,
            "place": form.place,
            "informed_by": form.informed_by,
            "representative": form.representative,
        },
    }
    if paper.not_shared:
        values["not_shared"] = paper.not_shared
    return _compact_text(values)


def read_consent(row: Mapping[str, Any]) -> Consent:
    """The terms of one row of the consents table."""
    valid_from: date = row["valid_from"]
    valid_until: date = row["valid_until"]
    return Consent(
        id=ConsentId(row["id"]),
        person=PersonId(row["person"]),
        valid_from=valid_from,
        valid_until=valid_until,
        lines=tuple(
            Line(
                sources=frozenset(map(AgencyId, line["sources"])),
                categories=frozenset(map(Category, line["categories"])),
                recipients=frozenset(map(StaffId, line["recipients"])),
                stand_ins=line["stand_ins"],
                covers_protected=line["covers_protected"],
            )
            for line in json.loads(row["terms"])
        ),
        withdrawn_at=None if row["withdrawn_at"] is None else instant(row["withdrawn_at"]),
        is_confirmed=row["confirmed_at"] is not None,
        ending=None if row["ending"] is None else Ending(row["ending"]),
        replaces=None if row["replaces"] is None else ConsentId(row["replaces"]),
    )
