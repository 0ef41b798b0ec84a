"""The layout of an export: names, bundles, and no second way to write either."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import files
from audit.tiles import pack, read, tile_path, unpack

ENTRIES = st.lists(st.binary(max_size=300), max_size=8)


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 999, 256, "tile/0/999"),
        (1, 1000, 256, "tile/1/x001/000"),
        (2, 1234067, 256, "tile/2/x001/x234/067"),
        (0, 273, 112, "tile/0/273.p/112"),
        ("entries", 1234067, 1, "tile/entries/x001/x234/067.p/1"),
    ],
)
def test_paths_are_those_of_the_specification(level: int | str, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path


@given(ENTRIES)
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert unpack(pack(entries)) == (entries, b"")


def test_a_bundle_is_laid_out_to_the_byte() -> None:
    assert pack([b"a", b"", b"x" * 258]) == b"\x00\x01a" + b"\x00\x00" + b"\x01\x02" + b"x" * 258


@given(ENTRIES, st.data())
def test_no_two_bundles_give_the_same_entries(entries: list[bytes], data: st.DataObject) -> None:
    bundle = pack(entries)
    other = data.draw(st.one_of(st.binary(max_size=40), st.integers(0, len(bundle)).map(lambda cut: bundle[:cut])))
    longer = bundle + data.draw(st.binary(min_size=1, max_size=3))
    assert (unpack(other) == (entries, b"")) == (other == bundle)
    assert unpack(longer) != (entries, b"")


def test_an_entry_without_its_length_is_no_entry() -> None:
    assert unpack(pack([b"whole"]) + b'{"cut":1}') == ([b"whole"], b'{"cut":1}')
    assert unpack(pack([b"whole"]) + b"{") == ([b"whole"], b"{")


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    files.create(tmp_path / "here", b"1")
    assert read(tmp_path, "here") == b"1"
    assert read(tmp_path, "missing") is read(tmp_path, "here/below") is read(tmp_path, ".") is None


def test_a_file_is_created_once_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    files.create(path, b"1")
    with pytest.raises(FileExistsError):
        files.create(path, b"2")
    assert path.read_bytes() == b"1"
    files.replace(path, b"3", mode=0o600)
    assert path.read_bytes() == b"3"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="irectory"):
        files.replace(tmp_path / "folder", b"1")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]
    with pytest.raises(TypeError):
        files.replace(tmp_path / "file", "not bytes")  # type: ignore[arg-type]
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]
