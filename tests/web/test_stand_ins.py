"""The desk's pages for stand-ins: who can be chosen, from when until when, and ending one early."""

from datetime import timedelta

import pytest

from portal import clock
from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.situation import ADMINISTRATOR, AUDITOR, OPEN, READER, STAND_IN, STRANGER, Situation, situate
from tests.web.test_staff_desk import fault_at
from tests.web.test_unsent_forms import expire, hidden, sign_in_again

STAND_INS = "/administration/staff/stand-ins"
NEW = f"/administration/staff/{READER}/stand-in"
END = f"{STAND_INS}/si-1/end"


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """Anna with a stand-in, Bo."""
    return situate(sqlite_installation)


def typed(page: str) -> dict[str, str]:
    """The form for a stand-in as somebody would fill it in on ``page``."""
    today = clock.today()
    return {
        **hidden(page),
        "by": STAND_IN,
        "from_": today.isoformat(),
        "until": (today + timedelta(days=7)).isoformat(),
    }


def test_only_colleagues_can_be_chosen(eva: Browser) -> None:
    page = eva.get(NEW).text
    assert f'value="{STAND_IN}"' in page
    for other in (STRANGER, READER, "s-lina", ADMINISTRATOR, "s-gone"):
        assert f'<option value="{other}"' not in page
    eva.post(NEW, typed(page) | {"by": STRANGER}, 422)


def test_where_there_is_no_colleague_the_page_says_so(eva: Browser) -> None:
    assert "Det finns ingen kollega som kan vara ersättare." in eva.get("/administration/staff/s-lina/stand-in").text


def test_a_stand_in_sent_twice_is_listed_once(eva: Browser, situation: Situation) -> None:
    eva.post(END)
    assert "Just nu läser ingen i stället för någon annan." in eva.get(STAND_INS).text
    form, before = typed(eva.get(NEW).text), len(situation.portal.told("stand_in_changed"))
    for _ in range(2):
        after = eva.post(NEW, form).location
    shown = eva.get(after).text
    assert "Ersättaren är tillagd." in shown
    assert shown.count("Bo Dahl för Anna Berg") == 1
    assert len(situation.portal.told("stand_in_changed")) == before + 1


def test_a_stand_in_ended_early_reads_no_more(eva: Browser, situation: Situation) -> None:
    record, bo = f"/people/{situation.refs[OPEN]}", situation.portal.browser(STAND_IN)
    bo.get(record)
    assert "Avsluta Bo Dahl som ersättare för Anna Berg" in eva.get(END).text
    for _ in range(2):
        eva.post(END)
        bo.get(record, 404)
    last = situation.portal.told("stand_in_changed")[-1]
    assert (last["change"], last["actor"], last["subject"]) == ("ended", ADMINISTRATOR, "stand_in:si-1")
    assert situation.portal.told("stand_in_changed")[-2]["change"] == "added"
    eva.get(END, 303)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"by": ""}, "by"),
        ({"by": "nobody\0"}, "by"),
        ({"until": "2001-01-01"}, "until"),
        ({"until": ""}, "until"),
        ({"from_": "2026-02-30"}, "from_"),
        ({"from_": "2999-01-01"}, "until"),
    ],
)
def test_a_stand_in_filled_in_wrong_is_asked_about(eva: Browser, wrong: dict[str, str], field: str) -> None:
    assert fault_at(eva.post(NEW, typed(eva.get(NEW).text) | wrong, 422).text, field)


def test_a_colleague_who_has_left_meanwhile_is_said_at_the_field(eva: Browser, situation: Situation) -> None:
    form = typed(eva.get(NEW).text)
    situation.portal.browser(ADMINISTRATOR).post(f"/administration/staff/{STAND_IN}/end")
    assert fault_at(eva.post(NEW, form, 422).text, "by")


def test_what_a_stand_in_says_already_is_said_at_the_field(eva: Browser, situation: Situation) -> None:
    before = len(situation.portal.told("stand_in_changed"))
    answer = eva.post(NEW, typed(eva.get(NEW).text), 409)
    assert "redan ersättare" in fault_at(answer.text, "from_")
    assert len(situation.portal.told("stand_in_changed")) == before


def test_a_stand_in_who_has_left_is_said_to_have(eva: Browser) -> None:
    eva.post(f"/administration/staff/{STAND_IN}/end")
    assert "Bo Dahl har slutat och läser inte" in eva.get(STAND_INS).text


def test_a_stand_in_that_came_too_late_comes_back(eva: Browser, situation: Situation) -> None:
    eva.post(END)
    form = typed(eva.get(NEW).text)
    expire(eva)
    held = hidden(eva.fetch("POST", NEW, 403, data=form).text)
    sign_in_again(eva, ADMINISTRATOR)
    shown = eva.fetch("POST", NEW, 400, data=held).text
    assert f'value="{form["until"]}"' in shown
    eva.fetch("POST", NEW, 303, data=form | hidden(shown))
    assert situation.portal.told("stand_in_changed")[-1]["change"] == "added"


@pytest.mark.parametrize("who", [READER, AUDITOR])
def test_nobody_else_makes_stand_ins_and_the_attempt_is_in_the_trail(situation: Situation, who: str) -> None:
    for address in (NEW, END):
        situation.portal.browser(who).post(address, {}, 403)
        refused = situation.portal.told("refused")[-1]
        assert (refused["actor"], refused["cause"]) == (who, "wrong_role")
