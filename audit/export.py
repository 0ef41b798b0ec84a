"""Exporting the trail: a tlog-tiles directory that only ever grows.

Promises that what a published checkpoint covers is never touched again, and that the checkpoint comes last: whatever
moment we crash at, the directory is a whole trail up to the checkpoint it holds, and the next run goes on from there.
Refuses to write over the export of another trail, and to publish a checkpoint whose root is not that of the entries.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from audit import files, tiles, treestore
from audit.checkpoint import Head, VerifierKey, open_checkpoint
from audit.errors import ExportError, TrailForkError
from audit.frontier import TILE_WIDTH
from audit.merkle import leaf_hash


def export(connection: Connection, directory: Path, key: VerifierKey, progress: Callable[[int, int], None]) -> Head:
    """Bring ``directory`` up to the last signed head and return that head.

    ``progress`` is told how many leaves are written of how many. Raises CheckpointError, ExportError, ProofError or
    TrailForkError and then leaves the directory's checkpoint as it was.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with _alone(directory):
        last = treestore.last_checkpoint(connection)
        if last is None:
            raise ExportError("nothing is signed yet, so there is nothing to export")
        head = open_checkpoint(last.note, key)
        before = _published(connection, directory, key, head)
        if before.size < head.size:
            _grow(connection, directory, before.size, head, progress)
            # Everything the new checkpoint needs is on disk. If we crash before this, the old one still holds.
            files.replace(directory / tiles.CHECKPOINT, last.note.encode())
        _sweep(directory, before.size, head.size)
        return head


def _published(connection: Connection, directory: Path, key: VerifierKey, head: Head) -> Head:
    """The head the directory holds, having checked that the database's trail extends it."""
    note = tiles.read(directory, tiles.CHECKPOINT)
    if note is None:
        return treestore.EMPTY
    published = open_checkpoint(note.decode("utf-8", "replace"), key)
    if published.size > head.size:
        raise TrailForkError("the export is ahead of the database, which has been rolled back")
    if treestore.read_frontier(connection, published.size).root() != published.root:
        raise TrailForkError("the export and the database hold different trails")
    return published


def _grow(connection: Connection, directory: Path, size: int, head: Head, progress: Callable[[int, int], None]) -> None:
    # An unfinished tile is written anew from its first leaf on; full ones before it are never visited.
    begin = size - size % TILE_WIDTH
    frontier = treestore.read_frontier(connection, begin)
    while frontier.size < head.size:
        first = frontier.size
        entries = treestore.read_payloads(connection, first, min(first + TILE_WIDTH, head.size))
        _write(directory, tiles.tile_path(tiles.ENTRIES, first // TILE_WIDTH, len(entries)), tiles.pack(entries))
        for tile in frontier.extend([leaf_hash(entry) for entry in entries]):
            _write(directory, tiles.tile_path(tile.level, tile.index), b"".join(tile.hashes))
        progress(frontier.size, head.size)
    if frontier.root() != head.root:
        raise ExportError("the entries do not have the root of the checkpoint; run portal-audit verify")
    for level, index, width in _partials(head.size):
        _write(directory, tiles.tile_path(level, index, width), b"".join(frontier.partial(level)))


def _write(directory: Path, path: str, content: bytes) -> None:
    """Write one file unless it is there already; what no checkpoint covers yet may be left from a crash."""
    if tiles.read(directory, path) == content:
        return
    target = directory / path
    target.parent.mkdir(parents=True, exist_ok=True)
    files.replace(target, content)


def _sweep(directory: Path, before: int, size: int) -> None:
    """Take away the unfinished tiles that fuller ones have replaced.

    Only after the checkpoint: a crash in between leaves some too many, which nobody asks for.
    """
    wanted = {tiles.tile_path(level, index, width) for level, index, width in _partials(size)}
    wanted |= {path.replace("tile/0/", f"tile/{tiles.ENTRIES}/", 1) for path in wanted if path.startswith("tile/0/")}
    for level, index, _ in _partials(before):
        for kind in (level, tiles.ENTRIES) if level == 0 else (level,):
            folder = directory / Path(tiles.tile_path(kind, index, 1)).parent
            for file in sorted(folder.glob("*")):
                if file.relative_to(directory).as_posix() not in wanted:
                    file.unlink()
            if folder.is_dir() and not any(folder.iterdir()):
                shutil.rmtree(folder)


def _partials(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, index and width of every unfinished tile of a tree of ``size`` leaves."""
    level = 0
    while size:
        if width := size % TILE_WIDTH:
            yield level, size // TILE_WIDTH, width
        level, size = level + 1, size // TILE_WIDTH


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Keep any other export to this directory waiting; the lock goes with the process."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
