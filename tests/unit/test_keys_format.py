"""The program writes and reads what keys/FORMAT.md says: golden bytes, and the page implemented a second time."""

import json
from pathlib import Path
from typing import Any

import pytest

from keys.datakey import DataKey, name_key
from keys.envelope import Place, open_envelope, seal_envelope, seal_with_salt
from keys.errors import DestroyedKeyError, EnvelopeError
from keys.fileprovider import FileProvider
from keys.keyfile import create_key_file
from keys.keyring import Keyring
from keys.rootfile import RootKeys
from keys.wrapping import root_of, unwrap_key, wrap_key
from tests.unit import keys_by_the_page as page


def vectors(name: str) -> dict[str, Any]:
    text = Path(__file__).parents[1].joinpath("vectors", name).read_text("utf-8")
    return dict(json.loads(text))


VECTORS = vectors("envelope.json")


def named(vector: dict[str, Any]) -> str:
    return str(vector.get("name", ""))


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=named)
def test_a_golden_envelope_is_sealed_and_opened_to_the_byte(vector: dict[str, Any]) -> None:
    key, place = DataKey.of(bytes.fromhex(vector["key"])), Place(**vector["place"])
    plaintext, envelope = bytes.fromhex(vector["plaintext"]), bytes.fromhex(vector["envelope"])
    assert key.key_id.hex() == vector["key_id"]
    assert place.encoded().hex() == vector["place_encoded"]
    assert seal_with_salt(key, place, plaintext, bytes.fromhex(vector["salt"])) == envelope
    assert open_envelope(key, place, envelope) == plaintext


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=named)
def test_a_golden_refusal_is_refused(vector: dict[str, Any]) -> None:
    key = DataKey.of(bytes.fromhex(vector["key"]))
    with pytest.raises(EnvelopeError):
        open_envelope(key, Place(**vector["place"]), bytes.fromhex(vector["envelope"]))


@pytest.mark.parametrize("vector", VECTORS["wraps"])
def test_a_golden_wrap_is_made_and_unwrapped_to_the_byte(vector: dict[str, Any], tmp_path: Path) -> None:
    root, key = DataKey.of(bytes.fromhex(vector["root_key"])), DataKey.of(bytes.fromhex(vector["key"]))
    provider = FileProvider(tmp_path / "root.json", RootKeys.of(root))
    wrapped = bytes.fromhex(vector["wrapped"])
    assert root.key_id.hex() == vector["root_key_id"]
    assert wrap_key(provider, key) == wrapped
    assert unwrap_key(provider, wrapped).secret == key.secret
    assert root_of(wrapped) == root.key_id


def test_what_the_program_seals_the_page_opens_and_the_other_way_round() -> None:
    key = DataKey.generate()
    place = ("items", "pl-1", "3f9c", 7, "af", "planning")
    assert name_key(key.secret) == page.name(key.secret)
    assert page.open_without_commitment(key.secret, place, seal_envelope(key, Place(*place), b"Praktik")) == b"Praktik"
    assert open_envelope(key, Place(*place), page.seal(key.secret, place, b"Praktik", bytes(range(32)))) == b"Praktik"


def test_the_golden_keyring_opens_and_answers_to_the_byte(tmp_path: Path) -> None:
    ring = vectors("keyring.json")
    create_key_file(tmp_path / "root.json", json.dumps(ring["root_file"]).encode())
    create_key_file(tmp_path / "keyring.json", json.dumps(ring["keyring_file"]).encode())
    keyring = Keyring.open(FileProvider.open(tmp_path / "root.json"), tmp_path / "keyring.json")
    expected = ring["expected"]
    seal = expected["seal"]
    assert keyring.index(expected["index"]["value"]).hex() == expected["index"]["mac"]
    assert keyring.seal(seal["kind"], bytes.fromhex(seal["body"])).hex() == seal["mac"]
    assert keyring.trail_mac(bytes.fromhex(expected["trail_mac"]["payload"])).hex() == expected["trail_mac"]["mac"]
    assert keyring.session_hash(expected["session_hash"]["token"]).hex() == expected["session_hash"]["mac"]
    assert keyring.digest(bytes.fromhex(expected["digest"]["body"])).hex() == expected["digest"]["mac"]
    assert keyring.installation_key().secret.hex() == expected["installation_key"]
    assert keyring.flask_secret().hex() == expected["flask_secret"]
    for period, secret in expected["lookup_keys"].items():
        assert keyring.lookup_key(period).secret.hex() == secret
    for period in expected["destroyed"]:
        with pytest.raises(DestroyedKeyError):
            keyring.lookup_key(period)
