"""The service's keys: each for one thing, the same after a restart, and all of them from one untouched file."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from keys.datakey import DataKey
from keys.envelope import Place, open_envelope, seal_envelope
from keys.errors import (
    ExistingKeyFileError,
    ExposedKeyFileError,
    MalformedKeyFileError,
    MissingKeyFileError,
    WrongRootKeyError,
)
from keys.fileprovider import FileProvider
from keys.keyfile import create_key_file, read_key_file, replace_key_file
from keys.keyring import Keyring
from keys.keyringfile import RingContent, decode_ring, encode_ring
from keys.rootfile import RootKeys, encode_roots
from keys.wrapping import wrap_key

OLD, NEW = DataKey.of(bytes(range(32))), DataKey.of(bytes(range(32, 64)))

Answer = Callable[[Keyring], bytes]
ANSWERS: dict[str, Answer] = {
    "index": lambda ring: ring.index("199001012385"),
    "seal": lambda ring: ring.seal("consent", b"199001012385"),
    "trail": lambda ring: ring.trail_mac(b"199001012385"),
    "session": lambda ring: ring.session_hash("199001012385"),
    "digest": lambda ring: ring.digest(b"199001012385"),
    "installation": lambda ring: ring.installation_key().secret,
    "lookup": lambda ring: ring.lookup_key("2026").secret,
    "flask": lambda ring: ring.flask_secret(),
}


@pytest.fixture
def provider(tmp_path: Path) -> FileProvider:
    return FileProvider.create(tmp_path / "root.json")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keyring.json"


@pytest.fixture
def keyring(provider: FileProvider, path: Path) -> Keyring:
    return Keyring.create(provider, path)


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_is_32_bytes_and_survives_a_restart(keyring: Keyring, path: Path, answer: Answer) -> None:
    again = Keyring.open(FileProvider.open(path.with_name("root.json")), path)
    assert answer(keyring) == answer(keyring) == answer(again)
    assert len(answer(keyring)) == 32


def test_no_two_keys_give_the_same_answer_nor_two_keyrings(
    keyring: Keyring, provider: FileProvider, path: Path
) -> None:
    other = Keyring.create(provider, path.with_name("other.json"))
    answers = [answer(ring) for ring in (keyring, other) for answer in ANSWERS.values()]
    assert len(set(answers)) == len(answers)


def test_no_service_key_stands_in_the_file(keyring: Keyring, path: Path) -> None:
    content = read_key_file(path)
    for secret in (keyring.flask_secret(), keyring.installation_key().secret, keyring.lookup_key("2026").secret):
        assert secret not in content
        assert b64encode(secret) not in content
        assert secret.hex().encode() not in content


def test_an_index_tells_one_number_from_another(keyring: Keyring) -> None:
    assert keyring.index("199001012385") != keyring.index("199001012385 ")
    assert keyring.index("") != keyring.index("0")


def test_a_seal_holds_for_its_kind_and_content_only(keyring: Keyring) -> None:
    seal = keyring.seal("consent", b"body")
    assert keyring.check_seal("consent", b"body", seal)
    assert not keyring.check_seal("consent", b"bodY", seal)
    assert not keyring.check_seal("stand_in", b"body", seal)
    assert not keyring.check_seal("consent", b"body", seal[:-1])
    assert not keyring.check_seal("consent", b"body", b"")
    assert not keyring.check_seal("consentb", b"ody", seal)
    for at in range(32):
        assert not keyring.check_seal("consent", b"body", seal[:at] + bytes([seal[at] ^ 1]) + seal[at + 1 :])


def test_another_installations_seal_is_no_seal(keyring: Keyring, provider: FileProvider, path: Path) -> None:
    other = Keyring.create(provider, path.with_name("other.json"))
    assert not keyring.check_seal("consent", b"body", other.seal("consent", b"body"))


def test_the_installations_key_seals_names_of_staff(keyring: Keyring) -> None:
    place = Place("staff", "s-anna", "", 1)
    envelope = seal_envelope(keyring.installation_key(), place, b"Anna Berg")
    assert open_envelope(keyring.installation_key(), place, envelope) == b"Anna Berg"


def test_a_keyring_is_never_overwritten(keyring: Keyring, provider: FileProvider, path: Path) -> None:
    before = read_key_file(path)
    with pytest.raises(ExistingKeyFileError):
        Keyring.create(provider, path)
    assert read_key_file(path) == before


def test_no_keyring_is_made_by_opening_one(provider: FileProvider, path: Path) -> None:
    with pytest.raises(MissingKeyFileError, match="portal-keys init"):
        Keyring.open(provider, path)
    assert not path.exists()


def test_a_keyring_that_others_can_reach_is_refused(keyring: Keyring, provider: FileProvider, path: Path) -> None:
    path.chmod(0o660)
    with pytest.raises(ExposedKeyFileError):
        Keyring.open(provider, path)


def test_another_root_key_is_named_and_told_what_to_do(keyring: Keyring, provider: FileProvider, path: Path) -> None:
    other = FileProvider.create(path.with_name("other-root.json"))
    with pytest.raises(WrongRootKeyError, match=r"set keys\.keyring_file to") as refusal:
        Keyring.open(other, path)
    assert provider.active_id.hex() in str(refusal.value)
    assert other.active_id.hex() in str(refusal.value)


def test_a_keyring_may_lie_under_an_older_root_key(path: Path) -> None:
    roots = path.with_name("root.json")
    create_key_file(roots, encode_roots(RootKeys.of(OLD)))
    before = Keyring.create(FileProvider.open(roots), path)
    before.lookup_key("2025")
    replace_key_file(roots, encode_roots(RootKeys.of(NEW, OLD)))
    after = Keyring.open(FileProvider.open(roots), path)
    assert after.index("x") == before.index("x")
    assert after.root_ids == {OLD.key_id}
    key, wrapped = after.new_data_key()
    assert wrapped[1:9] == NEW.key_id
    assert before.unwrap(wrapped).secret == key.secret
    assert after.lookup_key("2026").secret == before.lookup_key("2026").secret
    assert after.root_ids == {OLD.key_id, NEW.key_id}


def changed(path: Path, change: Callable[[dict[str, dict[str, object]]], object]) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    replace_key_file(path, json.dumps(document).encode())


def swap(section: str, one: str, other: str) -> Callable[[dict[str, dict[str, object]]], object]:
    def change(document: dict[str, dict[str, object]]) -> None:
        names = document[section]
        names[one], names[other] = names[other], names[one]

    return change


def flip(section: str, name: str) -> Callable[[dict[str, dict[str, object]]], object]:
    def change(document: dict[str, dict[str, object]]) -> None:
        wrapped = bytearray(b64decode(str(document[section][name])))
        wrapped[-1] ^= 1
        document[section][name] = b64encode(wrapped).decode()

    return change


@pytest.mark.parametrize(
    "change",
    [
        swap("service", "seal", "index"),
        swap("service", "keyring", "index"),
        swap("lookup", "2025", "2026"),
        flip("service", "seal"),
        flip("lookup", "2026"),
        lambda document: document["service"].pop("keyring"),
        lambda document: document["lookup"].pop("2025"),
        lambda document: document["lookup"].update({"2025": None}),
        lambda document: document["lookup"].update({"2027": document["lookup"]["2026"]}),
        lambda document: document["service"].pop("seal"),
        lambda document: document["service"].update(more=document["service"]["seal"]),
        lambda document: document["service"].update(seal="AAAA"),
        lambda document: document["service"].update(seal=None),
        lambda document: document["service"].update(seal="not base64!"),
        lambda document: document["service"].clear(),
        lambda document: document.pop("lookup"),
        lambda document: document.update(mac=b64encode(bytes(32)).decode()),
        lambda document: document.update(mac=""),
        lambda document: document.update(mac=f"{document['mac']}\n"),
        lambda document: document.update(format="gemensam-ingang keyring 2"),
        lambda document: document.update(more={}),
    ],
)
def test_a_keyring_that_was_altered_or_mixed_is_refused(
    keyring: Keyring, provider: FileProvider, path: Path, change: Callable[[dict[str, dict[str, object]]], object]
) -> None:
    keyring.lookup_key("2025")
    keyring.lookup_key("2026")
    changed(path, change)
    with pytest.raises(MalformedKeyFileError):
        Keyring.open(provider, path)


def test_a_wrap_from_another_keyring_of_the_same_root_is_refused(
    keyring: Keyring, provider: FileProvider, path: Path
) -> None:
    other = path.with_name("other.json")
    Keyring.create(provider, other)
    seal = json.loads(other.read_text(encoding="utf-8"))["service"]["seal"]
    changed(path, lambda document: document["service"].update(seal=seal))
    with pytest.raises(MalformedKeyFileError, match="mixed from several"):
        Keyring.open(provider, path)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_keyring_is_refused(provider: FileProvider, path: Path, text: bytes) -> None:
    create_key_file(path, text)
    with pytest.raises(MalformedKeyFileError, match="Restore it from a backup"):
        Keyring.open(provider, path)


def test_a_file_that_changes_under_a_running_portal_is_authenticated_again(keyring: Keyring, path: Path) -> None:
    keyring.lookup_key("2025")
    keyring.lookup_key("2026")
    changed(path, swap("lookup", "2025", "2026"))
    with pytest.raises(MalformedKeyFileError):
        keyring.lookup_key("2026")
    path.unlink()
    with pytest.raises(MissingKeyFileError):
        keyring.lookup_key("2026")


def test_a_keyring_reads_back_as_written(provider: FileProvider) -> None:
    content = RingContent({"seal": wrap_key(provider, OLD)}, {"2024": None, "2025": wrap_key(provider, NEW)})
    assert decode_ring(encode_ring(content, OLD)) == (content, content.mac(OLD))
