"""The auditor's log in a browser: what it tells, what it never tells, and that looking is itself in it."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from audit.vocabulary import Outcome
from portal.accounts.rules import Role
from portal.errors import NotOpenError
from tests.support.installation import Installation
from tests.web.auditors import AUDITOR, Room
from tests.web.entrance import ADDRESS, Entrance, sign_in


@pytest.fixture
def room(sqlite_installation: Installation) -> Room:
    """An auditor's room on SQLite."""
    return Room(sqlite_installation)


def test_a_read_is_told_with_who_whom_why_and_on_what(installation: Installation) -> None:
    room = Room(installation)
    opened = room.wiring.reading.open_record(room.staff("s-lina"), room.ref, "decision")
    page = _text(room.log())
    shown = len(opened.plans) + len(opened.activities) + len(opened.notes)
    assert f"Lina Holm Arbetsmarknadssekreterare, Arbetsmarknadsenheten Läste en person. Person {room.ref[:8]}…" in page
    assert f"Skäl beslut Stöd samtycke c-1, rad 1 och 2 Omfattning {shown} uppgifter" in page


def test_a_refusal_says_so_in_words_and_why(room: Room) -> None:
    with pytest.raises(NotOpenError):
        room.wiring.reading.open_record(room.staff("s-bo"), room.ref, "ongoing")
    page = _text(room.log(outcome="refused"))
    assert f"Blev nekad. Person {room.ref[:8]}… Nekades" in page
    assert "Orsak Det fanns inget gällande samtycke." in page
    assert "Skäl löpande handläggning" in page


def test_no_page_names_a_person_or_shows_content(room: Room) -> None:
    record = room.wiring.reading.open_record(room.staff("s-lina"), room.ref, "decision")
    room.wiring.finding.find_by_name(room.staff("s-eva"), "Persson")
    pages = room.log() + room.log(person=room.ref) + room.log(event="found") + room.get("/auditing/integrity").text
    secrets = [record.identity.name, record.identity.family_name, record.identity.personnummer]
    secrets += [each.title for each in record.activities] + [each.text for each in record.notes]
    assert len(secrets) > 5
    assert [secret for secret in secrets if secret in pages] == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"staff": "s-lina"}, "Läste en person."),
        ({"staff": "system:operator"}, "Registrerade en person."),
        ({"agency": "ame", "event": "read"}, "Läste en person."),
        ({"event": "consent_registered"}, "Registrerade ett samtycke."),
        ({"outcome": "permitted"}, "Läste en person."),
        ({"from": "2026-03-02", "until": "2026-03-02"}, "Läste en person."),
    ],
)
def test_the_log_can_be_narrowed(query: dict[str, str], words: str, room: Room) -> None:
    room.wiring.reading.open_record(room.staff("s-lina"), room.ref, "decision")
    assert words in room.log(**query)


def test_a_person_is_followed_by_pseudonym(room: Room) -> None:
    room.wiring.reading.open_record(room.staff("s-lina"), room.ref, "decision")
    assert f'href="/auditing/log?person={room.ref}"' in room.log()
    page = room.log(person=room.ref)
    assert "Läste en person." in page
    assert "Loggade in." not in page
    assert "Loggade in." in room.log(person="")


def test_a_person_is_found_by_a_pseudonym_somebody_wrote_down(installation: Installation) -> None:
    room = Room(installation)
    room.wiring.reading.open_record(room.staff("s-lina"), room.ref, "decision")
    short = room.ref[:8]
    for written in (
        room.ref,
        f" {room.ref.upper()} ",
        f"Person {short}…",
        f"{short}...",
        f"/administration/people/{room.ref}",
    ):
        answer = room.send(written, staff="s-lina", event="read", **{"from": "2026-01-01"}, before="9")
        assert answer.status_code == 303, written
        assert parse_qs(urlsplit(answer.location).query) == {
            "person": [room.ref],
            "staff": ["s-lina"],
            "event": ["read"],
            "from": ["2026-01-01"],
        }
    page = room.browser.get(answer.location, base_url=ADDRESS).text
    assert "Läste en person." in _text(page)
    assert f"Bara person {short}…" in _text(page)


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", "Skriv pseudonymen som den står i loggen"),
        ("19920517-2381", "Skriv pseudonymen som den står i loggen"),
        ("199205172381", "Skriv inget personnummer."),
        ("Test Persson", "Skriv pseudonymen som den står i loggen"),
        ("abc", "minst åtta tecken"),
        ("0" * 32, "Ingen i loggen har en pseudonym som börjar så."),
        ("\0" * 8, "Skriv pseudonymen som den står i loggen"),
        ("%" * 8, "Skriv pseudonymen som den står i loggen"),
    ],
)
def test_what_is_no_pseudonym_is_explained_and_stands_in_no_address(written: str, fault: str, room: Room) -> None:
    answer = room.send(written)
    assert answer.status_code == 422
    assert fault in _text(answer.text)
    assert room.entrance.told("log_searched") == []


def test_a_pseudonym_that_several_begin_with_asks_for_more(room: Room) -> None:
    room.append(*(_listed(room, f"abcdef01{number:024x}") for number in range(3)))
    answer = room.send("abcdef01")
    assert "Flera i loggen har en pseudonym som börjar så." in answer.text
    assert room.send(f"abcdef01{2:024x}").status_code == 303


@pytest.mark.parametrize("empty", [{"event": "exported"}, {"until": "2025-01-01"}, {"person": "0" * 32}])
def test_nothing_found_is_said_kindly(empty: dict[str, str], room: Room) -> None:
    assert "Inget i loggen stämmer med det du söker." in room.log(**empty)


def test_a_day_is_read_as_everywhere_else(room: Room) -> None:
    assert "Inget i loggen stämmer" in room.log(**{"from": "i morgon"})
    assert "Inget i loggen stämmer" in room.log(until="1 januari 2025")


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"from": "2026-02-30"}, "Från och med: Den dagen finns inte i kalendern."),
        ({"until": "snart"}, "Till och med: Skriv dagen till exempel som 2026-03-16, 16/3 2026 eller 16 mars."),
        ({"from": "1966-10-14"}, "Från och med: Skriv ett år mellan 2000 och 2999."),
        ({"from": "2026-03-02", "until": "2026-03-01"}, "Till och med: Sista dagen kommer före den första."),
        ({"event": "daydreamed"}, "Händelse: Välj något i listan."),
        ({"outcome": "perhaps"}, "Utfall: Välj något i listan."),
        ({"agency": "nowhere"}, "Myndighet: Välj något i listan."),
        ({"staff": "19920517-2381"}, "Personal: Välj något i listan."),
        ({"person": "19920517-2381"}, "Person: Följ en länk"),
        ({"person": "x" * 32}, "Person: Följ en länk"),
        ({"listing": "199205172381"}, "Lista: Följ en länk"),
        ({"before": "-1"}, "Äldre än post: Följ en länk"),
        ({"before": str(2**63)}, "Äldre än post: Följ en länk"),
        ({"before": "x"}, "Äldre än post: Följ en länk"),
    ],
)
def test_what_cannot_be_asked_is_explained_and_not_recorded(query: dict[str, str], fault: str, room: Room) -> None:
    response = room.get(**query)
    assert response.status_code == 422
    assert fault in _text(response.text)
    assert "Hela posten" not in response.text
    assert room.entrance.told("log_searched") == []


def test_every_page_of_a_search_is_recorded_before_it_is_shown(room: Room) -> None:
    room.log()
    assert room.entrance.told("log_searched") == []
    assert "Inget i loggen stämmer" in room.log(event="log_searched", person=room.ref)
    assert "Sökte i loggen." in room.log(before="1000")
    first, second = room.entrance.told("log_searched")
    assert (first["actor"], first["person"]) == (AUDITOR, room.ref)
    assert first["criteria"] == {"event": "log_searched"}
    assert second["criteria"] == {"before": "1000"}


def test_nothing_is_shown_when_the_search_cannot_be_recorded(room: Room) -> None:
    room.entrance.attack("ALTER TABLE trail_leaves RENAME TO trail_gone")
    response = room.get(event="read")
    assert response.status_code == 503
    assert "Hela posten" not in response.text


def test_a_listing_is_one_row_that_unfolds(room: Room) -> None:
    room.append(*(_listed(room, f"{number:032x}") for number in range(3)))
    page = room.log()
    assert _text(page).count("Öppnade en lista med 3 personer.") == 1
    assert "Såg en person i en lista." not in _text(page.split("</form>")[-1])
    (link,) = re.findall(r'href="(/auditing/log\?listing=[^"]+)"', page)
    unfolded = room.browser.get(link.replace("&amp;", "&"), base_url=ADDRESS).text
    assert unfolded.count("Såg en person i en lista.") == 3


def test_one_person_in_a_listing_is_found_alone(room: Room) -> None:
    room.append(*(_listed(room, f"{number:032x}") for number in range(3)))
    page = room.log(person=f"{1:032x}")
    assert page.count("Såg en person i en lista.") == 1


def test_pages_follow_each_other_and_miss_nothing(room: Room) -> None:
    room.append(*(("signed_out", {"actor": "s-lina", "agency": "ame"}) for _ in range(120)))
    seen = list[int]()
    address = "/auditing/log?staff=s-lina"
    while address:
        page = room.browser.get(address, base_url=ADDRESS).text
        seen += map(int, re.findall(r'Hela posten<span class="unseen"> (\d+)</span>', page))
        found = re.search(r'href="([^"]+)"\s+rel="next"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == 120
    assert seen == sorted(set(seen), reverse=True)


def test_a_changed_row_is_shown_as_changed(installation: Installation) -> None:
    room = Room(installation)
    (forged,) = room.append(("signed_out", {"actor": "s-lina", "agency": "ame"}))
    room.sign()
    room.disarm()
    room.entrance.attack(f"UPDATE trail_entries SET payload = mac WHERE id = {forged}")
    page = room.log()
    assert page.count('class="is-altered"') == 1
    assert "Raden är ändrad." in page
    assert "portalen har inte skrivit det som står här" in page
    assert "Posten är inte den som signerades." in page


def test_columns_that_mislead_a_search_are_pointed_out(installation: Installation) -> None:
    room = Room(installation)
    (moved,) = room.append(("signed_out", {"actor": "s-lina", "agency": "ame"}))
    room.disarm()
    room.entrance.attack(f"UPDATE trail_entries SET actor = 's-bo', at = 0 WHERE id = {moved}")
    page = room.log(staff="s-bo")
    # Found where the columns say, told as the bytes say.
    assert "Lina Holm" in _text(page.split("</form>")[-1])
    assert "uppgifterna som den söks fram med har ändrats" in page


def test_a_row_slipped_in_behind_the_signer_is_shown_as_such(installation: Installation) -> None:
    room = Room(installation)
    ids = room.append(*(("signed_out", {"actor": "s-lina"}) for _ in range(2)))
    room.sign()
    room.disarm()
    room.entrance.attack(f"DELETE FROM trail_leaves WHERE entry_id = {ids[0]}")
    assert "Posten är aldrig signerad, fast senare poster är det." in room.log()


def test_a_row_of_the_wrong_type_spoils_no_page(room: Room) -> None:
    room.disarm()
    room.entrance.attack("UPDATE trail_entries SET payload = 'text', mac = 'text' WHERE event = 'consent_registered'")
    room.entrance.attack("UPDATE trail_leaves SET hash = 'text' WHERE entry_id = 3")
    room.entrance.attack("UPDATE staff SET content = 'text' WHERE id = 's-bo'")
    page = room.log(until="2026-03-02")
    assert "s-bo" in page
    assert room.get("/auditing/integrity").status_code == 200


@pytest.mark.parametrize("path", ["/auditing/log", "/auditing/integrity"])
@pytest.mark.parametrize("role", [Role.READER, Role.ADMINISTRATOR])
def test_other_roles_are_refused_and_the_refusal_recorded(
    role: Role, path: str, sqlite_installation: Installation
) -> None:
    entrance = Entrance(sqlite_installation)
    entrance.employ(role=role)
    browser = entrance.browser()
    assert browser.get(path, base_url=ADDRESS).status_code == 303
    sign_in(entrance, browser)
    assert browser.get(path, base_url=ADDRESS).status_code == 403
    (refusal,) = entrance.told("refused")
    assert (refusal["actor"], refusal["cause"]) == ("s-lina", "wrong_role")


def _listed(room: Room, person: str) -> tuple[str, dict[str, Any]]:
    fields = {
        "actor": "s-lina",
        "agency": "ame",
        "person": person,
        "outcome": Outcome.PERMITTED,
        "reason": "ongoing",
        "listing": "0123456789abcdef",
        "rests_on": {},
        "lines": [],
        "count": 4,
    }
    return "listed", fields


def _text(page: str) -> str:
    """What a page says, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split()).replace(" ,", ",")
