"""Key files: whose they are, who may reach them, and that they are whole or absent whatever fails."""

import errno
import fcntl
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from keys.errors import (
    ExistingKeyFileError,
    ExposedKeyFileError,
    KeyFileError,
    MalformedKeyFileError,
    MissingKeyFileError,
)
from keys.keyfile import create_key_file, locked_key_file, read_key_file, replace_key_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "root.json"


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_a_created_file_is_its_owners_alone_and_reads_back(path: Path) -> None:
    create_key_file(path, b"content")
    assert read_key_file(path) == b"content"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_nlink == 1
    assert names(path.parent) == {"root.json"}


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o277])
def test_no_umask_opens_or_closes_a_created_file(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        create_key_file(path, b"content")
        replace_key_file(path, b"other")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_missing_file_says_how_to_make_one(path: Path) -> None:
    with pytest.raises(MissingKeyFileError, match="portal-keys init"):
        read_key_file(path)


@pytest.mark.parametrize(
    "mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o700, 0o4600, 0o2600, 0o1600]
)
def test_a_file_that_others_can_reach_is_refused(path: Path, mode: int) -> None:
    create_key_file(path, b"content")
    path.chmod(mode)
    with pytest.raises(ExposedKeyFileError, match="chmod 600"):
        read_key_file(path)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_that_its_owner_alone_reads_is_read(path: Path, mode: int) -> None:
    create_key_file(path, b"content")
    path.chmod(mode)
    assert read_key_file(path) == b"content"


def test_another_users_file_is_refused(path: Path) -> None:
    if os.geteuid() == 0:
        create_key_file(path, b"content")
        os.chown(path, 12_345, -1)
    else:
        path = Path("/etc/passwd")
    with pytest.raises(ExposedKeyFileError, match="belongs to another user"):
        read_key_file(path)


def test_a_symbolic_link_is_refused_whatever_it_points_to(path: Path) -> None:
    create_key_file(path, b"content")
    link = path.with_name("link.json")
    link.symlink_to(path)
    with pytest.raises(ExposedKeyFileError, match="symbolic link"):
        read_key_file(link)


def make_pipe(path: Path) -> None:
    os.mkfifo(path, 0o600)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


@pytest.mark.parametrize("make", [Path.mkdir, make_pipe])
def test_what_is_no_ordinary_file_is_refused(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    with pytest.raises(ExposedKeyFileError, match="no ordinary file"):
        read_key_file(path)


def test_what_cannot_be_opened_is_refused(path: Path) -> None:
    make_socket(path)
    with pytest.raises(KeyFileError, match="cannot be read"):
        read_key_file(path)


@pytest.mark.parametrize(("size", "whole"), [(1_048_576, True), (1_048_577, False)])
def test_a_file_larger_than_any_key_file_is_refused(path: Path, size: int, whole: bool) -> None:
    create_key_file(path, bytes(size))
    if whole:
        assert read_key_file(path) == bytes(size)
    else:
        with pytest.raises(MalformedKeyFileError, match="larger than any key file"):
            read_key_file(path)


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir, make_pipe, lambda path: path.symlink_to("nowhere")])
def test_creating_never_overwrites_anything(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    before = path.lstat()
    with pytest.raises(ExistingKeyFileError, match="never overwritten"):
        create_key_file(path, b"content")
    assert path.lstat() == before
    assert names(path.parent) == {"root.json"}


@pytest.mark.parametrize("write", [create_key_file, replace_key_file])
def test_writing_where_there_is_no_folder_is_refused(path: Path, write: Callable[[Path, bytes], None]) -> None:
    with pytest.raises(KeyFileError, match="Nothing can be written beside"):
        write(path.parent / "nowhere" / "root.json", b"content")


def fail(*arguments: object, **options: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize("call", ["open", "fchmod", "fsync", "link", "unlink"])
def test_a_failed_call_creates_nothing_that_is_half(path: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        with pytest.raises(KeyFileError, match="Input/output error"):
            create_key_file(path, b"content")
    assert not path.exists() or read_key_file(path) == b"content"


@pytest.mark.parametrize("call", ["open", "fchmod", "fsync", "replace"])
def test_a_failed_call_leaves_the_old_content(path: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    create_key_file(path, b"old")
    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        with pytest.raises(KeyFileError, match="Input/output error"):
            replace_key_file(path, b"new")
    assert read_key_file(path) == b"old"
    assert names(path.parent) == {"root.json"}


@pytest.mark.parametrize("write", [create_key_file, replace_key_file])
def test_a_folder_that_does_not_sync_is_an_error_though_the_new_content_is_whole(
    path: Path, write: Callable[[Path, bytes], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def sync_files_only(descriptor: int) -> None:
        return fail() if stat.S_ISDIR(os.fstat(descriptor).st_mode) else sync(descriptor)

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", sync_files_only)
        with pytest.raises(KeyFileError, match="Input/output error"):
            write(path, b"new")
    assert read_key_file(path) == b"new"
    assert names(path.parent) == {"root.json"}


@pytest.mark.parametrize("write", [create_key_file, replace_key_file])
def test_the_whole_content_is_on_disk_before_it_has_its_name_and_then_the_folder(
    path: Path, write: Callable[[Path, bytes], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bool, int]] = []
    sync = os.fsync

    def watch(descriptor: int) -> None:
        status = os.fstat(descriptor)
        is_folder = stat.S_ISDIR(status.st_mode)
        synced.append((path.exists(), 0 if is_folder else status.st_size))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    write(path, b"content")
    assert synced == [(False, 7), (True, 0)]


def test_no_descriptor_stays_open(path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    create_key_file(path, b"old")
    replace_key_file(path, b"new")
    read_key_file(path)
    with locked_key_file(path):
        pass
    path.chmod(0o644)
    with pytest.raises(ExposedKeyFileError):
        read_key_file(path)
    assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.parametrize("call", ["open", "fstat", "close"])
def test_a_failed_call_reads_nothing(path: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    create_key_file(path, b"content")
    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        with pytest.raises(KeyFileError, match="cannot be read: Input/output error"):
            read_key_file(path)


def test_a_lock_is_had_by_one_at_a_time_and_given_back(path: Path) -> None:
    lock = path.with_name("root.json.lock")
    with locked_key_file(path), lock.open("rb") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with lock.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600


def test_a_lock_that_cannot_be_opened_is_refused(path: Path) -> None:
    with pytest.raises(KeyFileError, match="cannot be opened"), locked_key_file(path.parent / "nowhere" / "root.json"):
        raise AssertionError("went on without the lock")


def test_a_lock_that_cannot_be_taken_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.raises(KeyFileError, match="cannot be taken"), locked_key_file(path):
        raise AssertionError("went on without the lock")
