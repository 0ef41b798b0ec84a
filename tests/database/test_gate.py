"""The gate: what opens, to whom, and what stands in the trail about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest

from audit.appender import UnwritableError
from audit.entry import Sealed
from portal.accounts.rules import StaffId
from portal.accounts.sealing import staff_subject
from portal.accounts.service import end_staff
from portal.consent.desk import withdraw_consent
from portal.consent.sealing import subject_of
from portal.errors import NotOpenError, UnavailableError
from portal.gate.beat import BEAT_SECONDS
from portal.gate.finding import FindingDoor
from portal.gate.maintaining import MaintenanceDoor
from portal.gate.reading import ReadingDoor
from tests import factories
from tests.support.installation import Installation
from tests.support.scene import OPENS, REFUSED, Scene, set_scene
from tests.support.situation import (
    ADMINISTRATOR,
    NOBODYS_NUMBER,
    NUMBER_OF,
    OF_OTHERS,
    OPEN,
    PARTLY,
    READER,
    SEALED,
    STAND_IN,
    STRANGER,
)
from tests.support.stocking import stock


@pytest.fixture
def scene(installation: Installation) -> Scene:
    """People in every state of consent."""
    scene = set_scene(installation)
    scene.attacker.leaves()
    return scene


def test_a_named_reader_opens_what_the_line_says_and_the_entry_says_so(scene: Scene) -> None:
    opened = _read(scene, READER, PARTLY)
    assert opened.identity.name == "Test Persson"
    assert {item.id for item in (*opened.plans, *opened.activities, *opened.notes)} == {
        f"pl-af-{PARTLY}",
        f"a-af-{PARTLY}",
    }
    entry = scene.situation.portal.told("read")[-1]
    assert (entry["actor"], entry["person"], entry["reason"]) == (READER, scene.situation.refs[PARTLY], "ongoing")
    assert entry["items"] == [f"a-af-{PARTLY}", f"pl-af-{PARTLY}"]
    assert entry["lines"] == [{"consent": f"c-{PARTLY}", "line": 0}]
    assert entry["rests_on"].keys() == {subject_of(entry["person"]), staff_subject(READER)}


def test_a_colleague_who_is_not_named_gets_nothing(scene: Scene) -> None:
    assert scene.tries(STRANGER, OPEN) == REFUSED
    entry = scene.situation.portal.told("refused")[-1]
    assert (entry["actor"], entry["cause"], entry["person"]) == (STRANGER, "no_consent", scene.situation.refs[OPEN])


def test_a_stand_in_reads_and_the_entry_rests_on_all_of_them(scene: Scene) -> None:
    _read(scene, STAND_IN, OPEN)
    entry = scene.situation.portal.told("read")[-1]
    assert entry["lines"] == [{"consent": f"c-{OPEN}", "line": 0, "through": "si-1"}]
    assert entry["rests_on"].keys() == {
        subject_of(scene.situation.refs[OPEN]),
        staff_subject(STAND_IN),
        staff_subject(READER),
        "stand_in:si-1",
    }


def test_a_list_is_a_read_of_each_in_it(scene: Scene) -> None:
    listed = scene.installation.wiring.reading.open_list(scene.staff[READER], "check_in")
    told = scene.situation.portal.told("listed")
    assert [entry["person"] for entry in told] == [each.ref for each in listed]
    assert {each.id for each in listed} == {OPEN, PARTLY}
    assert len({entry["listing"] for entry in told}) == 1


def test_a_look_up_says_what_it_rests_on_and_not_the_number(scene: Scene) -> None:
    finding = scene.installation.wiring.finding
    assert finding.find_for_reader(scene.staff[READER], NUMBER_OF[OPEN], "decision") == scene.situation.refs[OPEN]
    entry = scene.situation.portal.told("looked_up")[-1]
    assert entry["lines"] == [{"consent": f"c-{OPEN}", "line": 0}]
    assert NUMBER_OF[OPEN] not in str(entry)


@pytest.mark.parametrize("behind", [timedelta(seconds=1), timedelta(seconds=25)])
def test_what_has_ended_is_closed_also_where_the_clock_lags(scene: Scene, behind: timedelta) -> None:
    _withdraw(scene, OPEN)
    with scene.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        act.hold([staff_subject(STAND_IN)])
        end_staff(act, STAND_IN)
    scene.situation.portal.clock.ahead -= behind
    assert scene.tries(READER, OPEN) == REFUSED
    assert scene.tries(STAND_IN, PARTLY) == REFUSED
    assert scene.last_cause() == "no_standing"
    assert scene.tries(READER, PARTLY) == OPENS


def test_a_sealed_person_is_kept_without_content(scene: Scene) -> None:
    maintaining = scene.installation.wiring.maintaining
    sealed = maintaining.open_person(scene.staff[ADMINISTRATOR], scene.situation.refs[OPEN])
    assert sealed.record is not None
    _withdraw(scene, OPEN)
    sealed = maintaining.open_person(scene.staff[ADMINISTRATOR], scene.situation.refs[OPEN])
    assert (sealed.record, sealed.contacts) == (None, None)
    assert sum(sealed.counts.values()) == 5


@dataclass
class Interfering:
    """An appender to which something happens between the decision and the append."""

    happens: Callable[[], object]
    appender: Any

    def append(self, entries: Sequence[Sealed], rests_on: Mapping[str, int], at: int) -> object:
        """Let it happen once, then append."""
        happens, self.happens = self.happens, lambda: None
        happens()
        return self.appender.append(entries, rests_on, at)


DOORS: dict[str, Callable[[Any, Scene], object]] = {
    "record": lambda wiring, scene: wiring.reading.open_record(
        scene.staff[READER], scene.situation.refs[OPEN], "ongoing"
    ),
    "list": lambda wiring, scene: wiring.reading.open_list(scene.staff[READER], "ongoing"),
    "look-up": lambda wiring, scene: wiring.finding.find_for_reader(scene.staff[READER], NUMBER_OF[OPEN], "ongoing"),
    "maintenance": lambda wiring, scene: wiring.maintaining.open_person(
        scene.staff[ADMINISTRATOR], scene.situation.refs[OPEN]
    ),
    "number": lambda wiring, scene: wiring.finding.find_by_number(scene.staff[ADMINISTRATOR], NUMBER_OF[OPEN]),
    "name": lambda wiring, scene: wiring.finding.find_by_name(scene.staff[ADMINISTRATOR], "Test"),
    "names": lambda wiring, scene: wiring.finding.name(scene.staff[ADMINISTRATOR], [scene.situation.refs[OPEN]]),
}


@dataclass
class Doors:
    """The doors over other parts than the installation's own."""

    reading: ReadingDoor
    finding: FindingDoor
    maintaining: MaintenanceDoor

    @classmethod
    def with_parts(cls, scene: Scene, **parts: Any) -> "Doors":
        """The installation's doors with some parts replaced."""
        wiring = scene.installation.wiring
        return cls(
            replace(wiring.reading, **parts), replace(wiring.finding, **parts), replace(wiring.maintaining, **parts)
        )


@pytest.mark.parametrize("door", ["record", "list", "look-up"])
def test_what_is_withdrawn_between_decision_and_entry_does_not_open(scene: Scene, door: str) -> None:
    appender = Interfering(lambda: _withdraw(scene, OPEN), scene.installation.wiring.appender)
    doors = Doors.with_parts(scene, appender=appender)
    try:
        found = DOORS[door](doors, scene)
    except NotOpenError:
        found = None
    if door == "list":
        assert [each.id for each in found] == [PARTLY]  # type: ignore[union-attr]
    else:
        assert found is None
    told = scene.situation.portal.told("read", "listed", "looked_up")
    assert not any(entry["outcome"] == "permitted" and entry["person"] == scene.situation.refs[OPEN] for entry in told)


@pytest.mark.parametrize("door", ["record", "list"])
def test_what_is_changed_between_decision_and_entry_is_read_anew(scene: Scene, door: str) -> None:
    changed = factories.document(notes=[factories.note(f"n-{OPEN}", person=OPEN, text="Nytt")])
    appender = Interfering(lambda: stock(scene.installation, changed), scene.installation.wiring.appender)
    found: Any = DOORS[door](Doors.with_parts(scene, appender=appender), scene)
    (record,) = [each for each in (found if isinstance(found, tuple) else [found]) if each.id == OPEN]
    assert [note.text for note in record.notes] == ["Nytt"]
    subject = subject_of(record.ref)
    (entry,) = [entry for entry in scene.situation.portal.told("read", "listed") if entry["person"] == record.ref]
    (change,) = [e for e in scene.situation.portal.told("records_changed") if e["subject"] == subject][1:]
    assert entry["rests_on"][subject] == change["version"]


@dataclass
class Refusing:
    """An appender that cannot write."""

    def append(self, *_: object) -> object:
        """Fail."""
        raise UnwritableError("the trail could not be written")


class Watched:
    """A keyring that opens nothing of anybody until told."""

    def __init__(self, keyring: Any) -> None:
        self._keyring = keyring

    def __getattr__(self, name: str) -> Any:
        assert name != "unwrap", "something was opened before its entry was written"
        return getattr(self._keyring, name)


@pytest.mark.parametrize("door", DOORS)
def test_nothing_is_opened_where_the_entry_cannot_be_written(scene: Scene, door: str) -> None:
    keyring = Watched(scene.installation.wiring.keyring)
    with pytest.raises(UnavailableError):
        DOORS[door](Doors.with_parts(scene, appender=Refusing(), keyring=keyring), scene)


@pytest.mark.parametrize("reader", [ADMINISTRATOR, STRANGER])
def test_nobody_but_an_administrator_keeps_records(scene: Scene, reader: str) -> None:
    maintaining = scene.installation.wiring.maintaining
    for person in (OPEN, OF_OTHERS, SEALED):
        try:
            maintaining.open_person(scene.staff[reader], scene.situation.refs[person])
        except NotOpenError:
            assert reader == STRANGER
        else:
            assert reader == ADMINISTRATOR


@pytest.mark.parametrize("person", [OF_OTHERS, SEALED, None])
def test_a_refusal_is_not_answered_before_its_beat(scene: Scene, person: str | None) -> None:
    reading, finding, reader = scene.installation.wiring.reading, scene.installation.wiring.finding, scene.staff[READER]
    ref = "0" * 32 if person is None else scene.situation.refs[person]
    begun = monotonic()
    with pytest.raises(NotOpenError):
        reading.open_record(reader, ref, "ongoing")
    assert monotonic() - begun >= BEAT_SECONDS
    begun = monotonic()
    number = NOBODYS_NUMBER if person is None else NUMBER_OF[person]
    assert finding.find_for_reader(reader, number, "ongoing") is None
    assert monotonic() - begun >= BEAT_SECONDS


def _read(scene: Scene, reader: str, person: str) -> Any:
    return scene.installation.wiring.reading.open_record(scene.staff[reader], scene.situation.refs[person], "ongoing")


def _withdraw(scene: Scene, person: str) -> None:
    with scene.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        assert withdraw_consent(act, scene.situation.refs[person], f"c-{person}", "phone", StaffId(ADMINISTRATOR))
