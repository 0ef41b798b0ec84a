"""Key files on disk: whole or absent, this user's own, never followed through a link, never overwritten by chance.

Reading refuses a file that others can reach. Writing is durable when it returns (file and directory are synced) and
other processes see the old content or the new, never a part. What is replaced is replaced under a lock.
"""

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from keys.errors import (
    ExistingKeyFileError,
    ExposedKeyFileError,
    KeyFileError,
    MalformedKeyFileError,
    MissingKeyFileError,
)

OWN_ONLY = 0o600
LARGEST = 1 << 20


def read_key_file(path: Path) -> bytes:
    """Read a whole key file. Raises a KeyFileError that says what is wrong with it and what to do."""
    try:
        content = _read_own(path)
    except FileNotFoundError:
        raise MissingKeyFileError(
            f"There is no key file {path}. Run `portal-keys init`, or restore it from a backup."
        ) from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise ExposedKeyFileError(
                f"The key file {path} is a symbolic link. Give the path of the file itself."
            ) from None
        raise KeyFileError(f"The key file {path} cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST:
        raise MalformedKeyFileError(f"The key file {path} is larger than any key file. Restore it from a backup.")
    return content


def create_key_file(path: Path, content: bytes) -> None:
    """Create a key file, mode 0600. Raises ExistingKeyFileError where anything at all has that name."""
    draft = _write_draft(path, content)
    try:
        # A link refuses to replace, which a rename does not, and never shows half a file.
        os.link(draft, path)
        draft.unlink()  # before the sync: a root key that lasts has one name on disk
        _sync_folder(path.parent)
    except FileExistsError:
        raise ExistingKeyFileError(
            f"{path} is there already, and a key file is never overwritten. Give another path."
        ) from None
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be created: {error.strerror}.") from None
    finally:
        _discard(draft)


def replace_key_file(path: Path, content: bytes) -> None:
    """Put new content in the place of the old. The caller holds the file's lock."""
    draft = _write_draft(path, content)
    try:
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be replaced: {error.strerror}.") from None
    finally:
        _discard(draft)


@contextmanager
def locked_key_file(path: Path) -> Iterator[None]:
    """Hold the file's lock against all other threads and processes that ask for it."""
    # A file of its own, since the key file itself becomes another file at each replacement.
    lock = path.with_name(f"{path.name}.lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, OWN_ONLY)
    except OSError as error:
        raise KeyFileError(
            f"The lock {lock} cannot be opened: {error.strerror}. Let this user write in its folder."
        ) from None
    try:
        _wait_for(lock, descriptor)
        yield
    finally:
        os.close(descriptor)


def _wait_for(lock: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        raise KeyFileError(
            f"The lock {lock} cannot be taken: {error.strerror}. Keep the keyring on a disk of this machine."
        ) from None


def _read_own(path: Path) -> bytes:
    # O_NONBLOCK: a named pipe put there must not hang the start.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        # Asked of what was opened, not of the name, which somebody could change in between.
        _refuse_exposed(path, os.fstat(descriptor))
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST + 1)
    finally:
        os.close(descriptor)


def _refuse_exposed(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ExposedKeyFileError(f"{path} is no ordinary file. Give the path of the key file itself.")
    if status.st_uid != os.geteuid():
        raise ExposedKeyFileError(
            f"The key file {path} belongs to another user. Make the user who runs the portal its owner."
        )
    if stat.S_IMODE(status.st_mode) & ~OWN_ONLY:
        raise ExposedKeyFileError(f"The key file {path} is open to more than its owner. Run `chmod 600` on it.")


def _write_draft(path: Path, content: bytes) -> Path:
    """Write the content durably beside the file. If we crash, a draft stays that nothing reads: delete it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, OWN_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, OWN_ONLY)  # whatever the umask took away
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        _discard(draft)
        raise KeyFileError(f"Nothing can be written beside {path}: {error.strerror}.") from None
    return draft


def _discard(draft: Path) -> None:
    with suppress(OSError):
        draft.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
