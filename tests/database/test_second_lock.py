"""Row-level security: on a reader's connection, SQL by hand gives nobody else's items either."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, func, make_url, select, text
from sqlalchemy.exc import DBAPIError

from portal.accounts.rules import StaffId
from portal.accounts.service import end_staff, end_stand_in
from portal.config import DatabaseSettings
from portal.consent.desk import withdraw_consent
from portal.database import CLOSED, LOCKED, OWN, Desk, connect
from portal.errors import NotOpenError, SettingsError
from portal.exchange.explaining import explain
from portal.gate.register import read_reader
from portal.people.rules import PersonId
from portal.schema import owner_engine
from portal.wiring import wire
from tests import factories
from tests.support.installation import Installation
from tests.support.register import read, staff_entry
from tests.support.situation import (
    ADMINISTRATOR,
    AUDITOR,
    ENDED,
    EXPIRED,
    NUMBER_OF,
    OF_OTHERS,
    OPEN,
    PARTLY,
    PROTECTED,
    READER,
    STAND_IN,
    STRANGER,
    Situation,
    situate,
)
from tests.support.stocking import attempt, stock

MINE = {OPEN, EXPIRED, PROTECTED, PARTLY}
EVERYBODY = set(NUMBER_OF)
NOBODY: set[str] = set()
OF_ITEMS = ("items", "item_history")
IN_THE_REGISTER = {
    READER: MINE,
    STAND_IN: MINE,
    "s-lina": {OF_OTHERS},
    ADMINISTRATOR: EVERYBODY,
    STRANGER: NOBODY,
    AUDITOR: NOBODY,
    ENDED: NOBODY,
    "s-nobody": NOBODY,
    "": NOBODY,
    "' OR true --": NOBODY,
}


@pytest.fixture
def situation(postgresql_installation: Installation) -> Situation:
    """People in every state of consent, each with a past version of everything."""
    situation = situate(postgresql_installation)
    notes = [factories.note(f"n-{key}", person=key, text="Nytt") for key in NUMBER_OF]
    plans = [factories.plan(f"pl-af-{key}", person=key, agency="af", caseworker=None) for key in NUMBER_OF]
    assert stock(postgresql_installation, factories.document(notes=notes, plans=plans)).changes
    return situation


@pytest.mark.postgresql
@pytest.mark.parametrize("desk", [Desk.READING, Desk.APPENDING, Desk.SIGNING_IN, Desk.SIGNING])
def test_where_nobody_is_said_to_read_there_are_no_items(situation: Situation, desk: Desk) -> None:
    with situation.installation.wiring.engine(desk).connect() as connection:
        for table in LOCKED:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


@pytest.mark.postgresql
@pytest.mark.parametrize("reader", IN_THE_REGISTER)
def test_a_reader_finds_the_items_of_those_who_let_the_reader_in(situation: Situation, reader: str) -> None:
    with _reading_as(situation, reader) as connection:
        for table in OF_ITEMS:
            assert _whose(connection, situation, table) == IN_THE_REGISTER[reader]


@pytest.mark.postgresql
@pytest.mark.parametrize("desk", [Desk.ADMINISTRATION, Desk.SURVEYING])
def test_whoever_keeps_the_register_finds_everybodys_items(situation: Situation, desk: Desk) -> None:
    with situation.installation.wiring.engine(desk).connect() as connection:
        for table in OF_ITEMS:
            assert _whose(connection, situation, table) == EVERYBODY


@pytest.mark.postgresql
def test_what_the_gate_has_asked_for_one_reader_is_not_there_for_another(situation: Situation) -> None:
    with situation.installation.wiring.engine(Desk.READING).connect() as connection:
        assert read_reader(connection, "s-lina").reader is not None
        assert _whose(connection, situation, "items") == {OF_OTHERS}
        assert read_reader(connection, STRANGER).reader is not None
        assert _whose(connection, situation, "items") == NOBODY
        assert read_reader(connection, "s-nobody").reader is None
        assert _whose(connection, situation, "items") == NOBODY


@pytest.mark.postgresql
def test_an_ended_stand_in_gives_nothing(situation: Situation) -> None:
    with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        end_stand_in(act, "si-1")
    with _reading_as(situation, STAND_IN) as connection:
        assert _whose(connection, situation, "items") == NOBODY


@pytest.mark.postgresql
def test_an_ended_staff_entry_gives_nothing_but_its_stand_in_reads_on(situation: Situation) -> None:
    with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        for staff in (READER, ADMINISTRATOR):
            end_staff(act, staff)
    for staff, whose in ((READER, NOBODY), (ADMINISTRATOR, NOBODY), (STAND_IN, MINE)):
        with _reading_as(situation, staff) as connection:
            assert _whose(connection, situation, "items") == whose


@pytest.mark.postgresql
def test_a_consent_that_is_withdrawn_or_not_confirmed_gives_nothing(situation: Situation) -> None:
    with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        withdraw_consent(act, situation.refs[OPEN], f"c-{OPEN}", "phone", StaffId(ADMINISTRATOR))
    line = factories.line(recipients=[STRANGER])
    stock(situation.installation, factories.document(consents=[factories.consent("c-x", person=OPEN, lines=[line])]))
    for staff, whose in ((READER, MINE - {OPEN}), (STRANGER, NOBODY)):
        with _reading_as(situation, staff) as connection:
            assert _whose(connection, situation, "items") == whose


@pytest.mark.postgresql
def test_a_pooled_connection_does_not_remember_the_reader(situation: Situation) -> None:
    engine = connect(situation.installation.settings.database, Desk.READING, pool_size=1)
    with engine.connect() as connection:
        read_reader(connection, READER)
        before = _backend(connection)
        assert _whose(connection, situation, "items") == MINE
    with engine.connect() as connection:
        _remembers_nobody(connection, situation, before)
        read_reader(connection, READER)
        # A transaction that fails ends in another way.
        with pytest.raises(DBAPIError):
            connection.execute(text("SELECT 1 / 0"))
    with engine.connect() as connection:
        _remembers_nobody(connection, situation, before)
    engine.dispose()


@pytest.mark.postgresql
def test_no_connection_that_served_a_read_or_a_refusal_remembers_whose(situation: Situation) -> None:
    installation = situation.installation
    for _ in range(3):
        read(installation, READER, OPEN)
        assert installation.wiring.reading.open_list(staff_entry(installation, STAND_IN), "ongoing")
        installation.wiring.maintaining.open_person(staff_entry(installation, ADMINISTRATOR), situation.refs[OPEN])
        with pytest.raises(NotOpenError):
            read(installation, READER, OF_OTHERS)
    engine = installation.wiring.engine(Desk.READING)
    connections = [engine.connect() for _ in range(3)]
    for connection in connections:
        assert _whose(connection, situation, "items") == NOBODY
        connection.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("role", ["owner_url", "administration_url"])
def test_the_portal_does_not_start_where_its_readers_are_beyond_the_lock(
    postgresql_installation: Installation, role: str
) -> None:
    database = postgresql_installation.settings.database
    exempt = DatabaseSettings(**{**database.model_dump(), "url": getattr(database, role)})
    with pytest.raises(SettingsError, match="neither the owner"):
        wire(postgresql_installation.settings.model_copy(update={"database": exempt}))


@pytest.mark.postgresql
@pytest.mark.parametrize("table", [*LOCKED, *OWN])
def test_the_portal_does_not_start_where_the_lock_was_taken_off(
    postgresql_installation: Installation, table: str
) -> None:
    engine = owner_engine(postgresql_installation.settings.database)
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))
    engine.dispose()
    with pytest.raises(SettingsError, match="neither the owner"):
        postgresql_installation.rewire()


@pytest.mark.postgresql
@pytest.mark.parametrize("table", CLOSED)
@pytest.mark.parametrize("desk", [Desk.READING, Desk.APPENDING, Desk.SIGNING_IN, Desk.REQUESTING, Desk.SIGNING])
def test_what_is_the_desks_alone_cannot_be_read_over_another_connection(
    situation: Situation, table: str, desk: Desk
) -> None:
    with situation.installation.wiring.engine(desk).connect() as connection:
        connection.execute(select(func.set_config("portal.reader", ADMINISTRATOR, True)))
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(f"SELECT count(*) FROM {table}"))


@pytest.mark.postgresql
@pytest.mark.parametrize("table", CLOSED)
def test_the_portal_does_not_start_where_its_readers_can_read_what_is_the_desks_alone(
    postgresql_installation: Installation, table: str
) -> None:
    readers = make_url(postgresql_installation.settings.database.url).username
    engine = owner_engine(postgresql_installation.settings.database)
    with engine.begin() as connection:
        connection.execute(text(f'GRANT SELECT ON {table} TO "{readers}"'))
    engine.dispose()
    with pytest.raises(SettingsError, match="neither the owner"):
        postgresql_installation.rewire()


def test_what_looks_through_the_whole_register_waits_for_no_change(installation: Installation) -> None:
    stock(installation, factories.anna(), confirmed_by=ADMINISTRATOR)
    with installation.wiring.engine(Desk.ADMINISTRATION).begin() as connection:
        connection.execute(text("UPDATE items SET version = version"))
        answer = explain(installation.wiring, StaffId(STAND_IN), PersonId("p-1"), installation.wiring.now())
        again = attempt(installation, factories.anna(), is_dry_run=True)
    # Also what is closed to the reader is explained, and what stands in the register is known again.
    assert {each["is_open"] for each in answer["items"]} == {False}
    assert again.is_accepted
    assert not again.changes


@contextmanager
def _reading_as(situation: Situation, reader: str) -> Iterator[Connection]:
    """A reader's connection on which somebody has said by hand who reads."""
    with situation.installation.wiring.engine(Desk.READING).connect() as connection:
        connection.execute(select(func.set_config("portal.reader", reader, True)))
        yield connection


def _whose(connection: Connection, situation: Situation, table: str) -> set[str]:
    """The ids of the persons of whom there is anything in the table."""
    ids = {ref: person for person, ref in situation.refs.items()}
    return {ids[ref] for ref in connection.execute(text(f"SELECT person FROM {table}")).scalars()}


def _remembers_nobody(connection: Connection, situation: Situation, backend: int) -> None:
    assert _backend(connection) == backend
    assert not connection.execute(text("SELECT current_setting('portal.reader', true)")).scalar_one()
    assert _whose(connection, situation, "items") == NOBODY


def _backend(connection: Connection) -> int:
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
