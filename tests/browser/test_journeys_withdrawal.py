"""Taking consents back in a browser: how few steps it takes, what the reader meets, and the letter that says so."""

import pytest

from portal.demo.case import PERSON
from tests.browser.conftest import Walk
from tests.browser.test_journeys_desk import confirm_as_chosen, register_consent, register_person
from tests.browser.walking import Walker
from tests.support.paper import words_of

pytestmark = pytest.mark.browser

MOST_INTERACTIONS = 3


def counted(walker: Walker) -> list[str]:
    """What somebody does with the mouse from now on, one line a press."""
    done: list[str] = []
    walker.page.expose_function("pressed", lambda what: done.append(what))
    script = "addEventListener('pointerdown', each => pressed(each.target.innerText || each.target.value), true)"
    walker.page.add_init_script(script)
    walker.page.evaluate(script)
    return done


def test_withdrawing_takes_no_more_than_three_interactions(walk: Walk, capsys: pytest.CaptureFixture[str]) -> None:
    eva, lina = walk(), walk()
    eva.sign_in("eva")
    number = eva.portal.new_number()
    register_person(eva, number, "Trettio")
    register_consent(eva, "Lina Holm, Arbetsmarknadssekreterare")
    there = eva.path
    lina.sign_in("lina")
    lina.go(there.removeprefix("/administration"))
    lina.heading("Trettio Nyström").wait_for()

    eva.go("/")
    eva.page.get_by_label("Personnummer eller namn").fill("trettio")
    eva.press("Sök")
    eva.heading("1 träff", 2).wait_for()
    done = counted(eva)
    eva.follow("Återkalla … Trettio Nyström")
    eva.page.get_by_label("Vid besök").check()
    eva.press("Återkalla nu")
    assert eva.says("Samtycket är återkallat.")
    assert eva.says("Innehållet är stängt")
    presses = len(done)
    with capsys.disabled():
        print(f"\nwithdrawing everything from a found person: {presses} interactions")  # noqa: T201 - a figure
    assert 0 < presses <= MOST_INTERACTIONS
    answer = lina.page.reload()
    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize("script", [True, False])
def test_a_part_is_taken_back_and_the_letter_says_what_still_holds(walk: Walk, script: bool) -> None:
    eva = walk(script=script)
    eva.sign_in("eva")
    register_person(eva, eva.portal.new_number(), "Delvis")
    eva.press("Nytt samtycke")
    eva.heading("Vem får läsa?").wait_for()
    for reader in ("Anna Berg, Arbetsförmedlare", "Lina Holm, Arbetsmarknadssekreterare"):
        eva.page.get_by_label(reader).check()
    eva.press("Spara och fortsätt")
    eva.heading("Vad får de läsa?").wait_for()
    for box in eva.page.locator("input[name=shared]").all():
        box.set_checked(str(box.get_attribute("value")).endswith(("|ame|planning", "|ame|health")))
    eva.press("Spara och fortsätt")
    eva.heading("Varför och hur länge?").wait_for()
    confirm_as_chosen(eva)
    eva.follow("Återkalla …")
    eva.follow("Bara en del av det …")
    eva.press("Återkalla delen nu")
    eva.page.get_by_role("alert").wait_for()
    assert eva.says("Ta bort krysset för det som personen tar tillbaka.")
    for each in eva.page.get_by_label("Hälsa från Arbetsmarknadsenheten").all():
        each.uncheck()
    eva.press("Återkalla delen nu")
    assert eva.says("En del av samtycket är återkallad.")
    assert eva.says("Det här gäller fortfarande")
    eva.page.get_by_label("Brevets språk").select_option(label="Arabiska")
    with eva.page.expect_download() as printed:
        eva.press("Skriv ut brevet")
    said = words_of(printed.value.path().read_bytes())
    assert "Delvis Nyström" in said
    eva.follow("Till personen")
    assert eva.says("får läsa planering från Arbetsmarknadsenheten.")
    # Back, and pressed once more: it has been done.
    eva.page.go_back()
    eva.heading("Bekräftelse att skriva ut").wait_for()


def test_a_mistake_is_ended_as_one(walk: Walk) -> None:
    eva = walk()
    eva.sign_in("eva")
    register_person(eva, eva.portal.new_number(), "Misstag")
    register_consent(eva, "Lina Holm, Arbetsmarknadssekreterare")
    eva.follow("Registrerat av misstag …")
    eva.press("Avsluta nu")
    eva.page.get_by_role("alert").wait_for()
    eva.page.get_by_label("Vad blev fel?").fill("Fel datum på papperet")
    eva.press("Avsluta nu")
    eva.heading("Misstag Nyström").wait_for()
    assert eva.says("Fel datum på papperet")
    assert eva.says("Innehållet är stängt")


def test_somebody_becomes_protected_and_gets_another_number(walk: Walk) -> None:
    eva, lina = walk(), walk()
    eva.sign_in("eva")
    first, second = eva.portal.new_number(), eva.portal.new_number()
    assert PERSON["personnummer"] not in (first, second)
    register_person(eva, first, "Skyddad")
    register_consent(eva, "Lina Holm, Arbetsmarknadssekreterare")
    there = eva.path
    eva.follow("Ändra uppgifter …")
    eva.page.get_by_label("Personnummer").fill(second)
    eva.press("Spara")
    assert eva.says("Personens uppgifter är ändrade.")
    assert eva.says("Tidigare nummer:")
    lina.sign_in("lina")
    lina.go(there.removeprefix("/administration"))
    lina.heading("Skyddad Nyström").wait_for()
    eva.follow("Markera skyddade personuppgifter …")
    assert eva.says("Lina Holm")
    eva.press("Markera nu")
    assert eva.says("Personen är markerad: skyddade personuppgifter.")
    lina.page.reload()
    lina.heading("Det finns inget att visa här").wait_for()
