"""A reader asks the desk in a browser, the desk answers, and the reader sees how it went."""

import pytest

from portal.demo.case import PERSON
from tests.browser.conftest import Walk
from tests.browser.test_journeys_desk import fill_person, register_consent
from tests.browser.walking import Walker, by_keyboard, tab_to

pytestmark = pytest.mark.browser

NAME = "Test Persson"
WHY = "Vi ska planera arbetsträning ihop."


def find(lina: Walker, number: str) -> None:
    lina.choose_place("Sök person")
    lina.page.get_by_label("Personnummer", exact=True).fill(number)
    lina.press("Sök")


def waiting(eva: Walker, words: str) -> None:
    """Go to the request that holds these words."""
    eva.choose_place("Förfrågningar")
    eva.page.get_by_role("listitem").filter(has_text=words).get_by_role("link").first.click()
    eva.heading("Svara", 2).wait_for()


@pytest.mark.parametrize("script", [True, False])
def test_a_consent_is_asked_for_obtained_and_answered(walk: Walk, script: bool) -> None:
    lina, eva = walk(script=script), walk(script=script)
    number = lina.portal.new_number()
    why = f"{WHY} {number[-4:]}"
    lina.sign_in("lina")
    find(lina, number)
    lina.heading("Be AME inhämta samtycke", 2).wait_for()
    assert lina.page.get_by_label("Vem gäller det?").input_value() == number
    lina.press("Be AME om samtycke")
    lina.page.get_by_role("alert").wait_for()
    assert lina.page.get_by_label("Vem gäller det?").input_value() == number
    lina.page.get_by_label("Varför behöver du läsa?").fill(why)
    lina.press("Be AME om samtycke")
    lina.heading("Mina förfrågningar").wait_for()
    assert lina.says("AME har fått din förfrågan.")
    mine = lina.page.get_by_role("listitem").filter(has_text=why)
    assert mine.get_by_text("Väntar på svar").is_visible()
    assert number not in lina.page.content()

    eva.sign_in("eva")
    assert eva.page.locator("main .notice").filter(has_text="från handläggare").is_visible()
    waiting(eva, why)
    request = eva.path
    assert eva.says("Finns inte i registret.")
    eva.follow("Registrera personen")
    typed = eva.page.get_by_label("Personnummer").input_value()
    assert typed.replace("-", "") == number
    assert number not in eva.page.url
    fill_person(eva, typed, "Fråga")
    eva.press("Registrera")
    eva.heading("Fråga Nyström").wait_for()
    register_consent(eva, "Lina Holm, Arbetsmarknadssekreterare")
    eva.go(request)
    assert eva.page.get_by_role("link", name="Fråga Nyström").is_visible()
    eva.page.get_by_label("Ja, det finns ett samtycke").check()
    eva.press("Skicka svaret")
    eva.heading("Förfrågningar").wait_for()
    assert eva.says("Svaret är sparat")
    eva.page.go_back()
    eva.page.reload()
    assert eva.page.get_by_role("button", name="Skicka svaret").count() == 0

    lina.page.reload()
    assert mine.get_by_text("Samtycke finns").is_visible()
    find(lina, number)
    lina.heading("Fråga Nyström").wait_for()


def test_a_mistake_is_told_and_answered_by_keyboard_alone(walk: Walk) -> None:
    lina, eva = walk(), walk()
    lina.sign_in("lina")
    find(lina, str(PERSON["personnummer"]))
    lina.heading(NAME).wait_for()
    lina.follow("Något stämmer inte?")
    tab_to(lina, "Vad är det som inte stämmer?")
    lina.page.keyboard.type("Praktiken slutade i förrgår.")
    by_keyboard(lina, "Skicka till AME")
    lina.heading("Mina förfrågningar").wait_for()
    assert lina.says("Något som inte stämmer")
    assert "Praktiken slutade" not in lina.page.content()

    eva.sign_in("eva")
    waiting(eva, "Praktiken slutade i förrgår.")
    eva.heading(f"Något stämmer inte: {NAME}").wait_for()
    tab_to(eva, "Det är rättat")
    eva.page.keyboard.press("Space")
    by_keyboard(eva, "Skicka svaret")
    eva.heading("Förfrågningar").wait_for()
    lina.page.reload()
    assert lina.page.get_by_text("Rättat").first.is_visible()


def test_pressed_twice_it_is_asked_once(walk: Walk) -> None:
    lina = walk()
    why = f"Två tryck. {lina.portal.new_number()[-4:]}"
    lina.sign_in("lina")
    lina.go("/people/requests/new")
    lina.page.get_by_label("Vem gäller det?").fill(lina.portal.new_number())
    lina.page.get_by_label("Varför behöver du läsa?").fill(why)
    lina.page.get_by_role("button", name="Be AME om samtycke", exact=True).dblclick()
    lina.heading("Mina förfrågningar").wait_for()
    lina.page.reload()
    assert lina.page.get_by_text(why).count() == 1
