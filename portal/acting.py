"""On whose behalf something is changed: a named administrator, checked in the same transaction as the change.

From the command line the operating-system user acts on behalf of a named administrator, and both stand in the entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from audit import locks
from audit.appender import current_versions
from audit.entry import Entry, seal
from audit.store import insert
from keys.keyring import Keyring
from portal.clock import microseconds


@dataclass(slots=True)
class Act:
    """One change under way in one transaction: who does it, when, and the entries it will leave.

    The entries are inserted by ``record``, last, in the transaction of the change itself: either both stand or
    neither does. ``through`` is ``system:<user>`` where the command line acts.
    """

    connection: Connection
    keyring: Keyring
    actor: str
    agency: str | None
    at: datetime
    listing: str | None = None
    entries: list[Entry] = field(default_factory=list)

    @property
    def since_epoch(self) -> int:
        """The instant of the act in µs since 1970."""
        return microseconds(self.at)

    def hold(self, subjects: Sequence[str]) -> None:
        """Wait until no read that rests on ``subjects`` can be appended, until the transaction ends."""
        # One after the other, in this order: an import takes them so too, and nobody waits in a circle.
        locks.share(self.connection, [locks.CHANGES])
        locks.share(self.connection, [locks.INSTALLATION])
        locks.hold(self.connection, subjects)

    def note(self, event: str, fields: Mapping[str, object]) -> None:
        """Remember what was done, as an entry to be recorded with the change."""
        own: dict[str, object] = {"actor": self.actor, **fields}
        if self.agency is not None:
            own["agency"] = self.agency
        self.entries.append(Entry(event, self.at, own))

    def latest_versions(self, subjects: Sequence[str]) -> dict[str, int]:
        """The version of each subject's last change, this act's own included; none for what never was."""
        versions = current_versions(self.connection, subjects)
        for entry in self.entries:
            subject, version = entry.fields.get("subject"), entry.fields.get("version")
            if isinstance(version, int) and subject in subjects:
                versions[str(subject)] = version
        return versions

    def record(self) -> list[int]:
        """Insert the entries; the caller commits."""
        entries, self.entries = self.entries, []
        return insert(self.connection, [seal(entry, self.keyring.trail_mac) for entry in entries])
