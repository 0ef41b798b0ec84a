"""`portal-keys init|status`: makes the keys once, tells how they are, prints none, and exits 0, 1 or 2."""

import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest

from keys.cli import main
from keys.fileprovider import FileProvider
from keys.keyring import Keyring


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PORTAL_CONFIG", raising=False)
    path = tmp_path / "portal.toml"
    path.write_text('[keys]\nroot_file = "root.json"\nkeyring_file = "keyring.json"\n', encoding="utf-8")
    return path


def run(config: Path, *arguments: str) -> int:
    return main([*arguments, "--config", str(config)])


def opened(config: Path) -> Keyring:
    return Keyring.open(FileProvider.open(config.with_name("root.json")), config.with_name("keyring.json"))


def test_init_makes_what_status_then_finds(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config, "init") == 0
    made = capsys.readouterr()
    assert run(config, "status") == 0
    assert capsys.readouterr() == made
    assert made.err == ""
    root = FileProvider.open(config.with_name("root.json")).active_id.hex()
    assert made.out == (
        "provider          file\n"
        f"active root key   {root}\n"
        f"root keys         {root}\n"
        f"keyring           {config.with_name('keyring.json')}\n"
        f"keyring under     {root}\n"
        "lookup periods    none\n"
        "destroyed periods none\n"
    )


def test_status_tells_periods_that_live_and_that_were_destroyed(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(config, "init")
    keyring = opened(config)
    for period in ("2027", "2020", "2026"):
        keyring.lookup_key(period)
    keyring.destroy_lookup_key("2020")
    capsys.readouterr()
    assert run(config, "status", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    root = FileProvider.open(config.with_name("root.json")).active_id.hex()
    assert report == {
        "ok": True,
        "provider": "file",
        "active_root_key": root,
        "root_keys": [root],
        "keyring": str(config.with_name("keyring.json")),
        "keyring_under": [root],
        "lookup_periods": ["2026", "2027"],
        "destroyed_periods": ["2020"],
    }
    assert run(config, "status") == 0
    assert "lookup periods    2026, 2027\n" in capsys.readouterr().out


def test_no_key_is_printed(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["init", "--json"], ["status"], ["status", "--json"], ["init"]):
        run(config, *arguments)
    shown = "".join(capsys.readouterr())
    [text] = json.loads(config.with_name("root.json").read_text(encoding="utf-8"))["keys"].values()
    assert text not in shown
    assert b64decode(text).hex() not in shown


def test_init_overwrites_nothing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(config, "init")
    before = [config.with_name(name).read_bytes() for name in ("root.json", "keyring.json")]
    for extra in ([], ["--existing-root"]):
        assert run(config, "init", *extra) == 1
        assert "is there already: nothing was made" in capsys.readouterr().err
    assert [config.with_name(name).read_bytes() for name in ("root.json", "keyring.json")] == before


def test_init_makes_no_keyring_beside_a_root_key_unless_asked(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    FileProvider.create(config.with_name("root.json"))
    root = config.with_name("root.json").read_bytes()
    assert run(config, "init") == 1
    assert "restore it from a backup" in capsys.readouterr().err
    assert not config.with_name("keyring.json").exists()
    assert run(config, "init", "--existing-root") == 0
    assert run(config, "status") == 0
    assert config.with_name("root.json").read_bytes() == root


def test_init_that_is_refused_leaves_no_root_key_behind(config: Path) -> None:
    config.with_name("keyring.json").symlink_to("nowhere")
    assert run(config, "init") == 1
    assert not config.with_name("root.json").exists()
    config.with_name("keyring.json").unlink()
    assert run(config, "init", "--existing-root") == 1
    assert not config.with_name("keyring.json").exists()


def test_status_makes_nothing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config, "status") == 1
    assert capsys.readouterr().err.startswith("portal-keys: There is no key file ")
    assert {path.name for path in config.parent.iterdir()} == {"portal.toml"}


def test_what_is_wrong_is_told_as_json_too(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(config, "init")
    config.with_name("root.json").chmod(0o644)
    capsys.readouterr()
    assert run(config, "status", "--json") == 1
    shown = capsys.readouterr()
    report = json.loads(shown.out)
    assert (report["ok"], report["error"], shown.err) == (False, "ExposedKeyFileError", "")
    assert "chmod 600" in report["message"]


@pytest.mark.parametrize(
    "text", ["", "[keys\n", '[keys]\nkeyring_file = "k"\n', '[keys]\nprovider = "x"\nkeyring_file = "k"\n']
)
def test_wrong_settings_exit_with_2(config: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(text, encoding="utf-8")
    assert run(config, "init") == 2
    assert run(config, "status") == 2
    assert capsys.readouterr().err.count("portal-keys: ") == 2


@pytest.mark.parametrize("arguments", [[], ["rotat"], ["status", "extra"], ["status", "--existing-root"], ["status"]])
def test_wrong_usage_exits_with_2(config: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: portal-keys" in capsys.readouterr().err


def test_the_configuration_file_may_come_from_the_environment(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_CONFIG", str(config))
    assert main(["init"]) == 0
    assert main(["status"]) == 0


def test_the_installed_command_runs(config: Path) -> None:
    command = [str(Path(sys.executable).with_name("portal-keys"))]
    init = subprocess.run(
        [*command, "init", "--json", "--config", str(config)], capture_output=True, text=True, check=True
    )
    assert json.loads(init.stdout)["ok"] is True
    again = subprocess.run([*command, "init", "--config", str(config)], capture_output=True, text=True, check=False)
    assert (again.returncode, again.stdout) == (1, "")
