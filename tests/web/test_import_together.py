"""Two administrators, or one twice, apply documents at the same moment: each is done once, and as it was shown."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import factories
from tests.support.browserless import Browser
from tests.support.installation import Installation
from tests.support.register import verified
from tests.support.situation import ADMINISTRATOR, OPEN, Situation, situate
from tests.web.test_import_desk import plan, seen_on, send


@pytest.fixture
def situation(installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(installation)


def test_of_two_documents_about_the_same_plan_one_is_done_and_the_other_shown_anew(situation: Situation) -> None:
    browsers = [situation.portal.browser(ADMINISTRATOR) for _ in range(2)]
    documents = [factories.document(plans=[plan(OPEN, goal=f"Mål {number}")]) for number in range(2)]
    sent = [send(browser, document).location for browser, document in zip(browsers, documents, strict=True)]
    before = len(situation.portal.told("imported"))
    assert sorted(_apply_together(browsers, sent)) == [303, 409]
    assert len(situation.portal.told("imported")) == before + 1
    assert verified(situation.installation).holds


def test_the_button_pressed_twice_at_once_does_it_once(situation: Situation) -> None:
    browser = situation.portal.browser(ADMINISTRATOR)
    address = send(browser, factories.document(plans=[plan(OPEN, goal="Mål")])).location
    before = len(situation.portal.told("imported"))
    statuses = _apply_together([browser, browser], [address, address])
    # Whoever comes second finds the document gone, or done already.
    assert statuses.count(303) == 1
    assert set(statuses) <= {303, 409, 410}
    assert len(situation.portal.told("imported")) == before + 1
    assert verified(situation.installation).holds


def _apply_together(browsers: list[Browser], addresses: list[str]) -> list[int]:
    seen = [seen_on(browser.get(address).text) for browser, address in zip(browsers, addresses, strict=True)]
    for browser in browsers:
        browser.token()
    with ThreadPoolExecutor(2) as threads:
        waiting = [
            threads.submit(_apply, browser, address, mark)
            for browser, address, mark in zip(browsers, addresses, seen, strict=True)
        ]
        return [each.result() for each in waiting]


def _apply(browser: Browser, address: str, mark: str) -> int:
    form = {"csrf_token": browser.token(), "seen": mark}
    return browser.fetch("POST", address, data=form).status_code
