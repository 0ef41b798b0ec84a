"""Every address, by every method, for everybody: one table says what each is answered, and a new address fails.

A refusal by role is in the trail.
"""

import itertools
from typing import Any

import pytest
from sqlalchemy import select

from portal.consent.models import drafts
from portal.database import Desk
from tests.support.browserless import Browser
from tests.support.drafting import begin
from tests.support.installation import Installation
from tests.support.register import staff_entry
from tests.support.situation import (
    ADMINISTRATOR,
    AUDITOR,
    ENDED,
    NUMBER_OF,
    OPEN,
    READER,
    SEALED,
    WITHDRAWN,
    Situation,
    situate,
)
from tests.web.authorization_table import ANONYMOUS, TABLE, WHO


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """People in every state of consent, a draft and a request of a reader; who asks decides, not the database."""
    found = situate(sqlite_installation)
    asking = staff_entry(sqlite_installation, READER)
    sqlite_installation.wiring.requesting.ask_for_consent(asking, NUMBER_OF[SEALED], "Vi ska planera ihop.")
    begin(found.portal.browser(ADMINISTRATOR), found.refs[OPEN])
    return found


def test_every_address_answers_everybody_as_the_table_says(situation: Situation) -> None:
    browsers = _browsers(situation)
    answers = []
    for (method, _), rows in TABLE.items():
        for address, form, expected in rows:
            where = _filled(address, situation)
            given = tuple(_ask(browsers[who], method, where, form) for who in WHO)
            answers += [
                (method, address, form, who, status, wanted)
                for who, status, wanted in zip(WHO, given, expected, strict=True)
                if status != wanted
            ]
    assert [answer[0:2] + answer[3:] for answer in answers] == []


def test_the_table_holds_every_address(situation: Situation) -> None:
    rules = situation.portal.app.url_map.iter_rules()
    there = {(method, rule.rule) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert there == set(TABLE)


def test_every_other_method_is_refused_or_tells_nothing(situation: Situation) -> None:
    browsers = _browsers(situation)
    for rule in {address for _, address in TABLE}:
        row = next(rows[0] for (_, address), rows in TABLE.items() if address == rule)
        where = _filled(row[0], situation)
        for method, who in itertools.product(("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"), ("visitor", READER)):
            # CSRFProtect may answer before the address is found to know no such method.
            assert browsers[who].fetch(method, where).status_code in {400, 405}, (method, rule, who)
        response = browsers["visitor"].fetch("OPTIONS", where)
        assert response.status_code == (200 if rule in ANONYMOUS else 303), rule
        assert response.data == b"" or response.status_code == 303


def test_asking_for_the_head_is_the_same_as_asking_for_the_page(situation: Situation) -> None:
    address = f"/people/{situation.refs[OPEN]}"
    for who, status in zip(WHO, (303, 200, 200, 404, 403, 403, 303), strict=True):
        response = _browser(situation, who).fetch("HEAD", address)
        assert (response.status_code, response.data) == (status, b"")
    assert len(situation.portal.told("read")) == 2


def test_whoever_has_the_wrong_role_is_in_the_trail(situation: Situation) -> None:
    for who, address in ((AUDITOR, f"/people/{situation.refs[OPEN]}"), (READER, "/administration/people")):
        situation.portal.browser(who).get(address, 403)
    assert [(entry["actor"], entry["cause"], "person" in entry) for entry in situation.portal.told("refused")] == [
        (AUDITOR, "wrong_role", False),
        (READER, "wrong_role", False),
    ]


def test_a_form_without_its_token_changes_nothing(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    before = len(situation.portal.told())
    for (method, _), rows in TABLE.items():
        if method == "POST":
            address, form, _expected = rows[0]
            for token in ({}, {"csrf_token": "x"}, {"csrf_token": situation.portal.visitor().token()}):
                administrator.fetch("POST", _filled(address, situation), 400, data={**form, **token})
    assert len(situation.portal.told()) == before


def test_an_address_without_a_rule_is_nobodys(situation: Situation) -> None:
    # Flask takes no address after the first request; a new application is asked instead.
    situation.portal.start()
    situation.portal.app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    browser = situation.portal.browser(ADMINISTRATOR)
    assert "open to all" not in browser.get("/forgotten", 404).text


def test_only_our_own_name_is_answered(situation: Situation) -> None:
    client = situation.portal.app.test_client()
    for address in ("/", f"/people/{situation.refs[OPEN]}", "/login"):
        assert client.get(address, base_url="http://elsewhere.example").status_code == 400
    assert client.get("/healthz", base_url="http://10.0.0.7:8000").status_code == 200


def _browsers(situation: Situation) -> dict[str, Browser]:
    return {who: _browser(situation, who) for who in WHO}


def _browser(situation: Situation, who: str) -> Browser:
    if who == "visitor":
        return situation.portal.visitor()
    return situation.gone if who == ENDED else situation.portal.browser(who)


def _filled(address: str, situation: Situation) -> str:
    asked = situation.portal.told("request_made")[0]["request"]
    with situation.installation.wiring.engine(Desk.READING).connect() as connection:
        draft = connection.execute(select(drafts.c.id)).scalars().first()
    refs = {"ref": situation.refs[OPEN], "withdrawn": situation.refs[WITHDRAWN], "nobody": "0" * 32}
    refs["other"] = situation.refs[SEALED]
    return address.format(asked=asked, draft=draft, **refs)


def _ask(browser: Browser, method: str, address: str, form: dict[str, str]) -> int:
    how: dict[str, Any] = {"data": {"csrf_token": browser.token(), **form}} if method == "POST" else {}
    return browser.fetch(method, address, **how).status_code
