"""What the auditor meets in a browser: everything that has just happened, and a log that is whole."""

import pytest

from tests.browser.conftest import Walk

pytestmark = pytest.mark.browser


def test_ulla_finds_what_lina_read_and_sees_that_the_log_is_untouched(walk: Walk) -> None:
    lina, ulla = walk(), walk()
    lina.sign_in("lina")
    lina.press("beslut")
    lina.choose_place("Mina klienter")
    lina.follow("Test Persson")
    lina.heading("Test Persson").wait_for()

    ulla.sign_in("ulla")
    ulla.choose_place("Loggen")
    staff = ulla.page.get_by_label("Personal")
    staff.select_option(label=staff.locator("option").filter(has_text="Lina Holm").inner_text())
    ulla.press("Sök i loggen")
    newest = ulla.page.locator(".log > li").first
    assert "Lina Holm" in newest.inner_text()
    assert "Läste en person." in newest.inner_text()
    assert "beslut" in newest.inner_text()
    assert "Test Persson" not in ulla.page.content()
    newest.get_by_text("Hela posten").click()
    assert newest.get_by_text("rests_on").is_visible()

    newest.get_by_role("link", name="Person ").click()
    ulla.page.locator(".tag").filter(has_text="Bara person").wait_for()
    assert "Lina Holm" in ulla.page.locator(".log > li").first.inner_text()
    ulla.choose_place("Är loggen orörd?")
    assert ulla.says("Loggen är orörd så långt vi har kontrollerat")
    assert ulla.page.get_by_role("listitem").filter(has_text="Stämmer").count() == 5
    ulla.go("/people")
    ulla.heading("Du har inte tillgång till sidan").wait_for()


def test_whoever_asks_who_has_read_about_them_is_answered(walk: Walk) -> None:
    eva, ulla = walk(), walk()
    eva.sign_in("eva")
    eva.go(f"/administration/people/{eva.portal.ref_of('p-1')}")
    written = eva.page.get_by_text("I loggen: person").inner_text().rpartition(" ")[2]

    ulla.sign_in("ulla")
    ulla.choose_place("Loggen")
    ulla.page.get_by_label("Händelse").select_option("Öppnade en person för administration")
    ulla.press("Sök i loggen")
    ulla.page.get_by_label("Person", exact=True).fill(written[:8])
    ulla.press("Visa personen")
    assert ulla.says(f"Bara person {written[:8]}…")
    assert (
        ulla.page.get_by_label("Händelse").locator("option:checked").inner_text()
        == "Öppnade en person för administration"
    )
    told = ulla.page.locator(".log > li").filter(has_text="Eva Ek")
    assert told.count() >= 1
    assert told.count() == ulla.page.locator(".log > li").count()
