"""Explaining: the gate's own decision taken apart, without opening anything."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from portal.accounts.rules import StaffId
from portal.errors import NotOpenError
from portal.exchange.explaining import explain
from portal.people.rules import PersonId
from portal.schema import owner_engine
from tests import factories as make
from tests.support.installation import Installation
from tests.support.register import contents, read
from tests.support.stocking import stock

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
READERS = ("s-lina", "s-anna", "s-bo", "s-omar", "s-eva")


@pytest.fixture(autouse=True)
def at_noon(installation: Installation) -> None:
    installation.rewire(lambda: NOON)


def test_it_says_what_the_gate_decides(installation: Installation) -> None:
    june = {"from_": "2026-06-01", "until": "2026-06-30"}
    lines = [make.line(stand_ins=True), make.line(sources=["region"], recipients=["s-lina"])]
    document = make.anna(stand_ins=[make.stand_in(**june)], consents=[make.consent(lines=lines)])
    stock(installation, document, confirmed_by="s-eva")
    for reader in READERS:
        answer = _explain(installation, reader)
        try:
            opened = read(installation, reader)
        except NotOpenError:
            assert not answer["is_open"]
            continue
        lines_said = [
            (each["consent"], line["line"], line["through"])
            for each in answer["consents"]
            for line in each["lines"]
            if line["is_open"]
        ]
        assert lines_said == [(line.consent, line.index, line.through) for line in opened.lines]
        open_pairs = {(each["agency"], each["category"]) for each in answer["items"] if each["is_open"]}
        plans = {(plan.agency, plan.category) for plan in opened.plans}
        assert open_pairs == plans | {(note.agency, note.category) for note in opened.notes}
        assert answer["shows_contacts"] == (opened.contacts is not None)


def test_it_says_what_stands_in_the_way(installation: Installation) -> None:
    stock(
        installation,
        make.anna(
            staff=[*make.anna()["staff"], make.staff("s-former", active_until="2026-03-31")],
            persons=[make.person(protected=True, phone=None)],
            consents=[
                make.consent("c-1", withdrawn=make.withdrawal()),
                make.consent("c-2", valid_until="2026-06-09"),
                make.consent("c-3", valid_from="2026-06-11"),
            ],
        ),
    )
    answer = _explain(installation, "s-former")
    assert answer["why_not"] == ["reader_not_active"]
    assert {each["consent"]: each["why_not"] for each in answer["consents"]} == {
        "c-1": ["not_confirmed", "withdrawn"],
        "c-2": ["not_confirmed", "no_longer_valid"],
        "c-3": ["not_confirmed", "not_yet_valid"],
    }
    assert answer["consents"][0]["lines"][0]["why_not"] == ["does_not_name_the_reader", "does_not_cover_protected"]
    assert _explain(installation, "s-eva")["why_not"] == ["not_a_reader"]
    assert _explain(installation, "s-nobody")["why_not"] == ["no_such_reader"]
    assert _explain(installation, "s-anna", "p-9")["why_not"] == ["no_such_person"]


def test_a_row_altered_by_hand_is_said(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by="s-eva")
    engine = owner_engine(installation.settings.database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE consents SET valid_until = '2031-12-31'"))
        connection.execute(text("UPDATE staff SET role = 'reader' WHERE id = 's-eva'"))
    engine.dispose()
    assert _explain(installation, "s-anna")["why_not"] == ["person_not_as_the_trail_says"]
    assert not _explain(installation, "s-anna")["is_open"]
    said = _explain(installation, "s-eva")["why_not"]
    assert said == ["reader_not_as_the_trail_says", "person_not_as_the_trail_says"]


def test_it_leaves_no_trace_and_names_nobody(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by="s-eva")
    before = contents(installation)
    said = json.dumps(_explain(installation, "s-anna"), ensure_ascii=False)
    assert contents(installation) == before
    for word in ("Persson", "Test", "Anna Berg", make.NUMBERS[0], "Arbete", "070"):
        assert word not in said


def _explain(installation: Installation, reader: str, person: str = "p-1") -> dict[str, Any]:
    return explain(installation.wiring, StaffId(reader), PersonId(person), NOON)
