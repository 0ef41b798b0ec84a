"""Somebody registered twice, in a browser: found by the other number, looked at, merged, and read as one person."""

import pytest

from tests.browser.conftest import Walk
from tests.browser.test_journeys_desk import register_consent, register_person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
def test_two_registrations_become_one_that_the_reader_keeps_reading(walk: Walk, script: bool) -> None:
    eva, lina = walk(script=script), walk()
    eva.sign_in("eva")
    former, current = eva.portal.new_number(), eva.portal.new_number()
    register_person(eva, former, "Dubbel")
    register_consent(eva, "Lina Holm, Arbetsmarknadssekreterare")
    emptied = eva.path
    register_person(eva, current, "Dubbel")
    kept = eva.path
    lina.sign_in("lina")
    lina.go(emptied.removeprefix("/administration"))
    lina.heading("Dubbel Nyström").wait_for()

    eva.follow("Personen är registrerad två gånger …")
    eva.page.get_by_label("Personens andra nummer").fill(former)
    eva.press("Visa båda")
    eva.heading("Är det samma person?").wait_for()
    eva.press("För ihop nu")
    assert eva.says("Välj ett av alternativen.")
    eva.page.locator("input[name=current]").first.check()
    eva.page.get_by_label("Personen har fått ett personnummer").check()
    eva.press("För ihop nu")
    assert eva.says("Registreringarna är ihopförda till en.")
    assert eva.path == kept
    assert eva.says("Tidigare nummer")

    # The old address leads the desk on and the reader nowhere; the consent came along.
    eva.go(emptied)
    assert eva.path == kept
    answer = lina.page.reload()
    assert answer is not None
    assert answer.status == 404
    lina.go(kept.removeprefix("/administration"))
    lina.heading("Dubbel Nyström").wait_for()
    # Whoever goes back to the page of both is led on as well.
    eva.go(f"{kept}/twice/{emptied.rpartition('/')[2]}")
    assert eva.path == kept
