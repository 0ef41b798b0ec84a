"""What an import refuses: everything that is wrong is said at once, and the register stays as it was."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal.accounts.rules import StaffId
from portal.exchange.importing import import_document
from portal.exchange.preparing import AT_A_TIME
from portal.schema import owner_engine
from tests import factories as make
from tests.support.installation import Installation
from tests.support.register import contents
from tests.support.stocking import OPERATOR, attempt, stock

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
EVA = StaffId("s-eva")


@pytest.fixture(autouse=True)
def at_noon(sqlite_installation: Installation) -> None:
    sqlite_installation.rewire(lambda: NOON)


@pytest.mark.parametrize("staff", ["s-anna", "s-ulla", "s-nobody", "s-former"])
def test_only_an_active_administrator_confirms(sqlite_installation: Installation, staff: str) -> None:
    ended = make.staff("s-former", agency="ame", role="administrator", active_until="2026-06-09")
    document = make.anna()
    document["staff"].append(ended)
    assert [fault.path for fault in attempt(sqlite_installation, document, confirmed_by=staff).faults] == [
        "confirmed_by"
    ]


def test_a_withdrawal_in_the_future_is_refused(sqlite_installation: Installation) -> None:
    later = (NOON + timedelta(seconds=1)).isoformat()
    report = attempt(sqlite_installation, make.anna(consents=[make.consent(withdrawn=make.withdrawal(at=later))]))
    assert [fault.path for fault in report.faults] == ["consents[0].withdrawn.at"]


@pytest.mark.parametrize("changes", [{"purpose": "Annat"}, {"valid_until": "2027-01-31"}, {"lines": []}])
def test_a_registered_consent_never_changes(sqlite_installation: Installation, changes: dict[str, Any]) -> None:
    stock(sqlite_installation, make.anna(), confirmed_by=EVA)
    before = contents(sqlite_installation)
    report = attempt(sqlite_installation, make.document(consents=[{**make.anna()["consents"][0], **changes}]))
    assert [fault.path for fault in report.faults] == ["consents[0]"]
    assert contents(sqlite_installation) == before


def test_a_document_too_large_for_the_settings_is_refused(sqlite_installation: Installation) -> None:
    exchange = sqlite_installation.settings.exchange.model_copy(update={"max_bytes": 1000})
    sqlite_installation.settings = sqlite_installation.settings.model_copy(update={"exchange": exchange})
    sqlite_installation.rewire(lambda: NOON)
    (fault,) = attempt(sqlite_installation, make.anna()).faults
    assert fault.path == "document"
    assert "1000 byte" in fault.english or "MiB" in fault.english


def test_a_faulty_document_imports_nothing_and_says_everything(sqlite_installation: Installation) -> None:
    before = contents(sqlite_installation)
    report = attempt(
        sqlite_installation,
        make.anna(
            persons=[make.person(), make.person("p-2", language=None), make.person("p-3")],
            notes=[make.note(person="p-9")],
        ),
        confirmed_by="s-anna",
    )
    assert [fault.path for fault in report.faults] == [
        "confirmed_by",
        "notes[0].person",
        "persons[1].language",
        "persons[2].personnummer",
    ]
    assert contents(sqlite_installation) == before


def test_whoever_was_disposed_of_does_not_come_back_under_the_same_id(sqlite_installation: Installation) -> None:
    stock(sqlite_installation, make.anna())
    engine = owner_engine(sqlite_installation.settings.database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE persons SET content = NULL, content_key = NULL, digest = NULL"))
    engine.dispose()
    document = make.document(persons=[make.person()], consents=[make.consent("c-2")], notes=[make.note("n-2")])
    report = attempt(sqlite_installation, document)
    assert [fault.path for fault in report.faults] == ["consents[0].person", "notes[0].id", "persons[0].id"]


def test_a_document_that_changes_between_two_readings_is_refused(sqlite_installation: Installation) -> None:
    # More than are worked through at once, and before their plan: they are read a second time.
    activities = [make.activity(f"a-{number}") for number in range(AT_A_TIME + 1)]
    document = json.dumps({"activities": activities} | make.anna(activities=activities)).encode()
    report = import_document(sqlite_installation.wiring, _Changing(document), operator=OPERATOR)
    assert [fault.path for fault in report.faults] == ["document"]
    assert contents(sqlite_installation)["persons"] == []


class _Changing(io.BytesIO):
    """A file that somebody writes to while it is read a second time."""

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        content = self.getvalue().replace(b"Lager AB", b"Lager BA")
        self.__init__(content)  # type: ignore[misc]
        return place
