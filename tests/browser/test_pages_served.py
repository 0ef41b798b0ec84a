"""Every page of the whole portal in the states people meet it in: light and dark, Swedish and English, on a phone.

axe finds nothing, nothing is wider than a phone (which is 1280 pixels at 400 %), and no page is heavy. What is hard
to meet in the demo (an empty list, the longest timeline) is in test_pages and test_timeline.
"""

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import FilePayload

from portal.demo.case import PERSON
from tests import factories
from tests.browser.conftest import Walk
from tests.browser.measures import accessibility_faults, overflow
from tests.browser.portal_server import NOBODYS_NUMBER
from tests.browser.waiting import put_waiting
from tests.browser.walking import Walker, end_session

pytestmark = pytest.mark.browser

Act = Callable[[Walker], None]

# Persons of the demo, by what is special about them.
FOUNDING, CROWDED, LONG_NAME, PROTECTED = str(PERSON["id"]), "p-6", "p-16", "p-120"
WITHDRAWN, NO_CONSENT = "p-14", "p-13"
MOST_BYTES, MOST_REQUESTS = 60_000, 5


def at(path: str) -> Act:
    """Go to an address; each `{p-1}` in it is that person's reference."""

    def act(walker: Walker) -> None:
        before, brace, rest = path.partition("{")
        person, _, after = rest.partition("}")
        at(before + walker.portal.ref_of(person) + after)(walker) if brace else walker.go(path)

    return act


def sent(path: str, **typed: str) -> Act:
    """Go to a form, type into its fields and send it."""

    def act(walker: Walker) -> None:
        at(path)(walker)
        for name, words in typed.items():
            walker.page.locator(f"#{name}").fill(words)
        walker.page.locator("main form[method=post] button[type=submit]").first.click()
        walker.page.wait_for_load_state()

    return act


def withdrawing(walker: Walker) -> None:
    at("/administration/people/{p-1}")(walker)
    walker.page.locator("a[href$='/withdraw']").first.click()


def on_a_consent(person: str, what: str, further: str = "") -> Act:
    """Go from a person's page to where something is done with the first consent that it can be done with."""

    def act(walker: Walker) -> None:
        at(f"/administration/people/{{{person}}}")(walker)
        address = walker.page.locator(f"a[href$='/{what}'][href*='/consents/']").first.get_attribute("href")
        walker.go(f"{address}{further}")

    return act


def drafting(step: str, button: str = "form[action$='/drafts'] button", person: str = PROTECTED) -> Act:
    """Begin a draft for somebody, which is the one begun before, and go to one of its steps."""

    def act(walker: Walker) -> None:
        at(f"/administration/people/{{{person}}}")(walker)
        walker.page.locator(button).first.click()
        walker.page.locator("h1").wait_for()
        walker.go(walker.path.replace("/readers", f"/{step}"))

    return act


def sent_there(go: Act) -> Act:
    """Go where ``go`` goes and send the form as it stands."""

    def act(walker: Walker) -> None:
        go(walker)
        walker.page.locator("main form[method=post] button[type=submit]").first.click()
        walker.page.get_by_role("alert").wait_for()

    return act


def renewing(step: str) -> Act:
    """Begin to renew the founding person's consent, and go to one of the steps."""
    return drafting(step, "form:has(input[name=replaces]) button", FOUNDING)


def wrongly(act: Act, *emptied: str) -> Act:
    """Send the form of a page, with some of its fields emptied."""

    def sent_wrong(walker: Walker) -> None:
        act(walker)
        for name in emptied:
            walker.page.locator(f"#{name}").fill("")
        walker.page.locator("main form[method=post] button[type=submit]").first.click()
        walker.page.get_by_role("alert").wait_for()

    return sent_wrong


def following(part: str, which: int = -1) -> Act:
    """From a person's page, to where one of the links leads whose address has ``part`` in it."""

    def act(walker: Walker) -> None:
        at(f"/administration/people/{{{CROWDED}}}")(walker)
        links = walker.page.locator(f"a[href*='{part}']")
        links.nth(which % links.count()).click()
        walker.page.wait_for_load_state()

    return act


def waiting(person: str, page: str) -> Act:
    """Go to a page about a consent that waits; only the person with the long name has handed in the paper."""

    def act(walker: Walker) -> None:
        walker.go(f"{put_waiting(walker.portal, person, has_paper=person == LONG_NAME)}/{page}")

    return act


def removing(*, after: str = "", then: str = "") -> Act:
    """Remove somebody's first note; ``then`` go to another page of the records, or send the form one had opened."""

    def act(walker: Walker) -> None:
        at(f"/administration/people/{{{LONG_NAME}}}")(walker)
        removal = walker.page.locator("a[href*='/records/'][href$='/remove']").last.get_attribute("href") or ""
        if after:
            walker.go(removal.replace("/remove", after))
        other = walker.page.context.new_page()
        other.goto(walker.page.url.partition("/administration")[0] + removal)
        other.locator("main form[method=post] button[type=submit]").first.click()
        other.locator("[role=status]").first.wait_for()
        other.close()
        if then:
            walker.go(removal.rpartition("/records/")[0] + "/records" + then)
        else:
            walker.page.locator("main form[method=post] button[type=submit]").first.click()
            walker.page.get_by_role("alert").wait_for()

    return act


def ending_stand_in(walker: Walker) -> None:
    at("/administration/staff/stand-ins")(walker)
    walker.page.locator("a[href$='/end']").first.click()


def asked(act: Act) -> Act:
    """Act when there is a request of each kind."""

    def act_then(walker: Walker) -> None:
        portal = walker.portal
        lina, ref = portal.staff("s-lina"), portal.ref_of(FOUNDING)
        portal.wiring.requesting.ask_for_consent(lina, NOBODYS_NUMBER, "Vi ska planera praktik ihop.")
        portal.wiring.requesting.report_mistake(lina, ref, "Praktiken slutade i går.", "ongoing")
        act(walker)

    return act_then


def opening_request(walker: Walker) -> None:
    asked(at("/administration/requests"))(walker)
    walker.page.locator("main .people a").filter(has_text=NOBODYS_NUMBER[:8]).click()
    walker.page.locator("dl").wait_for()


def answering_nothing(walker: Walker) -> None:
    opening_request(walker)
    walker.page.locator("main form[method=post] button[type=submit]").first.click()
    walker.page.get_by_role("alert").wait_for()


def registering_whoever_was_asked_for(walker: Walker) -> None:
    opening_request(walker)
    walker.page.locator("a[href$='/register']").click()
    walker.page.locator("#given_name").wait_for()


def answering(walker: Walker) -> None:
    opening_request(walker)
    walker.page.locator("input[value=no]").check()
    walker.page.locator("main form[method=post] button[type=submit]").first.click()
    walker.page.get_by_role("status").wait_for()


def sending_too_late(walker: Walker) -> None:
    at("/administration/people/new")(walker)
    end_session(walker)
    walker.page.locator("main form[method=post] button[type=submit]").first.click()
    walker.page.locator("ol a").wait_for()


def unfolded(path: str) -> Act:
    """Go to an address and unfold the first thing that unfolds."""

    def act(walker: Walker) -> None:
        at(path)(walker)
        walker.page.locator("summary").first.click()

    return act


def sending_document(lists: Mapping[str, Any], person: str = "") -> Act:
    """Send an exchange document of these lists, and go on to what it would change for one person."""

    def act(walker: Walker) -> None:
        at("/administration/import")(walker)
        content = json.dumps({"format": "gemensam-ingang/1", **lists}).encode()
        file: FilePayload = {"name": "document.json", "mimeType": "application/json", "buffer": content}
        walker.page.locator("#document").set_input_files(file)
        walker.page.locator("main form[method=post] button[type=submit]").first.click()
        walker.page.wait_for_load_state()
        if person:
            walker.page.locator(f"a[href$='/people/{person}']").click()
            walker.page.wait_for_load_state()

    return act


CHANGING: Mapping[str, Any] = {
    "persons": [factories.person("p-brand-new", personnummer=factories.NUMBERS[1], phone=None)],
    "notes": [
        factories.note(f"n-brand-new-{person}", person=person, agency="ame", text="Börjar på måndag.")
        for person in (FOUNDING, WITHDRAWN, "p-brand-new")
    ],
}

PAGES: Mapping[str, Mapping[str, Act]] = {
    "visitor": {
        "home": at("/"),
        "sign in": at("/login"),
        "sign in after a lost form": at("/login?unsent=yes"),
        "refused": at("/login/ame/callback?state=none"),
        "whom to be": at("/login/ame"),
        "about your data": at("/about-your-data"),
        "accessibility": at("/accessibility"),
        "nowhere": at("/nowhere"),
    },
    "lina": {
        "home": at("/"),
        "clients": at("/people"),
        "clients of a name": sent("/people", name="persson"),
        "clients of no name": sent("/people", name="qqq"),
        "record": unfolded(f"/people/{{{FOUNDING}}}"),
        "crowded record": at(f"/people/{{{CROWDED}}}"),
        "long names": at(f"/people/{{{LONG_NAME}}}"),
        "protected": at(f"/people/{{{PROTECTED}}}"),
        "withdrawn": at(f"/people/{{{WITHDRAWN}}}"),
        "on paper": at(f"/people/{{{FOUNDING}}}/print"),
        "check-in": at("/check-in"),
        "find": at("/people/find"),
        "find, wrong": sent("/people/find", personnummer="19920517-2382"),
        "find, nobody": sent("/people/find", personnummer="19900101-2385"),
        "asking": at("/people/requests/new"),
        "asking, wrong": sent("/people/requests/new", whom="1", reason=""),
        "own requests": asked(at("/people/requests")),
        "a mistake": at(f"/people/{{{FOUNDING}}}/mistake"),
        "a mistake, wrong": sent(f"/people/{{{FOUNDING}}}/mistake", words=""),
        "another role's page": at("/auditing/log"),
    },
    "eva": {
        "home": at("/"),
        "people": at("/administration/people"),
        "many found": sent("/administration/people", sought="a"),
        "nobody found": sent("/administration/people", sought="qqq"),
        "search, wrong": sent("/administration/people", sought=""),
        "person": at(f"/administration/people/{{{FOUNDING}}}"),
        "long names": at(f"/administration/people/{{{LONG_NAME}}}"),
        "protected": at(f"/administration/people/{{{PROTECTED}}}"),
        "withdrawn": at(f"/administration/people/{{{WITHDRAWN}}}"),
        "no consent": at(f"/administration/people/{{{NO_CONSENT}}}"),
        "new person": at("/administration/people/new"),
        "new person, wrong": sent("/administration/people/new", personnummer="1"),
        "already there": sent(
            "/administration/people/new", personnummer=str(PERSON["personnummer"]), given_name="A", family_name="B"
        ),
        "new plan": at(f"/administration/people/{{{FOUNDING}}}/records/new/plan/af"),
        "new plan, wrong": sent(f"/administration/people/{{{FOUNDING}}}/records/new/plan/af", title=""),
        "new activity": following("/records/new/activity/"),
        "changing a plan": following("/change", 0),
        "changing a note": following("/change"),
        "own words": following("/records/new/words/"),
        "removing": following("/remove"),
        "history": following("/history"),
        "nothing removed": following("/records/removed"),
        "removed": removing(then="/removed"),
        "changing what is removed": removing(after="/change"),
        "draft, readers": drafting("readers"),
        "draft, nobody": wrongly(drafting("readers")),
        "draft, shared": drafting("shared"),
        "draft, terms": drafting("terms"),
        "draft, lacking": drafting("overview"),
        "renewal, shared": renewing("shared"),
        "renewal, overview": renewing("overview"),
        "renewal, signed": renewing("signed"),
        "renewal, signed, wrong": wrongly(renewing("signed"), "place"),
        "renewal, refused": renewing("refused"),
        "drafts": at("/administration/drafts"),
        "withdrawing": withdrawing,
        "withdrawing all": at(f"/administration/people/{{{FOUNDING}}}/withdraw"),
        "withdrawing nothing": at(f"/administration/people/{{{NO_CONSENT}}}/withdraw"),
        "withdrawing a part": on_a_consent(FOUNDING, "withdraw", "/part"),
        "withdrawing a part, wrong": sent_there(on_a_consent(FOUNDING, "withdraw", "/part")),
        "registered in error": on_a_consent(FOUNDING, "in-error"),
        "registered in error, wrong": sent_there(on_a_consent(FOUNDING, "in-error")),
        "letter": on_a_consent(WITHDRAWN, "letter"),
        "changing a person": at(f"/administration/people/{{{LONG_NAME}}}/change"),
        "changing a person, wrong": sent(f"/administration/people/{{{FOUNDING}}}/change", personnummer="1"),
        "changing somebody protected": at(f"/administration/people/{{{PROTECTED}}}/change"),
        "registered twice": at(f"/administration/people/{{{FOUNDING}}}/twice"),
        "registered twice, wrong": sent(f"/administration/people/{{{FOUNDING}}}/twice", personnummer="1"),
        "merging": at(f"/administration/people/{{{FOUNDING}}}/twice/{{{CROWDED}}}"),
        "merging with somebody closed": at(f"/administration/people/{{{LONG_NAME}}}/twice/{{{NO_CONSENT}}}"),
        "merging, wrong": sent(f"/administration/people/{{{FOUNDING}}}/twice/{{{PROTECTED}}}"),
        "protecting": at(f"/administration/people/{{{FOUNDING}}}/protection"),
        "lifting protection": at(f"/administration/people/{{{PROTECTED}}}/protection"),
        "closed people": at("/administration/sealed"),
        "consents": at("/administration/consents"),
        "paper missing": waiting(NO_CONSENT, "paper"),
        "paper missing, wrong": sent_there(waiting(NO_CONSENT, "paper")),
        "nothing to compare with": waiting(NO_CONSENT, "confirm"),
        "paper": waiting(LONG_NAME, f"paper/{'f' * 32}"),
        "comparing": waiting(LONG_NAME, "confirm"),
        "somebody with a consent that waits": at(f"/administration/people/{{{LONG_NAME}}}"),
        "consents that wait": at("/administration/consents"),
        "requests": asked(at("/administration/requests")),
        "request": opening_request,
        "request, wrong": answering_nothing,
        "registering whoever was asked for": registering_whoever_was_asked_for,
        "request answered": answering,
        "requests answered": at("/administration/requests/answered"),
        "home with requests": asked(at("/")),
        "staff": at("/administration/staff"),
        "ending": at("/administration/staff/s-per-olof/end"),
        "ending oneself": at("/administration/staff/s-eva/end"),
        "changing": at("/administration/staff/s-per-olof/change"),
        "changing, wrong": sent("/administration/staff/s-per-olof/change", email="nobody"),
        "nobody left": at("/administration/consents/without-reader/ame"),
        "agencies": at("/administration/staff/agencies"),
        "new agency": at("/administration/staff/agencies/new"),
        "new agency, wrong": sent("/administration/staff/agencies/new", name=""),
        "renaming an agency": at("/administration/staff/agencies/region/rename"),
        "stand-ins": at("/administration/staff/stand-ins"),
        "new stand-in": at("/administration/staff/s-lina/stand-in"),
        "new stand-in, wrong": sent("/administration/staff/s-lina/stand-in"),
        "ending a stand-in": ending_stand_in,
        "document": at("/administration/import"),
        "document, wrong": sent("/administration/import"),
        "document that does not hold": sending_document({"persons": [{"id": "p"}]}),
        "difference": sending_document(CHANGING),
        "difference of one": sending_document(CHANGING, FOUNDING),
        "difference of one sealed": sending_document(CHANGING, WITHDRAWN),
        "difference of somebody new": sending_document(CHANGING, "p-brand-new"),
        "document not there": at("/administration/import/none"),
        "new staff": at("/administration/staff/new"),
        "new staff, wrong": sent("/administration/staff/new", email="nobody"),
        "signed in again": at("/signed-in"),
        # Last, for afterwards nobody is signed in.
        "sent too late": sending_too_late,
    },
    "ulla": {
        "home": at("/"),
        "log": unfolded("/auditing/log"),
        "log of one": at("/auditing/log?staff=s-lina"),
        "log of nothing": at("/auditing/log?from=2020-01-01&until=2020-01-02"),
        "integrity": at("/auditing/integrity"),
    },
}


@pytest.mark.parametrize(("language", "scheme"), [("sv", "light"), ("en", "dark")])
@pytest.mark.parametrize("who", PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(who: str, language: str, scheme: str, walk: Walk) -> None:
    walker = entered(walk, who, scheme=scheme)
    if language == "en":
        walker.press("English")
    found = []
    for name, act in PAGES[who].items():
        act(walker)
        assert walker.page.locator("html").get_attribute("lang") == language
        found += [f"{name}: {fault}" for fault in accessibility_faults(walker.page)]
        walker.page.set_viewport_size({"width": 320, "height": 256})
        found += [f"{name}: {fault}" for fault in overflow(walker.page)]
        walker.page.set_viewport_size({"width": 1280, "height": 900})
    assert found == []


@pytest.mark.parametrize("who", PAGES)
def test_no_page_is_heavy(who: str, walk: Walk) -> None:
    walker = entered(walk, who)
    found = []
    for name, act in PAGES[who].items():
        window = walker.another_window()
        answers = window.answers()
        act(window)
        window.page.wait_for_load_state()
        # The last page is what a form's answer led to; the pages on the way are weighed under their own names.
        loaded = answers[max(place for place, each in enumerate(answers) if each.request.is_navigation_request()) :]
        weight = sum(len(gzip.compress(each.body())) for each in loaded)
        if weight > MOST_BYTES or len(loaded) > MOST_REQUESTS:
            found.append(f"{name}: {weight} bytes in {len(loaded)} requests")
        window.page.close()
    assert found == []


@pytest.mark.parametrize("who", ["lina", "eva", "ulla"])
def test_the_menu_and_who_is_signed_in_stand_beside_each_other(who: str, walk: Walk) -> None:
    page = entered(walk, who).page
    for width in (1280, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        places = [page.locator(each).bounding_box() for each in (".product", ".menu", ".who")]
        middles = [box["y"] + box["height"] / 2 for box in places if box is not None]
        assert max(middles) - min(middles) < 2, (width, middles)


def test_what_may_be_read_is_ticked_on_a_phone_without_scrolling_far(walk: Walk) -> None:
    walker = entered(walk, "eva")
    renewing("shared")(walker)
    walker.page.set_viewport_size({"width": 390, "height": 844})
    tables = walker.page.locator(".matrix:visible").all()
    assert tables
    for table in tables:
        box = table.bounding_box()
        assert box is not None
        assert box["height"] < 844 / 2


def entered(walk: Walk, who: str, **looks: str) -> Walker:
    """A window, signed in unless for a visitor."""
    walker: Walker = walk(**looks)
    if who == "visitor":
        walker.go("/")
    else:
        walker.sign_in(who)
    return walker
