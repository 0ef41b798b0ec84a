"""What the seals on staff entries and stand-ins cover, and how a sealed row reads.

A staff entry's name and contacts are under the installation key, not a person's: opening them opens nothing about
a client. The seal covers the digest of that envelope too, so that no name can be moved to another entry.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from keys.envelope import Place, open_envelope, seal_envelope
from keys.keyring import Keyring
from portal.accounts.rules import Agency, AgencyId, AgencyKind, Role, Staff, StaffId, StandIn, StandInId

STAFF = "staff"
STAND_IN = "stand_in"


def staff_subject(staff: str) -> str:
    """The staff entry as the trail names what is changed and rested on."""
    return f"staff:{staff}"


def stand_in_subject(stand_in: str) -> str:
    """The stand-in as the trail names what is changed and rested on."""
    return f"stand_in:{stand_in}"


def staff_body(row: Mapping[str, Any]) -> bytes:
    """The bytes a staff entry's seal authenticates."""
    return _body(
        row["id"],
        row["version"],
        row["agency"],
        row["role"],
        row["subject_index"].hex(),
        row["active_from"].isoformat(),
        row["active_until"] and row["active_until"].isoformat(),
        row["ended_at"],
        sha256(row["content"]).hexdigest(),
    )


def stand_in_body(row: Mapping[str, Any]) -> bytes:
    """The bytes a stand-in's seal authenticates."""
    return _body(
        row["id"],
        row["version"],
        row["absent"],
        row["by"],
        row["from_day"].isoformat(),
        row["until_day"].isoformat(),
        row["ended_at"],
    )


def staff_place(staff: str, version: int) -> Place:
    """Where a staff entry's envelope belongs."""
    return Place("staff", staff, "", version)


def write_staff(keyring: Keyring, staff: Staff, version: int) -> bytes:
    """The envelope of what is personal in a staff entry."""
    content = {
        "name": staff.name,
        "title": staff.title,
        "email": staff.email,
        "phone": staff.phone,
        "phone_hours": staff.phone_hours,
        "issuer": staff.issuer,
        "subject": staff.subject,
    }
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return seal_envelope(keyring.installation_key(), staff_place(staff.id, version), plain)


def read_agency(row: Mapping[str, Any]) -> Agency:
    """The agency of a row. It is not sealed: who may read what goes by its id, which stands in what is."""
    return Agency(AgencyId(row["id"]), row["name"], AgencyKind(row["kind"]))


def read_staff(keyring: Keyring, row: Mapping[str, Any]) -> Staff:
    """The staff entry of a row. Whether it was ended by an act is for has_ended to say."""
    place = staff_place(row["id"], row["version"])
    content = json.loads(open_envelope(keyring.installation_key(), place, row["content"]))
    return Staff(
        id=StaffId(row["id"]),
        agency=AgencyId(row["agency"]),
        role=Role(row["role"]),
        active_from=row["active_from"],
        active_until=row["active_until"],
        **content,
    )


def read_stand_in(row: Mapping[str, Any]) -> StandIn:
    """The stand-in of a row."""
    return StandIn(
        id=StandInId(row["id"]),
        absent=StaffId(row["absent"]),
        by=StaffId(row["by"]),
        from_=row["from_day"],
        until=row["until_day"],
    )


def has_ended(row: Mapping[str, Any]) -> bool:
    """Whether the entry or stand-in was ended by an act, which is at once, whatever this machine's clock says."""
    return row["ended_at"] is not None


def _body(*parts: object) -> bytes:
    return json.dumps([1, *parts], separators=(",", ":")).encode()
