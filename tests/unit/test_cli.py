"""The command line: what it says of bad usage, and that it repeats nothing somebody typed."""

from pathlib import Path

import pytest

from portal import cli

SECRET = "Persson-199205172381"


@pytest.mark.parametrize(
    "arguments",
    [
        [SECRET],
        ["preview", "file", SECRET],
        ["preview", "file", "--reader", "s-1", "--at", "now", SECRET, SECRET],
        ["demo", "--port", SECRET],
        ["clashes", f"--{SECRET}"],
    ],
)
def test_bad_usage_is_exit_code_2_and_repeats_nothing(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    said = capsys.readouterr()
    assert stopped.value.code == 2
    assert "--help" in said.err
    assert SECRET not in said.err + said.out


def test_a_command_without_settings_says_how_to_name_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PORTAL_CONFIG", raising=False)
    assert cli.main(["upgrade"]) == 2
    assert "--config or PORTAL_CONFIG" in capsys.readouterr().err


def test_a_missing_settings_file_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--config", str(tmp_path / "none.toml")]) == 2
    assert "cannot read the settings file" in capsys.readouterr().err
