"""The demo's people: valid on any day, believable, and every state and clash somewhere among them."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time

import pytest

from portal.accounts.rules import Role
from portal.consent.rules import STOCKHOLM
from portal.demo.people import demo_document
from portal.demo.rows import CLOSED, Document
from portal.demo.situations import CALM, CLASHING, CROWDED, situation_of
from portal.people.rules import PersonId
from portal.plans.clashes import ClashType
from tests.unit.demo_reading import Reading

TODAY = date(2026, 11, 23)
DAYS = (
    TODAY,
    date(2026, 3, 2),
    date(2026, 3, 29),  # the clocks go forward
    date(2026, 10, 31),
    date(2027, 1, 1),
    date(2027, 2, 28),
    date(2027, 5, 30),
    date(2027, 12, 31),
    date(2028, 2, 29),
    date(2031, 8, 31),
)
UPKEEP = {ClashType.OVERDUE_FOLLOW_UP, ClashType.NO_CASEWORKER}
NOT_UPKEPT = set(ClashType) - UPKEEP


@pytest.fixture(scope="module")
def document() -> Document:
    return demo_document(TODAY)


@pytest.fixture(scope="module")
def reading(document: Document) -> Reading:
    return Reading(document, TODAY)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def any_day(request: pytest.FixtureRequest) -> Reading:
    today: date = request.param
    return Reading(demo_document(today), today)


def test_there_are_two_hundred_people_and_twenty_four_staff_at_six_agencies(document: Document) -> None:
    assert [len(document["persons"]), len(document["staff"]), len(document["agencies"])] == [200, 24, 6]
    kinds = ["ame", "socialtjanst", "arbetsformedlingen", "forsakringskassan", "region", "skola"]
    assert [agency["kind"] for agency in document["agencies"]] == kinds
    assert {staff["agency"] for staff in document["staff"]} == {agency["id"] for agency in document["agencies"]}


def test_those_one_can_be_are_there_with_their_roles(reading: Reading) -> None:
    roles = {staff.subject: staff.role for staff in reading.facts.staff.values()}
    expected = {"lina": "reader", "anna": "reader", "omar": "reader", "eva": "administrator", "ulla": "auditor"}
    assert roles.items() >= expected.items()
    assert Counter(roles.values())[Role.ADMINISTRATOR] == 2
    assert len(roles) == 24


def test_the_sign_in_providers_are_those_given() -> None:
    agencies = ("ame", "soc", "af", "fk", "region", "skola")
    issuers = {agency: f"http://localhost:8000/demo/{agency}" for agency in agencies}
    staff = demo_document(TODAY, 1, issuers)["staff"]
    assert all(entry["issuer"] == issuers[str(entry["agency"])] for entry in staff)


def test_the_same_day_gives_the_same_document(document: Document) -> None:
    assert demo_document(TODAY) == document


def test_fewer_people_are_the_first_of_more(document: Document) -> None:
    fewer = demo_document(TODAY, 10)
    assert fewer["persons"] == document["persons"][:10]
    assert fewer["plans"] == document["plans"][: len(fewer["plans"])]


@pytest.mark.parametrize("people", [1, 2, 10, 2000])
def test_any_number_of_people_fits_the_format(people: int) -> None:
    assert len(Reading(demo_document(date(2028, 2, 29), people), date(2028, 2, 29)).facts.is_protected) == people


def test_no_people_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        demo_document(TODAY, 0)


def test_every_day_is_relative_to_today(any_day: Reading) -> None:
    assert any_day.clash_types("lina").keys() == set(ClashType)
    assert 50 <= len(any_day.seen_by("lina")) <= 70
    assert 33 <= len(any_day.seen_by("anna")) <= 50
    assert 12 <= len(any_day.seen_by("omar")) <= 22


def test_most_records_are_calm(any_day: Reading) -> None:
    for subject in ("lina", "anna", "omar"):
        seen = any_day.seen_by(subject)
        clashing = sum(bool(record.clashes) for record in seen)
        assert 0.1 <= clashing / len(seen) <= 0.4, subject


def test_what_is_meant_to_be_calm_is_calm_and_what_is_meant_to_clash_clashes(any_day: Reading) -> None:
    for number in range(2, 201):
        types = {clash.type for clash in any_day.clashes(number)}
        if situation_of(number) in CALM:
            assert types <= UPKEEP, (number, situation_of(number).name)
        elif any_day.plans(number):
            assert types & NOT_UPKEPT, (number, situation_of(number).name)


def test_every_situation_is_somebodys() -> None:
    lived = {situation_of(number).name for number in range(2, 201)}
    assert lived == {situation.name for situation in (*CALM, *CLASHING, CROWDED)}


def test_the_founding_example_lies_to_today_as_it_lay_to_its_day() -> None:
    case_day = date(2026, 3, 2)
    clashes = Reading(demo_document(case_day, 1), case_day).clashes(1)
    assert [(clash.type, clash.from_, clash.until) for clash in clashes] == [
        (ClashType.CONTRADICTION, date(2026, 1, 1), None),
        (ClashType.CONTRADICTION, date(2026, 1, 1), None),
        (ClashType.CONTRADICTION, date(2026, 1, 1), None),
        (ClashType.OVERLOAD, date(2026, 3, 16), date(2026, 5, 31)),
        (ClashType.GAP, date(2026, 6, 6), None),
    ]
    assert clashes[3].figures == {"peak_load": 125, "capacity": 50}
    moved = Reading(demo_document(TODAY, 1), TODAY).clashes(1)
    assert [clash.from_ - TODAY for clash in moved] == [clash.from_ - case_day for clash in clashes]


def test_consents_are_in_every_state(document: Document) -> None:
    today = TODAY.isoformat()
    states: Counter[str] = Counter()
    by_person: dict[object, list[str]] = {str(person["id"]): [] for person in document["persons"]}
    for consent in document["consents"]:
        first, last = str(consent["valid_from"]), str(consent["valid_until"])
        state = "withdrawn" if consent["withdrawn"] else "live"
        if state == "live" and last < today:
            state = "expired"
        elif state == "live" and first > today:
            state = "coming"
        elif state == "live" and (date.fromisoformat(last) - TODAY).days < 30:
            state = "expiring"
        states[state] += 1
        by_person[consent["person"]].append(state)
    assert states.keys() == {"live", "expiring", "expired", "withdrawn", "coming"}
    histories = set(map(tuple, by_person.values()))
    assert histories >= {(), ("live",), ("expired",), ("withdrawn",), ("coming",), ("expiring",)}
    assert histories >= {("withdrawn", "live"), ("expired", "live"), ("expiring", "coming")}
    assert states["live"] > 100


def test_consents_are_narrow_and_wide_with_stand_ins_and_without(reading: Reading) -> None:
    lines = [line for consents in reading.facts.consents.values() for consent in consents for line in consent.lines]
    assert {line.stand_ins for line in lines} == {True, False}
    assert min(len(line.recipients) for line in lines) == 1
    assert max(len(line.categories) for line in lines) == 7
    assert max(len(line.sources) for line in lines) >= 3


def test_a_consent_that_was_narrowed_shows_less_than_before(reading: Reading) -> None:
    former, kept = reading.facts.consents[PersonId("p-9")]
    assert former.withdrawn_at is not None
    assert kept.lines[0].categories < former.lines[0].categories


def test_no_withdrawal_lies_in_the_future(any_day: Reading) -> None:
    midnight = datetime.combine(any_day.today, time(), STOCKHOLM)
    for consents in any_day.facts.consents.values():
        for consent in consents:
            assert consent.withdrawn_at is None or consent.withdrawn_at < midnight
            assert consent.valid_from <= consent.valid_until


def test_protected_people_have_no_contacts(document: Document) -> None:
    protected = [person for person in document["persons"] if person["protected"]]
    assert protected
    assert all(person["phone"] is None and person["email"] is None for person in protected)


def test_protected_people_are_seen_only_where_a_line_covers_them(reading: Reading) -> None:
    protected = {person for person, is_protected in reading.facts.is_protected.items() if is_protected}
    seen = protected & {record.person for subject in reading.readers() for record in reading.seen_by(subject)}
    assert seen
    hidden = [consent for person in protected - seen for consent in reading.facts.consents.get(person, [])]
    assert any(consent.is_live(reading.noon) for consent in hidden)


def test_somebody_has_consented_and_nothing_is_released(reading: Reading) -> None:
    assert any(record.person not in reading.facts.plans for record in reading.seen_by("lina"))


def test_one_person_has_forty_activities_and_lina_sees_them_all(reading: Reading) -> None:
    assert len(reading.activities(6)) == 40
    assert [len(record.activities) for record in reading.seen_by("lina") if record.person == "p-6"] == [40]


def test_a_caseworker_who_has_left_is_still_named(reading: Reading) -> None:
    facts = reading.facts
    left = [staff.id for staff in facts.staff.values() if not staff.is_active(TODAY)]
    assert len(left) == 1
    assert any(plan.caseworker in left for plans in facts.plans.values() for plan in plans)
    consents = [consent for each in facts.consents.values() for consent in each]
    assert any(left[0] in line.recipients for consent in consents for line in consent.lines)
    assert reading.seen_by(left[0].removeprefix("s-")) == []


def test_one_stand_in_holds_today_one_is_over_and_one_is_to_come(any_day: Reading) -> None:
    today, stand_ins = any_day.today, any_day.facts.stand_ins
    held = [(stand_in.from_ <= today, today <= stand_in.until) for stand_in in stand_ins]
    assert sorted(held) == [(False, True), (True, False), (True, True)]
    ways = [record.decision.lines[0].through for record in any_day.seen_by("anna")]
    assert any(ways)
    assert not all(ways)


def test_some_have_a_samordningsnummer_and_some_are_minors_with_a_guardian(document: Document) -> None:
    numbers = [str(person["personnummer"]) for person in document["persons"]]
    assert sum(int(number[6:8]) >= 60 for number in numbers) >= 4
    forms = [consent["form"] for consent in document["consents"]]
    assert any(isinstance(form, dict) and form["representative"] for form in forms)


def test_what_is_released_was_released_after_it_was_written_and_not_in_the_future(any_day: Reading) -> None:
    for plans in any_day.facts.plans.values():
        for plan in plans:
            assert plan.from_ <= plan.released_on <= any_day.today
            assert plan.last_follow_up is None or plan.from_ <= plan.last_follow_up <= plan.released_on


def test_nobody_meets_on_a_holiday_or_at_a_weekend(any_day: Reading) -> None:
    met = [each.date for activities in any_day.facts.activities.values() for each in activities if each.date]
    assert all((day.month, day.day) not in CLOSED and day.isoweekday() < 6 for day in met)


def test_telephone_numbers_and_addresses_reach_nobody(document: Document) -> None:
    rows = [*document["persons"], *document["staff"]]
    phones = {str(row["phone"]) for row in rows if row["phone"]}
    assert all(re.fullmatch(r"070-174 06 (0[5-9]|[1-9]\d)|040-628 04 \d\d", phone) for phone in phones)
    emails = {str(row["email"]) for row in rows if row["email"]}
    assert all(re.fullmatch(r"[a-z-]+\.[a-z-]+@example\.se", email) for email in emails)


def test_some_names_are_very_long_and_most_are_not(document: Document) -> None:
    lengths = sorted(len(f"{person['given_name']} {person['family_name']}") for person in document["persons"])
    assert lengths[-1] >= 50
    assert lengths[100] <= 16


def test_no_text_is_left_half_written(document: Document) -> None:
    for text in _texts(json.loads(json.dumps(document))):
        assert not set("{}|") & set(text), text
        assert text == text.strip()
        assert "  " not in text


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
