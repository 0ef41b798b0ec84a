"""A wrapped data key: which root key it lies under, and that nothing but the whole of it unwraps."""

from pathlib import Path

import pytest

from keys.errors import AlteredWrapError, MalformedWrapError, UnknownRootKeyError, WrapError
from keys.fileprovider import FileProvider
from keys.keyring import Keyring
from keys.wrapping import root_of


@pytest.fixture
def provider(tmp_path: Path) -> FileProvider:
    return FileProvider.create(tmp_path / "root.json")


@pytest.fixture
def keyring(provider: FileProvider, tmp_path: Path) -> Keyring:
    return Keyring.create(provider, tmp_path / "keyring.json")


def test_a_new_data_key_unwraps_to_itself(keyring: Keyring, provider: FileProvider) -> None:
    key, wrapped = keyring.new_data_key()
    assert len(wrapped) == 49
    assert root_of(wrapped) == provider.active_id
    assert key.secret not in wrapped
    assert keyring.unwrap(wrapped).secret == key.secret
    assert keyring.unwrap(wrapped).key_id == key.key_id


def test_no_data_key_is_made_twice(keyring: Keyring) -> None:
    assert len({keyring.new_data_key()[0].secret for _ in range(20)}) == 20


def test_a_wrap_of_any_other_length_is_malformed(keyring: Keyring) -> None:
    _, wrapped = keyring.new_data_key()
    for length in range(len(wrapped)):
        with pytest.raises(MalformedWrapError, match="cut short"):
            keyring.unwrap(wrapped[:length])
    with pytest.raises(MalformedWrapError, match="extended"):
        keyring.unwrap(wrapped + b"\x00")


def test_a_wrap_of_another_version_is_malformed(keyring: Keyring) -> None:
    with pytest.raises(MalformedWrapError, match="another version"):
        keyring.unwrap(b"\x02" + keyring.new_data_key()[1][1:])


def test_any_byte_of_a_wrap_changed_is_refused_and_rightly_named(keyring: Keyring) -> None:
    _, wrapped = keyring.new_data_key()
    for at in range(len(wrapped)):
        kind: type[WrapError] = MalformedWrapError if at < 1 else UnknownRootKeyError if at < 9 else AlteredWrapError
        changed = bytearray(wrapped)
        changed[at] ^= 1
        with pytest.raises(kind):
            keyring.unwrap(bytes(changed))


def test_a_wrap_from_another_installation_is_refused(keyring: Keyring, tmp_path: Path) -> None:
    other = Keyring.create(FileProvider.create(tmp_path / "other-root.json"), tmp_path / "other-keyring.json")
    with pytest.raises(UnknownRootKeyError):
        keyring.unwrap(other.new_data_key()[1])
