"""Somebody at a browser, doing with the portal what people do: by what they see, never by what is in the markup."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response
from playwright.sync_api import TimeoutError as TooLateError

from portal.accounts.cookies import SESSION, cookie_name
from tests.browser.portal_server import RunningPortal

# What the browser itself writes when an answer is a 4xx: the answers are asserted where they are given.
_ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
# The demo's guides: name by subject.
GUIDES = {"lina": "Lina Holm", "anna": "Anna Berg", "omar": "Omar Nilsson", "eva": "Eva Ek", "ulla": "Ulla Falk"}


@dataclass
class Walker:
    """One window and the portal it is turned to; ``complaints`` is all the browser had to say against a page."""

    page: Page
    portal: RunningPortal
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def another_window(self) -> "Walker":
        """One more tab of the same browser, with nothing in it yet."""
        return Walker(self.page.context.new_page(), self.portal, self.complaints)

    def colleague(self) -> "Walker":
        """Somebody else at a browser of their own; whoever asks for one closes its context."""
        browser = self.page.context.browser
        assert browser is not None
        context = browser.new_context(locale="sv-SE")
        context.set_default_timeout(30_000)
        return Walker(context.new_page(), self.portal, self.complaints)

    def answers(self) -> list[Response]:
        """What comes back from now on."""
        heard: list[Response] = []
        self.page.on("response", lambda response: heard.append(response))
        return heard

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(f"{self.portal.address}{path}")

    def sign_in(self, subject: str) -> None:
        """Be one of the demo's guides, from its start page."""
        self.go("/")
        self.page.get_by_role("link", name=GUIDES[subject], exact=True).click()
        self.heading(f"Hej {GUIDES[subject]}").wait_for()

    def sign_out(self) -> None:
        """Press the button in the frame."""
        self.press("Logga ut")
        self.heading("Logga in").wait_for()

    def heading(self, words: str, level: int = 1) -> Locator:
        """A heading that says just this."""
        return self.page.get_by_role("heading", name=words, level=level, exact=True)

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow the link of that name in the content."""
        self.page.locator("main").get_by_role("link", name=name, exact=True).click()

    def choose_place(self, name: str) -> None:
        """Follow the link of that name in the menu."""
        self.page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name=name, exact=True).click()

    def says(self, words: str) -> bool:
        """Whether the content says this somewhere one can see it, as soon as the page is there."""
        try:
            self.page.locator("main").get_by_text(words).locator("visible=true").first.wait_for()
        except TooLateError:
            return False
        return True

    @property
    def path(self) -> str:
        """Where one is."""
        return self.page.url.removeprefix(self.portal.address)

    def _heard(self, message: ConsoleMessage) -> None:
        if not _ANSWERED.match(message.text):
            self.complaints.append(f"{self.path}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.portal.address):
            self.complaints.append(f"{self.path} asked {request.url}")


def by_keyboard(walker: Walker, name: str, most: int = 80) -> None:
    """Tab to what is called ``name`` and press Enter on it."""
    tab_to(walker, name, most)
    walker.page.keyboard.press("Enter")
    walker.page.wait_for_load_state()


def tab_to(walker: Walker, name: str, most: int = 80) -> None:
    """Tab until the focus is on what is called ``name``; every stop on the way must be seen."""
    for _ in range(most):
        walker.page.keyboard.press("Tab")
        focused = walker.page.locator(":focus")
        if not focused.count():
            continue
        assert is_marked(focused), f"the focus cannot be seen on {focused.evaluate('node => node.outerHTML')[:200]}"
        if _called(focused) == name:
            return
    raise AssertionError(f"the keyboard does not come to {name!r}")


def is_marked(focused: Locator) -> bool:
    """Whether one sees where the focus is (WCAG 2.2, 2.4.7 and 2.4.11)."""
    outline, inside = focused.evaluate(
        "node => { const box = node.getBoundingClientRect(); const style = getComputedStyle(node);"
        " return [style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,"
        " box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth]; }"
    )
    return bool(outline) and bool(inside)


def _called(focused: Locator) -> str:
    """What a person would call the focused thing: its label, else its words."""
    words: str = focused.evaluate(
        "node => (node.labels?.length ? node.labels[0].innerText : node.innerText || node.value || '')"
    )
    return " ".join(words.split())


def end_session(walker: Walker) -> None:
    """As if nothing had been done for a quarter of an hour."""
    name = cookie_name(walker.portal.address, SESSION)
    token = next(each["value"] for each in walker.page.context.cookies() if each["name"] == name)
    walker.portal.end_session(token)
