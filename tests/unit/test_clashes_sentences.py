"""What a clash is in words: all of its facts, in both languages, and no claim beyond what the viewer may read."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from portal.accounts.rules import Agency, AgencyId, AgencyKind
from portal.plans.clashes import Clash, ClashType, find_clashes
from portal.plans.clashes.sentences import english_words, swedish_words
from portal.plans.rules import ActivityKind, Direction
from tests.unit.clashes_cases import STAFF, TODAY, activity, find, meeting, plan
from tests.unit.clashes_drawn import AGENCIES, CASES, Case, settings_for_cases

LANGUAGES = ("sv", "en")
MONTHS = {
    "sv": (
        *("januari", "februari", "mars", "april", "maj", "juni"),
        *("juli", "augusti", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
WEEKDAYS = {
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
DIRECTIONS = {
    "sv": {"work": "arbete", "studies": "studier", "rest": "återhämtning"},
    "en": {"work": "work", "studies": "studies", "rest": "rest"},
}
OPEN = {"sv": "tills vidare", "en": "until further notice"}
CAVEAT = {"sv": "de planer du får läsa", "en": "the plans you may read"}
CLAIMS_ABSENCE = ("gap", "no_caseworker", "overdue_follow_up", "enrolment_risk", "overload")


def written(day: date, language: str) -> str:
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"


def facts(clash: Clash, case: Case, language: str) -> list[str]:
    """Every agency, date and figure of the clash, as it must be written."""
    agency_of = {each.id: each.agency for each in case.plans}
    concerned = [each.agency for each in case.plans if each.id in clash.involved]
    concerned += [agency_of[each.plan] for each in case.activities if each.id in clash.involved]
    words = [AGENCIES[agency].name for agency in concerned]
    words += [each.title for each in case.plans if each.id in clash.involved]
    words += [each.title for each in case.activities if each.id in clash.involved]
    words += [written(clash.from_, language), OPEN[language] if clash.until is None else written(clash.until, language)]
    return words + [word for name in clash.figures for word in figure(name, clash.figures[name], language)]


def figure(name: str, value: Any, language: str) -> list[str]:
    """How a figure is written."""
    if name in ("peak_load", "capacity"):
        return [f"{value} %" if language == "sv" else f"{value}%"]
    if name == "days" and value is not None:
        unit = {"sv": "dag", "en": "day"}[language]
        return [f"{value} {unit}"]
    if name == "weekday":
        return [WEEKDAYS[language][value - 1]]
    if name in ("from", "to"):
        return [value]
    if name == "directions":
        return [DIRECTIONS[language][each] for each in value]
    return []


@settings_for_cases
@given(CASES)
def test_every_agency_date_and_figure_stands_in_the_sentence(case: Case) -> None:
    clashes = find_clashes(case.plans, case.activities, AGENCIES, {}, TODAY, case.settings)
    for clash in clashes:
        for language in LANGUAGES:
            sentence = clash.text[language]
            assert [fact for fact in facts(clash, case, language) if fact not in sentence] == [], sentence
            assert sentence.endswith(".")
            assert (CAVEAT[language] in sentence) == (clash.type in CLAIMS_ABSENCE)
            assert clash.headline[language]


@settings_for_cases
@given(CASES)
def test_a_gap_names_the_agencies_whose_plans_go_on_and_no_other(case: Case) -> None:
    plain = [each for each in case.plans if each.status == "active"]
    for clash in find_clashes(plain, case.activities, AGENCIES, {}, TODAY, case.settings):
        if clash.type is ClashType.GAP:
            going_on = {
                AGENCIES[each.agency].name
                for each in plain
                if each.from_ <= (clash.until or date.max) and (each.until or date.max) >= clash.from_
            }
            named = clash.text["sv"].split("(")[1].split(")")[0].replace(" och ", ", ").split(", ")
            assert sorted(named) == sorted(going_on)


def only(*clashes: Clash) -> Clash:
    (clash,) = clashes
    return clash


def of_type(kind: str, *clashes: Clash) -> Clash:
    return only(*(clash for clash in clashes if clash.type == kind))


def test_a_single_activity_is_too_much_in_the_singular() -> None:
    clash = only(*find([plan("pl-ame")], [activity("a1", "pl-ame", "studies", 125, "2026-03-02", None)]))
    assert clash.text == {
        "sv": "Insats a1 125 % (Arbetsmarknadsenheten) är för mycket från 2 mars 2026 och tills vidare. "
        "Som trängst är 125 % planerat där 100 % ryms, enligt de planer du får läsa.",
        "en": "Insats a1 125% (Arbetsmarknadsenheten) is too much from 2 March 2026 until further notice: "
        "at the tightest 125%, where 100% fits, going by the plans you may read.",
    }
    assert clash.headline == {"sv": "För mycket samtidigt: 125 %", "en": "Too much at once: 125%"}


def test_leave_stands_in_the_headline_of_an_overload() -> None:
    activities = [
        activity("a1", "pl-ame", "studies", 75, "2026-03-02", None),
        activity("a2", "pl-region", "sick_leave", 50, "2026-03-02", None, title="Sjukskrivning 50 %"),
    ]
    clash = only(*find([plan("pl-ame"), plan("pl-region")], activities))
    assert clash.headline == {
        "sv": "För mycket samtidigt: 75 %, med 50 % sjukskrivning",
        "en": "Too much at once: 75%, with 50% sick leave",
    }
    assert clash.text["sv"].endswith("Samtidigt gäller Sjukskrivning 50 % (Region Skåne, psykiatri) tills vidare.")
    assert clash.text["en"].endswith("Meanwhile: Sjukskrivning 50 % (Region Skåne, psykiatri) until further notice.")


def test_double_planning_names_the_kind_and_both_places() -> None:
    activities = [
        activity("a1", "pl-ame", "language_studies", 50, "2026-01-01", "2026-04-30", title="SFI"),
        activity("a2", "pl-soc", "language_studies", None, "2026-04-01", None, title="Svenska i grupp"),
    ]
    clash = only(*find([plan("pl-ame", until="2026-04-30"), plan("pl-soc", until="2026-04-30")], activities))
    assert clash.text == {
        "sv": "Språkstudier på två håll från 1 april 2026 till och med 30 april 2026: "
        "SFI 50 % (Arbetsmarknadsenheten) och Svenska i grupp (Socialtjänsten).",
        "en": "Language studies in two places from 1 April 2026 until 30 April 2026: "
        "SFI 50% (Arbetsmarknadsenheten) and Svenska i grupp (Socialtjänsten).",
    }
    assert clash.headline == {"sv": "Dubbelplanering: språkstudier", "en": "Double planning: language studies"}


def test_a_double_booking_on_one_day() -> None:
    activities = [
        activity("a1", "pl-ame", "studies", 50, "2026-01-01", None, "2 09:00 12:00"),
        meeting("a2", "pl-af", "2026-03-10", "11:30 12:30"),
    ]
    clash = only(*find([plan("pl-ame"), plan("pl-af")], activities))
    assert clash.text == {
        "sv": "Insats a1 (Arbetsmarknadsenheten) och Möte a2 (Arbetsförmedlingen) krockar "
        "tisdag 10 mars 2026 kl. 11:30–12:00.",
        "en": "Insats a1 (Arbetsmarknadsenheten) and Möte a2 (Arbetsförmedlingen) clash "
        "on Tuesday 10 March 2026, 11:30–12:00.",
    }
    assert clash.headline == {
        "sv": "Dubbelbokat tisdag 10 mars kl. 11:30–12:00",
        "en": "Double-booked on Tuesday 10 March, 11:30–12:00",
    }


@pytest.mark.parametrize(
    ("until", "swedish", "english"),
    [
        ("2026-03-31", "och sista gången 31 mars 2026.", ", and for the last time on 31 March 2026."),
        ("2026-08-29", "och sista gången 25 augusti 2026.", ", and for the last time on 25 August 2026."),
        (
            "2026-08-30",
            "och sedan åtminstone till och med 25 augusti 2026.",
            ", and then at least until 25 August 2026.",
        ),
        (None, "och sedan åtminstone till och med 25 augusti 2026.", ", and then at least until 25 August 2026."),
    ],
)
def test_a_double_booking_that_recurs(until: str | None, swedish: str, english: str) -> None:
    both = [activity(id_, "pl-ame", "care", None, "2026-01-01", until, "2 09:00 10:00") for id_ in ("a1", "a2")]
    clash = of_type("double_booking", *find([plan("pl-ame")], both))
    assert clash.text["sv"].endswith(f"krockar tisdag 3 mars 2026 kl. 09:00–10:00 {swedish}")
    assert clash.text["en"].endswith(f"clash on Tuesday 3 March 2026, 09:00–10:00{english}")


def test_a_double_booking_ends_with_the_one_that_ends_first() -> None:
    both = [
        activity("a1", "pl-ame", "care", None, "2026-01-01", "2026-03-31", "2 09:00 10:00"),
        activity("a2", "pl-ame", "studies", None, "2026-01-01", None, "2 09:00 10:00"),
    ]
    clash = only(*find([plan("pl-ame")], both))
    assert clash.text["sv"].endswith("och sista gången 31 mars 2026.")


def test_a_contradiction_says_where_each_plan_is_heading() -> None:
    clash = only(*find([plan("pl-ame", direction="studies"), plan("pl-af", until="2026-12-31", direction="work")]))
    assert clash.text == {
        "sv": "Handlingsplan (Arbetsförmedlingen) siktar på arbete och Handlingsplan (Arbetsmarknadsenheten) siktar "
        "på studier, från 1 januari 2026 till och med 31 december 2026.",
        "en": "Handlingsplan (Arbetsförmedlingen) aims at work and Handlingsplan (Arbetsmarknadsenheten) aims at "
        "studies, from 1 January 2026 until 31 December 2026.",
    }
    assert clash.headline == {"sv": "Planerna drar åt olika håll", "en": "The plans pull in different directions"}


def test_a_gap_tells_what_came_before_it() -> None:
    activities = [
        activity("a1", "pl-ame", "studies", 50, "2026-01-01", "2026-06-05", title="Komvux"),
        activity("a2", "pl-region", "care", None, "2026-02-01", "2026-06-05", title="Samtal"),
        activity("a3", "pl-ame", "care", None, "2025-12-01", "2026-01-05", title="Kartläggning"),
    ]
    plans = [plan("pl-ame"), plan("pl-region", until="2026-06-30"), plan("pl-ame-2", "ame")]
    clash = only(*find(plans, activities))
    assert clash.text == {
        "sv": "Från 6 juni 2026 och tills vidare finns ingen aktivitet i de planer du får läsa "
        "(Arbetsmarknadsenheten och Region Skåne, psykiatri). Senast var Komvux (Arbetsmarknadsenheten) och "
        "Samtal (Region Skåne, psykiatri) till och med 5 juni 2026.",
        "en": "From 6 June 2026 until further notice, there is no activity in the plans you may read "
        "(Arbetsmarknadsenheten and Region Skåne, psykiatri). Before that: Komvux (Arbetsmarknadsenheten) and "
        "Samtal (Region Skåne, psykiatri) until 5 June 2026.",
    }
    assert clash.headline == {"sv": "Glapp från 6 juni", "en": "Gap from 6 June"}


def test_a_gap_names_the_agencies_from_its_first_day_to_its_last() -> None:
    plans = [
        plan("pl-soc", from_="2026-04-30"),
        plan("pl-ame", until="2026-04-30"),
        plan("pl-af", until="2026-04-01"),
        plan("pl-region", until="2026-03-31"),
    ]
    activities = [
        activity("a1", "pl-ame", "studies", 50, "2026-01-01", "2026-03-31"),
        activity("a2", "pl-soc", "studies", 50, "2026-05-01", None),
    ]
    named = "(Arbetsförmedlingen, Arbetsmarknadsenheten och Socialtjänsten)."
    assert (
        f" 30 dagar, finns ingen aktivitet i de planer du får läsa {named}" in only(*find(plans, activities)).text["sv"]
    )
    later = [plan("pl-region", from_="2026-05-01"), *plans[:3]]
    assert named in only(*find(later, activities)).text["sv"]


@pytest.mark.parametrize(
    ("day", "is_within"), [("2026-01-31", 0), ("2026-02-01", 1), ("2026-03-31", 1), ("2026-04-01", 0)]
)
def test_a_gap_with_meetings_in_it_does_not_deny_them(day: str, is_within: int) -> None:
    activities = [
        activity("a1", "pl-ame", "studies", 50, "2026-01-01", "2026-01-31"),
        activity("a2", "pl-ame", "studies", 50, "2026-04-01", None),
        meeting("a3", "pl-ame", day, "09:00 10:00"),
    ]
    clash = only(*find([plan("pl-ame")], activities))
    assert clash.text["sv"].startswith(
        "Från 1 februari 2026 till och med 31 mars 2026, 59 dagar, finns ingen aktivitet "
        + "utöver möten " * is_within
        + "i de planer du får läsa (Arbetsmarknadsenheten)."
    )
    assert clash.text["en"].startswith(
        "From 1 February 2026 until 31 March 2026, 59 days, there is no activity "
        + "other than meetings " * is_within
        + "in the plans you may read (Arbetsmarknadsenheten)."
    )


def test_the_headline_of_a_gap_another_year_names_the_year() -> None:
    ended = activity("a1", "pl-ame", "studies", 50, "2026-01-01", "2026-12-31")
    clash = only(*find([plan("pl-ame", last_follow_up="2026-12-01")], [ended], today="2026-12-05"))
    assert clash.headline == {"sv": "Glapp från 1 januari 2027", "en": "Gap from 1 January 2027"}


def test_an_overdue_follow_up_tells_the_last_one_and_when_the_next_was_due() -> None:
    clash = only(*find([plan("pl-ame", None, "2025-01-01", last_follow_up="2025-11-30")]))
    assert clash.text == {
        "sv": "Handlingsplan (Arbetsmarknadsenheten) följdes senast upp 30 november 2025 och skulle ha följts upp "
        "senast 28 februari 2026: i dag, 2 mars 2026, är det 2 dagar för sent och ingen ny uppföljning är "
        "inplanerad i de planer du får läsa.",
        "en": "Handlingsplan (Arbetsmarknadsenheten) was last followed up on 30 November 2025 and was due again by "
        "28 February 2026: today, 2 March 2026, that is 2 days late, and no new follow-up is planned in the plans "
        "you may read.",
    }
    assert clash.headline == {"sv": "Uppföljningen är 2 dagar sen", "en": "Follow-up 2 days late"}


def test_a_plan_never_followed_up_is_told_from_its_first_day() -> None:
    clash = only(*find([plan("pl-ame", None, "2025-12-01", last_follow_up=None)]))
    assert clash.text["sv"].startswith(
        "Handlingsplan (Arbetsmarknadsenheten) gäller sedan 1 december 2025 utan antecknad uppföljning och skulle ha "
        "följts upp senast 1 mars 2026: i dag, 2 mars 2026, är det 1 dag för sent"
    )
    assert clash.text["en"].startswith(
        "Handlingsplan (Arbetsmarknadsenheten) has run since 1 December 2025 without a noted follow-up and was due "
        "by 1 March 2026: today, 2 March 2026, that is 1 day late"
    )
    assert clash.headline == {"sv": "Uppföljningen är 1 dag sen", "en": "Follow-up 1 day late"}


@pytest.mark.parametrize(
    ("caseworker", "swedish", "english"),
    [
        (None, "ingen är angiven.", "none is given."),
        ("s-unknown", "den som är angiven är inte i tjänst.", "the one given is not active."),
    ],
)
def test_a_missing_caseworker_is_told_with_the_reason(caseworker: str | None, swedish: str, english: str) -> None:
    clash = only(*find([plan("pl-ame", caseworker=caseworker)]))
    assert clash.text == {
        "sv": "Handlingsplan (Arbetsmarknadsenheten) saknar handläggare i dag, 2 mars 2026, "
        f"i de planer du får läsa: {swedish}",
        "en": "Handlingsplan (Arbetsmarknadsenheten) has no caseworker today, 2 March 2026, "
        f"in the plans you may read: {english}",
    }
    assert clash.headline == {"sv": "Ingen handläggare", "en": "No caseworker"}


def test_an_enrolment_at_risk_names_the_activity_and_the_plan() -> None:
    whole = activity("a1", "pl-ame", "occupation", 100, "2026-03-01", "2026-08-31", title="Grönytan")
    plans = [plan("pl-ame", until="2026-08-31"), plan("pl-af", from_="2026-03-15", title="Individuell handlingsplan")]
    clash = of_type("enrolment_risk", *find(plans, [whole]))
    assert clash.text == {
        "sv": "Grönytan 100 % (Arbetsmarknadsenheten) gäller från 15 mars 2026 till och med 31 augusti 2026 samtidigt "
        "som Individuell handlingsplan (Arbetsförmedlingen), som inte tar upp någon sådan aktivitet (sysselsättning) "
        "i de planer du får läsa. Det kan göra att inskrivningen avslutas.",
        "en": "Grönytan 100% (Arbetsmarknadsenheten) holds from 15 March 2026 until 31 August 2026 beside Individuell "
        "handlingsplan (Arbetsförmedlingen), which has no such activity (occupation) in the plans you may read. The "
        "enrolment may be ended.",
    }
    assert clash.headline == {"sv": "Risk att tappa inskrivningen", "en": "The enrolment is at risk"}


def test_a_clash_of_a_single_day_says_so() -> None:
    activities = [
        activity("a1", "pl-ame", "work", 101, "2026-03-10", "2026-03-10"),
        activity("a2", "pl-ame", "care", 0, "2026-03-10", None),
    ]
    clash = only(*find([plan("pl-ame")], activities))
    assert "den 10 mars 2026." in clash.text["sv"]
    assert "on 10 March 2026:" in clash.text["en"]


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "{0} {finding} %s %(x)s", "a" * 5000, "\u202eמסמך\n\x00", "50 %", "\\1 ${x} `x`"],
)
def test_names_and_titles_pass_through_unharmed(hostile: str) -> None:
    agencies = {
        AgencyId("ame"): Agency(AgencyId("ame"), f"Enhet {hostile}", AgencyKind.AME),
        AgencyId("af"): Agency(AgencyId("af"), f"Kontor {hostile}", AgencyKind.ARBETSFORMEDLINGEN),
    }
    plans = [
        plan("pl-ame", title=f"Plan {hostile}", direction="work", last_follow_up="2020-01-01", caseworker=None),
        plan("pl-af", title=f"Plan {hostile}", direction="rest", from_="2025-06-01"),
    ]
    activities = [
        activity("a1", "pl-ame", "studies", 100, "2026-01-01", "2026-06-30", "1 09:00 10:00", title=f"Kurs {hostile}"),
        activity("a2", "pl-af", "studies", 50, "2026-06-01", "2026-06-30", "1 09:00 10:00", title=f"Kurs {hostile}"),
        activity("a3", "pl-ame", "care", 100, "2026-01-01", "2026-01-10", title=f"Vård {hostile}"),
        activity("a4", "pl-ame", "care", 100, "2026-02-01", "2026-03-10", title=f"Vård {hostile}"),
    ]
    clashes = find_clashes(plans, activities, agencies, STAFF, TODAY)
    assert {clash.type for clash in clashes} == set(ClashType)
    for clash in clashes:
        for language in LANGUAGES:
            assert clash.text[language].count(hostile) >= 2


def test_every_month_weekday_direction_and_kind_has_its_word() -> None:
    for language, words in (("sv", swedish_words), ("en", english_words)):
        days = [date(2026, month, 1) for month in range(1, 13)]
        assert [words.day(day) for day in days] == [f"1 {month} 2026" for month in MONTHS[language]]
        assert [words.weekday(date(2026, 3, day)) for day in range(2, 9)] == [*WEEKDAYS[language]]
        assert set(words.DIRECTIONS) == set(Direction)
        assert set(words.KINDS) == set(ActivityKind) - {ActivityKind.MEETING, ActivityKind.SICK_LEAVE}


def test_the_words_are_a_mapping_of_both_languages() -> None:
    clash = only(*find([plan("pl-ame", caseworker=None)]))
    assert list(clash.text) == list(clash.headline) == list(LANGUAGES)
    assert len(clash.text) == len(clash.headline) == 2
    with pytest.raises(KeyError):
        clash.text["de"]
