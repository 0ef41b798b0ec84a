"""Every page of the whole portal in the states people meet it in: light and dark, Swedish and English, on a phone.

axe finds nothing, nothing is wider than a phone (which is 1280 pixels at 400 %), and no page is heavy. What is hard
to meet in the demo (an empty list, the longest timeline) is in test_pages and test_timeline.
"""

import gzip
from collections.abc import Mapping
from typing import Any

import pytest

from portal.demo.case import PERSON
from tests import factories
from tests.browser.conftest import Walk
from tests.browser.measures import accessibility_faults, overflow
from tests.browser.visiting import (
    CROWDED,
    FOUNDING,
    LONG_NAME,
    NO_CONSENT,
    PROTECTED,
    WITHDRAWN,
    Act,
    answering,
    answering_nothing,
    asked,
    at,
    drafting,
    ending_stand_in,
    following,
    on_a_consent,
    opening_request,
    registering_whoever_was_asked_for,
    removing,
    renewing,
    sending_document,
    sending_too_late,
    sent,
    sent_there,
    unfolded,
    waiting,
    withdrawing,
    wrongly,
)
from tests.browser.walking import Walker

pytestmark = pytest.mark.browser

MOST_BYTES, MOST_REQUESTS = 60_000, 5

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
