"""A form sent twice, or wrong: it counts once, or not at all, and says so kindly."""

import re
import tempfile
from typing import Any

import pytest

from portal import clock
from tests.support.drafting import register
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

HIDDEN = re.compile(r'name="(staff)"[^>]*value="([0-9a-f]{32})"')


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


def test_what_was_done_is_said_once(situation: Situation) -> None:
    administrator = situation.portal.browser(ADMINISTRATOR)
    person = f"/administration/people/{situation.refs[SEALED]}"
    consent = register(administrator, situation.refs[SEALED], is_confirmed=False)
    assert "Samtycket är registrerat." in administrator.get(person).text
    staff = staff_form(administrator.get("/administration/staff/new").text)
    newcomer = {"personnummer": NOBODYS_NUMBER, "given_name": "Ny", "family_name": "Person", "language": "sv"}
    for address, sent, words in (
        (f"{person}/consents/{consent}/withdraw", {"how": "visit"}, "Samtycket är återkallat."),
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
    for boxes, words in (
        (["af||contacts"], "får läsa personens kontaktuppgifter."),
        (["af||contacts", "af|af|planning"], "får läsa personens kontaktuppgifter."),
    ):
        register(administrator, situation.refs[SEALED], shared=boxes)
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
    register(administrator, situation.refs[SEALED], valid_from=day, valid_until=day)
    administrator.get(person)
    administrator.get("/administration/consents")
    situation.portal.browser(READER).get(f"/people/{situation.refs[SEALED]}", 404)


def test_a_change_to_nobody_changes_nothing(installation: Installation, subtests: pytest.Subtests) -> None:
    situation = situate(installation)
    administrator = situation.portal.browser(ADMINISTRATOR)
    before = len(_done(situation))
    for ref in ("%00", "x", "0" * 32, "%F0%9F%92%A9"):
        with subtests.test(msg=ref):
            administrator.post(
                f"/administration/people/{ref}/consents/c-1/confirm", {"version": "1", "answer": "confirmed"}, 409
            )
            administrator.post(f"/administration/people/{ref}/consents/c-1/withdraw", {"how": "phone"}, 404)
            administrator.post(f"/administration/staff/{ref}/end")
    assert len(_done(situation)) == before


def _done(situation: Situation) -> list[dict[str, Any]]:
    return [each for each in situation.portal.told() if each["event"] != "refused"]


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
