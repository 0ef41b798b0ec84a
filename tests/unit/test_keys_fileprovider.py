"""Root keys in a file: made once, read strictly, several of them with one active."""

import json
from base64 import b64encode
from pathlib import Path

import pytest

from keys.datakey import DataKey, KeyId
from keys.errors import (
    AlteredWrapError,
    ExistingKeyFileError,
    ExposedKeyFileError,
    KeyFileError,
    MalformedKeyFileError,
    MissingKeyFileError,
    SettingsError,
    UnknownRootKeyError,
)
from keys.fileprovider import FileProvider
from keys.keyfile import create_key_file, read_key_file, replace_key_file
from keys.providers import KeyProvider
from keys.rootfile import RootKeys, decode_roots, encode_roots
from keys.settings import KeySettings

OLD, NEW = DataKey.of(bytes(range(32))), DataKey.of(bytes(range(32, 64)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "root.json"


def test_a_new_file_holds_one_root_key_that_is_active(path: Path) -> None:
    provider: KeyProvider = FileProvider.create(path)
    again = FileProvider.open(path)
    assert provider.key_ids == again.key_ids == {provider.active_id} == {again.active_id}
    assert again.unwrap(*provider.wrap(bytes(32))) == bytes(32)


def test_no_two_files_hold_the_same_root_key(path: Path) -> None:
    assert FileProvider.create(path).active_id != FileProvider.create(path.with_name("other.json")).active_id


def test_a_root_key_file_is_never_overwritten(path: Path) -> None:
    FileProvider.create(path)
    before = read_key_file(path)
    with pytest.raises(ExistingKeyFileError):
        FileProvider.create(path)
    assert read_key_file(path) == before


def test_no_root_key_file_is_made_by_opening_one(path: Path) -> None:
    with pytest.raises(MissingKeyFileError):
        FileProvider.open(path)
    assert not path.exists()


def test_a_root_key_file_that_others_can_read_is_refused(path: Path) -> None:
    FileProvider.create(path)
    path.chmod(0o644)
    with pytest.raises(ExposedKeyFileError):
        FileProvider.open(path)


def test_the_active_root_key_wraps_and_the_older_ones_unwrap(path: Path) -> None:
    create_key_file(path, encode_roots(RootKeys.of(OLD)))
    root, wrapped = FileProvider.open(path).wrap(bytes(32))
    replace_key_file(path, encode_roots(RootKeys.of(NEW, OLD)))
    provider = FileProvider.open(path)
    assert root == OLD.key_id
    assert provider.active_id == NEW.key_id
    assert provider.key_ids == {OLD.key_id, NEW.key_id}
    assert provider.unwrap(root, wrapped) == bytes(32)
    assert provider.wrap(bytes(32))[0] == NEW.key_id


def test_a_root_key_added_to_the_file_is_found_without_a_restart(path: Path) -> None:
    create_key_file(path, encode_roots(RootKeys.of(OLD)))
    running = FileProvider.open(path)
    replace_key_file(path, encode_roots(RootKeys.of(NEW, OLD)))
    assert running.unwrap(*FileProvider.open(path).wrap(bytes(32))) == bytes(32)
    assert running.active_id == NEW.key_id


def test_an_unknown_root_key_is_named_and_told_what_to_do(path: Path) -> None:
    provider = FileProvider.create(path)
    with pytest.raises(UnknownRootKeyError, match=f"{NEW.key_id.hex()}.*Put that root key back"):
        provider.unwrap(NEW.key_id, bytes(40))


@pytest.mark.parametrize("length", [0, 16, 39, 40, 48])
def test_what_the_root_key_did_not_wrap_is_refused(path: Path, length: int) -> None:
    provider = FileProvider.create(path)
    with pytest.raises(AlteredWrapError, match=r"altered\. Restore it from a backup"):
        provider.unwrap(provider.active_id, bytes(length))


def root_file(**changes: object) -> dict[str, object]:
    document = json.loads(encode_roots(RootKeys.of(NEW, OLD)))
    return {name: value for name, value in {**document, **changes}.items() if value is not None}


def of(*roots: DataKey, name: KeyId | None = None) -> dict[str, str]:
    return {(name or root.key_id).hex(): b64encode(root.secret).decode() for root in roots}


@pytest.mark.parametrize(
    "document",
    [
        root_file(format=None),
        root_file(format="gemensam-ingang root keys 2"),
        root_file(format=1),
        root_file(active=None),
        root_file(active="0011223344556677"),
        root_file(active=[]),
        root_file(keys=None),
        root_file(keys={}),
        root_file(keys=[]),
        root_file(keys={NEW.key_id.hex(): None}),
        root_file(keys={NEW.key_id.hex(): "not base64!"}),
        root_file(keys={NEW.key_id.hex(): b64encode(bytes(16)).decode()}),
        root_file(keys=of(OLD, name=NEW.key_id)),
        root_file(keys={**of(NEW), **of(OLD, name=KeyId(bytes(8)))}),
        root_file(keys={name.upper(): key for name, key in of(NEW).items()}, active=NEW.key_id.hex().upper()),
        root_file(comment="unknown"),
        [],
        "text",
        None,
    ],
)
def test_a_file_that_is_not_exactly_a_root_key_file_is_refused(document: object, path: Path) -> None:
    create_key_file(path, json.dumps(document).encode())
    with pytest.raises(MalformedKeyFileError, match="no root key file, or was damaged"):
        FileProvider.open(path)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000, encode_roots(RootKeys.of(NEW))[:-3]])
def test_a_damaged_root_key_file_is_refused(text: bytes) -> None:
    assert decode_roots(text) is None


def test_root_keys_read_back_as_written() -> None:
    roots = decode_roots(encode_roots(RootKeys.of(NEW, OLD)))
    assert roots is not None
    assert roots.active.secret == NEW.secret
    assert {root.secret for root in roots.by_id.values()} == {OLD.secret, NEW.secret}


def test_the_settings_name_the_file(path: Path) -> None:
    settings = KeySettings("file", path.with_name("keyring.json"), {"root_file": "root.json"}, path.parent)
    made = FileProvider.create_from_settings(settings)
    assert FileProvider.from_settings(settings).active_id == made.active_id
    assert path.exists()


def test_settings_that_the_provider_does_not_know_are_refused(path: Path) -> None:
    settings = KeySettings("file", path, {"root_file": "root.json", "rot_file": "x"}, path.parent)
    with pytest.raises(SettingsError, match=r"keys\.rot_file"):
        FileProvider.from_settings(settings)
    with pytest.raises(SettingsError, match=r"lack keys\.root_file"):
        FileProvider.create_from_settings(KeySettings("file", path, {}, path.parent))
    with pytest.raises(KeyFileError):
        FileProvider.from_settings(KeySettings("file", path, {"root_file": "root.json"}, path.parent))
