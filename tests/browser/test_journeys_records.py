"""What an agency has told the desk is entered in the browser, with its clashes seen before it is saved."""

import pytest

from portal.demo.case import PERSON
from tests.browser.conftest import Walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
def test_an_activity_is_entered_with_its_clashes_seen_first(walk: Walk, script: bool) -> None:
    eva = walk(script=script)
    eva.sign_in("eva")
    page = eva.page
    eva.go(f"/administration/people/{eva.portal.ref_of(str(PERSON['id']))}")
    page.locator("a[href*='/records/new/activity/']").first.click()
    title = "Nattskift" if script else "Dagskift"
    page.get_by_label("Aktivitetens namn").fill(title)
    page.get_by_label("Från och med").fill("i morgon")
    page.get_by_label("Omfattning", exact=True).fill("160")
    page.get_by_label("Vem, om personen inte finns i listan").fill("Karin i receptionen")
    if script:
        page.get_by_label("Plats").click()
    else:
        eva.press("Visa krockar")
    page.get_by_text("Det här skulle ge nya krockar.").wait_for()
    assert page.locator("#clashes").get_by_text("För mycket samtidigt").first.is_visible()
    eva.press("Spara")
    page.get_by_text("Det är sparat.").wait_for()
    page.get_by_role("link", name=f"Historik {title}").click()
    eva.heading("Historik").wait_for()
    assert eva.says("Av Eva Ek.")
    assert eva.says("Karin i receptionen")
