"""The door to the house itself: whether a staff entry holds now, as the register and the trail agree on it."""

from datetime import datetime

from sqlalchemy import Connection

from keys.keyring import Keyring
from portal.accounts.rules import StaffId
from portal.accounts.sealing import staff_subject
from portal.accounts.sessions import Admitted
from portal.consent.rules import day_of
from portal.gate import register
from portal.gate.standing import find_standing


def admit(keyring: Keyring, connection: Connection, staff: str, at: datetime) -> Admitted | None:
    """The staff entry if it is proved, has not ended and is active on the day of ``at``; else None."""
    standing = find_standing(keyring, register.read_reader(connection, StaffId(staff)), at)
    if standing is None or not standing.staff.is_active(day_of(at)):
        return None
    return Admitted(standing.staff, standing.rests_on[staff_subject(staff)])
