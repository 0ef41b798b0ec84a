"""Whoever does not exist, has not consented to me, or was never asked for rightly: one answer, byte for byte."""

from urllib.parse import quote

import pytest

from tests.support.browserless import Browser, seen
from tests.support.installation import Installation
from tests.support.situation import (
    EXPIRED,
    NOBODYS_NUMBER,
    NUMBER_OF,
    OF_OTHERS,
    OPEN,
    PROTECTED,
    READER,
    SEALED,
    STRANGER,
    WITHDRAWN,
    Situation,
    situate,
)

CLOSED = (OF_OTHERS, WITHDRAWN, EXPIRED, SEALED, PROTECTED)
MALFORMED = (
    "0" * 32,
    "f" * 31,
    "F" * 32,
    "x",
    "-",
    "g" * 5000,
    "åäö",
    "\u202eabc",
    "\N{PERSON WITH BALL}",
    "a\0b",
    "\0",
    "a/b",
    "..",
    "%",
    "a b",
    "' OR 1=1 --",
    "١٢٣",
    "find2",
)
JSON = {"Accept": "application/json"}


@pytest.fixture
def situation(installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(installation)


def addresses(situation: Situation) -> list[str]:
    """Where somebody might be, of whom nothing may be told to Anna."""
    return [situation.refs[person] for person in CLOSED] + [quote(each, safe="") for each in MALFORMED if each != ".."]


@pytest.mark.parametrize("ending", ["", "/print", "/mistake"])
def test_every_closed_record_is_the_same_page(ending: str, situation: Situation) -> None:
    reader = situation.portal.browser(READER)
    reader.get(f"/people/{situation.refs[OPEN]}{ending}")
    pages = {where: seen(reader.get(f"/people/{where}{ending}", 404)) for where in addresses(situation)}
    assert one_of(pages)[0] == 404
    reasons = [entry["cause"] for entry in situation.portal.told("refused")]
    # What has a slash in it is no address of ours, and so no look at anybody.
    assert sorted(reasons) == sorted(["no_consent"] * len(CLOSED) + ["no_such_person"] * (len(MALFORMED) - 2))


def test_every_closed_record_is_the_same_json(situation: Situation) -> None:
    reader = situation.portal.browser(READER)
    reader.get(f"/people/{situation.refs[OPEN]}", headers=JSON)
    answers = {where: seen(reader.get(f"/people/{where}", 404, headers=JSON)) for where in addresses(situation)}
    assert one_of(answers)[1] == b'{"status": 404}'


def test_a_number_nobody_has_is_answered_as_one_that_is_closed(situation: Situation) -> None:
    reader = situation.portal.browser(READER)
    numbers = [*(NUMBER_OF[person] for person in CLOSED), NOBODYS_NUMBER]
    answers = {}
    for number in numbers:
        status, body, headers = seen(reader.post("/people/find", {"personnummer": number}, 404))
        # What was typed comes back once, in the field in which one can ask for it.
        assert body.count(number.encode()) == 1
        answers[number] = status, body.replace(number.encode(), b"typed"), headers
    one_of(answers)
    told = situation.portal.told("looked_up")
    assert [entry["outcome"] for entry in told] == ["refused"] * len(numbers)
    assert ["person" in entry for entry in told] == [True] * len(CLOSED) + [False]


def test_asking_for_a_consent_is_answered_alike_whoever_is_asked_for(situation: Situation) -> None:
    reader = situation.portal.browser(READER)
    reader.get("/people/requests")
    numbers = [OPEN, *CLOSED]
    asked = [*(NUMBER_OF[person] for person in numbers), NOBODYS_NUMBER]
    typed = {"reason": "Vi ska planera ihop."}
    answers = {
        f"{number}, {time}": seen(reader.post("/people/requests/new", {**typed, "whom": number}))
        for time in (1, 2)
        for number in asked
    }
    assert one_of(answers)[0] == 303
    page = reader.get("/people/requests").text
    listed = [part.partition("</li>")[0] for part in page.partition('<ul class="people">')[2].split("<li>")[1:]]
    assert len(listed) == len(asked)
    assert len(set(listed)) == 1
    assert not any(number in page for number in asked)


def test_telling_of_a_mistake_in_somebody_closed_is_answered_alike(situation: Situation) -> None:
    reader = situation.portal.browser(READER)
    reader.get("/people")
    for form in ({"words": "Det är fel."}, {"words": ""}):
        one_of({where: seen(reader.post(f"/people/{where}/mistake", form, 404)) for where in addresses(situation)})
    assert situation.portal.told("request_made") == []


def test_whoever_may_see_nobody_is_answered_alike_for_everybody(situation: Situation) -> None:
    stranger = situation.portal.browser(STRANGER)
    # The first page of all brings a cookie.
    stranger.get("/people")
    one_of({ref: seen(stranger.get(f"/people/{ref}", 404)) for ref in situation.refs.values()})
    assert b"p-" not in stranger.get("/people", headers=JSON).data


def test_whom_the_list_does_not_open_does_not_change_a_byte_of_it(situation: Situation) -> None:
    reader = situation.portal.browser(READER)
    before = _people(reader)
    with situation.installation.wiring.act("system:test", None) as act:
        act.connection.exec_driver_sql("DELETE FROM recipients WHERE consent NOT IN ('c-p-open', 'c-p-partly')")
    assert _people(reader) == before


def _people(browser: Browser) -> bytes:
    return seen(browser.get("/people"))[1]


def one_of(answers: dict[str, tuple[int, bytes, list[tuple[str, str]]]]) -> tuple[int, bytes, list[tuple[str, str]]]:
    """The one answer they all are."""
    first = next(iter(answers.values()))
    assert [where for where, answer in answers.items() if answer != first] == []
    return first
