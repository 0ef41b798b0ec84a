"""An import by an administrator at the desk: exactly what was shown, in that administrator's name, or nothing."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.accounts.rules import StaffId
from portal.accounts.sealing import staff_subject
from portal.accounts.service import end_staff
from portal.consent.desk import withdraw_consent
from portal.errors import NotOpenError
from portal.exchange.importing import NotAsSeenError, import_document
from portal.exchange.looking import look_through
from tests import factories as make
from tests.support.installation import Installation
from tests.support.register import contents, ref_of, staff_entry, trail, verified
from tests.support.stocking import stock

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
EVA = StaffId("s-eva")


@pytest.fixture(autouse=True)
def at_noon(installation: Installation) -> None:
    installation.rewire(lambda: NOON)
    stock(installation, make.anna(), confirmed_by=EVA)


def test_what_was_seen_is_done_in_the_administrators_name(installation: Installation) -> None:
    document = _bytes(make.document(plans=[make.plan(goal="Truckkort")], consents=[make.consent("c-2")]))
    before = len(trail(installation))
    _import(installation, document, look_through(installation.wiring, document).mark)
    left = trail(installation)[before:]
    assert [entry.event for entry in left] == ["imported", "consent_registered", "records_changed"]
    assert {(entry.fields["actor"], entry.fields["agency"]) for entry in left} == {("s-eva", "ame")}
    assert "through" not in left[0].fields
    assert verified(installation).holds


def test_the_same_document_seen_twice_has_the_same_mark(installation: Installation) -> None:
    document = _bytes(make.document(persons=[make.person("p-2", personnummer=make.NUMBERS[1])], notes=[make.note()]))
    first = look_through(installation.wiring, document)
    assert look_through(installation.wiring, document).mark == first.mark
    assert len(first.mark) == 43


@pytest.mark.parametrize(
    "document",
    [
        {"plans": [make.plan(goal="Truckkort")]},
        {"consents": [make.consent("c-2")]},
        {"persons": [make.person(given_name="Annan")]},
        {"removed": {"notes": ["n-1"]}},
    ],
)
def test_what_has_changed_since_it_was_seen_is_not_done(installation: Installation, document: dict[str, Any]) -> None:
    whole = _bytes(make.document(**document))
    mark = look_through(installation.wiring, whole).mark
    with installation.wiring.act("s-eva", "ame") as act:
        withdraw_consent(act, ref_of(installation), "c-1", "phone", EVA)
    before = contents(installation)
    with pytest.raises(NotAsSeenError):
        _import(installation, whole, mark)
    assert contents(installation) == before


def test_another_document_than_the_one_seen_is_not_done(installation: Installation) -> None:
    mark = look_through(installation.wiring, _bytes(make.document(notes=[make.note(text="Nytt")]))).mark
    before = contents(installation)
    with pytest.raises(NotAsSeenError):
        _import(installation, _bytes(make.document(notes=[make.note(text="Annat")])), mark)
    assert contents(installation) == before


def test_an_administrator_who_has_left_meanwhile_takes_nothing_in(installation: Installation) -> None:
    document = _bytes(make.document(notes=[make.note(text="Nytt")]))
    eva = staff_entry(installation, "s-eva")
    mark = look_through(installation.wiring, document).mark
    with installation.wiring.act("system:test", None) as act:
        act.hold([staff_subject("s-eva")])
        end_staff(act, "s-eva")
    before = contents(installation)
    with pytest.raises(NotOpenError):
        import_document(installation.wiring, io.BytesIO(document), operator=eva, as_seen=mark)
    assert contents(installation) == before


def _import(installation: Installation, document: bytes, mark: str) -> None:
    eva = staff_entry(installation, "s-eva")
    report = import_document(installation.wiring, io.BytesIO(document), operator=eva, as_seen=mark)
    assert report.changes


def _bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()
