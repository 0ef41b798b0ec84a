"""The desk's pages for plans, activities and notes: what is typed, what clashes, what stood before, and who may."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from tests.faults.test_outages import sign
from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.situation import ADMINISTRATOR, OPEN, READER, SEALED, Situation, situate
from tests.web.test_staff_desk import fault_at
from tests.web.test_unsent_forms import expire, hidden, sign_in_again

LINA = "s-lina"
JSON = {"Accept": "application/json"}
PLAN, ACTIVITY, NOTE = f"pl-af-{OPEN}", f"a-af-{OPEN}", f"n-{OPEN}"


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(sqlite_installation)


@pytest.fixture
def person(situation: Situation) -> str:
    """The address of somebody whose records are open to the desk."""
    return f"/administration/people/{situation.refs[OPEN]}"


def release(**typed: Any) -> dict[str, Any]:
    """How something was released, as somebody fills it in."""
    return {"released_by": READER, "released_words": "", "released_on": "i dag", "how": "phone", **typed}


def plan(page: str, **typed: Any) -> dict[str, Any]:
    """A plan as somebody fills it in on ``page``."""
    values = {"category": "planning", "title": "Ny handlingsplan", "direction": "work", "goal": "Jobb\r\ni lager"}
    days = {"from_": "i går", "until": "", "last_follow_up": "", "next_follow_up": ""}
    return {**hidden(page), **release(), **values, **days, "status": "active", "caseworker": READER, **typed}


def activity(page: str, **typed: Any) -> dict[str, Any]:
    """An activity as somebody fills it in on ``page``."""
    values = {"kind": "studies", "title": "Komvux", "status": "planned", "extent": "37,5", "unit": "hours_per_week"}
    more = {"from_": "i morgon", "until": "", "place": "Lund", "measure": "", "times": ["2", "9", "12.30", "1", "", ""]}
    return {**hidden(page), **release(), **values, **more, **typed}


def note(page: str, **typed: Any) -> dict[str, Any]:
    """A note as somebody fills it in on ``page``."""
    return {**hidden(page), **release(), "category": "planning", "date": "i dag", "text": "Det går bra.", **typed}


def take_away(browser: Browser, person: str, item: str) -> None:
    """Remove an item, as of somebody else."""
    address = f"{person}/records/{item}/remove"
    browser.post(address, {**hidden(browser.get(address).text), "cause": "of_somebody_else"})


def test_what_the_desk_enters_is_what_the_reader_reads_and_the_trail_says_on_whose_behalf(
    eva: Browser, situation: Situation, person: str
) -> None:
    new = f"{person}/records/new/plan/af"
    typed = plan(eva.get(new).text)
    assert "Det är sparat." in eva.get(eva.post(new, typed).location).text
    record = situation.portal.browser(READER).get(f"/people/{situation.refs[OPEN]}").text
    assert "Ny handlingsplan" in record
    told = situation.portal.told("records_changed")[-1]
    assert (told["actor"], told["behalf"], told["released_by"], told["how"]) == (ADMINISTRATOR, "af", READER, "phone")
    new = f"{person}/records/new/activity/{typed['item']}"
    eva.post(new, activity(eva.get(new).text))
    shown = situation.portal.browser(READER).get(f"/people/{situation.refs[OPEN]}", headers=JSON).json
    assert shown is not None
    entered = next(each for each in shown["activities"] if each["title"] == "Komvux")
    assert entered["extent"] == {"value": 37.5, "unit": "hours_per_week"}
    assert entered["times"] == [{"weekday": 2, "from": "09:00", "to": "12:30"}]


def test_the_same_form_sent_twice_is_entered_once(eva: Browser, situation: Situation, person: str) -> None:
    new = f"{person}/records/new/note/af"
    typed, before = note(eva.get(new).text), len(situation.portal.told("records_changed"))
    for _ in range(2):
        eva.post(new, typed)
    assert len(situation.portal.told("records_changed")) == before + 1


WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("plan", {"until": "2001-01-01"}, "until"),
    ("plan", {"from_": ""}, "from_"),
    ("plan", {"title": " "}, "title"),
    ("plan", {"released_by": ""}, "released_words"),
    ("plan", {"released_on": "i morgon"}, "released_on"),
    ("plan", {"caseworker": ADMINISTRATOR}, "caseworker"),
    ("plan", {"category": "contacts"}, "category"),
    ("activity", {"extent": "201", "unit": "percent"}, "extent"),
    ("activity", {"extent": "37,25"}, "extent"),
    ("activity", {"extent": "halva"}, "extent"),
    ("activity", {"times": ["2", "9", "8"]}, "times"),
    ("activity", {"times": ["2", "25", "26"]}, "times"),
    ("activity", {"kind": "meeting", "times": []}, "times"),
    ("note", {"text": ""}, "text"),
    ("note", {"date": "31/2"}, "date"),
)


def test_what_cannot_be_meant_is_asked_about(
    eva: Browser, situation: Situation, person: str, subtests: pytest.Subtests
) -> None:
    before = len(situation.portal.told("records_changed"))
    fill = {"plan": plan, "activity": activity, "note": note}
    for kind, wrong, field in WRONG:
        with subtests.test(msg=str(wrong)):
            new = f"{person}/records/new/{kind}/{PLAN if kind == 'activity' else 'af'}"
            page = eva.get(new).text
            assert fault_at(eva.post(new, fill[kind](page, **wrong), 422).text, field)
    assert len(situation.portal.told("records_changed")) == before


def test_more_than_full_time_is_saved_and_said(eva: Browser, person: str) -> None:
    new = f"{person}/records/new/activity/{PLAN}"
    typed = activity(eva.get(new).text, extent="150", unit="percent")
    after = eva.get(eva.post(new, typed).location).text
    assert "mer än heltid" in after
    assert "För mycket samtidigt" in after


def test_the_clashes_of_an_entry_are_shown_before_it_is_saved(eva: Browser, situation: Situation, person: str) -> None:
    new = f"{person}/records/new/activity/{PLAN}"
    typed = activity(eva.get(new).text, extent="150", unit="percent")
    before = situation.portal.told()
    page = eva.post(new, {**typed, "try": "yes"}, 200).text
    assert "Det här skulle ge nya krockar." in page
    assert "För mycket samtidigt" in page
    answer = eva.post(new, {**typed, "try": "yes"}, 200, headers=JSON).json
    assert answer is not None
    assert answer["clashes"][0]["headline"] in page
    unready = eva.post(new, {**typed, "from_": "", "try": "yes"}, 200, headers=JSON).json
    assert unready is not None
    assert unready["clashes"] == []
    assert {each["event"] for each in situation.portal.told()[len(before) :]} == {"maintained"}


def test_a_meeting_is_on_its_day_at_one_time(eva: Browser, situation: Situation, person: str) -> None:
    new = f"{person}/records/new/activity/{PLAN}"
    day = clock.today() + timedelta(days=3)
    typed = activity(eva.get(new).text, kind="meeting", title="Möte", extent="", from_=day.isoformat())
    eva.post(new, typed)
    shown = situation.portal.browser(READER).get(f"/people/{situation.refs[OPEN]}", headers=JSON).json
    assert shown is not None
    met = next(each for each in shown["activities"] if each["title"] == "Möte")
    assert (met["date"], met["until"], met["times"][0]["weekday"]) == (
        day.isoformat(),
        day.isoformat(),
        day.isoweekday(),
    )


def test_what_somebody_else_changed_meanwhile_is_not_written_over(
    eva: Browser, situation: Situation, person: str
) -> None:
    address = f"{person}/records/{NOTE}/change"
    mine, theirs = (note(eva.get(address).text, text=text, released_by=LINA) for text in ("Mitt", "Deras"))
    eva.post(address, theirs)
    page = eva.post(address, mine, 409).text
    assert "Någon annan har ändrat under tiden" in page
    assert "Deras" in page
    assert "Mitt" in page
    eva.post(address, mine | hidden(page))
    assert situation.portal.told("records_changed")[-1]["items"][0]["change"] == "replaced"


def test_the_history_says_who_changed_what_and_is_an_entry(eva: Browser, situation: Situation, person: str) -> None:
    address = f"{person}/records/{NOTE}/change"
    words = release(released_by="", released_words="Åsa på kontoret", how="letter")
    eva.post(address, note(eva.get(address).text, text="Annat nu.", **words))
    page = eva.get(f"{person}/records/{NOTE}/history").text
    for said in ("Annat nu.", "Av Eva Ek.", "Åsa på kontoret", "i ett brev", "Från kommandoraden."):
        assert said in page, said
    assert situation.portal.told("maintained")[-1]["items"] == [NOTE]
    assert situation.portal.told("records_changed")[-1].get("released_by") is None


def test_something_is_ended_and_removed_with_its_reason(eva: Browser, situation: Situation, person: str) -> None:
    address = f"{person}/records/{ACTIVITY}/change?end"
    page = eva.get(address).text
    assert f'value="{clock.today().isoformat()}"' in page
    assert 'value="completed" selected' in " ".join(page.split())
    address = f"{person}/records/{PLAN}/remove"
    form = hidden(eva.get(address).text)
    eva.post(address, {**form, "cause": "whatever"}, 400)
    after = eva.post(address, {**form, "cause": "of_somebody_else"}).location
    assert "Det är borttaget." in eva.get(after).text
    told = situation.portal.told("records_changed")[-1]
    assert (told["cause"], told["behalf"]) == ("of_somebody_else", "af")
    assert {each["id"]: each["change"] for each in told["items"]} == {PLAN: "removed", ACTIVITY: "removed"}
    assert "Det gäller någon annan." in eva.get(f"{person}/records/{PLAN}/history").text
    eva.post(address, {**form, "cause": "of_somebody_else"}, 409)


def test_what_is_removed_is_listed_with_who_did_it_when_and_why(
    eva: Browser, situation: Situation, person: str
) -> None:
    listed = f"{person}/records/removed"
    assert listed in eva.get(person).text
    assert "Ingenting är borttaget." in eva.get(listed).text
    for item in (PLAN, NOTE):
        take_away(eva, person, item)
    page = " ".join(eva.get(listed).text.split())
    assert page.count("Av Eva Ek. Det gäller någon annan.") == 3
    for item in (PLAN, ACTIVITY, NOTE):
        assert f'href="{person}/records/{item}/history"' in page
    assert set(situation.portal.told("maintained")[-1]["items"]) == {PLAN, ACTIVITY, NOTE}
    sealed = f"/administration/people/{situation.refs[SEALED]}"
    assert eva.get(f"{sealed}/records/removed", 303).location == sealed


def test_what_was_typed_of_something_removed_meanwhile_can_be_entered_as_new(
    eva: Browser, situation: Situation, person: str
) -> None:
    for item, fill, typed in (
        (NOTE, note, {"text": "Mina ord", "released_by": LINA}),
        (ACTIVITY, activity, {"title": "Mina ord"}),
        (PLAN, plan, {"title": "Mina ord"}),
    ):
        address = f"{person}/records/{item}/change"
        form = fill(eva.get(address).text, **typed)
        take_away(eva, person, item)
        page = eva.post(address, form, 409).text
        assert "Någon annan har tagit bort det här under tiden" in page
        assert "Av Eva Ek." in page
        assert "Mina ord" in page
        to = re.findall(r'<form method="post"\s+action="([^"]*)"', page)
        assert eva.post(to[0], form | hidden(page)).location == person
        told = situation.portal.told("records_changed")[-1]["items"]
        assert [(each["change"], each["id"] == item) for each in told] == [("created", False)]


def test_what_was_typed_of_an_activity_is_kept_where_its_plan_is_removed_too(eva: Browser, person: str) -> None:
    address = f"{person}/records/{ACTIVITY}/change"
    form = activity(eva.get(address).text, title="Mina ord")
    take_away(eva, person, PLAN)
    page = eva.post(address, form, 409).text
    assert "Mina ord" in page
    assert f'href="{person}/records/new/plan/af"' in page
    eva.get(f"{person}/records/none/change", 404)
    eva.post(f"{person}/records/none/change", form, 404)


def test_own_words_stand_under_the_note_for_whoever_may_read_it(
    eva: Browser, situation: Situation, person: str
) -> None:
    new = f"{person}/records/new/words/{NOTE}"
    typed = {**hidden(eva.get(new).text), "released_on": "i dag", "how": "meeting", "text": "Så var det inte."}
    eva.post(new, typed)
    reader = situation.portal.browser(READER)
    page = reader.get(f"/people/{situation.refs[OPEN]}").text
    assert "Den enskildes egna ord" in page
    assert "Så var det inte." in page
    shown = reader.get(f"/people/{situation.refs[OPEN]}", headers=JSON).json
    assert shown is not None
    host, words = (next(each for each in shown["notes"] if each["id"] == id_) for id_ in (NOTE, typed["item"]))
    assert host.keys() == words.keys()
    assert (words["agency"], words["category"]) == (host["agency"], host["category"])
    eva.post(new, {**typed, "item": "0" * 32}, 400)


def test_a_sealed_person_has_no_forms(eva: Browser, situation: Situation, person: str) -> None:
    form = note(eva.get(f"{person}/records/new/note/af").text)
    sealed = f"/administration/people/{situation.refs[SEALED]}"
    for address in ("new/plan/af", f"pl-af-{SEALED}/change", f"n-{SEALED}/history", f"n-{SEALED}/remove"):
        assert "Innehållet är stängt" in eva.get(eva.get(f"{sealed}/records/{address}", 303).location).text
    before = len(situation.portal.told("records_changed"))
    eva.post(f"{sealed}/records/new/note/af", form)
    eva.post(f"{sealed}/records/n-{SEALED}/remove", {"version": "1", "cause": "taken_back"})
    assert len(situation.portal.told("records_changed")) == before


def test_a_form_that_came_too_late_comes_back(eva: Browser, situation: Situation, person: str) -> None:
    new = f"{person}/records/new/note/af"
    form = note(eva.get(new).text, text="Skrivet länge")
    expire(eva)
    held = hidden(eva.fetch("POST", new, 403, data=form).text)
    sign(situation)
    sign_in_again(eva, ADMINISTRATOR)
    shown = eva.fetch("POST", new, 400, data=held).text
    assert "Skrivet länge" in shown
    eva.fetch("POST", new, 303, data=form | hidden(shown))
    assert situation.portal.told("records_changed")[-1]["items"][0]["change"] == "created"


@pytest.mark.parametrize(
    "address", ["new/plan/none", "new/meal/af", "new/activity/none", "new/words/none", "none/change"]
)
def test_what_is_not_there_is_not_found(eva: Browser, person: str, address: str) -> None:
    eva.get(f"{person}/records/{address}", 404)
