"""Exporting: an equal register comes of it, the entries come first, and whoever is protected is not in it."""

import io
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from portal.accounts.rules import StaffId
from portal.accounts.service import end_staff
from portal.consent.desk import register_consent
from portal.consent.rules import Category, Consent, ConsentId, Form, Line, Paper
from portal.errors import ConflictError, NotOpenError
from portal.exchange.checking import check
from portal.exchange.exporting import ExportReport, export_document
from portal.people.rules import PersonId
from portal.schema import owner_engine
from portal.wiring import wire
from tests import factories as make
from tests.support.installation import Installation, create_keys, settings_for
from tests.support.register import contents, ref_of, trail, verified
from tests.support.stocking import OPERATOR, stock

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
EVA = StaffId("s-eva")


@pytest.fixture(autouse=True)
def at_noon(installation: Installation) -> None:
    installation.rewire(lambda: NOON)


def test_an_export_says_what_was_imported(installation: Installation) -> None:
    document = _everything()
    stock(installation, document, confirmed_by=EVA)
    written = _export(installation)
    assert check(io.BytesIO(written)).counts["persons"] == 2
    assert _sorted(json.loads(written)) == _sorted(document)


def test_an_export_imported_elsewhere_gives_an_equal_export(
    installation: Installation, sqlite_template: Path, tmp_path: Path
) -> None:
    stock(installation, _everything(), confirmed_by=EVA)
    written = _export(installation)
    elsewhere = _another(sqlite_template, tmp_path / "elsewhere")
    stock(elsewhere, json.loads(written), confirmed_by=EVA)
    assert _export(elsewhere) == written
    elsewhere.wiring.close()


def test_importing_an_export_where_it_came_from_changes_nothing(installation: Installation) -> None:
    stock(installation, _everything(), confirmed_by=EVA)
    ref = ref_of(installation)
    line = Line(frozenset(), frozenset({Category.CONTACTS}), frozenset({StaffId("s-anna")}), False, False)
    day = NOON.date()
    at_the_desk = Consent(ConsentId("from-the-desk"), PersonId(ref), day, day, (line,))
    paper = Paper("Samordning", day, Form("sv-1", "sv", False, "Hässleholm", EVA, None))
    with installation.wiring.act(EVA, "ame") as act:
        register_consent(act, ref, at_the_desk, paper, EVA)
    written = _export(installation)
    before = contents(installation)
    assert stock(installation, json.loads(written), confirmed_by=EVA).changes == 0
    assert contents(installation) == before


def test_the_entries_name_everybody_before_anybody_is_opened(installation: Installation) -> None:
    stock(installation, _everything(), confirmed_by=EVA)
    out = _Watching(lambda: len(trail(installation, "exported")))
    export_document(installation.wiring, out, administrator=EVA, operator=OPERATOR)
    assert out.seen == 3
    whole, *people = trail(installation, "exported")
    assert (whole.fields["actor"], whole.fields["through"], whole.fields["count"]) == ("s-eva", OPERATOR, 2)
    assert {entry.fields["person"] for entry in people} == {ref_of(installation), ref_of(installation, "p-2")}
    assert {entry.fields["listing"] for entry in people} == {whole.fields["listing"]}
    assert verified(installation).holds


def test_whoever_is_protected_never_stands_in_an_export(installation: Installation) -> None:
    document = _everything()
    document["persons"][1] |= {"protected": True, "phone": None, "email": None}
    stock(installation, document, confirmed_by=EVA)
    out = io.BytesIO()
    report = export_document(installation.wiring, out, administrator=EVA, operator=OPERATOR)
    assert report.as_json()["left_out"] == {"protected": 1}
    written = json.loads(out.getvalue())
    for name in ("persons", "consents", "plans", "notes"):
        assert [each for each in written[name] if "p-2" in (each["id"], each.get("person"))] == []
    assert ref_of(installation, "p-2") not in {entry.fields.get("person") for entry in trail(installation, "exported")}


def test_only_an_active_administrator_has_an_export_made(installation: Installation) -> None:
    stock(installation, _everything(), confirmed_by=EVA)
    for staff in ("s-anna", "s-ulla", "s-nobody"):
        with pytest.raises(NotOpenError):
            _export(installation, StaffId(staff))
    with installation.wiring.act(EVA, "ame") as act:
        end_staff(act, EVA)
    with pytest.raises(NotOpenError):
        _export(installation)
    assert trail(installation, "exported") == []


def test_a_row_put_in_by_hand_stops_the_export(installation: Installation) -> None:
    stock(installation, _everything(), confirmed_by=EVA)
    engine = owner_engine(installation.settings.database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE consents SET valid_until = '2031-12-31' WHERE id = 'c-1'"))
    engine.dispose()
    with pytest.raises(ConflictError):
        _export(installation)
    assert trail(installation, "exported") == []


def test_a_staff_entry_that_was_ended_stands_as_ended(installation: Installation) -> None:
    stock(installation, _everything(), confirmed_by=EVA)
    with installation.wiring.act(EVA, "ame") as act:
        end_staff(act, "s-bo")
    (bo,) = [each for each in json.loads(_export(installation))["staff"] if each["id"] == "s-bo"]
    assert bo["active_until"] == "2026-06-09"


class _Watching(io.BytesIO):
    """A file that asks, at the first byte it is given that could be somebody's, what has been recorded."""

    def __init__(self, ask: Any) -> None:
        super().__init__()
        self._ask = ask
        self.seen: int | None = None

    def write(self, data: Any) -> int:
        if self.seen is None:
            self.seen = self._ask()
        return super().write(data)


def _export(installation: Installation, administrator: StaffId = EVA) -> bytes:
    out = io.BytesIO()
    report = export_document(installation.wiring, out, administrator=administrator, operator=OPERATOR)
    assert isinstance(report, ExportReport)
    return out.getvalue()


def _another(template: Path, folder: Path) -> Installation:
    """An empty installation of its own, with keys of its own."""
    folder.mkdir()
    create_keys(folder)
    url = f"sqlite:///{shutil.copy(template, folder / 'portal.sqlite')}"
    settings = settings_for(folder, {"url": url})
    return Installation(folder, settings, wire(settings, lambda: NOON), url)


def _everything() -> dict[str, Any]:
    """A document with something of each kind, and with every key that may be null once null and once not."""
    return make.anna(
        stand_ins=[make.stand_in()],
        persons=[make.person(), make.person("p-2", personnummer=make.NUMBERS[1], email="p2@example.se", language="ar")],
        consents=[
            make.consent(lines=[make.line(), make.line(sources=["region"], stand_ins=True, covers_protected=True)]),
            make.consent(
                "c-2",
                person="p-2",
                withdrawn=make.withdrawal(at="2026-06-01T10:00:00+00:00"),
                form=make.form(representative="God man", interpreter=True),
            ),
        ],
        plans=[*make.anna()["plans"], make.plan("pl-2", person="p-2", direction=None, goal=None, caseworker=None)],
        activities=[
            *make.anna()["activities"],
            make.meeting("m-1", plan="pl-2"),
            make.activity("a-h", extent={"value": 12.5, "unit": "hours_per_week"}, until=None, measure="Grön rehab"),
        ],
    )


def _sorted(document: dict[str, Any]) -> dict[str, Any]:
    """The document with its lists, and the lists within lines, in order."""
    for consent in document["consents"]:
        for line in consent["lines"]:
            line |= {key: sorted(line[key]) for key in ("sources", "categories", "recipients")}
    return {
        name: sorted(value, key=lambda each: each["id"]) if isinstance(value, list) else value
        for name, value in document.items()
    }
