"""No object that holds key material shows it, and no error carries any."""

import copy
import pickle
from base64 import b64encode
from pathlib import Path

import pytest

from keys.datakey import DataKey
from keys.errors import KeysError
from keys.fileprovider import FileProvider
from keys.keyring import Keyring
from keys.rootfile import RootKeys


def holders(folder: Path) -> list[object]:
    provider = FileProvider.create(folder / "root.json")
    return [DataKey.generate(), provider, Keyring.create(provider, folder / "keyring.json")]


def test_what_holds_a_key_prints_redacted(tmp_path: Path) -> None:
    for holder in holders(tmp_path):
        assert [repr(holder), str(holder), f"{holder}", f"{[holder]}"] == ["<redacted>"] * 3 + ["[<redacted>]"]


def test_root_keys_print_their_names_only() -> None:
    root = DataKey.of(b"secret-secret-secret-secret-1234")
    assert "secret" not in repr(RootKeys.of(root))


def test_what_holds_a_key_is_neither_pickled_nor_copied(tmp_path: Path) -> None:
    for holder in holders(tmp_path):
        for leave in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="neither pickled nor copied"):
                leave(holder)


def test_what_holds_a_key_has_no_dictionary_to_dump(tmp_path: Path) -> None:
    for holder in holders(tmp_path):
        assert not hasattr(holder, "__dict__")


def chain(error: BaseException) -> list[BaseException]:
    causes = [cause for cause in (error.__cause__, error.__context__) if cause]
    return [error, *(deeper for cause in causes for deeper in chain(cause))]


@pytest.mark.parametrize("damage", ['{"format": "x", "keys": {"k": "SECRET"}', '["SECRET"]', '{"keys": "SECRET"}'])
def test_an_error_about_a_damaged_root_key_file_quotes_nothing_of_it(damage: str, tmp_path: Path) -> None:
    secret = b64encode(DataKey.generate().secret).decode()
    path = tmp_path / "root.json"
    path.touch(mode=0o600)
    path.write_text(damage.replace("SECRET", secret), encoding="utf-8")
    with pytest.raises(KeysError) as refusal:
        FileProvider.open(path)
    for error in chain(refusal.value):
        assert secret not in f"{error!r} {vars(error)}"
