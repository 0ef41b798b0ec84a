"""Writing files so that a crash leaves the old bytes or the new ones, never half of either."""

import os
import secrets
from pathlib import Path


def create(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a new file and make it durable; raises FileExistsError rather than touch one that is there."""
    temporary = _write_beside(path, content, mode)
    try:
        # A hard link fails where the name is taken; rename would overwrite.
        os.link(temporary, path)
    finally:
        os.unlink(temporary)
    _settle(path.parent)


def replace(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Put new content in a file's place, at once and durably."""
    temporary = _write_beside(path, content, mode)
    try:
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    _settle(path.parent)


def _write_beside(path: Path, content: bytes, mode: int) -> Path:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            # Before the name, so that the name never stands for bytes that are not on disk.
            os.fsync(file.fileno())
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def _settle(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
