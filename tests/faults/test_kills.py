"""Processes killed at any point of a desk's change: the whole change stands or none of it, and what was told stands.

The next start needs no hand: the next change is made on what the killed process left. PORTAL_SOAK multiplies the
kills, PORTAL_SEED repeats a run.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select

from portal.accounts.rules import StaffId
from portal.consent.desk import withdraw_consent
from portal.consent.models import consents
from portal.consent.sealing import subject_of
from portal.database import Desk
from portal.errors import NotOpenError
from portal.people.models import persons
from tests.support.installation import Installation
from tests.support.register import trail, verified
from tests.support.scene import Scene, set_scene
from tests.support.situation import ADMINISTRATOR, OPEN, READER, SEALED

ROOT = Path(__file__).parents[2]
SOAK = int(os.environ.get("PORTAL_SOAK", "1"))
KILLS = 14 * SOAK
TELLS = ("nothing", "registered", "withdrawn")


class Changers:
    """Makes processes that change the person behind ``ref`` and die."""

    def __init__(self, settings: Path, ref: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.changing_process", str(settings), ref],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def dies(self, key: str, when: float) -> tuple[list[str], int]:
        """What one process told before it ended, and how it ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{key} {when}\n")
        self.process.stdin.flush()
        told: list[str] = []
        for line in self.process.stdout:
            if line.startswith("ended"):
                return told, int(line.split()[1])
            told.append(line.strip())
        raise AssertionError("the changing process ended itself")


def test_no_read_is_opened_without_its_entry_however_the_reader_dies(installation: Installation) -> None:
    scene = set_scene(installation)
    command = [sys.executable, "-m", "tests.faults.reading_process", str(installation.settings_file())]
    for _ in range(2 * SOAK):
        before = _reads(installation)
        reading = subprocess.Popen(
            [*command, scene.situation.refs[OPEN], READER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )
        assert reading.stdout is not None
        # The first line says that it is up and reading.
        told = reading.stdout.readline()
        time.sleep(random.uniform(0.01, 0.2))  # noqa: S311 - when to kill, no secret
        reading.kill()
        told += reading.communicate()[0]
        # What was opened is in the trail; what is in the trail may never have been opened.
        assert 0 < told.count(b"opened") <= _reads(installation) - before
    scene.attacker.leaves()


def test_a_change_killed_at_any_point_is_whole_or_nothing(installation: Installation) -> None:
    scene = set_scene(installation)
    ref = scene.situation.refs[SEALED]
    seed = int(os.environ.get("PORTAL_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails, to run the same kills again
    chance = random.Random(seed)  # noqa: S311 - where to die, no secret
    changers = Changers(installation.settings_file(), ref)
    (*_, count), ended = changers.dies("c-whole", float("inf"))
    assert ended == 0
    statements = int(count.removeprefix("after "))
    points = [chance.randrange(2, 2 * statements + 1) / 2 for _ in range(KILLS)]
    for number, when in enumerate(points):
        key = f"c-kill-{number}"
        told, ended = changers.dies(key, when)
        assert ended == -signal.SIGKILL, (seed, when)
        standing = _standing(installation, ref, key)
        assert standing >= TELLS.index(told[-1] if told else "nothing"), (seed, when)
        assert _opens(scene, ref) is (standing == 1), (seed, when)
        assert _version(installation, ref) == _versions_told(installation, ref), (seed, when)
        if standing == 1:
            with installation.wiring.act(ADMINISTRATOR, "ame") as act:
                assert withdraw_consent(act, ref, key, "phone", StaffId(ADMINISTRATOR))
    changers.process.communicate()
    assert verified(installation).holds
    scene.attacker.leaves()


def _standing(installation: Installation, ref: str, key: str) -> int:
    """0 if the consent is not there, 1 if it is confirmed, 2 if it is withdrawn; nothing in between may be."""
    with installation.wiring.engine(Desk.READING).connect() as connection:
        row = connection.execute(select(consents).where(consents.c.id == key)).one_or_none()
    if row is None:
        return 0
    assert row.confirmed_at is not None
    return 1 if row.withdrawn_at is None else 2


def _opens(scene: Scene, ref: str) -> bool:
    try:
        scene.installation.wiring.reading.open_record(scene.staff[READER], ref, "ongoing")
    except NotOpenError:
        assert scene.last_cause() == "no_consent"
        return False
    return True


def _reads(installation: Installation) -> int:
    return len(trail(installation, "read"))


def _version(installation: Installation, ref: str) -> int:
    with installation.wiring.engine(Desk.READING).connect() as connection:
        statement = select(persons.c.version).where(persons.c.ref == ref)
        return int(connection.execute(statement).scalar_one())


def _versions_told(installation: Installation, ref: str) -> int:
    told = [entry.fields for entry in trail(installation) if entry.fields.get("subject") == subject_of(ref)]
    return int(str(told[-1]["version"]))
