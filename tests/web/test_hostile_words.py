"""Every form of the desk, with in each of its fields what nobody should write there: never an error, nothing lost."""

import pytest

from tests.support.browserless import Browser
from tests.support.drafting import fill
from tests.support.filled import Form, forms_of
from tests.support.installation import Installation
from tests.support.register import staff_entry
from tests.support.situation import ENDED, NOBODYS_NUMBER, OPEN, READER, SEALED, Situation, situate

HOSTILE = (
    "\u200b",
    "\u0000",
    "\u202e\u2066abc",
    "31 feb",
    "0026-01-01",
    "9999-12-31",
    "1" * 5000,
    "Nebukadnessarsdotter " * 60,
    "<b onclick=x>&quot;'\"{{ 7*7 }}",
    ENDED,
    "مرحبا بكم",
    "😀🏳️\u200d🌈",
    "Anna-Maria " * 11,
    "i morgon",
    "i övermorgon",
    "1/1",
)
CHOICES = ("\u0000", ENDED)
PERSON, DRAFT, ASKED = "/administration/people/{person}", "{draft}", "{asked}"
PAGES = (
    "/administration/people",
    "/administration/people/new",
    f"{PERSON}/change",
    f"{PERSON}/withdraw",
    f"{PERSON}/consents/c-{OPEN}/withdraw/part",
    f"{PERSON}/consents/c-{OPEN}/in-error",
    f"{PERSON}/records/new/plan/af",
    f"{PERSON}/records/new/activity/pl-af-{OPEN}",
    f"{PERSON}/records/new/note/ame",
    f"{PERSON}/records/new/words/n-{OPEN}",
    f"{PERSON}/records/pl-af-{OPEN}/change",
    f"{PERSON}/records/a-af-{OPEN}/change",
    f"{PERSON}/records/pl-af-{OPEN}/remove",
    f"{DRAFT}/readers",
    f"{DRAFT}/shared",
    f"{DRAFT}/terms",
    f"{DRAFT}/signed",
    f"{DRAFT}/refused",
    "/administration/staff/new",
    f"/administration/staff/{READER}/change",
    f"/administration/staff/{READER}/stand-in",
    "/administration/staff/agencies/new",
    "/administration/staff/agencies/region/rename",
    f"/administration/requests/{ASKED}",
)
# Times are sent three by three, and have a test of their own.
IN_THREES = "times"
# What is chosen and not typed: a browser sends nothing else, and what somebody made up is not shown again.
CHOSEN = {"checkbox", "radio", "select"}
ANSWERS = {200, 303, 400, 409, 422}


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(sqlite_installation)


@pytest.mark.parametrize("address", PAGES)
def test_nothing_written_in_a_field_is_an_error_or_lost(situation: Situation, eva: Browser, address: str) -> None:
    draft = fill(eva, situation.refs[SEALED]) if DRAFT in address else ""
    page = address.format(person=situation.refs[OPEN], draft=draft, asked=_asked(situation))
    faults, tried = [], 0
    for name, kind in _form(eva, page).typed.items() - {(IN_THREES, "select"), (IN_THREES, "text")}:
        there = forms_of(eva.fetch("GET", page).text)
        for words in HOSTILE if kind not in CHOSEN else CHOICES:
            if not there:
                break
            form = there[-1]
            tried += 1
            answer = eva.fetch("POST", form.action or page, data={**form.values, name: [words]})
            if answer.status_code not in ANSWERS:
                faults.append(f"{name}, {words[:20]!r}: {answer.status_code}")
            elif answer.status_code == 303:
                there = forms_of(eva.fetch("GET", page).text)
            elif answer.status_code == 422:
                again = forms_of(answer.text)
                if not again:
                    faults.append(f"{name}, {words[:20]!r}: there is no form any more")
                elif kind not in CHOSEN and not _shown(again[-1].values.get(name, []), words):
                    faults.append(f"{name}, {words[:20]!r}: shown again as {again[-1].values.get(name)}")
    assert faults == []
    assert tried


def _form(browser: Browser, page: str) -> Form:
    return forms_of(browser.get(page).text)[-1]


def _shown(values: list[str], words: str) -> bool:
    return any(_seen(value) == _seen(words) for value in values)


def _seen(text: str) -> str:
    """The letters that one can see, whatever is between them."""
    return "".join(letter for letter in text if letter.isprintable() and not letter.isspace() and letter != "\u200d")


def _asked(situation: Situation) -> str:
    installation = situation.installation
    installation.wiring.requesting.ask_for_consent(staff_entry(installation, READER), NOBODYS_NUMBER, "Praktik")
    return str(situation.portal.told("request_made")[-1]["request"])
