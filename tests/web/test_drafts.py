"""Drafts at the desk: what is asked about, what happens twice or at the same time, and what a renewal begins with."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from portal import clock
from portal.accounts.sealing import staff_subject
from portal.accounts.service import end_staff
from portal.consent.form.terms import as_reference, new_reference
from portal.consent.models import drafts
from portal.database import Desk
from tests.support.drafting import begin, confirm, fill, register, step, take
from tests.support.installation import Installation
from tests.support.situation import (
    ADMINISTRATOR,
    ENDED,
    OF_OTHERS,
    OPEN,
    PROTECTED,
    READER,
    SEALED,
    STAND_IN,
    STRANGER,
    WITHDRAWN,
    Situation,
    situate,
)
from tests.web.test_staff_desk import fault_at


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(sqlite_installation)


def test_a_consent_opens_only_when_it_is_confirmed_and_pressed_twice_it_is_one(installation: Installation) -> None:
    situation = situate(installation)
    ref = situation.refs[SEALED]
    administrator, reader = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(READER)
    before = len(situation.portal.told("consent_registered"))
    draft = fill(administrator, ref)
    sent = step(administrator, draft, "signed")
    for _ in range(2):
        administrator.post(f"{draft}/signed", sent)
    assert len(situation.portal.told("consent_registered")) == before + 1
    reader.get(f"/people/{ref}", 404)
    consent = draft.rpartition("/")[2]
    assert [confirm(situation.portal, ref, consent) for _ in range(2)] == [True, False]
    reader.get(f"/people/{ref}")
    # What has become a consent leads to its person, and changes no more.
    assert administrator.get(f"{draft}/terms", 303).location.endswith(ref)
    assert administrator.post(f"{draft}/terms", {"version": "1", "form": "sv", "go": "back"}).location.endswith(ref)


def test_a_draft_begun_twice_is_one_draft(installation: Installation) -> None:
    situation = situate(installation)
    administrator = situation.portal.browser(ADMINISTRATOR)
    draft = begin(administrator, situation.refs[SEALED])
    assert begin(administrator, situation.refs[SEALED]) == draft
    assert [entry["change"] for entry in situation.portal.told("draft_changed")] == ["made"]
    take(administrator, draft, "readers")
    assert begin(administrator, situation.refs[SEALED]) != draft


WRONG: tuple[tuple[str, dict[str, Any]], ...] = (
    ("readers", {"recipients": []}),
    ("readers", {"recipients": [ADMINISTRATOR]}),
    ("readers", {"recipients": [ENDED]}),
    ("readers", {"recipients": ["nobody\0"]}),
    ("readers", {"version": "x"}),
    ("shared", {"shared": []}),
    ("shared", {"shared": ["af|af|contacts"]}),
    ("shared", {"shared": ["af|*|planning"]}),
    ("shared", {"shared": ["region|af|planning"]}),
    ("shared", {"shared": ["af|af"]}),
    ("terms", {"valid_from": ""}),
    ("terms", {"valid_from": "2026-02-30"}),
    ("terms", {"valid_until": "2999-01-01"}),
    ("terms", {"valid_until": "1999-01-01"}),
    ("terms", {"valid_from": "0026-03-02"}),
    ("terms", {"purpose": ""}),
    ("terms", {"purpose": "x" * 501}),
    ("terms", {"not_shared": "x" * 1001}),
    ("terms", {"informed_by": "nobody"}),
    ("terms", {"form": "tlh"}),
    ("signed", {"place": " \u200b\0"}),
    ("signed", {"signed_on": "9999-12-31"}),
    ("signed", {"signed_on": "0026-03-02"}),
    ("signed", {"informed_by": "nobody"}),
    ("refused", {"day": "9999-12-31"}),
    ("refused", {"how": "by dove"}),
    ("refused", {"note": "x" * 1001}),
)


def test_what_is_filled_in_wrong_is_asked_about_and_nothing_is_saved(
    situation: Situation, subtests: pytest.Subtests
) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    draft = fill(administrator, situation.refs[SEALED])
    before = len(situation.portal.told("draft_changed", "consent_registered"))
    for name, wrong in WRONG:
        with subtests.test(msg=f"{name} {wrong}"):
            sent = step(administrator, draft, name) | wrong
            assert 'role="alert"' in administrator.post(f"{draft}/{name}", sent, 422).text
    assert len(situation.portal.told("draft_changed", "consent_registered")) == before


def test_everything_that_is_wrong_with_a_step_is_said_at_once(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    draft = fill(administrator, situation.refs[SEALED])
    wrong = {"purpose": "", "valid_from": "31 feb", "place": "x" * 201, "informed_by": "", "not_shared": "x" * 1001}
    page = administrator.post(f"{draft}/terms", step(administrator, draft, "terms") | wrong, 422).text
    for field in wrong:
        assert fault_at(page, field), field
    # Each fault once, and of a day that does not exist only that.
    assert page.count("Skriv första och sista dagen.") == 0


def test_going_back_saves_what_is_not_ready(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    draft = fill(administrator, situation.refs[SEALED])
    assert take(administrator, draft, "terms", purpose="", go="back") == f"{draft}/shared"
    assert take(administrator, draft, "shared", shared=[], go="later").endswith(situation.refs[SEALED])
    page = administrator.get(f"{draft}/overview").text
    assert "Kryssa i minst ett slags uppgifter" in page
    assert "Skriv vad uppgifterna ska användas till." in page
    assert "Skriv ut blankett" not in page
    administrator.post(f"{draft}/signed", step(administrator, draft, "signed"), 422)


def test_two_administrators_on_one_draft_do_not_write_over_each_other(situation: Situation) -> None:
    one, other = (situation.portal.browser(ADMINISTRATOR) for _ in range(2))
    draft = fill(one, situation.refs[SEALED])
    mine = step(one, draft, "terms") | {"purpose": "Min"}
    take(other, draft, "shared", shared=["af|ame|planning"])
    shown = one.post(f"{draft}/terms", mine, 409).text
    assert 'value="Min"' in shown
    assert "Utkastet har ändrats sedan du öppnade sidan" in shown
    assert "Min" not in other.get(f"{draft}/terms").text
    # Sent again from the page that said so, it counts; and what the other one did stands.
    again = re.findall(r'name="version" value="(\d+)"', shown)[0]
    one.post(f"{draft}/terms", mine | {"version": again})
    assert re.search(r'value="af\|ame\|planning"\s+checked', one.get(f"{draft}/shared").text)
    # The same once more is no change, though the page is old.
    one.post(f"{draft}/terms", mine | {"version": again})


def test_whoever_has_ended_between_the_steps_is_asked_about(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    draft = fill(administrator, situation.refs[SEALED], recipients=[READER, STAND_IN])
    sent = step(administrator, draft, "signed")
    with situation.portal.wiring.act(ADMINISTRATOR, "ame") as act:
        act.hold([staff_subject(READER)])
        end_staff(act, READER)
    before = len(situation.portal.told("consent_registered"))
    for address, form in ((f"{draft}/signed", sent), (f"{draft}/print", {})):
        assert "Någon du har valt har slutat." in administrator.post(address, form, 422).text
    assert len(situation.portal.told("consent_registered")) == before
    take(administrator, draft, "readers", recipients=[STAND_IN])
    administrator.post(f"{draft}/signed", step(administrator, draft, "signed"))


def test_the_draft_says_what_each_will_see_and_what_changes(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    draft = begin(administrator, situation.refs[OPEN], replaces=f"c-{OPEN}")
    take(administrator, draft, "readers", recipients=[READER, STRANGER])
    take(administrator, draft, "shared", shared=["af|af|planning", "region|af|planning"])
    page = " ".join(re.sub(r"<[^>]*>", " ", administrator.get(f"{draft}/overview").text).split())
    assert "Ny läsare" in page
    assert "Planering från Arbetsförmedlingen : 2 uppgifter" in page
    assert "Kan inte läsas längre: Bakgrund från Arbetsförmedlingen" in page
    # Nobody's content is open at the desk while no consent holds: numbers only.
    draft = fill(administrator, situation.refs[SEALED])
    page = administrator.get(f"{draft}/overview").text
    assert "2 uppgifter" in page
    assert "Individuell handlingsplan" not in page


def test_a_renewal_begins_with_what_was_without_those_who_have_left(installation: Installation) -> None:
    situation = situate(installation)
    administrator, reader = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(READER)
    ref = situation.refs[OPEN]
    draft = begin(administrator, ref, replaces=f"c-{OPEN}")
    page = administrator.get(f"{draft}/readers").text
    assert "Gun Ny finns inte kvar" in page
    assert re.search(rf'value="{READER}"\s+checked', page)
    assert re.search(r'value="af\|region\|background"\s+checked', administrator.get(f"{draft}/shared").text)
    soon = (clock.today() + timedelta(days=5)).isoformat()
    sent = step(administrator, draft, "terms")
    until = (clock.today() + timedelta(days=200)).isoformat()
    refused = administrator.post(f"{draft}/terms", sent | {"valid_from": soon, "valid_until": until}, 422).text
    assert "Låt det börja i dag eller dagen efter" in refused
    after = (clock.today() + timedelta(days=61)).isoformat()
    take(administrator, draft, "terms", valid_from=after, valid_until=until)
    take(administrator, draft, "terms")
    take(administrator, draft, "signed")
    confirm(situation.portal, ref, draft.rpartition("/")[2])
    assert situation.portal.told("consent_withdrawn")[-1]["ending"] == "replaced"
    reader.get(f"/people/{ref}")


def test_only_a_consent_that_holds_is_renewed(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    for person, replaces in ((WITHDRAWN, f"c-{WITHDRAWN}"), (OPEN, f"c-{OF_OTHERS}"), (OPEN, "\0")):
        administrator.post(f"/administration/people/{situation.refs[person]}/drafts", {"replaces": replaces}, 409)
    assert situation.portal.told("draft_changed") == []


def test_what_is_changed_after_printing_waits_for_no_paper(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    draft = fill(administrator, situation.refs[SEALED])
    administrator.post(f"{draft}/print", {}, 200)
    assert "Väntar på papper" in administrator.get("/administration/drafts").text
    assert "inte utskriven som utkastet är nu" not in administrator.get(f"{draft}/signed").text
    take(administrator, draft, "terms", purpose="Något annat")
    assert "Väntar på papper" not in administrator.get("/administration/drafts").text
    assert "inte utskriven som utkastet är nu" in administrator.get(f"{draft}/signed").text


def test_a_form_is_found_by_its_code_and_a_code_nobody_has_is_a_name(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    draft = fill(administrator, situation.refs[SEALED])
    administrator.post(f"{draft}/print", {}, 200)
    code = situation.portal.told("form_printed")[0]["form"]
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        found = administrator.post("/administration/people/find", {"sought": typed})
        assert found.location == f"{draft}/overview"
    unknown = administrator.post("/administration/people/find", {"sought": new_reference()})
    assert unknown.location.startswith("/administration/people?search=")
    assert as_reference("Anna Karin Svensson") is None


def test_what_was_said_about_not_sharing_stands_beside_the_next_draft(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    ref = situation.refs[SEALED]
    register(administrator, ref, not_shared="Inget om familjen")
    draft = begin(administrator, ref)
    for name in ("readers", "shared", "terms"):
        assert "Inget om familjen" in administrator.get(f"{draft}/{name}").text
    sent = step(administrator, draft, "refused") | {"note": "Vill vänta"}
    for _ in range(2):
        administrator.post(f"{draft}/refused", sent)
    assert [entry["change"] for entry in situation.portal.told("draft_changed")].count("refused") == 1
    assert "Personen sa nej" in administrator.get(f"/administration/people/{ref}").text
    assert "Vill vänta" in administrator.get(f"{begin(administrator, ref)}/shared").text


def test_what_was_said_about_not_sharing_is_kept_with_the_consent(installation: Installation) -> None:
    situation = situate(installation)
    administrator = situation.portal.browser(ADMINISTRATOR)
    ref = situation.refs[SEALED]
    consent = register(administrator, ref, not_shared="Inget om familjen")
    with installation.wiring.engine(Desk.ADMINISTRATION).begin() as connection:
        connection.execute(delete(drafts))
    page = administrator.get(f"/administration/people/{ref}").text
    assert page.count("Inget om familjen") == 2
    assert "Inget om familjen" in administrator.get(f"{begin(administrator, ref)}/readers").text
    renewal = begin(administrator, ref, replaces=consent)
    assert re.search(
        r'<textarea[^>]*name="not_shared"[^>]*>\s*Inget om familjen', administrator.get(f"{renewal}/terms").text
    )


def test_a_no_does_not_hide_what_was_said_about_not_sharing(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    ref = situation.refs[SEALED]
    register(administrator, ref, not_shared="Inget om familjen")
    draft = begin(administrator, ref)
    take(administrator, draft, "refused", note="Vill vänta")
    for address in (f"{begin(administrator, ref)}/shared", f"/administration/people/{ref}"):
        page = administrator.get(address).text
        assert "Inget om familjen" in page
        assert "Vill vänta" in page


def test_a_draft_that_came_to_nothing_is_gone_once(installation: Installation) -> None:
    situation = situate(installation)
    administrator = situation.portal.browser(ADMINISTRATOR)
    draft = begin(administrator, situation.refs[SEALED])
    for _ in range(2):
        administrator.post(f"{draft}/drop")
    administrator.get(f"{draft}/readers", 404)
    assert [entry["change"] for entry in situation.portal.told("draft_changed")] == ["made", "dropped"]


def test_a_protected_person_is_asked_about_and_nobody_else(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    words = "Samtycket gäller uttryckligen också skyddade personuppgifter"
    assert words not in administrator.get(f"{begin(administrator, situation.refs[SEALED])}/readers").text
    draft = fill(administrator, situation.refs[PROTECTED])
    assert words in administrator.get(f"{draft}/readers").text
    assert "Ser ingenting" in administrator.get(f"{draft}/overview").text
    take(administrator, draft, "readers", covers_protected="y")
    assert "Ser ingenting" not in administrator.get(f"{draft}/overview").text
