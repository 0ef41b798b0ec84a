"""The commands on an exchange document: JSON when it holds, exit code 2 and advice when it does not."""

import io
import json
import sys
from pathlib import Path

import pytest

from portal.exchange import commands
from tests.factories import Json, anna, consent, withdrawal

AT = "2026-03-02T09:30:00+01:00"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The founding example on disk."""
    return written(tmp_path, anna())


def written(folder: Path, document: Json) -> Path:
    path = folder / "document.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def test_preview_prints_what_the_reader_sees(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.preview(str(file), "s-anna", AT) == 0
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    assert (answer["reader"], answer["at"], printed.err) == ("s-anna", AT, "")
    assert answer["people"][0]["items"] == ["a1", "a2", "pl-af", "pl-ame"]
    assert "Arbetsförmedlingen" in printed.out
    assert "Persson" not in printed.out


@pytest.mark.parametrize("at", ["2026-03-02T08:30:00Z", "2026-03-02t09:30:00.5+01:00"])
def test_preview_repeats_the_time_as_it_was_given(file: Path, at: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.preview(str(file), "s-anna", at) == 0
    assert json.loads(capsys.readouterr().out)["at"] == at


def test_clashes_prints_those_of_the_person(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.clashes(str(file), "p-1", "2026-03-02") == 0
    everything = json.loads(capsys.readouterr().out)
    assert commands.clashes(str(file), "p-1", "2026-03-02", "s-anna") == 0
    of_anna = json.loads(capsys.readouterr().out)
    assert (len(everything), len(of_anna)) == (5, 3)


def test_schema_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.schema() == 0
    assert json.loads(capsys.readouterr().out)["$defs"]["Person"]


def test_a_document_may_come_on_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = io.TextIOWrapper(io.BytesIO(json.dumps(anna()).encode()))
    monkeypatch.setattr(sys, "stdin", content)
    assert commands.preview("-", "s-eva", AT) == 0
    assert json.loads(capsys.readouterr().out)["people"] == []


def test_a_withdrawal_in_the_future_may_be_previewed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken_back = withdrawal(at="2999-01-01T00:00:00Z")
    file = written(tmp_path, anna(consents=[consent(withdrawn=taken_back)]))
    assert commands.preview(str(file), "s-anna", AT) == 0
    assert json.loads(capsys.readouterr().out)["people"]


def test_every_error_of_the_document_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = anna()
    whole["persons"][0]["personnummer"] = "199205172382"
    whole["notes"][0]["agency"] = "nowhere"
    assert commands.preview(str(written(tmp_path, whole)), "s-anna", AT) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "  notes[0].agency: " in printed.err
    assert "  persons[0].personnummer: " in printed.err
    assert "kontrollsiffra" in printed.err
    assert "check digit" in printed.err
    assert "199205172382" not in printed.err


@pytest.mark.parametrize(
    "at", ["2026-03-02", "2026-03-02T09:30:00", "2026-03-02 09:30+01:00", "now", "", "9999-12-31T23:59:59Z"]
)
def test_a_time_without_offset_or_beyond_the_calendar_is_bad_usage(
    file: Path, at: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.preview(str(file), "s-anna", at) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("today", ["2026-3-2", "20260302", "2026-02-30", "today", ""])
def test_a_day_of_another_form_is_bad_usage(file: Path, today: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.clashes(str(file), "p-1", today) == 2
    assert "--today" in capsys.readouterr().err


def test_an_unknown_reader_or_person_is_bad_usage_and_not_repeated(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.preview(str(file), "199205172381", AT) == 2
    assert commands.clashes(str(file), "199205172381", "2026-03-02") == 2
    assert commands.clashes(str(file), "p-1", "2026-03-02", "199205172381") == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "199205172381" not in printed.err
    assert printed.err.count("\n") == 3


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe{", b"[]", b'{"format": "gemensam-ingang/1"'])
def test_a_file_that_is_no_document_is_bad_input(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "document.json"
    path.write_bytes(content)
    assert commands.preview(str(path), "s-anna", AT) == 2
    assert "document: " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_bad_usage(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.preview(f"{tmp_path}/{name}", "s-anna", AT) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1


def test_a_terminal_that_cannot_show_swedish_gets_ascii(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(content, encoding="ascii", write_through=True))
    assert commands.preview(str(file), "s-anna", AT) == 0
    assert json.loads(content.getvalue())["reader"] == "s-anna"
