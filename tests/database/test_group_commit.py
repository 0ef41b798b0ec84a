"""Many threads appending at once: each is told the truth about its own entries, and nobody waits for ever."""

import threading
import time
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from audit.appender import StaleError, UnwritableError
from audit.entry import Entry, Sealed, seal
from audit.locks import INSTALLATION, hold
from audit.vocabulary import Event
from portal.clock import microseconds
from portal.consent.sealing import subject_of
from portal.database import Desk
from portal.errors import NotOpenError, UnavailableError
from tests.support.installation import Installation
from tests.support.register import trail
from tests.support.scene import OPENS, REFUSED, set_scene
from tests.support.situation import OF_OTHERS, OPEN, READER

THREADS = 32
EACH = 12


def test_thirty_two_threads_are_each_told_the_truth(installation: Installation) -> None:
    scene = set_scene(installation)
    appender, subject = installation.wiring.appender, subject_of(scene.situation.refs[OPEN])
    version = max(
        int(str(each.fields["version"])) for each in trail(installation) if each.fields.get("subject") == subject
    )
    before = len(trail(installation))
    outcomes: Counter[str] = Counter()
    ids: list[int] = []
    guard = threading.Lock()

    def work(number: int) -> None:
        for turn in range(EACH):
            kind = ("permitted", "stale", "refused")[(number + turn) % 3]
            rests_on = {"permitted": {subject: version}, "stale": {subject: version - 1}, "refused": {}}[kind]
            entries = [_refusal(installation) for _ in range(1 + turn % 3)]
            try:
                given = appender.append(entries, rests_on, microseconds(datetime.now(UTC)))
            except StaleError:
                given = []
            with guard:
                outcomes[f"{kind} {'appended' if given else 'not'}"] += 1
                ids.extend(given)
                assert len(given) in (0, len(entries))

    _run(work)
    turns = THREADS * EACH // 3
    assert outcomes == {"permitted appended": turns, "stale not": turns, "refused appended": turns}
    assert len(ids) == len(set(ids)) == len(trail(installation)) - before
    scene.attacker.leaves()


def test_thirty_two_readers_at_once_each_read_what_is_theirs(installation: Installation) -> None:
    scene = set_scene(installation)
    outcomes: Counter[tuple[str, str]] = Counter()
    guard = threading.Lock()

    def work(number: int) -> None:
        person = (OPEN, OF_OTHERS)[number % 2]
        found = scene.tries(READER, person)
        with guard:
            outcomes[person, found] += 1

    _run(work)
    assert outcomes == {(OPEN, OPENS): THREADS // 2, (OF_OTHERS, REFUSED): THREADS // 2}
    told = scene.situation.portal.told("read")
    assert len([entry for entry in told if entry["actor"] == READER]) == THREADS // 2
    scene.attacker.leaves()


def test_a_group_that_cannot_be_committed_is_refused_as_a_whole_and_the_next_is_not(installation: Installation) -> None:
    scene = set_scene(installation)
    appender = installation.wiring.appender
    engine = installation.wiring.engine(Desk.APPENDING)
    before = len(trail(installation))
    outcomes: Counter[str] = Counter()
    guard = threading.Lock()

    def fail(connection: object) -> None:
        raise OSError("no space left on device")

    def work(_: int) -> None:
        try:
            appender.append([_refusal(installation)], {}, microseconds(datetime.now(UTC)))
        except UnwritableError:
            with guard:
                outcomes["unwritable"] += 1

    event.listen(engine, "commit", fail)
    _run(work)
    event.remove(engine, "commit", fail)
    assert outcomes["unwritable"] == THREADS
    assert len(trail(installation)) == before
    assert scene.tries(READER, OPEN) == OPENS
    scene.attacker.leaves()


@pytest.mark.postgresql
def test_a_read_waits_for_an_import_and_only_that_read(postgresql_installation: Installation) -> None:
    scene = set_scene(postgresql_installation)
    wiring = postgresql_installation.wiring
    outcomes: list[str] = []
    with wiring.engine(Desk.ADMINISTRATION).begin() as connection:
        hold(connection, [INSTALLATION])
        waiting = threading.Thread(target=lambda: outcomes.append(scene.tries(READER, OPEN)))
        waiting.start()
        # What permits nothing is not held up: this refusal is written while the import goes on.
        with pytest.raises(NotOpenError):
            wiring.reading.open_record(scene.staff[READER], scene.situation.refs[OF_OTHERS], "ongoing")
        assert outcomes == []
    waiting.join(10)
    assert outcomes == [OPENS]
    scene.attacker.leaves()


def test_an_appender_that_dies_inside_a_group_tells_nobody_that_it_succeeded(sqlite_installation: Installation) -> None:
    scene = set_scene(sqlite_installation)
    engine = sqlite_installation.wiring.engine(Desk.APPENDING)

    def die(*_: object) -> None:
        raise SystemExit

    event.listen(engine, "before_cursor_execute", die)
    with pytest.raises((SystemExit, UnavailableError)):
        sqlite_installation.wiring.reading.open_record(scene.staff[READER], scene.situation.refs[OPEN], "ongoing")
    event.remove(engine, "before_cursor_execute", die)
    begun = time.monotonic()
    assert scene.tries(READER, OPEN) == OPENS
    assert time.monotonic() - begun < 5
    scene.attacker.leaves()


def _refusal(installation: Installation) -> Sealed:
    fields = {"actor": "s-anna", "agency": "af", "outcome": "refused", "cause": "no_consent"}
    return seal(Entry(Event.REFUSED, datetime.now(UTC), fields), installation.wiring.keyring.trail_mac)


def _run(work: object) -> None:
    """Run ``work`` in all threads at once; one that fails or does not end fails the test."""
    failures: list[BaseException] = []
    start = threading.Barrier(THREADS)

    def run(number: int) -> None:
        start.wait()
        try:
            work(number)  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [thread for thread in threads if thread.is_alive()] == []
    assert failures == []
