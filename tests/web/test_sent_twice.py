"""A form sent twice, or wrong: it counts once, or not at all, and says so kindly."""

import re
import tempfile
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from tests.support.installation import Installation
from tests.support.situation import (
    ADMINISTRATOR,
    NOBODYS_NUMBER,
    NUMBER_OF,
    OPEN,
    READER,
    SEALED,
    STRANGER,
    Situation,
    situate,
)

HIDDEN = re.compile(r'name="(consent|staff)"[^>]*value="([0-9a-f]{32})"')


@pytest.fixture
def situation(sqlite_installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(sqlite_installation)


def test_a_person_registered_twice_is_one_person(installation: Installation) -> None:
    situation = situate(installation)
    administrator = situation.portal.browser(ADMINISTRATOR)
    form = {"personnummer": NOBODYS_NUMBER, "given_name": "Ny", "family_name": "Person", "language": "sv"}
    first = administrator.post("/administration/people/new", form)
    again = administrator.post("/administration/people/new", form, 409)
    assert first.location in again.text
    assert len(situation.portal.told("person_registered")) == len(situation.refs) + 1


def test_a_consent_sent_twice_is_one_consent_and_opens_at_once(installation: Installation) -> None:
    situation = situate(installation)
    administrator, reader = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(READER)
    address = f"/administration/people/{situation.refs[SEALED]}/consents/new"
    reader.get(f"/people/{situation.refs[SEALED]}", 404)
    form = consent_form(administrator.get(address).text)
    before = len(situation.portal.told("consent_registered"))
    administrator.post(address, form)
    administrator.post(address, form)
    assert len(situation.portal.told("consent_registered")) == before + 1
    reader.get(f"/people/{situation.refs[SEALED]}")


def test_a_withdrawal_sent_twice_closes_once(installation: Installation) -> None:
    situation = situate(installation)
    administrator, reader = situation.portal.browser(ADMINISTRATOR), situation.portal.browser(READER)
    record = f"/people/{situation.refs[OPEN]}"
    reader.get(record)
    before = len(situation.portal.told("consent_withdrawn"))
    for _ in range(2):
        administrator.post(f"/administration{record}/consents/c-{OPEN}/withdraw", {"how": "phone"})
        reader.get(record, 404)
    assert len(situation.portal.told("consent_withdrawn")) == before + 1


def test_a_staff_member_added_and_ended_twice_is_added_and_ended_once(installation: Installation) -> None:
    situation = situate(installation)
    administrator = situation.portal.browser(ADMINISTRATOR)
    stranger = situation.portal.browser(STRANGER)
    before = len(situation.portal.told("staff_changed"))
    form = staff_form(administrator.get("/administration/staff/new").text)
    for _ in range(2):
        administrator.post("/administration/staff/new", form)
    for _ in range(2):
        administrator.post(f"/administration/staff/{STRANGER}/end")
    assert len(situation.portal.told("staff_changed")) == before + 2
    assert stranger.get("/people", 303).location.startswith("/login")


WRONG: tuple[dict[str, Any], ...] = (
    {"valid_from": "2026-02-30"},
    {"valid_until": "2999-01-01"},
    {"valid_until": "0001-01-01"},
    {"valid_from": "0026-03-02"},
    {"signed_on": "0026-03-02"},
    {"signed_on": "9999-12-31"},
    {"consent": "../../etc"},
    {"consent": "\0" * 32},
    {"recipients": ["s-eva"]},
    {"recipients": ["nobody\0"]},
    {"recipients": []},
    {"sources": ["*"]},
    {"categories": ["everything"]},
    {"informed_by": "nobody"},
    {"language": "tlh"},
    {"purpose": "x" * 501},
    {"place": ""},
    {"place": " \u200b\0"},
)


def test_a_consent_filled_in_wrong_is_asked_about(situation: Situation, subtests: pytest.Subtests) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    address = f"/administration/people/{situation.refs[SEALED]}/consents/new"
    form = consent_form(administrator.get(address).text)
    before = len(situation.portal.told("consent_registered"))
    for wrong in WRONG:
        with subtests.test(msg=str(wrong)):
            administrator.post(address, {**form, **wrong}, 422)
    assert len(situation.portal.told("consent_registered")) == before


def test_what_was_done_is_said_once(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    person = f"/administration/people/{situation.refs[SEALED]}"
    form = consent_form(administrator.get(f"{person}/consents/new").text)
    staff = staff_form(administrator.get("/administration/staff/new").text)
    newcomer = {"personnummer": NOBODYS_NUMBER, "given_name": "Ny", "family_name": "Person", "language": "sv"}
    for address, sent, words in (
        (f"{person}/consents/new", form, "Samtycket är registrerat."),
        (f"{person}/consents/{form['consent']}/withdraw", {"how": "visit"}, "Samtycket är återkallat."),
        ("/administration/staff/new", staff, "Personen är tillagd"),
        (f"/administration/staff/{staff['staff']}/end", {}, "Åtkomsten är avslutad."),
        ("/administration/people/new", newcomer, "Personen är registrerad."),
    ):
        after = administrator.post(address, sent).location
        assert words in administrator.get(after).text
        assert words not in administrator.get(after).text


def test_a_consent_is_told_with_contact_details_of_no_agency(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    person = f"/administration/people/{situation.refs[SEALED]}"
    for categories, words in (
        (["contacts"], "får läsa personens kontaktuppgifter."),
        (["contacts", "planning"], "Personens kontaktuppgifter ingår."),
    ):
        form = consent_form(administrator.get(f"{person}/consents/new").text)
        administrator.post(f"{person}/consents/new", {**form, "categories": categories})
        assert words in administrator.get(person).text
    assert "får läsa kontaktuppgifter" not in administrator.get(person).text


def test_nobody_is_registered_under_a_name_that_cannot_be_seen(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    form = {"personnummer": NOBODYS_NUMBER, "given_name": "Ny", "family_name": "Person", "language": "sv"}
    before = len(situation.portal.told("person_registered"))
    for unseen in (" ", "\0", "\u202e", "\u200b\u200d", "\t\r\n"):
        administrator.post("/administration/people/new", {**form, "given_name": unseen}, 422)
    assert len(situation.portal.told("person_registered")) == before
    shown = administrator.post("/administration/people/new", {**form, "given_name": " N\0y\u202e\r\n Ny "}, 303)
    assert "<h1>Ny Ny Person</h1>" in administrator.get(shown.location).text


def test_the_ends_of_the_calendar_break_no_page(situation: Situation) -> None:
    day = "9999-12-31"
    administrator = situation.portal.browser(ADMINISTRATOR)
    person = f"/administration/people/{situation.refs[SEALED]}"
    form = consent_form(administrator.get(f"{person}/consents/new").text)
    administrator.post(f"{person}/consents/new", {**form, "valid_from": "0001-01-01"}, 422)
    administrator.post(f"{person}/consents/new", {**form, "valid_from": day, "valid_until": day})
    administrator.get(person)
    administrator.get("/administration/consents")
    situation.portal.browser(READER).get(f"/people/{situation.refs[SEALED]}", 404)


def test_a_change_to_nobody_changes_nothing(installation: Installation, subtests: pytest.Subtests) -> None:
    situation = situate(installation)
    administrator = situation.portal.browser(ADMINISTRATOR)
    form = consent_form(administrator.get(f"/administration/people/{situation.refs[SEALED]}/consents/new").text)
    before = len(situation.portal.told())
    for ref in ("%00", "x", "0" * 32, "%F0%9F%92%A9"):
        with subtests.test(msg=ref):
            administrator.post(f"/administration/people/{ref}/consents/new", form, 409)
            administrator.post(f"/administration/people/{ref}/consents/c-1/withdraw", {"how": "phone"}, 409)
            administrator.post(f"/administration/staff/{ref}/end")
    assert len(situation.portal.told()) == before


def test_an_upload_nobody_asked_for_never_touches_the_disk(
    situation: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    reader = situation.portal.browser(READER)
    for size, status in ((1_500_000, 303), (2_500_000, 413)):
        fields = {"csrf_token": reader.token(), "personnummer": NUMBER_OF[OPEN]}
        parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
        parts.append(f'name="paper"; filename="plan.pdf"\r\n\r\n{"x" * size}')
        body = "".join(f"--part\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + "--part--\r\n"
        upload = {"data": body.encode(), "content_type": "multipart/form-data; boundary=part"}
        reader.fetch("POST", "/people/find", status, **upload)


def test_whoever_looks_up_too_often_waits_and_is_in_the_trail(situation: Situation) -> None:
    installation = situation.installation
    reading = installation.settings.reading.model_copy(update={"look_ups_per_hour": 3})
    installation.settings = installation.settings.model_copy(update={"reading": reading})
    situation.portal.start()
    reader, other = situation.portal.browser(READER), situation.portal.browser(STRANGER)
    form = {"personnummer": NOBODYS_NUMBER}
    assert [reader.fetch("POST", "/people/find", **_with(reader, form)).status_code for _ in range(5)] == [
        404,
        404,
        404,
        429,
        429,
    ]
    other.post("/people/find", form, 404)
    assert len(situation.portal.told("looked_up")) == 4
    assert [entry["cause"] for entry in situation.portal.told("refused")] == ["too_many"] * 2


def _with(browser: Any, form: dict[str, str]) -> dict[str, Any]:
    return {"data": {"csrf_token": browser.token(), **form}}


def consent_form(page: str) -> dict[str, Any]:
    """A consent as somebody would fill it in on ``page``."""
    today = clock.today()
    return {
        **dict(HIDDEN.findall(page)),
        "sources": ["af"],
        "categories": ["planning"],
        "recipients": [READER],
        "purpose": "Samordnad planering",
        "signed_on": today.isoformat(),
        "valid_from": today.isoformat(),
        "valid_until": (today + timedelta(days=90)).isoformat(),
        "place": "Hässleholm",
        "language": "sv",
        "informed_by": ADMINISTRATOR,
    }


def staff_form(page: str) -> dict[str, Any]:
    """A staff member as somebody would fill one in on ``page``."""
    return {
        **dict(HIDDEN.findall(page)),
        "name": "Nya Namnet",
        "title": "Handläggare",
        "agency": "ame",
        "role": "reader",
        "issuer": "https://idp.example",
        "subject": "nya",
        "active_from": clock.today().isoformat(),
    }
