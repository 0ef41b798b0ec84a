"""The page that says whether the log is untouched: green when it is, red for everything done to it by SQL."""

from datetime import timedelta

import pytest

from tests.support.installation import Installation
from tests.web.auditors import Room

GREEN = "Loggen är orörd så långt vi har kontrollerat"
RED = "Loggen stämmer inte"
IDLE = ("signed_out", {"actor": "s-lina", "agency": "ame"})


ALTERED = "UPDATE trail_entries SET payload = mac WHERE id = 100"
REPLANTED = "UPDATE trail_leaves SET hash = (SELECT root FROM trail_checkpoints LIMIT 1)"
REROOTED = "UPDATE trail_checkpoints SET root = (SELECT hash FROM trail_leaves LIMIT 1)"


@pytest.fixture
def room(sqlite_installation: Installation) -> Room:
    """An auditor's room with more than a tile of signed entries."""
    return _filled(sqlite_installation)


def _filled(installation: Installation) -> Room:
    room = Room(installation)
    room.append(*([IDLE] * 300))
    room.sign()
    return room


def test_an_untouched_log_is_green_and_says_what_was_not_checked(installation: Installation) -> None:
    page = _integrity(_filled(installation))
    assert GREEN in page
    assert RED not in page
    assert page.count(">Stämmer<") == 5
    assert "portal-audit verify --config" in page


@pytest.mark.parametrize(
    ("attack", "words"),
    [
        (ALTERED, "Posten är inte den som signerades."),
        ("UPDATE trail_entries SET mac = payload WHERE id = 100", "portalen har inte skrivit det som står här"),
        ("UPDATE trail_entries SET person = 'someone' WHERE id = 100", "uppgifterna som den söks fram med har ändrats"),
        ("UPDATE trail_entries SET at = 1 WHERE id = 100", "uppgifterna som den söks fram med har ändrats"),
        ("DELETE FROM trail_entries WHERE id = 100", "En signerad post är borttagen."),
        ("DELETE FROM trail_leaves WHERE entry_id = 100", "Posten är aldrig signerad, fast senare poster är det."),
        ("DELETE FROM trail_leaves WHERE leaf > 290", "en annan kontrollsumma än den signerade"),
        (REPLANTED, "en annan kontrollsumma"),
        ("UPDATE trail_tiles SET hashes = (SELECT mac FROM trail_entries LIMIT 1)", "en annan kontrollsumma"),
        ("DELETE FROM trail_tiles", "en annan kontrollsumma"),
        (REROOTED, "har ändrats"),
        ("UPDATE trail_checkpoints SET note = 'none'", "Den senaste signaturen är inte gjord med loggens nyckel"),
        ("DELETE FROM trail_checkpoints WHERE size > 256", "Signeraren minns något annat"),
        ("DELETE FROM trail_checkpoints", "Signeraren minns något annat"),
    ],
)
def test_whatever_is_done_to_the_log_is_red(attack: str, words: str, room: Room) -> None:
    room.disarm()
    room.entrance.attack(attack)
    page = _integrity(room)
    assert RED in page
    assert GREEN not in page
    assert "Ring genast" in page
    assert words in page


@pytest.mark.parametrize("attack", [ALTERED, REPLANTED, REROOTED])
def test_it_is_red_on_both_databases(attack: str, installation: Installation) -> None:
    room = _filled(installation)
    room.disarm()
    room.entrance.attack(attack)
    assert RED in _integrity(room)


def test_a_log_rolled_back_to_an_earlier_head_is_red(room: Room) -> None:
    room.disarm()
    for statement in (
        "DELETE FROM trail_checkpoints WHERE id > 1",
        "DELETE FROM trail_leaves WHERE leaf >= (SELECT size FROM trail_checkpoints)",
        "DELETE FROM trail_entries WHERE id > (SELECT max(entry_id) FROM trail_leaves)",
        "DELETE FROM trail_tiles",
    ):
        room.entrance.attack(statement)
    page = _integrity(room)
    # What is left is whole in itself; only the signer's memory tells that it was longer.
    assert page.count(">Stämmer inte<") == 1
    assert "Signeraren minns något annat" in page


def test_the_faulty_entries_are_named(room: Room) -> None:
    room.disarm()
    room.entrance.attack("UPDATE trail_entries SET at = 1 WHERE id IN (100, 101)")
    page = _integrity(room)
    assert "(2 poster)" in page
    assert 'href="/auditing/log?before=101">post 100</a>' in page
    assert "uppgifterna som den söks fram med har ändrats" in room.log(before="101")


def test_a_signer_that_has_stopped_is_told_from_a_changed_log(sqlite_installation: Installation) -> None:
    room = Room(sqlite_installation)
    room.append(IDLE)
    room.entrance.clock.at += timedelta(seconds=30)
    assert GREEN in _integrity(room)
    room.entrance.clock.at += timedelta(minutes=5)
    page = _integrity(room)
    assert "den signeras inte" in page
    assert RED not in page
    assert "1 poster, den äldsta i 5 minuter" in page


def test_a_key_or_memory_out_of_reach_is_no_fault_and_no_green(sqlite_installation: Installation) -> None:
    room = Room(sqlite_installation)
    sqlite_installation.settings.trail.signing_key_file.unlink()
    page = _integrity(room)
    assert "Vi har inte kunnat kontrollera allt" in page
    assert page.count(">Inte kontrollerat<") == 2
    assert GREEN not in page
    assert RED not in page


def test_a_lost_or_replaced_memory_is_red(sqlite_installation: Installation) -> None:
    room = Room(sqlite_installation)
    file = sqlite_installation.settings.trail.state_file
    note = file.read_text()
    file.unlink()
    assert RED in _integrity(room)
    file.write_text(note.replace("\n", "\n1", 1))
    assert RED in _integrity(room)
    file.write_text(note)
    assert GREEN in _integrity(room)


def _integrity(room: Room) -> str:
    response = room.get("/auditing/integrity")
    assert response.status_code == 200
    return response.text
