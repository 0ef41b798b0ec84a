"""Which provider holds the root keys is named in the settings and found among what is installed."""

from pathlib import Path

import pytest

from keys.errors import ProviderError
from keys.providers import FileProvider, find_provider, open_provider
from keys.settings import KeySettings


def install(folder: Path, package: str, *points: str) -> None:
    """Install a package that gives these entry points."""
    metadata = folder / f"{package}-1.dist-info"
    metadata.mkdir()
    metadata.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n", encoding="utf-8")
    lines = "\n".join(("[gemensam_ingang.key_providers]", *points))
    metadata.joinpath("entry_points.txt").write_text(f"{lines}\n", encoding="utf-8")


def test_the_file_provider_is_installed_with_the_portal() -> None:
    assert find_provider("file") is FileProvider


def test_a_provider_from_another_package_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "somebodys-kms", "kms = keys.providers:FileProvider")
    monkeypatch.syspath_prepend(tmp_path)
    assert find_provider("kms") is FileProvider


def test_an_unknown_provider_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ProviderError, match=r"no key provider 'hms'\. Set keys\.provider to one of: .*file"):
        find_provider("hms")


def test_two_providers_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "impostor", "file = impostor:Provider")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ProviderError, match="Uninstall all but one"):
        find_provider("file")


@pytest.mark.parametrize("target", ["not_installed:Provider", "keys.providers:Missing"])
def test_a_provider_that_does_not_load_says_what_it_lacks(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "broken", f"broken = {target}")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(
        ProviderError, match=r"'broken' does not load; install what it needs: .*(not_installed|Missing)"
    ):
        find_provider("broken")


def test_the_settings_open_the_provider_they_name(tmp_path: Path) -> None:
    made = FileProvider.create(tmp_path / "root.json")
    settings = KeySettings("file", tmp_path / "keyring.json", {"root_file": "root.json"}, tmp_path)
    assert open_provider(settings).active_id == made.active_id
