"""The export: a tlog-tiles directory that only grows, survives a crash anywhere, and tells on whoever touches it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from audit import tiles
from audit.checkpoint import Head, open_checkpoint
from audit.errors import CheckpointError, ExportError, ProofError, TrailForkError
from audit.export import export
from audit.findings import Fault
from audit.fromexport import FromExport
from audit.merkle import leaf_hash, root_of
from audit.signingkey import SigningKey
from audit.verify import Report, verify
from tests import trails
from tests.trails import append, attack, sign_all, signed_in, signer, sqlite_trail, story

KEY = trails.key().verifier


class Stopped(Exception):  # noqa: N818 - a stand-in for the end of the process
    pass


def silent(_: int, __: int) -> None:
    pass


def exported(engine: Engine, directory: Path, progress: Callable[[int, int], None] = silent) -> Head:
    with engine.begin() as connection:
        return export(connection, directory, KEY, progress)


def contents(directory: Path) -> dict[str, bytes]:
    return {
        file.relative_to(directory).as_posix(): file.read_bytes() for file in directory.rglob("*") if file.is_file()
    }


def grow(engine: Engine, folder: Path, entries: int) -> None:
    append(engine, [signed_in("s-anna")] * entries)
    sign_all(signer(engine, folder))


def report(directory: Path, *older: Head, key: SigningKey | None = None) -> Report:
    return verify(FromExport(directory), key.verifier if key else KEY, older)


def faults(directory: Path, *older: Head) -> dict[Fault, list[str]]:
    found: dict[Fault, list[str]] = {}
    for finding in report(directory, *older).findings:
        found.setdefault(finding.fault, []).append(finding.where)
    return found


def test_an_export_grows_to_the_same_bytes_as_one_made_at_once(engine: Engine, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    for entries in (3, 0, 250, 3, 5, 600):
        grow(engine, tmp_path, entries)
        head = exported(engine, tmp_path / "grown", lambda done, of: told.append((done, of)))
        assert report(tmp_path / "grown").holds
    assert exported(engine, tmp_path / "at-once") == head
    files = contents(tmp_path / "grown")
    assert files == contents(tmp_path / "at-once")
    assert sorted(files) == [
        "checkpoint",
        *(f"tile/0/00{index}" for index in range(3)),
        "tile/0/003.p/93",
        "tile/1/000.p/3",
        *(f"tile/entries/00{index}" for index in range(3)),
        "tile/entries/003.p/93",
    ]
    assert told[-1] == (861, 861)


def test_an_export_holds_what_the_specification_says(engine: Engine, tmp_path: Path) -> None:
    grow(engine, tmp_path, 300)
    head = exported(engine, tmp_path / "export")
    files = contents(tmp_path / "export")
    entries = [
        entry for name in ("tile/entries/000", "tile/entries/001.p/44") for entry in tiles.unpack(files[name])[0]
    ]
    hashes = [leaf_hash(entry) for entry in entries]
    assert open_checkpoint(files["checkpoint"].decode(), KEY) == head == Head(300, root_of(hashes))
    assert files["tile/0/000"] == b"".join(hashes[:256])
    assert files["tile/0/001.p/44"] == b"".join(hashes[256:])
    assert files["tile/1/000.p/1"] == root_of(hashes[:256])


def test_an_export_of_a_full_tree_has_no_unfinished_tiles_of_leaves(engine: Engine, tmp_path: Path) -> None:
    grow(engine, tmp_path, 256)
    exported(engine, tmp_path / "export")
    assert sorted(contents(tmp_path / "export")) == ["checkpoint", "tile/0/000", "tile/1/000.p/1", "tile/entries/000"]
    assert report(tmp_path / "export").holds


@pytest.fixture
def trail(tmp_path: Path) -> Engine:
    """600 leaves, exported; how they are stored makes no difference to the export."""
    engine = sqlite_trail(tmp_path / "trail.sqlite")
    append(engine, story(596))
    sign_all(signer(engine, tmp_path))
    exported(engine, tmp_path / "export")
    return engine


def test_nothing_signed_is_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="nothing is signed"):
        exported(sqlite_trail(tmp_path / "trail.sqlite"), tmp_path / "export")


def test_an_export_stopped_on_the_way_is_whole_and_goes_on(trail: Engine, tmp_path: Path) -> None:
    before = contents(tmp_path / "export")
    grow(trail, tmp_path, 900)
    for stop_at in (768, 1280, 1500):

        def stop(done: int, _: int, stop_at: int = stop_at) -> None:
            if done >= stop_at:
                raise Stopped

        with pytest.raises(Stopped):
            exported(trail, tmp_path / "export", stop)
        assert before.items() <= contents(tmp_path / "export").items()
        assert report(tmp_path / "export").holds
    exported(trail, tmp_path / "export")
    exported(trail, tmp_path / "at-once")
    assert contents(tmp_path / "export") == contents(tmp_path / "at-once")


def test_what_a_crash_left_half_written_is_replaced(trail: Engine, tmp_path: Path) -> None:
    (tmp_path / "fresh" / "tile" / "0").mkdir(parents=True)
    (tmp_path / "fresh" / "tile" / "0" / "000").write_bytes(b"half")
    exported(trail, tmp_path / "fresh")
    assert contents(tmp_path / "fresh") == contents(tmp_path / "export")


def test_an_export_is_not_grown_with_another_trail(trail: Engine, tmp_path: Path) -> None:
    before = contents(tmp_path / "export")
    (tmp_path / "other").mkdir()
    other = sqlite_trail(tmp_path / "other" / "trail.sqlite")
    grow(other, tmp_path / "other", 3)
    with pytest.raises(TrailForkError, match="ahead"):
        exported(other, tmp_path / "export")
    grow(other, tmp_path / "other", 700)
    with pytest.raises(TrailForkError, match="different"):
        exported(other, tmp_path / "export")
    (tmp_path / "export" / "checkpoint").write_bytes(b"\xff")
    with pytest.raises(CheckpointError):
        exported(trail, tmp_path / "export")
    (tmp_path / "export" / "checkpoint").write_bytes(before["checkpoint"])
    assert contents(tmp_path / "export") == before


def test_entries_that_do_not_have_the_signed_root_are_not_published(trail: Engine, tmp_path: Path) -> None:
    attack(trail, "UPDATE trail_entries SET payload = (SELECT payload FROM trail_entries WHERE id = 1) WHERE id = 550")
    with pytest.raises(ExportError, match="root"):
        exported(trail, tmp_path / "fresh")
    assert "checkpoint" not in contents(tmp_path / "fresh")
    attack(trail, "DELETE FROM trail_entries WHERE id = 550")
    with pytest.raises(ProofError):
        exported(trail, tmp_path / "fresh")
    attack(trail, "UPDATE trail_checkpoints SET note = 'x' WHERE size = 600")
    with pytest.raises(CheckpointError):
        exported(trail, tmp_path / "fresh")


def test_two_exports_at_once_wait_for_each_other(trail: Engine, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.trails import sqlite_engine; "
        "from tests.database.test_trail_export import exported; "
        "exported(sqlite_engine(Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    arguments = [sys.executable, "-c", program, str(tmp_path / "trail.sqlite"), str(tmp_path / "fresh")]
    running = [subprocess.Popen(arguments) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert contents(tmp_path / "fresh") == contents(tmp_path / "export")


def spoil(directory: Path, path: str, change: Callable[[bytes], bytes]) -> None:
    (directory / path).write_bytes(change((directory / path).read_bytes()))


def edited(bundle: bytes, at: int, entry: bytes) -> bytes:
    entries, _ = tiles.unpack(bundle)
    return tiles.pack([*entries[:at], entry, *entries[at + 1 :]])


def swapped(bundle: bytes) -> bytes:
    entries, _ = tiles.unpack(bundle)
    return tiles.pack([entries[1], entries[0], *entries[2:]])


MUTATIONS: dict[str, tuple[str, Callable[[bytes], bytes], dict[Fault, list[str]]]] = {
    "an entry edited": (
        "tile/entries/001",
        lambda bundle: edited(bundle, 44, trails.sealed(signed_in("s-bo")).payload),
        {Fault.ENTRY_ALTERED: ["leaf 300"]},
    ),
    "entries swapped": ("tile/entries/002.p/88", swapped, {Fault.ENTRY_ALTERED: ["leaf 512", "leaf 513"]}),
    "the last entry taken away": (
        "tile/entries/002.p/88",
        lambda bundle: tiles.pack(tiles.unpack(bundle)[0][:-1]),
        {Fault.ENTRY_MISSING: ["leaf 599"]},
    ),
    "an entry added at the end": (
        "tile/entries/002.p/88",
        lambda bundle: bundle + tiles.pack([trails.sealed(signed_in("s-bo")).payload]),
        {Fault.LEAF_UNSIGNED: ["leaf 600"]},
    ),
    "an entry added inside": (
        "tile/entries/000",
        lambda bundle: bundle + tiles.pack([trails.sealed(signed_in("s-bo")).payload]),
        {Fault.LEAF_MISPLACED: ["leaf 256"]},
    ),
    "the last entry cut": (
        "tile/entries/002.p/88",
        lambda bundle: bundle[:-1],
        {Fault.ENTRY_MISSING: ["leaf 599"], Fault.ENTRY_ALTERED: ["tile/entries/002.p/88"]},
    ),
    "a byte after the last entry": (
        "tile/entries/002.p/88",
        lambda bundle: bundle + b"\0",
        {Fault.ENTRY_ALTERED: ["tile/entries/002.p/88"]},
    ),
    "a leaf hash edited": (
        "tile/0/001",
        lambda tile: tile[:1408] + bytes(32) + tile[1440:],
        {Fault.LEAF_ALTERED: ["leaf 300"]},
    ),
    "a tile of leaves cut": ("tile/0/002.p/88", lambda tile: tile[:-1], {Fault.TILE_ALTERED: ["tile/0/002.p/88"]}),
    "a tile of leaves prolonged": ("tile/0/000", lambda tile: tile + b"\0", {Fault.TILE_ALTERED: ["tile/0/000"]}),
    "a higher tile edited": (
        "tile/1/000.p/2",
        lambda tile: bytes(32) + tile[32:],
        {Fault.TILE_ALTERED: ["tile/1/000.p/2"]},
    ),
    "a higher tile cut": ("tile/1/000.p/2", lambda tile: tile[:32], {Fault.TILE_ALTERED: ["tile/1/000.p/2"]}),
    "the checkpoint edited": (
        "checkpoint",
        lambda note: note.replace(b"600", b"599"),
        {Fault.CHECKPOINT_INVALID: ["checkpoint"], Fault.CHECKPOINT_MISSING: ["the trail"]},
    ),
    "the checkpoint made enormous": (
        "checkpoint",
        lambda note: note.replace(b"600", b"999999999999999999"),
        {Fault.CHECKPOINT_INVALID: ["checkpoint"], Fault.CHECKPOINT_MISSING: ["the trail"]},
    ),
    "the checkpoint emptied": (
        "checkpoint",
        lambda _: b"",
        {Fault.CHECKPOINT_INVALID: ["checkpoint"], Fault.CHECKPOINT_MISSING: ["the trail"]},
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_changed_file_is_named(trail: Engine, tmp_path: Path, name: str) -> None:
    path, change, expected = MUTATIONS[name]
    spoil(tmp_path / "export", path, change)
    found = faults(tmp_path / "export")
    # An entry that is gone or was put in takes or brings what it says with it.
    for consequence in (Fault.READ_WITHOUT_GROUND, Fault.VERSION_SKIPPED, Fault.READ_OUT_OF_ORDER):
        found.pop(consequence, None)
    assert found == expected


MISSING = {
    "tile/0/001": {Fault.TILE_MISSING: ["tile/0/001"]},
    "tile/0/002.p/88": {Fault.TILE_MISSING: ["tile/0/002.p/88"]},
    "tile/1/000.p/2": {Fault.TILE_MISSING: ["tile/1/000.p/2"]},
    "tile/entries/001": {Fault.ENTRY_MISSING: [f"leaf {leaf}" for leaf in range(256, 512)]},
}


@pytest.mark.parametrize("path", MISSING)
def test_a_removed_file_is_named(trail: Engine, tmp_path: Path, path: str) -> None:
    (tmp_path / "export" / path).unlink()
    assert faults(tmp_path / "export") == MISSING[path]


def test_a_trail_cut_off_is_shorter_than_its_checkpoint(trail: Engine, tmp_path: Path) -> None:
    (tmp_path / "export" / "tile/entries/002.p/88").unlink()
    (tmp_path / "export" / "tile/0/002.p/88").unlink()
    assert faults(tmp_path / "export") == {Fault.LEAF_MISSING: ["leaf 512"]}


def test_an_entry_edited_with_its_tile_breaks_the_root(trail: Engine, tmp_path: Path) -> None:
    entry = trails.sealed(signed_in("s-bo")).payload
    spoil(tmp_path / "export", "tile/entries/001", lambda bundle: edited(bundle, 44, entry))
    spoil(tmp_path / "export", "tile/0/001", lambda tile: tile[:1408] + leaf_hash(entry) + tile[1440:])
    found = faults(tmp_path / "export")
    assert found == {Fault.ROOT_MISMATCH: ["checkpoint"]}


def test_an_export_rolled_back_or_forked_is_found_by_an_older_checkpoint(trail: Engine, tmp_path: Path) -> None:
    older = open_checkpoint((tmp_path / "export" / "checkpoint").read_text(), KEY)
    (tmp_path / "other").mkdir()
    other = sqlite_trail(tmp_path / "other" / "trail.sqlite")
    grow(other, tmp_path / "other", 300)
    exported(other, tmp_path / "other" / "export")
    assert faults(tmp_path / "other" / "export") == {}
    assert faults(tmp_path / "other" / "export", older) == {Fault.TRAIL_ROLLED_BACK: ["the trail"]}
    grow(other, tmp_path / "other", 500)
    exported(other, tmp_path / "other" / "export")
    assert faults(tmp_path / "other" / "export", older) == {Fault.TRAIL_FORKED: ["the trail"]}


def test_an_older_checkpoint_tells_which_of_two_was_altered(trail: Engine, tmp_path: Path) -> None:
    older = open_checkpoint((tmp_path / "export" / "checkpoint").read_text(), KEY)
    grow(trail, tmp_path, 10)
    exported(trail, tmp_path / "export")
    spoil(tmp_path / "export", "tile/entries/000", lambda bundle: edited(bundle, 44, b"{}"))
    found = faults(tmp_path / "export", older)
    assert found.pop(Fault.ENTRY_MALFORMED) == found.pop(Fault.ENTRY_ALTERED) == ["leaf 44"]
    assert not found


def test_a_directory_without_a_checkpoint_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(ExportError):
        FromExport(tmp_path)


def test_no_changed_bit_anywhere_goes_unseen(trail: Engine, tmp_path: Path) -> None:
    random = Random(20261123)  # noqa: S311 - which bits, so that a failure can be repeated
    directory = tmp_path / "export"
    honest = contents(directory)
    for _ in range(25):
        path = random.choice(sorted(honest))
        at = random.randrange(len(honest[path]))
        bit = 1 << random.randrange(8)
        spoil(directory, path, lambda raw, at=at, bit=bit: raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :])  # type: ignore[misc]
        assert not report(directory).holds, (path, at, bit)
        (directory / path).write_bytes(honest[path])
    assert report(directory).holds
