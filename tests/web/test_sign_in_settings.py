"""Which providers may stand in the settings at all."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from portal.accounts.providers import distinct
from portal.errors import SettingsError
from tests.web.fake_provider import LOA3, make_settings, rsa_key


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "http://idp.example"},
        {"issuer": "http://localhost:8000"},
        {"issuer": "https://"},
        {"issuer": "idp.example"},
        {"issuer": "https://idp.example?tenant=1"},
        {"issuer": "https://idp.example#top"},
        {"issuer": "https://user:secret@idp.example"},
        {"issuer": "https://[idp.example"},
        {"acr_values": ()},
        {"acr_values": ("",)},
        {"acr_values": (f"{LOA3} {LOA3}",)},
        {"acr_values": ("nivå3",)},
        {"agencies": ()},
        {"algorithms": ()},
        {"algorithms": ("none",)},
        {"algorithms": ("HS256",)},
        {"scopes": ("profile",)},
        {"id": "Kommunen"},
        {"id": "a/b"},
        {"client_id": ""},
        {"client_secret_file": None},
        {"private_key_file": "key.pem"},
        {"timeout": 0},
        {"timeout": 300},
        {"unknown": 1},
        {"demo": True, "issuer": "http://idp.example"},
    ],
)
def test_a_provider_that_cannot_be_trusted_is_refused_at_start(changes: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        make_settings(tmp_path, **changes)


@pytest.mark.parametrize("changes", [{"id": "regionen"}, {"issuer": "https://idp.other.example"}])
def test_two_providers_with_one_id_or_one_issuer_stop_the_start(changes: dict[str, Any], tmp_path: Path) -> None:
    one, other = make_settings(tmp_path), make_settings(tmp_path, **changes)
    with pytest.raises(ValueError, match="two providers have the same"):
        distinct((one, other))


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_only_the_demo_speaks_without_tls_and_only_to_its_own_machine(host: str, tmp_path: Path) -> None:
    settings = make_settings(tmp_path, demo=True, issuer=f"http://{host}/demo-idp/ame", acr_values=())
    assert settings.trusts_address(f"http://{host}/token")
    assert not settings.trusts_address("http://idp.example/token")
    assert not settings.trusts_address("http://127.0.0.1.example/token")


def test_paths_are_relative_to_the_settings_file(tmp_path: Path) -> None:
    make_settings(tmp_path)
    values = make_settings(tmp_path).model_dump() | {"client_secret_file": "client-secret"}
    settings = type(make_settings(tmp_path)).model_validate(values, context={"folder": tmp_path})
    assert settings.client_secret_file == tmp_path / "client-secret"


def secret_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    """A file with a secret."""
    file = folder / "secret"
    file.write_bytes(content)
    file.chmod(mode)
    return file


@pytest.mark.parametrize(("content", "mode"), [(b"", 0o600), (b" \n", 0o600), ("å".encode(), 0o600), (b"x", 0o644)])
def test_a_secret_that_is_empty_or_that_others_can_read_stops_the_start(
    content: bytes, mode: int, tmp_path: Path
) -> None:
    settings = make_settings(tmp_path, client_secret_file=secret_file(tmp_path, content, mode))
    with pytest.raises(SettingsError) as refused:
        settings.check_secrets()
    assert str(tmp_path) in str(refused.value)


def test_a_missing_secret_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        make_settings(tmp_path, client_secret_file=tmp_path / "nowhere").check_secrets()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a key",
        rsa_key("ours").as_pem(private=False),
        rsa_key("short", 1024).as_pem(private=True),
        rsa_key("ours").as_pem(private=True, password="x"),
    ],
)
def test_a_private_key_that_is_none_or_too_weak_stops_the_start(content: bytes, tmp_path: Path) -> None:
    file = secret_file(tmp_path, content)
    with pytest.raises(SettingsError):
        make_settings(tmp_path, client_secret_file=None, private_key_file=file).check_secrets()


def test_settings_do_not_print_what_is_secret(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    settings.check_secrets()
    assert "% signs" not in repr(settings)
    assert "% signs" not in str(settings.model_dump())
