"""The operator's commands: exit codes, what is printed where, and nothing personal in any of it."""

import io
import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from portal.errors import NotOpenError, PortalError, UnavailableError
from portal.exchange import bulk_commands
from tests import factories as make
from tests.support.installation import Installation
from tests.support.register import trail
from tests.support.stocking import OPERATOR, stock


@pytest.fixture
def document(tmp_path: Path) -> Path:
    return _write(tmp_path / "document.json", make.anna())


def test_an_import_counts_what_came(
    sqlite_installation: Installation, document: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _import(sqlite_installation, document, "s-eva") == 0
    out, err = capsys.readouterr()
    assert tuple(out.splitlines()[4].split()[:2]) == ("persons", "1")
    assert err == ""
    assert _import(sqlite_installation, document, "s-eva") == 0
    assert "Nothing had changed." in capsys.readouterr().out


def test_a_dry_run_says_so(
    sqlite_installation: Installation, document: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bulk_commands.import_(sqlite_installation.settings, str(document), None, True, False, OPERATOR) == 0
    assert "dry run" in capsys.readouterr().out
    assert trail(sqlite_installation) == []


def test_a_faulty_document_is_told_in_both_languages(
    sqlite_installation: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = _write(tmp_path / "faulty.json", make.anna(persons=[make.person(), make.person("p-2")]))
    assert _import(sqlite_installation, faulty) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "persons[1].personnummer: Två personer" in err
    assert "Two people" in err
    assert make.NUMBERS[0] not in err
    assert bulk_commands.import_(sqlite_installation.settings, str(faulty), None, False, True, OPERATOR) == 2
    assert json.loads(capsys.readouterr().out)["faults"][0]["path"] == "persons[1].personnummer"


def test_a_document_comes_on_standard_input_too(
    sqlite_installation: Installation, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(document.read_bytes())))
    assert _import(sqlite_installation, Path("-")) == 0


def test_a_file_that_cannot_be_read_is_bad_usage(
    sqlite_installation: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path / "none.json", tmp_path, Path("\0")):
        assert _import(sqlite_installation, path) == 2
        assert "cannot be read" in capsys.readouterr().err


def test_an_export_is_a_new_file_for_its_owner_alone(
    sqlite_installation: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stock(sqlite_installation, make.anna(), confirmed_by="s-eva")
    out = tmp_path / "export.json"
    assert bulk_commands.export(sqlite_installation.settings, str(out), "s-eva", OPERATOR) == 0
    assert json.loads(out.read_text("utf-8"))["persons"][0]["id"] == "p-1"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(capsys.readouterr().err)["counts"]["persons"] == 1
    assert bulk_commands.export(sqlite_installation.settings, str(out), "s-eva", OPERATOR) == 2
    assert "does not exist" in capsys.readouterr().err


def test_an_export_that_fails_leaves_no_file(sqlite_installation: Installation, tmp_path: Path) -> None:
    stock(sqlite_installation, make.anna(), confirmed_by="s-eva")
    out = tmp_path / "export.json"
    assert bulk_commands.export(sqlite_installation.settings, str(out), "s-anna", OPERATOR) == 2
    assert not out.exists()
    sqlite_installation.settings.trail.signing_key_file.unlink()
    with pytest.raises(UnavailableError):
        bulk_commands.export(sqlite_installation.settings, str(out), "s-eva", OPERATOR)
    assert not out.exists()


def test_an_explanation_is_for_people_or_programs(
    sqlite_installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    stock(sqlite_installation, make.anna(), confirmed_by="s-eva")
    at = "2026-06-10T12:00:00+02:00"
    assert bulk_commands.explain(sqlite_installation.settings, "s-anna", "p-1", at, False) == 0
    assert capsys.readouterr().out.startswith("s-anna can read p-1")
    assert bulk_commands.explain(sqlite_installation.settings, "s-bo", "p-1", at, True) == 0
    assert json.loads(capsys.readouterr().out)["is_open"] is False
    assert bulk_commands.explain(sqlite_installation.settings, "s-bo", "p-9", at, False) == 2
    assert bulk_commands.explain(sqlite_installation.settings, "s-bo", "p-1", "noon", False) == 2


def test_refusals_are_errors_the_command_line_knows() -> None:
    assert issubclass(NotOpenError, PortalError)
    assert issubclass(UnavailableError, PortalError)


def _import(installation: Installation, path: Path, confirmed_by: str | None = None) -> int:
    return bulk_commands.import_(installation.settings, str(path), confirmed_by, False, False, OPERATOR)


def _write(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document), "utf-8")
    return path
