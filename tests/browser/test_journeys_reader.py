"""A reader's day from beginning to end, in a browser, on the whole portal."""

import pytest

from portal.demo.case import PERSON
from tests.browser.conftest import Walk
from tests.browser.walking import Walker, by_keyboard, tab_to

pytestmark = pytest.mark.browser

NAME = "Test Persson"
REASON = "avstämning"


def open_the_founding_example(lina: Walker) -> None:
    lina.choose_place("Mina klienter")
    lina.follow(NAME)
    lina.heading(NAME).wait_for()


def test_lina_comes_in_by_the_provider_and_reads_prints_and_leaves(walk: Walk) -> None:
    lina = walk()
    lina.go("/")
    lina.follow("Logga in som någon annan")
    lina.follow("Arbetsmarknadsenheten")
    lina.heading("Vem vill du vara?").wait_for()
    lina.press("Lina Holm")
    lina.heading("Hej Lina Holm").wait_for()

    lina.press(REASON)
    lina.page.get_by_role("button", name=REASON, pressed=True).wait_for()
    lina.choose_place("Mina klienter")
    lina.page.get_by_label("Filtrera på namn").fill("test pe")
    assert lina.page.locator("#clients > li:visible").count() == 1
    lina.follow(NAME)

    lina.heading(NAME).wait_for()
    assert NAME in lina.page.title()
    assert lina.says("Du läser med stöd av samtycke")
    assert lina.heading("Planerna drar åt olika håll", 3).is_visible()
    assert lina.heading("För mycket samtidigt: 125 %, med 50 % sjukskrivning", 3).is_visible()
    assert lina.page.locator(".timeline svg:visible text").filter(has_text="Praktik, Lager AB").count() == 1
    lina.page.get_by_text("Visa som tabell").click()
    assert lina.page.get_by_role("row").filter(has_text="Praktik, Lager AB").first.is_visible()
    assert lina.page.get_by_role("link", name="040-628 04 03").get_attribute("href") == "tel:0406280403"

    lina.follow("Skriv ut")
    assert lina.says("Utskriven av Lina Holm, Arbetsmarknadsenheten")
    assert lina.page.get_by_role("heading", level=1).count() == 1
    lina.page.emulate_media(media="print")
    assert not lina.page.locator(".top").is_visible()
    assert lina.heading(NAME).is_visible()
    lina.page.emulate_media(media="screen")
    lina.sign_out()


@pytest.mark.parametrize("typed", ["19920517-2381", " 199205172381 ", "920517–2381"])
def test_omar_finds_somebody_however_the_number_is_written(typed: str, walk: Walk) -> None:
    omar = walk()
    omar.sign_in("omar")
    omar.choose_place("Sök person")
    omar.page.get_by_label("Personnummer").fill(typed)
    omar.page.get_by_label("Personnummer").press("Enter")
    omar.heading(NAME).wait_for()
    assert str(PERSON["personnummer"]) not in omar.page.url


def test_a_number_with_a_slip_is_said_at_the_field_and_in_the_summary(walk: Walk) -> None:
    omar = walk()
    omar.sign_in("omar")
    omar.choose_place("Sök person")
    field = omar.page.get_by_label("Personnummer")
    field.fill("19920517-2382")
    omar.press("Sök")
    omar.page.get_by_role("alert").wait_for()
    assert field.input_value() == "19920517-2382"
    assert field.get_attribute("aria-invalid") == "true"
    assert "Den sista siffran stämmer inte" in omar.page.locator("#personnummer-fault").inner_text()
    omar.page.get_by_role("alert").get_by_role("link").click()
    assert omar.page.locator(":focus").get_attribute("id") == "personnummer"
    field.fill("9205172381")
    omar.press("Sök")
    assert "Skriv också århundradet" in omar.page.locator("#personnummer-fault").inner_text()


def test_a_number_without_consent_and_a_number_nobody_has_are_one_answer(walk: Walk) -> None:
    omar = walk()
    omar.sign_in("omar")
    answers = []
    for number in (omar.portal.unread_by("s-omar")["personnummer"], omar.portal.new_number()):
        omar.go("/people/find")
        omar.page.get_by_label("Personnummer").fill(number)
        omar.press("Sök")
        omar.page.get_by_role("status").wait_for()
        answers.append(omar.page.locator("main").inner_text())
        # In the field in which one can ask AME for it, and nowhere else.
        assert omar.page.content().count(number) == 1
        assert number not in omar.page.url
    assert "Det finns inget samtycke som låter dig läsa" in answers[0]
    assert answers[0] == answers[1]


def test_the_language_changes_and_the_page_stays(walk: Walk) -> None:
    lina = walk()
    lina.sign_in("lina")
    open_the_founding_example(lina)
    there = lina.path
    for language, other in (("English", "Svenska"), ("Svenska", "English")):
        lina.press(language)
        lina.page.get_by_role("button", name=other).wait_for()
        assert lina.path == there
        assert lina.page.locator("html").get_attribute("lang") == language[:2].lower()
        assert lina.heading(NAME).is_visible()


def test_the_back_button_shows_nothing_after_signing_out(walk: Walk) -> None:
    lina = walk()
    lina.sign_in("lina")
    open_the_founding_example(lina)
    lina.sign_out()
    lina.page.go_back()
    lina.heading("Logga in").wait_for()
    assert NAME not in lina.page.content()


def test_two_tabs_are_one_sign_in(walk: Walk) -> None:
    lina = walk()
    lina.sign_in("lina")
    other = lina.another_window()
    other.go("/people")
    other.press(REASON)
    lina.choose_place("Avstämning")
    lina.page.get_by_role("button", name=REASON, pressed=True).wait_for()
    other.sign_out()
    lina.choose_place("Mina klienter")
    lina.heading("Logga in").wait_for()
    lina.follow("Arbetsmarknadsenheten")
    lina.press("Lina Holm")
    lina.heading("Mina klienter").wait_for()


def test_a_whole_journey_by_keyboard_alone(walk: Walk) -> None:
    lina = walk()
    lina.go("/")
    by_keyboard(lina, "Lina Holm")
    by_keyboard(lina, "löpande handläggning")
    by_keyboard(lina, "Mina klienter")
    tab_to(lina, "Filtrera på namn")
    lina.page.keyboard.type("Test Persson")
    by_keyboard(lina, NAME)
    lina.heading(NAME).wait_for()
    by_keyboard(lina, "Visa som tabell")
    assert lina.page.locator("details[open]").count() == 1
    by_keyboard(lina, "Logga ut")
    lina.heading("Logga in").wait_for()


def test_a_whole_journey_without_script(walk: Walk) -> None:
    lina = walk(script=False)
    lina.sign_in("lina")
    lina.press(REASON)
    lina.choose_place("Mina klienter")
    lina.page.get_by_label("Filtrera på namn").fill("persson")
    lina.press("Filtrera")
    assert lina.says("1 klient heter så.")
    lina.follow(NAME)
    lina.page.get_by_text("Visa som tabell").click()
    lina.follow("Skriv ut")
    assert lina.says("Utskriven av Lina Holm")
    assert lina.page.get_by_role("button", name="Skriv ut").count() == 0
    lina.choose_place("Avstämning")
    lina.heading("Avstämning").wait_for()
    lina.sign_out()
