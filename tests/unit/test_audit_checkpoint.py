"""Signed heads: golden bytes, other tools' vectors, and everything that must not verify."""

import json
import os
import stat
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.checkpoint import Head, VerifierKey, decode_base64, open_checkpoint, read_head, signed_note
from audit.errors import CheckpointError, SigningKeyError
from audit.merkle import EMPTY_ROOT, Hash, leaf_hash
from audit.signingkey import SigningKey
from tests import trails

VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "checkpoint.json").read_text("utf-8"))
KEY = trails.key()
HEAD = Head(3, Hash(leaf_hash(b"three")))
NOTE = KEY.sign(HEAD)

# The example key of Go's golang.org/x/mod/sumdb/note, and the one of the signed-note specification.
GO_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n"
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SPECIFICATION = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


def write_key(path: Path, content: str, mode: int = 0o600) -> Path:
    path.write_text(content)
    path.chmod(mode)
    return path


def test_the_golden_bytes_stay_what_they_are(tmp_path: Path) -> None:
    key = SigningKey.read(write_key(tmp_path / "key", VECTOR["signer"]))
    assert str(key.verifier) == VECTOR["vkey"]
    for checkpoint in VECTOR["checkpoints"]:
        head = Head(checkpoint["size"], Hash(bytes.fromhex(checkpoint["root"])))
        assert key.sign(head) == checkpoint["note"]
        assert open_checkpoint(checkpoint["note"], VerifierKey.parse(VECTOR["vkey"])) == head


def test_keys_of_other_tools_are_read_alike(tmp_path: Path) -> None:
    assert str(SigningKey.read(write_key(tmp_path / "key", GO_SIGNER)).verifier) == GO_VERIFIER
    assert VerifierKey.parse(SPECIFICATION).id.hex() == "530d903a"
    assert str(VerifierKey.parse(SPECIFICATION)) == SPECIFICATION


def test_a_checkpoint_opens_with_the_key_that_signed_it() -> None:
    assert open_checkpoint(NOTE, KEY.verifier) == read_head(NOTE) == HEAD
    assert open_checkpoint(KEY.sign(Head(0, EMPTY_ROOT)), KEY.verifier).size == 0


def test_signatures_by_others_are_passed_over() -> None:
    witness = SigningKey.of("witness.example", bytes(32)).sign(HEAD).rpartition("\n\n")[2]
    same_name = SigningKey.of(trails.ORIGIN, bytes(32)).sign(HEAD).rpartition("\n\n")[2]
    assert open_checkpoint(NOTE + witness + same_name, KEY.verifier) == HEAD


def test_another_key_another_origin_and_a_second_bad_signature_are_refused() -> None:
    with pytest.raises(CheckpointError, match="no signature"):
        open_checkpoint(NOTE, SigningKey.of(trails.ORIGIN, bytes(32)).verifier)
    with pytest.raises(CheckpointError, match="no signature"):
        open_checkpoint(NOTE, VerifierKey("elsewhere.example", KEY.verifier.public))
    text = NOTE.rpartition("\n\n")[0] + "\n"
    bad = signed_note(text, trails.ORIGIN, KEY.verifier.id, bytes(64)).rpartition("\n\n")[2]
    with pytest.raises(CheckpointError, match="does not verify"):
        open_checkpoint(NOTE + bad, KEY.verifier)


@given(st.integers(0, len(NOTE.encode()) - 1), st.integers(1, 255))
def test_no_changed_byte_verifies(at: int, difference: int) -> None:
    raw = bytearray(NOTE.encode())
    raw[at] ^= difference
    with pytest.raises(CheckpointError):
        open_checkpoint(raw.decode("utf-8", "replace"), KEY.verifier)


@given(st.integers(0, len(NOTE) - 1))
def test_no_truncated_note_verifies(length: int) -> None:
    with pytest.raises(CheckpointError):
        open_checkpoint(NOTE[:length], KEY.verifier)


ROOT = b64encode(HEAD.root).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"{trails.ORIGIN}\n3\n{ROOT}\nan extension\n",
        f"{trails.ORIGIN}\n3\n",
        f"elsewhere.example\n3\n{ROOT}\n",
        f"{trails.ORIGIN}\n03\n{ROOT}\n",
        f"{trails.ORIGIN}\n-3\n{ROOT}\n",
        f"{trails.ORIGIN}\n٣\n{ROOT}\n",
        f"{trails.ORIGIN}\n3\n{ROOT} \n",
        f"{trails.ORIGIN}\n3\n{b64encode(b'short').decode()}\n",
        f"{trails.ORIGIN}\n3\n{ROOT}\r\n",
    ],
)
def test_a_text_that_is_not_exactly_a_head_is_refused_even_if_signed(text: str) -> None:
    signature = KEY._private.sign(text.encode())
    note = signed_note(text, trails.ORIGIN, KEY.verifier.id, signature)
    with pytest.raises(CheckpointError):
        open_checkpoint(note, KEY.verifier)


@pytest.mark.parametrize(
    "line",
    ["- a b\n", "— a\n", "— a+b AAAAAAA=\n", "— a AAAA\n", "— a not base64\n", "—  AAAAAAA=\n", "\n", "— a AAAAAAB=\n"],
)
def test_a_malformed_signature_line_spoils_the_note(line: str) -> None:
    with pytest.raises(CheckpointError):
        open_checkpoint(NOTE + line, KEY.verifier)


def test_an_endless_note_is_refused() -> None:
    with pytest.raises(CheckpointError):
        open_checkpoint(NOTE + "— a AAAAAAA=\n" * 10_000, KEY.verifier)


def test_base64_has_one_spelling() -> None:
    assert decode_base64("AQ==") == b"\x01"
    for other in ("AQ", "AR==", "AQ==\n", "A Q==", "é"):
        with pytest.raises(CheckpointError):
            decode_base64(other)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name",
        "name+00000000",
        SPECIFICATION.replace("530d", "530e"),
        SPECIFICATION.replace("530d903a", "530D903A"),
        SPECIFICATION.replace("+A", "+B"),
        SPECIFICATION.replace("example", "an example"),
        SPECIFICATION[:-4],
        SPECIFICATION + "\n",
    ],
)
def test_a_malformed_vkey_is_refused(line: str) -> None:
    with pytest.raises(CheckpointError):
        VerifierKey.parse(line)


def test_a_new_key_file_is_for_its_owner_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "signing.key"
    key = SigningKey.create("portal.example/trail", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.read(path).verifier == key.verifier
    before = path.read_bytes()
    with pytest.raises(SigningKeyError, match="there already"):
        SigningKey.create("portal.example/trail", path)
    assert path.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["signing.key"]


def test_a_key_shows_nothing_of_itself(tmp_path: Path) -> None:
    key = SigningKey.create("portal.example/trail", tmp_path / "key")
    seed = b64decode((tmp_path / "key").read_text().split("+", 4)[-1])[1:]
    assert seed.hex() not in repr(key)
    assert "private" not in repr(key).lower()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_file_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SigningKeyError, match="0600"):
        SigningKey.read(write_key(tmp_path / "key", GO_SIGNER, mode))


@pytest.mark.parametrize(
    "content",
    [
        "",
        GO_SIGNER[:-1],
        GO_SIGNER.removeprefix("PRIVATE+KEY+"),
        GO_SIGNER.replace("c74f20a3", "c74f20a4"),
        GO_SIGNER.replace("AYEK", "AoEK"),
        GO_SIGNER.replace("HKDFz", "HKD"),
        GO_SIGNER.replace("Peter", "Peter "),
        "PRIVATE+KEY+name+00000000+!!\n",
    ],
)
def test_a_malformed_key_file_is_refused_without_repeating_it(tmp_path: Path, content: str) -> None:
    with pytest.raises(SigningKeyError) as caught:
        SigningKey.read(write_key(tmp_path / "key", content))
    assert "AYEK" not in str(caught.value)


def test_what_is_not_a_file_of_ones_own_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SigningKeyError, match="No such file"):
        SigningKey.read(tmp_path / "missing")
    with pytest.raises(SigningKeyError):
        SigningKey.read(tmp_path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(SigningKeyError, match="regular"):
        SigningKey.read(tmp_path / "pipe")
