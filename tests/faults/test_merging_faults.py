"""Two people merged while others merge, withdraw and read, and by processes that are killed on the way.

Whoever comes first, it is one of the two orders: never both of two mergers, never a consent that escapes a withdrawal,
never a read that rests on what is no more. Killed at any point, the whole merger stands or none of it. PORTAL_SOAK
multiplies the rounds, PORTAL_SEED repeats a run.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest

from portal import doctor
from portal.accounts.rules import StaffId
from portal.consent.desk import withdraw_consent
from portal.errors import ConflictError, NotOpenError
from portal.gate.merging import Merger, merge_people
from portal.people.models import persons
from tests.faults.test_races import ROOT, Reader
from tests.support.installation import Installation
from tests.support.merging import merge, merger_of
from tests.support.register import rows, staff_entry, trail, verified
from tests.support.situation import ADMINISTRATOR, OF_OTHERS, OPEN, PARTLY, READER, SEALED, Situation, situate

SOAK = int(os.environ.get("PORTAL_SOAK", "1"))
KILLS = 10 * SOAK


@pytest.fixture
def situation(installation: Installation) -> Situation:
    return situate(installation)


@pytest.mark.parametrize("mirrored", [False, True], ids=["the same", "mirrored"])
def test_of_two_administrators_who_merge_the_same_two_one_does(situation: Situation, mirrored: bool) -> None:
    first = merger_of(situation, OPEN, OF_OTHERS)
    second = merger_of(situation, OF_OTHERS, OPEN) if mirrored else first
    outcomes = at_once(lambda: _merge(situation, first), lambda: _merge(situation, second))
    assert sorted(outcomes) == ["done", "refused" if mirrored else "done already"]
    assert len(trail(situation.installation, "person_merged")) == 2
    is_well(situation)


def test_of_two_who_merge_one_person_into_different_ones_one_does(situation: Situation) -> None:
    into = [merger_of(situation, kept, OPEN) for kept in (OF_OTHERS, PARTLY)]
    outcomes = at_once(*(lambda each=each: _merge(situation, each) for each in into))
    assert sorted(outcomes) == ["done", "refused"]
    is_well(situation)


def test_a_withdrawal_beside_a_merger_closes_or_stops_it(situation: Situation) -> None:
    merger = merger_of(situation, SEALED, OPEN)

    def withdraw() -> str:
        with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
            withdraw_consent(act, situation.refs[OPEN], f"c-{OPEN}", "phone", StaffId(ADMINISTRATOR))
        return "withdrawn"

    merged, withdrawn = at_once(lambda: _merge(situation, merger), _tried(withdraw))
    assert (merged, withdrawn) in (("done", "refused"), ("refused", "withdrawn"))
    # Whoever was told no looks again, and where the consent now is it can be taken back.
    opens = _reads(situation, SEALED) or _reads(situation, OPEN)
    assert opens is (merged == "done")
    is_well(situation)


def test_no_read_rests_on_a_registration_that_was_emptied(situation: Situation) -> None:
    settings, ref = situation.installation.settings_file(), situation.refs[OPEN]
    readers = [Reader(settings, ref, READER) for _ in range(2)]
    time.sleep(0.1)
    merge(situation, SEALED, OPEN)
    emptied_at = time.monotonic_ns()
    time.sleep(0.2)
    reads = [read for reader in readers for read in reader.finish()]
    assert any(outcome == "opened" for _, _, outcome in reads)
    late = [outcome for start, _, outcome in reads if start >= emptied_at]
    assert late
    assert "opened" not in late
    assert _reads(situation, SEALED)
    is_well(situation)


def test_a_merger_killed_at_any_point_is_whole_or_nothing(situation: Situation) -> None:
    seed = int(os.environ.get("PORTAL_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails, to run the same kills again
    chance = random.Random(seed)  # noqa: S311 - where to die, no secret
    statements = _statements(situation)
    mergers = Mergers(situation.installation.settings_file(), situation.refs[OPEN], situation.refs[OF_OTHERS])
    for when in sorted({chance.randrange(2, 2 * statements + 1) / 2 for _ in range(KILLS)} | {statements + 0.5}):
        told, ended = mergers.dies(when)
        assert ended in (0, -signal.SIGKILL), (seed, when)
        row = rows(situation.installation, persons)[OF_OTHERS]
        is_merged = row.merged_into is not None
        assert is_merged or "merged" not in told, (seed, when)
        assert (row.content is None) is is_merged, (seed, when)
        assert _reads(situation, OPEN), (seed, when)
        assert _reads(situation, OF_OTHERS, "s-lina") is not is_merged, (seed, when)
        assert doctor.run(situation.installation.wiring, False) == 0, (seed, when)
        if is_merged:
            break
    mergers.process.communicate()
    # The next needs no hand: the same merger, or what is left of it.
    merge(situation, PARTLY, OPEN)
    is_well(situation)


class Mergers:
    """Makes processes that merge two people and die."""

    def __init__(self, settings: Path, kept: str, other: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.merging_process", str(settings), kept, other],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def dies(self, when: float) -> tuple[list[str], int]:
        """What one process told before it ended, and how it ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{when}\n")
        self.process.stdin.flush()
        told: list[str] = []
        for line in self.process.stdout:
            if line.startswith("ended"):
                return told, int(line.split()[1])
            told.append(line.strip())
        raise AssertionError("the merging process ended itself")


def _statements(situation: Situation) -> int:
    """How many statements a merger takes, by one of two who look alike."""
    mergers = Mergers(situation.installation.settings_file(), situation.refs[SEALED], situation.refs["p-expired"])
    (*_, count), ended = mergers.dies(float("inf"))
    mergers.process.communicate()
    assert ended == 0
    return int(count.removeprefix("after "))


def at_once(*tasks: Callable[[], str]) -> list[str]:
    """What becomes of each, all begun together."""
    start, outcomes = Barrier(len(tasks)), dict[int, str]()

    def run(number: int, task: Callable[[], str]) -> None:
        start.wait()
        outcomes[number] = task()

    threads = [Thread(target=run, args=each) for each in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [outcomes[number] for number in range(len(tasks))]


def _tried(task: Callable[[], str]) -> Callable[[], str]:
    def run() -> str:
        try:
            return task()
        except ConflictError:
            return "refused"

    return run


def _merge(situation: Situation, merger: Merger) -> str:
    def run() -> str:
        with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
            return "done" if merge_people(act, merger) else "done already"

    return _tried(run)()


def _reads(situation: Situation, person: str, who: str = READER) -> bool:
    reader = staff_entry(situation.installation, who)
    try:
        situation.installation.wiring.reading.open_record(reader, situation.refs[person], "ongoing")
    except NotOpenError:
        return False
    return True


def is_well(situation: Situation) -> None:
    assert verified(situation.installation).holds
    assert doctor.run(situation.installation.wiring, False) == 0
