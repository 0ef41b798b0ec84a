"""`portal doctor` names every row that was slipped in, removed, altered or put back, and opens nothing."""

import json

import pytest
from sqlalchemy import create_engine, text

from portal import doctor
from portal.database import Desk
from tests import factories
from tests.support.installation import Installation
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


def _as_attacker(installation: Installation, sql: str) -> None:
    installation.wiring.engine(Desk.READING).dispose()
    engine = create_engine(installation.owner_url)
    with engine.begin() as connection:
        for statement in sql.split("; "):
            connection.execute(text(statement))
    engine.dispose()
