"""No page mixes languages: whoever has chosen English meets Swedish only in what people and agencies have written, and
the page says of it that it is Swedish.

The demo is walked link by link by each kind of visitor, and its forms are sent as they should not be.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import portal.web
from portal import clock
from portal.config import read_settings
from portal.demo.making import SETTINGS, make
from portal.demo.people import demo_document
from portal.demo.portal import demo_portal
from portal.wiring import wire
from tests.support.tongues import texts_in

ADDRESS = "http://localhost:8000"
PEOPLE = 8
VISITORS = ("", "lina", "eva", "ulla")
# How many pages of a kind are looked at.
OF_A_KIND = 2
# The other language's own name, and names that keep their Swedish where the English explains them.
NAMES = ("Svenska", "Arbetsförmedlingen", "Försäkringskassan", "Kriminalvården")
LETTERS = re.compile("[åäöÅÄÖ]")
# What people write in Swedish, by the lists of a document.
WRITTEN = {
    "agencies": ("name",),
    "staff": ("title", "phone_hours"),
    "consents": ("purpose",),
    "plans": ("title", "goal"),
    "activities": ("title", "place"),
    "notes": ("text",),
}
CATALOGUE = Path(portal.web.__file__).parent / "translations/en/LC_MESSAGES/messages.po"


class Reader:
    """Finds the Swedish that is left on a page when what the register and the settings hold has been taken away."""

    def __init__(self, held: set[str], written: set[str]) -> None:
        marked = sorted(written - set(NAMES), key=len, reverse=True)
        self._words = re.compile("|".join(rf"\b{re.escape(text)}\b" for text in marked))
        self._held = re.compile("|".join(re.escape(text) for text in sorted({*held, *NAMES}, key=len, reverse=True)))
        with CATALOGUE.open("rb") as file:
            said = [message for message in read_po(file, locale="en") if isinstance(message.id, str) and message.id]
        self._swedish = {message.id for message in said} - {message.string for message in said}

    def swedish(self, page: str) -> list[str]:
        """What is Swedish on the page: a word with its letters, or a whole text that the catalogue knows."""
        # A drawing breaks and shortens what is held where it finds no room, so there only whole texts tell.
        drawn = re.findall(r"<text[^>]*>([^<]*)", page)
        written = re.split(r"<[^>]*>", re.sub(r"<(script|style|text)\b.*?</\1>", "", page, flags=re.DOTALL))
        spoken = re.findall(r'(?:aria-label|title|placeholder|alt|data-\w+)="([^"]*)"', page)
        found = [text for text in self._left_of([*written, *spoken]) if text in self._swedish or LETTERS.search(text)]
        return found + [text for text in self._left_of(drawn) if text in self._swedish]

    def unmarked(self, page: str) -> list[str]:
        """What the register holds in Swedish, and the page does not say to be Swedish (WCAG 2.2, 3.1.2)."""
        found = self._words.findall("\n".join(texts_in("en", page)))
        return sorted(set(found))

    def _left_of(self, texts: Iterable[str]) -> list[str]:
        return [" ".join(self._held.sub("", unescape(text)).split()) for text in texts]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Reader]]:
    """The demo, and somebody who knows what is in it."""
    folder = tmp_path_factory.mktemp("english") / "demo"
    make(folder, 8000, PEOPLE, lambda _: None)
    settings = read_settings(folder / SETTINGS)
    wiring = wire(settings)
    document = demo_document(clock.today(), PEOPLE)
    own = {settings.name, settings.operator_contact, settings.consent.legal_basis}
    yield demo_portal(wiring), Reader(own | set(_texts(document)), own | set(_written(document)))
    wiring.close()


@pytest.mark.parametrize("visitor", VISITORS)
def test_no_page_mixes_languages(visitor: str, demo: tuple[Flask, Reader]) -> None:
    app, reader = demo
    browser = app.test_client()
    browser.set_cookie("language", "en")
    if visitor:
        browser.get(f"/login/ame?login_hint={visitor}", base_url=ADDRESS, follow_redirects=True)
    found, kinds = [], set()
    for response in walk(browser):
        kinds.add(kind_of(response.request.path))
        assert 'lang="en"' in response.text, response.request.path
        faults = [*reader.swedish(response.text), *(f"{text}, unmarked" for text in reader.unmarked(response.text))]
        found += [f"{response.status_code} {response.request.path}: {text}" for text in faults]
    assert found == []
    assert len(kinds) >= 4, kinds


def walk(browser: FlaskClient) -> Iterator[TestResponse]:
    """Every kind of page that links lead to, and what its forms answer to nonsense; also what is not there."""
    waiting, seen = ["/", "/nowhere", "/login"], Counter[str]()
    while waiting:
        address = waiting.pop(0)
        seen[kind_of(address)] += 1
        if seen[kind_of(address)] > OF_A_KIND:
            continue
        response = browser.get(address, base_url=ADDRESS, follow_redirects=True)
        if response.mimetype != "text/html":
            continue
        yield response
        for action, data in nonsense(response.text):
            yield browser.post(action, data=data, base_url=ADDRESS, follow_redirects=True)
        links = map(unescape, re.findall(r'<a [^>]*?href="(/[^"#]*)', response.text))
        waiting += [link for link in dict.fromkeys(links) if not link.startswith("/login/")]


def kind_of(address: str) -> str:
    """What pages with other keys and other questions have in common."""
    path, _, query = address.partition("?")
    asked = sorted(part.partition("=")[0] for part in query.split("&"))
    return f"{re.sub('[0-9a-f]{16,}|s-[a-z-]+', '*', path)}?{asked}"


def nonsense(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each form with something to fill in, sent empty and sent with what no field takes."""
    for action, form in re.findall(
        r'<form[^>]*?action="([^"]*)"[^>]*?method="post"[^>]*>(.*?)</form>', page, re.DOTALL
    ):
        fields = re.findall(r'<(?:input|select|textarea)[^>]*?name="([^"]*)"', form, re.DOTALL)
        token = re.findall(r'name="csrf_token" value="([^"]*)"', form)
        typed = [name for name in fields if name not in ("csrf_token", "back")]
        if typed and token:
            for value in ("", "?", "x" * 600):
                yield action, {"csrf_token": token[0], **dict.fromkeys(typed, value)}


def _written(document: Any) -> Iterator[str]:
    """What people have written in Swedish; the names of people are of no language."""
    for kind, fields in WRITTEN.items():
        for each in document[kind]:
            yield from (each[field] for field in fields if each[field])


def _texts(held: Any) -> Iterator[str]:
    """Every text with a letter in it that a document holds."""
    if isinstance(held, dict | list):
        for each in held.values() if isinstance(held, dict) else held:
            yield from _texts(each)
    elif isinstance(held, str) and re.search(r"[^\W\d_]{2}", held):
        yield held
