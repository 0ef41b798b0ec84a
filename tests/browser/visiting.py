"""Ways to come to a page of the served demo, each an act of whoever is at the browser."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import FilePayload

from portal.demo.case import PERSON
from tests.browser.portal_server import NOBODYS_NUMBER
from tests.browser.waiting import put_waiting
from tests.browser.walking import Walker, end_session

Act = Callable[[Walker], None]

# Persons of the demo, by what is special about them.
FOUNDING, CROWDED, LONG_NAME, PROTECTED = str(PERSON["id"]), "p-6", "p-16", "p-120"
WITHDRAWN, NO_CONSENT = "p-14", "p-13"


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
