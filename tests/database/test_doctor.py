"""`portal doctor` names every row that was slipped in, removed, altered or put back, and opens nothing."""

import json

import pytest
from sqlalchemy import create_engine, insert, select, text

from portal import doctor
from portal.consent.models import drafts
from portal.database import Desk
from portal.requests.rules import Answer
from portal.requests.service import answer_request
from tests import factories
from tests.support.drafting import begin, fill, register, take
from tests.support.installation import Installation
from tests.support.register import staff_entry
from tests.support.situation import ADMINISTRATOR, NOBODYS_NUMBER, OPEN, READER, SEALED, situate
from tests.support.stocking import stock


def test_a_register_as_the_trail_tells_it_is_well(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    stock(installation, factories.anna(), confirmed_by="s-eva")
    assert doctor.run(installation.wiring, False) == 0
    assert "the one the trail tells of" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("sql", "subject", "what"),
    [
        ("UPDATE consents SET valid_until = '2030-12-31'", "person:", "altered"),
        ("UPDATE persons SET is_protected = NOT is_protected", "person:", "altered"),
        ("UPDATE persons SET content_version = content_version + 1", "person:", "altered"),
        ("UPDATE persons SET id = 'p-x'", "person:", "altered"),
        ("UPDATE persons SET records = seal", "person:", "altered"),
        ("DELETE FROM items WHERE id = 'n-1'", "person:", "records"),
        ("UPDATE items SET agency = 'ame' WHERE id = 'pl-af'", "person:", "records"),
        ("UPDATE items SET content = digest WHERE id = 'pl-af'", "person:", "records"),
        ("DELETE FROM recipients; DELETE FROM consents", "person:", "altered"),
        ("UPDATE staff SET role = 'administrator' WHERE id = 's-bo'", "staff:s-bo", "altered"),
        ("DELETE FROM staff WHERE id = 's-bo'", "staff:s-bo", "missing"),
    ],
)
def test_a_row_that_was_tampered_with_is_named(
    installation: Installation, capsys: pytest.CaptureFixture[str], sql: str, subject: str, what: str
) -> None:
    stock(installation, factories.anna(stand_ins=[]), confirmed_by="s-eva")
    _as_attacker(installation, sql)
    assert doctor.run(installation.wiring, True) == 1
    (found,) = json.loads(capsys.readouterr().out)["ailments"]
    assert found["subject"].startswith(subject)
    assert found["what"] == what


@pytest.mark.parametrize(
    ("sql", "name", "what"),
    [
        ("UPDATE drafts SET state = 'refused'", "draft:", ["altered"]),
        ("UPDATE drafts SET changed_by = 's-bo'", "draft:", ["altered"]),
        ("UPDATE drafts SET content = (SELECT content FROM requests LIMIT 1)", "draft:", ["altered"]),
        ("UPDATE drafts SET id = 'draft-x'", "draft:", ["slipped_in", "missing"]),
        ("DELETE FROM drafts", "draft:", ["missing"]),
        ("UPDATE requests SET agency = 'ame'", "request:", ["altered"]),
        ("UPDATE requests SET asked = content", "request:", ["altered"]),
        ("UPDATE requests SET note = content, answered_at = 1, answered_by = 's-eva', answer = 'no', asked = NULL",
         "request:", ["altered"]),
        ("UPDATE requests SET id = 'request-x'", "request:", ["slipped_in", "missing"]),
        ("DELETE FROM requests", "request:", ["missing"]),
    ],
)  # fmt: skip
def test_a_draft_or_a_request_that_was_tampered_with_is_named(
    installation: Installation, capsys: pytest.CaptureFixture[str], sql: str, name: str, what: list[str]
) -> None:
    situation = situate(installation)
    administrator = situation.portal.browser(ADMINISTRATOR)
    fill(administrator, situation.refs[SEALED])
    installation.wiring.requesting.ask_for_consent(staff_entry(installation, READER), NOBODYS_NUMBER, "Praktik")
    _as_attacker(installation, sql)
    assert doctor.run(installation.wiring, True) == 1
    ailments = json.loads(capsys.readouterr().out)["ailments"]
    assert [each["what"] for each in ailments] == what
    assert all(each["subject"].startswith(name) for each in ailments)
    assert doctor.run(installation.wiring, False) == 1
    assert "take the draft away and ask the person again" in capsys.readouterr().out


def test_drafts_and_requests_in_every_state_are_as_the_trail_tells(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    situation = situate(installation)
    administrator, ref = situation.portal.browser(ADMINISTRATOR), situation.refs[SEALED]
    register(administrator, ref)
    take(administrator, begin(administrator, ref), "refused")
    administrator.post(f"{fill(administrator, ref)}/print", {}, 200)
    administrator.post(f"{begin(administrator, ref)}/drop")
    reader, requesting = staff_entry(installation, READER), installation.wiring.requesting
    for _ in range(2):
        requesting.ask_for_consent(reader, NOBODYS_NUMBER, "Praktik")
    requesting.report_mistake(reader, situation.refs[OPEN], "Fel dag", "planning")
    for request in {entry["request"] for entry in situation.portal.told("request_made")}:
        with installation.wiring.act(ADMINISTRATOR, "ame") as act:
            answer_request(act, request, Answer.NO, "Finns inte")
    requesting.ask_for_consent(reader, NOBODYS_NUMBER, "Praktik")
    assert doctor.run(installation.wiring, False) == 0, capsys.readouterr().out


def test_a_draft_that_was_taken_away_and_put_back_is_named(installation: Installation) -> None:
    situation = situate(installation)
    administrator = situation.portal.browser(ADMINISTRATOR)
    draft = begin(administrator, situation.refs[SEALED])
    with installation.wiring.engine(Desk.ADMINISTRATION).begin() as connection:
        row = dict(connection.execute(select(drafts)).mappings().one())
    administrator.post(f"{draft}/drop")
    with installation.wiring.engine(Desk.ADMINISTRATION).begin() as connection:
        connection.execute(insert(drafts).values(row))
    with installation.wiring.engine(Desk.SURVEYING).connect() as connection:
        found = list(doctor.examine(connection, installation.wiring.keyring))
    assert [(each.subject, each.what) for each in found] == [(f"draft:{row['id']}", "slipped_in")]


def _as_attacker(installation: Installation, sql: str) -> None:
    installation.wiring.engine(Desk.READING).dispose()
    engine = create_engine(installation.owner_url)
    with engine.begin() as connection:
        for statement in sql.split("; "):
            connection.execute(text(statement))
    engine.dispose()
