"""From settings to the working parts: engines, keyring, trail and the gate's doors.

Everything is opened, nothing is created: what is missing stops the start with a word on what to do.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, SQLAlchemyError

from audit import locks
from audit.appender import Appender
from audit.entry import Entry, seal
from audit.errors import AppendError
from keys.keyring import Keyring
from keys.providers import open_provider
from portal import clock, schema
from portal.accounts.rules import Role, Staff
from portal.accounts.sealing import staff_subject
from portal.acting import Act
from portal.config import Settings
from portal.database import Desk, connect
from portal.errors import ConflictError, NotOpenError, SettingsError, UnavailableError
from portal.gate import second_lock
from portal.gate.answering import AnsweringDoor
from portal.gate.drafting import DraftingDoor
from portal.gate.finding import FindingDoor
from portal.gate.maintaining import MaintenanceDoor
from portal.gate.reading import ReadingDoor
from portal.gate.register import read_reader
from portal.gate.requesting import RequestingDoor
from portal.gate.standing import find_standing
from portal.gate.viewing import ViewingDoor


@dataclass(slots=True)
class Wiring:
    """The parts one process works with. Engines are opened when first used, so a fork before that is safe."""

    settings: Settings
    keyring: Keyring
    now: Callable[[], datetime] = clock.now
    _engines: dict[Desk, Engine] = field(default_factory=dict)
    _appender: Appender | None = None

    def engine(self, desk: Desk) -> Engine:
        """The engine with which ``desk`` works."""
        if desk not in self._engines:
            self._engines[desk] = connect(self.settings.database, desk)
        return self._engines[desk]

    @property
    def appender(self) -> Appender:
        """What appends to the trail on behalf of requests."""
        if self._appender is None:
            stop_after = self.settings.trail.stop_reads_after_seconds * 1_000_000
            self._appender = Appender(self.engine(Desk.APPENDING), stop_after)
        return self._appender

    @property
    def reading(self) -> ReadingDoor:
        """The door through which named readers read."""
        return ReadingDoor(self.engine(Desk.READING), self.appender, self.keyring, self.settings.clashes, self.now)

    @property
    def finding(self) -> FindingDoor:
        """The door through which people are looked up."""
        return FindingDoor(self.engine(Desk.READING), self.appender, self.keyring, self.now)

    @property
    def maintaining(self) -> MaintenanceDoor:
        """The door through which administrators keep records."""
        return MaintenanceDoor(self.engine(Desk.READING), self.appender, self.keyring, self.settings.clashes, self.now)

    @property
    def requesting(self) -> RequestingDoor:
        """The door through which readers ask the desk for something."""
        return RequestingDoor(
            self.engine(Desk.READING), self.engine(Desk.REQUESTING), self.appender, self.keyring, self.now
        )

    @property
    def answering(self) -> AnsweringDoor:
        """The door through which administrators see what readers ask for."""
        return AnsweringDoor(self.engine(Desk.READING), self.appender, self.keyring, self.now)

    @property
    def drafting(self) -> DraftingDoor:
        """The door through which administrators open drafts of consents."""
        return DraftingDoor(self.engine(Desk.SURVEYING), self.keyring, self.maintaining)

    @property
    def viewing(self) -> ViewingDoor:
        """The door through which administrators look at signed papers."""
        return ViewingDoor(self.engine(Desk.READING), self.appender, self.keyring, self.now)

    def append(self, event: str, **fields: object) -> None:
        """Append one entry that permits nothing (a sign-in, a refusal); raises UnavailableError if it cannot be."""
        at = self.now()
        try:
            self.appender.append([seal(Entry(event, at, fields), self.keyring.trail_mac)], {}, clock.microseconds(at))
        except AppendError as error:
            raise UnavailableError("the trail could not be written") from error

    @contextmanager
    def act(self, actor: str, agency: str | None) -> Iterator[Act]:
        """One change with its entries, committed at the end, rolled back if anything is raised."""
        with self.engine(Desk.ADMINISTRATION).begin() as connection:
            act = Act(connection, self.keyring, actor, agency, self.now())
            yield act
            act.record()

    @contextmanager
    def act_for(self, administrator: Staff) -> Iterator[Act]:
        """One change by a signed-in administrator, whose entry must hold when the change is committed.

        Raises NotOpenError if it does not, ConflictError if something sent is nothing the database can hold,
        UnavailableError if the database or the trail cannot take the change.
        """
        try:
            with self.act(administrator.id, administrator.agency) as act:
                locks.share(act.connection, [staff_subject(administrator.id)])
                standing = find_standing(self.keyring, read_reader(act.connection, administrator.id))
                if standing is None or not standing.is_active(act.at) or standing.staff.role is not Role.ADMINISTRATOR:
                    raise NotOpenError
                yield act
        except DataError as error:
            raise ConflictError("what was sent cannot stand in the register") from error
        except (AppendError, SQLAlchemyError) as error:
            raise UnavailableError("the change could not be made just now") from error

    def close(self) -> None:
        """Let go of all connections."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        self._appender = None


def wire(settings: Settings, now: Callable[[], datetime] = clock.now) -> Wiring:
    """Open what the settings name. Raises SettingsError or a KeysError that says what to do."""
    wiring = Wiring(settings, Keyring.open(open_provider(settings.keys), settings.keys.keyring_file), now)
    try:
        with wiring.engine(Desk.READING).connect() as connection:
            is_ready = schema.is_at_head(connection)
            is_locked = is_ready and second_lock.holds(connection)
    except SQLAlchemyError as error:
        wiring.close()
        raise SettingsError("the database cannot be opened: is it running, and has portal init been run?") from error
    if not is_ready:
        wiring.close()
        raise SettingsError("the database does not have today's schema: run portal upgrade")
    if not is_locked:
        wiring.close()
        raise SettingsError(
            "readers would be shown everybody's plans: the role of database.url must be neither the owner, a superuser "
            "nor the administration role, and the row-level security of items and item_history must be on"
        )
    return wiring
