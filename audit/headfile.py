"""The signer's memory of the last head it signed, kept outside the database.

The file is that signed note itself, so it cannot be altered without the signing key. It is written before a head is
shown to anybody, so no head was ever published beyond it. Created only when asked for; a missing one is an error,
since signing without memory is how a trail forks.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit import files
from audit.checkpoint import Head, VerifierKey, open_checkpoint
from audit.errors import CheckpointError, HeadFileError
from audit.signingkey import SigningKey
from audit.treestore import EMPTY


class HeadFile:
    """The state file at ``path``, for the log whose key ``key`` is."""

    def __init__(self, path: Path, key: VerifierKey) -> None:
        self.path = path
        self._key = key

    @classmethod
    def create(cls, path: Path, key: SigningKey) -> "HeadFile":
        """Begin with the empty tree; raises HeadFileError if the file is there already."""
        try:
            files.create(path, key.sign(EMPTY).encode(), mode=0o600)
        except FileExistsError:
            raise HeadFileError(f"{path} is there already and is not overwritten") from None
        return cls(path, key.verifier)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep every other signer with this file waiting; the lock goes with the process."""
        handle = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def read(self) -> Head:
        """The last head signed; raises HeadFileError if the file is missing or not ours."""
        try:
            note = self.path.read_text("utf-8")
        except FileNotFoundError:
            raise HeadFileError(f"{self.path} is missing: restore it, or begin anew on purpose") from None
        except UnicodeDecodeError:
            raise HeadFileError(f"{self.path} does not hold a head signed by this key") from None
        try:
            return open_checkpoint(note, self._key)
        except CheckpointError:
            raise HeadFileError(f"{self.path} does not hold a head signed by this key") from None

    def advance(self, expected: Head, note: str) -> None:
        """Put ``note`` in place of ``expected``, under ``hold``; raises HeadFileError if something else is there."""
        if self.read() != expected:
            raise HeadFileError(f"{self.path} was changed by somebody else")
        files.replace(self.path, note.encode(), mode=0o600)
