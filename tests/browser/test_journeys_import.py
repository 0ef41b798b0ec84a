"""An exchange document at the desk, in a browser: sent, looked through, taken in; and mended when it does not hold."""

import json
from typing import Any

import pytest
from playwright.sync_api import FilePayload

from tests import factories
from tests.browser.conftest import Walk
from tests.browser.walking import Walker

pytestmark = pytest.mark.browser


def send(eva: Walker, **lists: Any) -> None:
    """Choose a document of these lists and send it."""
    eva.go("/")
    eva.follow("Ta in uppgifter")
    content = json.dumps(factories.document(**lists)).encode()
    file: FilePayload = {"name": "document.json", "mimeType": "application/json", "buffer": content}
    eva.page.get_by_label("Dokument").set_input_files(file)
    eva.press("Granska dokumentet")


@pytest.mark.parametrize("script", [True, False])
def test_a_document_is_looked_through_and_taken_in(walk: Walk, script: bool) -> None:
    eva = walk(script=script)
    eva.sign_in("eva")
    key = f"p-sent-{script}"
    person = factories.person(key, given_name="Sänd", personnummer=eva.portal.new_number(), phone=None)
    note = factories.note(f"n-{key}", person=key)
    send(eva, persons=[person | {"personnummer": "199001012386"}], notes=[note])
    assert eva.says("Numrets kontrollsiffra stämmer inte.")
    send(eva, persons=[person], notes=[note])
    eva.heading("Granska innan du tar in").wait_for()
    eva.follow("Sänd Persson")
    eva.heading("Vad som ändras för Sänd Persson").wait_for()
    eva.follow("Tillbaka till hela dokumentet")
    eva.press("Ta in")
    assert eva.says("Dokumentet är intaget.")
    eva.page.go_back()
    eva.heading("Ta in uppgifter").wait_for()
    assert eva.says("Dokumentet finns inte kvar")
    send(eva, persons=[person], notes=[note])
    assert eva.says("Allt i dokumentet finns redan")


def test_a_document_is_thrown_away(walk: Walk) -> None:
    eva = walk()
    eva.sign_in("eva")
    send(eva, persons=[factories.person("p-thrown", personnummer=eva.portal.new_number(), phone=None)])
    eva.press("Kasta dokumentet")
    assert eva.says("Dokumentet är kastat.")
