"""portal-audit from the outside: what it prints, and its exit codes."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import Engine

from audit.cli import main
from audit.headfile import HeadFile
from audit.signer import Signer
from audit.signingkey import SigningKey
from tests import trails
from tests.trails import append, attack, check, sign_all, signed_in, sqlite_trail, story


@pytest.fixture
def config(tmp_path: Path) -> str:
    """A configuration file whose keys are made and whose trail holds seven signed entries and one that waits."""
    path = tmp_path / "portal.toml"
    path.write_text(
        f'[database]\nurl = "sqlite:///{tmp_path / "trail.sqlite"}"\n[other]\nignored = true\n'
        '[trail]\norigin = "portal.example/trail"\nsigning_key_file = "trail.key"\nstate_file = "trail.head"\n'
    )
    assert main(["init", "--config", str(path)]) == 0
    engine = database(tmp_path)
    append(engine, story(3))
    sign(engine, tmp_path)
    append(engine, [signed_in("s-anna")])
    return str(path)


def database(folder: Path) -> Engine:
    return sqlite_trail(folder / "trail.sqlite")


def opened(folder: Path) -> Engine:
    return trails.sqlite_engine(folder / "trail.sqlite")


def sign(engine: Engine, folder: Path) -> None:
    key = SigningKey.read(folder / "trail.key")
    head_file = HeadFile(folder / "trail.head", key.verifier)
    sign_all(Signer(engine, engine, key, head_file, check, lambda: trails.BEGINNING, print))


def vkey(folder: Path) -> str:
    return str(SigningKey.read(folder / "trail.key").verifier)


def test_init_makes_both_files_once(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = [(tmp_path / name).read_bytes() for name in ("trail.key", "trail.head")]
    assert main(["init", "--config", config]) == 2
    (tmp_path / "trail.key").rename(tmp_path / "elsewhere")
    assert main(["init", "--config", config]) == 2
    assert not (tmp_path / "trail.key").exists()
    assert (tmp_path / "trail.head").read_bytes() == before[1]
    assert "there already" in capsys.readouterr().err
    (tmp_path / "trail.head").unlink()
    assert main(["init", "--config", config, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"vkey": vkey(tmp_path)}


def test_vkey_prints_the_key_that_verifies(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["vkey", "--config", config]) == 0
    assert capsys.readouterr().out == f"{vkey(tmp_path)}\n"
    assert main(["vkey", "--config", config, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"vkey": vkey(tmp_path)}


def test_an_honest_database_holds(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    monkeypatch.setenv("PORTAL_CONFIG", config)
    assert main(["verify"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "The trail holds (entries: 7, checkpoints: 1, waiting to be signed: 1).\n"
    assert captured.err == ""
    assert main(["verify", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["holds"], report["size"], report["waiting"], report["findings"]) == (True, 7, 1, [])


def test_a_trail_that_has_not_begun_holds(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "trail.head").unlink()
    (tmp_path / "trail.sqlite").unlink()
    (tmp_path / "trail.sqlite-wal").unlink(missing_ok=True)
    database(tmp_path)
    assert main(["verify", "--config", config]) == 1
    HeadFile.create(tmp_path / "trail.head", SigningKey.read(tmp_path / "trail.key"))
    assert main(["verify", "--config", config]) == 0
    assert "entries: 0, checkpoints: 0" in capsys.readouterr().out


def test_a_tampered_database_does_not_hold(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    attack(opened(tmp_path), "DELETE FROM trail_entries WHERE id = 3")
    capsys.readouterr()
    assert main(["verify", "--config", config]) == 1
    assert "leaf 2 (entry 3): its entry is missing (entry_missing)" in capsys.readouterr().out
    assert main(["verify", "--config", config, "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["findings"][0] == {
        "fault": "entry_missing",
        "where": "leaf 2 (entry 3)",
        "what": "its entry is missing",
    }
    assert main(["export", str(tmp_path / "export"), "--config", config]) == 1
    assert "every entry" in capsys.readouterr().err


def test_the_signers_own_memory_finds_a_rollback(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = opened(tmp_path)
    sign(engine, tmp_path)
    attack(engine, "DELETE FROM trail_checkpoints WHERE size > 7", "DELETE FROM trail_leaves WHERE leaf >= 7")
    assert main(["verify", "--config", config]) == 1
    assert "trail_rolled_back" in capsys.readouterr().out
    url = f"sqlite:///{tmp_path / 'trail.sqlite'}"
    assert main(["verify", "--database", url, "--vkey", vkey(tmp_path)]) == 0


def test_thousands_of_faults_are_told_in_short(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = opened(tmp_path)
    append(engine, story(600)[3:-1])
    sign(engine, tmp_path)
    assert main(["verify", "--config", config]) == 1
    assert re.search(r"and \d+ more\n$", capsys.readouterr().out)


def test_an_export_verifies_elsewhere(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = tmp_path / "export"
    assert main(["export", str(directory), "--config", config]) == 0
    assert "entries: 7" in capsys.readouterr().out
    older = tmp_path / "older"
    older.write_bytes((directory / "checkpoint").read_bytes())
    sign(opened(tmp_path), tmp_path)
    assert main(["export", str(directory), "--config", config, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["size"] == 8
    elsewhere = ["verify", "--export", str(directory), "--vkey", vkey(tmp_path)]
    assert main([*elsewhere, "--checkpoint", str(older)]) == 0
    assert main(["verify", "--export", str(directory), "--config", config]) == 0
    assert "entries: 8, checkpoints: 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify"], "--config or PORTAL_CONFIG"),
        (["verify", "--config", "missing.toml"], "cannot read missing.toml"),
        (["verify", "--config", "bad.toml"], "not valid TOML"),
        (["verify", "--config", "empty.toml"], "lacks database.url"),
        (["verify", "--config", "half.toml"], "lacks trail.origin"),
        (["verify", "--vkey", "nonsense", "--export", "."], "--vkey"),
        (["verify", "--config", "{config}", "--database", "nonsense"], "cannot be understood"),
        (["verify", "--config", "{config}", "--database", "sqlite:///missing.sqlite"], "cannot be reached"),
        (["verify", "--config", "{config}", "--database", "sqlite:///empty.sqlite"], "no trail"),
        (["verify", "--config", "{config}", "--database", "postgresql:///nowhere?host=/nowhere"], "cannot be reached"),
        (["verify", "--config", "{config}", "--export", "missing"], "not a directory"),
        (["verify", "--config", "{config}", "--checkpoint", "bad.toml"], "holds no checkpoint"),
        (["verify", "--config", "{config}", "--checkpoint", "missing"], "missing: No such file"),
        (["export", "bad.toml", "--config", "{config}"], "bad.toml: File exists"),
        (["vkey", "--config", "other.toml"], "another trail"),
    ],
)
def test_bad_usage_is_told_and_exits_with_2(
    config: str,
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PORTAL_CONFIG", raising=False)
    Path("bad.toml").write_text("=")
    Path("empty.toml").write_text("")
    Path("half.toml").write_text('trail = 7\n[database]\nurl = "sqlite:///x"\n')
    Path("empty.sqlite").touch()
    Path("other.toml").write_text(Path(config).read_text().replace("example/trail", "example/other"))
    given = [argument.format(config=config) for argument in arguments]
    assert main(given) == 2
    assert message in capsys.readouterr().err
    assert main([*given, "--json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["holds"] is False
    assert message in answer["error"]


def test_an_export_that_is_none_does_not_hold(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--export", str(tmp_path), "--config", config]) == 1
    assert "holds no checkpoint" in capsys.readouterr().err


def test_a_missing_command_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "portal-audit" in capsys.readouterr().err
