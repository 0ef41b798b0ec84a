"""The keys of the numbers looked up: one a period, made once among all processes, destroyed for good."""

import fcntl
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from keys.envelope import Place, open_envelope, seal_envelope
from keys.errors import DestroyedKeyError, KeyFileError
from keys.fileprovider import FileProvider
from keys.keyfile import create_key_file, read_key_file, replace_key_file
from keys.keyring import Keyring


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Keyring.create(FileProvider.create(tmp_path / "root.json"), tmp_path / "keyring.json")
    return tmp_path / "keyring.json"


def opened(path: Path) -> Keyring:
    return Keyring.open(FileProvider.open(path.with_name("root.json")), path)


def test_a_period_has_one_key_and_no_other_period_has_it(path: Path) -> None:
    keyring = opened(path)
    assert keyring.periods == {}
    assert (
        keyring.lookup_key("2026").secret == keyring.lookup_key("2026").secret == opened(path).lookup_key("2026").secret
    )
    assert keyring.lookup_key("2027").secret != keyring.lookup_key("2026").secret
    assert keyring.lookup_key("2026-11").secret != keyring.lookup_key("2026").secret
    assert opened(path).periods == {"2026": True, "2026-11": True, "2027": True}


@pytest.mark.parametrize("period", ["", "26", "20266", "2026-1", "2026-11-23", "2026\n", "２０２６", "../2026", "x"])
def test_what_is_no_period_gets_no_key(path: Path, period: str) -> None:
    keyring = opened(path)
    with pytest.raises(ValueError, match="A period is a year"):
        keyring.lookup_key(period)
    with pytest.raises(ValueError, match="A period is a year"):
        keyring.destroy_lookup_key(period)
    assert keyring.periods == {}


def test_a_destroyed_key_opens_nothing_in_any_process_and_never_comes_back(path: Path) -> None:
    keyring, other = opened(path), opened(path)
    place = Place("trail_entries", "1", "", 1)
    envelope = seal_envelope(keyring.lookup_key("2020"), place, b"199001012385")
    assert open_envelope(other.lookup_key("2020"), place, envelope) == b"199001012385"
    keyring.lookup_key("2021")
    keyring.destroy_lookup_key("2020")
    for ring in (keyring, other, opened(path)):
        with pytest.raises(DestroyedKeyError, match="2020 was destroyed"):
            ring.lookup_key("2020")
        assert ring.periods == {"2020": False, "2021": True}
    assert other.lookup_key("2021").secret == keyring.lookup_key("2021").secret


def test_a_period_may_be_destroyed_before_it_had_a_key_and_twice(path: Path) -> None:
    keyring = opened(path)
    keyring.destroy_lookup_key("2020")
    keyring.destroy_lookup_key("2020")
    with pytest.raises(DestroyedKeyError):
        keyring.lookup_key("2020")


def test_a_period_key_that_cannot_be_written_is_not_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    keyring = opened(path)
    with monkeypatch.context() as full:
        full.setattr(os, "replace", fail)
        with pytest.raises(KeyFileError, match="No space left"):
            keyring.lookup_key("2026")
    assert keyring.periods == {}
    assert keyring.lookup_key("2026").secret == opened(path).lookup_key("2026").secret


def test_an_unchanged_file_is_not_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise AssertionError("the file was opened")

    keyring = opened(path)
    keyring.lookup_key("2026")
    before = keyring.lookup_key("2026")
    monkeypatch.setattr(os, "open", fail)
    assert keyring.lookup_key("2026").secret == before.secret


def test_threads_that_need_a_new_key_at_once_get_the_same(path: Path) -> None:
    shared = opened(path)
    rings = [shared] * 4 + [opened(path) for _ in range(4)]
    with ThreadPoolExecutor(len(rings)) as threads:
        keys = list(threads.map(lambda ring: ring.lookup_key("2026").secret, rings))
    assert len(set(keys)) == 1


def test_a_key_that_another_process_made_meanwhile_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = opened(path)
    copy = path.with_name("copy.json")
    create_key_file(copy, read_key_file(path))
    first = Keyring.open(FileProvider.open(path.with_name("root.json")), copy).lookup_key("2026")

    def be_second(descriptor: int, operation: int) -> None:
        replace_key_file(path, read_key_file(copy))

    monkeypatch.setattr(fcntl, "flock", be_second)
    assert waiting.lookup_key("2026").secret == first.secret


ASKING = """
import pathlib, sys, time
from keys.fileprovider import FileProvider
from keys.keyring import Keyring
folder = pathlib.Path(sys.argv[1])
keyring = Keyring.open(FileProvider.open(folder / "root.json"), folder / "keyring.json")
print("ready", flush=True)
sys.stdin.readline()
for period in sys.argv[2:]:
    print(keyring.lookup_key(period).key_id.hex(), flush=True)
"""


def test_processes_that_add_keys_at_once_lose_none_and_agree_on_all(path: Path) -> None:
    periods = [str(year) for year in range(2026, 2046)]
    orders = [periods, periods[::-1], periods[10:] + periods[:10], periods]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ASKING, str(path.parent), *order],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for order in orders
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [
        dict(zip(order, process.communicate(timeout=60)[0].split(), strict=True))
        for order, process in zip(orders, processes, strict=True)
    ]
    assert [process.returncode for process in processes] == [0] * 4
    expected = {period: opened(path).lookup_key(period).key_id.hex() for period in periods}
    assert answers == [expected] * 4
    assert opened(path).periods == dict.fromkeys(periods, True)
