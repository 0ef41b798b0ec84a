"""The administrator's day in a browser: what the desk does is what the readers meet, at once."""

import pytest

from tests.browser.conftest import Walk
from tests.browser.walking import Walker, by_keyboard, end_session, tab_to
from tests.support.papers import scan

pytestmark = pytest.mark.browser


def register_person(eva: Walker, number: str, given_name: str, family_name: str = "Nyström") -> None:
    """Go to the desk and register somebody; ends on the person's page."""
    eva.choose_place("Personer")
    eva.follow("Registrera en person")
    fill_person(eva, number, given_name, family_name)
    eva.press("Registrera")
    eva.heading(f"{given_name} {family_name}").wait_for()


def fill_person(eva: Walker, number: str, given_name: str, family_name: str = "Nyström") -> None:
    eva.page.get_by_label("Personnummer").fill(number)
    eva.page.get_by_label("Förnamn").fill(given_name)
    eva.page.get_by_label("Efternamn").fill(family_name)


def choose_reader(eva: Walker, reader: str) -> None:
    """From a person's page: a new draft for one reader, with the planning that is offered; ends on the third step."""
    eva.press("Nytt samtycke")
    eva.heading("Vem får läsa?").wait_for()
    eva.page.get_by_label(reader).check()
    eva.press("Spara och fortsätt")
    eva.heading("Vad får de läsa?").wait_for()
    eva.press("Spara och fortsätt")
    eva.heading("Varför och hur länge?").wait_for()


def register_consent(eva: Walker, reader: str) -> None:
    """From a person's page: a confirmed consent for one reader; ends on the person's page."""
    choose_reader(eva, reader)
    confirm_as_chosen(eva)


def confirm_as_chosen(eva: Walker) -> None:
    """From the third step: the paper is signed, comes in, and a colleague confirms; ends on the person's page."""
    eva.press("Spara och fortsätt")
    eva.heading("Se över").wait_for()
    person = eva.page.locator("a.back").get_attribute("href")
    eva.follow("Papperet är underskrivet")
    eva.page.get_by_label("Ort", exact=True).fill("Hässleholm")
    eva.press("Registrera samtycket")
    eva.heading("Lägg till det underskrivna papperet").wait_for()
    bring_paper(eva)
    confirm_beside(eva, str(person))
    eva.go(str(person))
    assert eva.says("Gäller nu")


def bring_paper(eva: Walker) -> None:
    """On the page for it: choose the scanned paper and send it; ends on its pages."""
    eva.page.get_by_label("Det underskrivna papperet").set_input_files(
        {"name": "samtycke.pdf", "mimeType": "application/pdf", "buffer": scan(2)}
    )
    eva.press("Spara papperet")
    assert eva.says("Papperet är sparat.")


def confirm_beside(eva: Walker, person: str) -> None:
    """A second administrator, in a browser of her own, compares and confirms what waits for ``person``."""
    karin = eva.colleague()
    karin.go("/login/ame?login_hint=karin")
    karin.go(person)
    karin.follow("Jämför och bekräfta")
    karin.heading("Stämmer det som är registrerat med papperet?").wait_for()
    karin.press("Bekräfta")
    assert karin.says("Samtycket är bekräftat")
    karin.page.context.close()


def test_a_consent_opens_at_once_and_closes_at_once(walk: Walk) -> None:
    eva, lina = walk(), walk()
    number = eva.portal.new_number()
    eva.sign_in("eva")
    register_person(eva, number, "Nova")
    assert eva.says("Inget samtycke är registrerat.")
    register_consent(eva, "Lina Holm, Arbetsmarknadssekreterare")
    assert eva.says("Gäller nu")
    assert eva.says("Lina Holm (Arbetsmarknadssekreterare) får läsa planering från Arbetsmarknadsenheten.")

    lina.sign_in("lina")
    lina.choose_place("Sök person")
    lina.page.get_by_label("Personnummer").fill(number)
    lina.press("Sök")
    lina.heading("Nova Nyström").wait_for()
    assert lina.says("Du läser med stöd av samtycke")
    assert lina.says("Det finns inga planer som du får läsa.")

    eva.follow("Återkalla …")
    assert eva.says("Det gäller genast och går inte att ångra")
    eva.page.get_by_label("Vid besök").check()
    eva.press("Återkalla nu")
    assert eva.says("Innehållet är stängt")

    answer = lina.page.reload()
    assert answer is not None
    assert answer.status == 404
    lina.heading("Det finns inget att visa här").wait_for()
    assert "Nova" not in lina.page.content()
    lina.choose_place("Mina klienter")
    assert lina.page.get_by_role("link", name="Nova Nyström").count() == 0


def test_a_staff_member_comes_and_goes(walk: Walk) -> None:
    eva, maja = walk(), walk()
    eva.sign_in("eva")
    eva.choose_place("Personal")
    eva.follow("Lägg till personal")
    eva.press("Lägg till")
    eva.page.get_by_role("alert").wait_for()
    assert eva.page.get_by_role("alert").get_by_role("link").count() == 3
    eva.page.get_by_label("Namn").fill("Tove Tillfällig")
    eva.page.get_by_label("Titel").fill("Vikarie")
    for field in ("Myndighet", "Loggar in hos"):
        eva.page.get_by_label(field).select_option(label="Arbetsmarknadsenheten")
    eva.page.get_by_label("Identitet hos inloggningstjänsten").fill("tove")
    eva.press("Lägg till")
    eva.heading("Personal").wait_for()
    assert eva.says("Tove Tillfällig")

    tove = walk()
    tove.go("/login/ame")
    tove.press("Tove Tillfällig")
    tove.heading("Hej Tove Tillfällig").wait_for()

    maja.go("/login/ame?login_hint=maja")
    maja.choose_place("Mina klienter")
    eva.follow("Avsluta … Maja Hedlund")
    assert eva.says("Maja Hedlund loggas ut genast")
    eva.press("Avsluta nu")
    eva.heading("Klienter utan läsare hos Arbetsmarknadsenheten").wait_for()
    eva.choose_place("Personal")
    assert eva.page.get_by_role("listitem").filter(has_text="Maja Hedlund").get_by_text("Avslutad").is_visible()
    maja.choose_place("Avstämning")
    maja.heading("Logga in").wait_for()
    maja.follow("Arbetsmarknadsenheten")
    maja.press("Maja Hedlund")
    maja.page.get_by_role("alert").wait_for()
    assert maja.says("Inloggningen gick inte att slutföra.")


def add_stand_in(eva: Walker, absent: str, by: str, until: str) -> None:
    """From the list of staff: somebody reads in place of somebody else until a day; ends on the list of stand-ins."""
    eva.choose_place("Personal")
    eva.follow(f"Ersättare … {absent}")
    eva.page.get_by_label("Vem läser i stället?").select_option(label=by)
    eva.page.get_by_label("Till och med").fill(until)
    eva.press("Lägg till")
    eva.heading("Ersättare").wait_for()


@pytest.mark.parametrize("script", [True, False])
def test_a_stand_in_comes_and_goes(walk: Walk, script: bool) -> None:
    eva = walk(script=script)
    eva.sign_in("eva")
    add_stand_in(eva, "Anna Berg", "Peter Grahn, SIUS-konsulent", "2099-12-31")
    assert eva.says("Ersättaren är tillagd.")
    row = eva.page.get_by_role("listitem").filter(has_text="Peter Grahn för Anna Berg")
    assert row.count() == 1
    eva.page.go_back()
    eva.heading("Ersättare för Anna Berg").wait_for()
    eva.page.get_by_label("Vem läser i stället?").select_option(label="Peter Grahn, SIUS-konsulent")
    eva.page.get_by_label("Till och med").fill("2099-12-31")
    eva.press("Lägg till")
    eva.page.get_by_role("alert").wait_for()
    assert eva.says("Kollegan är redan ersättare någon av de dagarna.")
    eva.follow("Avbryt")
    eva.follow("Ersättare vid semester och sjukdom")
    assert row.count() == 1
    row.get_by_role("link", name="Avsluta … Peter Grahn").click()
    eva.press("Avsluta nu")
    eva.heading("Ersättare").wait_for()
    assert eva.says("Ersättaren är avslutad och läser inte längre i stället.")
    assert row.count() == 0


def test_somebodys_telephone_is_changed_and_the_button_pressed_twice(walk: Walk) -> None:
    eva = walk()
    eva.sign_in("eva")
    eva.choose_place("Personal")
    eva.follow("Ändra … Per-Olof Wikander")
    eva.page.get_by_label("E-post").fill("per-olof")
    eva.press("Spara")
    eva.page.get_by_role("alert").wait_for()
    eva.page.get_by_label("E-post").fill("per-olof@example.se")
    eva.page.get_by_role("button", name="Spara", exact=True).dblclick()
    eva.heading("Personal").wait_for()
    assert eva.says("Uppgifterna är ändrade.")


def test_pressed_twice_it_is_done_once(walk: Walk) -> None:
    eva = walk()
    eva.sign_in("eva")
    register_person(eva, eva.portal.new_number(), "Dubbla")
    eva.choose_place("Personer")
    eva.follow("Registrera en person")
    fill_person(eva, eva.portal.new_number(), "Ettan")
    eva.page.get_by_role("button", name="Registrera", exact=True).dblclick()
    eva.heading("Ettan Nyström").wait_for()
    assert eva.page.get_by_role("alert").count() == 0


def test_somebody_who_is_there_already_is_shown_and_not_registered_twice(walk: Walk) -> None:
    eva = walk(script=False)
    number = eva.portal.new_number()
    eva.sign_in("eva")
    register_person(eva, number, "Tvåan")
    there = eva.path
    eva.choose_place("Personer")
    eva.follow("Registrera en person")
    fill_person(eva, number, "Tvåan")
    eva.press("Registrera")
    eva.page.get_by_role("alert").wait_for()
    eva.follow("Gå till personen")
    eva.heading("Tvåan Nyström").wait_for()
    assert eva.path == there


@pytest.mark.parametrize("script", [True, False])
def test_what_was_typed_when_the_session_ended_is_not_lost(walk: Walk, script: bool) -> None:
    eva = walk(script=script)
    eva.sign_in("eva")
    eva.choose_place("Personer")
    eva.follow("Registrera en person")
    fill_person(eva, eva.portal.new_number(), "Sen")
    end_session(eva)
    eva.press("Registrera")
    eva.heading("Du har loggats ut").wait_for()
    assert "Sen" not in eva.page.locator("main").inner_text()
    with eva.page.expect_popup() as opened:
        eva.follow("Logga in igen i en ny flik")
    beside = Walker(opened.value, eva.portal, eva.complaints)
    beside.follow("Arbetsmarknadsenheten")
    beside.press("Eva Ek")
    beside.heading("Du är inloggad igen").wait_for()
    eva.press("Fortsätt")
    eva.page.get_by_role("alert").wait_for()
    assert eva.page.get_by_label("Förnamn").input_value() == "Sen"
    eva.press("Registrera")
    eva.heading("Sen Nyström").wait_for()


def test_what_could_not_be_changed_is_said_to_be_unchanged(walk: Walk) -> None:
    eva = walk()
    eva.sign_in("eva")
    eva.go("/administration/staff/s-per-olof/end")
    end_session(eva)
    eva.press("Avsluta nu")
    eva.heading("Logga in").wait_for()
    assert eva.says("Det sparades inte.")
    eva.follow("Arbetsmarknadsenheten")
    eva.press("Eva Ek")
    eva.heading("Avsluta åtkomst för Per-Olof Wikander").wait_for()


def test_typing_keeps_the_session_alive(walk: Walk) -> None:
    eva = walk()
    eva.page.clock.install()
    eva.sign_in("eva")
    eva.choose_place("Personer")
    eva.follow("Registrera en person")
    eva.page.get_by_label("Förnamn").fill("N")
    eva.page.clock.fast_forward("01:01")
    with eva.page.expect_response(lambda response: response.request.method == "HEAD") as answered:
        eva.page.get_by_label("Förnamn").fill("No")
    assert answered.value.status == 200


def test_a_consent_is_registered_by_keyboard_alone(walk: Walk) -> None:
    eva = walk()
    eva.sign_in("eva")
    register_person(eva, eva.portal.new_number(), "Tangent")
    by_keyboard(eva, "Nytt samtycke")
    eva.heading("Vem får läsa?").wait_for()
    tab_to(eva, "Anna Berg, Arbetsförmedlare")
    eva.page.keyboard.press("Space")
    by_keyboard(eva, "Spara och fortsätt")
    eva.heading("Vad får de läsa?").wait_for()
    tab_to(eva, "Personens egna kontaktuppgifter")
    eva.page.keyboard.press("Space")
    by_keyboard(eva, "Spara och fortsätt")
    eva.heading("Varför och hur länge?").wait_for()
    by_keyboard(eva, "Spara och fortsätt")
    eva.heading("Se över").wait_for()
    by_keyboard(eva, "Papperet är underskrivet")
    eva.heading("Papperet är underskrivet").wait_for()
    by_keyboard(eva, "Registrera samtycket")
    eva.page.get_by_role("alert").wait_for()
    by_keyboard(eva, "Ort: Fyll i det här.")
    eva.page.keyboard.type("Hässleholm")
    by_keyboard(eva, "Registrera samtycket")
    eva.heading("Lägg till det underskrivna papperet").wait_for()
    assert eva.says("Anna Berg (Arbetsförmedlare) får läsa planering från Arbetsförmedlingen")
    tab_to(eva, "Det underskrivna papperet")
    # What the keyboard opens here is the system's own window.
    eva.page.locator(":focus").set_input_files({"name": "1.pdf", "mimeType": "application/pdf", "buffer": scan(1)})
    by_keyboard(eva, "Spara papperet")
    eva.heading("Underskrivet papper").wait_for()
    by_keyboard(eva, "‹ Tangent Nyström")
    eva.heading("Tangent Nyström").wait_for()
    by_keyboard(eva, "Återkalla …")
    by_keyboard(eva, "Återkalla nu")
    eva.page.get_by_text("Innehållet är stängt").wait_for()
    assert eva.says("Återkallat")


def test_going_back_from_a_person_comes_to_the_list_again(walk: Walk) -> None:
    eva = walk()
    eva.sign_in("eva")
    eva.choose_place("Personer")
    eva.page.get_by_label("Personnummer eller namn").fill("persson")
    eva.press("Sök")
    eva.follow("Test Persson")
    eva.heading("Test Persson").wait_for()
    eva.page.go_back()
    eva.heading("Personer").wait_for()
    assert eva.page.get_by_label("Personnummer eller namn").input_value() == "persson"
    assert "persson" not in eva.page.url
    kept = "".join(each["value"] for each in eva.page.context.cookies())
    assert "persson" not in kept
    eva.follow("Test Persson")
    eva.sign_out()
    eva.page.go_back()
    eva.heading("Logga in").wait_for()


def test_the_language_can_be_changed_on_the_answer_to_any_form(walk: Walk) -> None:
    eva = walk()
    eva.sign_in("eva")
    for path, field in (
        ("/administration/people", "sought"),
        ("/administration/people/new", "personnummer"),
        ("/administration/staff/new", "email"),
    ):
        eva.go(path)
        eva.page.locator(f"#{field}").fill("")
        eva.page.locator("main button[type=submit]").first.click()
        eva.page.get_by_role("alert").wait_for()
        eva.press("English")
        eva.page.get_by_role("button", name="Svenska").wait_for()
        assert eva.path == path
        eva.press("Svenska")
        eva.page.get_by_role("button", name="English").wait_for()
