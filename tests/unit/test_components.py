"""Every macro with hostile and with very long text: nothing of it becomes markup, nothing of it is lost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, get_template_attribute
from markupsafe import escape

from portal.consent.rules import Category
from portal.plans.clients import Page, page_of, summarise
from portal.plans.rules import ActivityStatus, Direction, PlanStatus, WeeklyTime
from tests.support.records import (
    AGENCIES,
    HOSTILE,
    LONG,
    READ_AT,
    TODAY,
    activity,
    agency,
    founding_case,
    note,
    plan,
    record,
    relied_line,
    staff,
)
from tests.support.stage import stage


@pytest.fixture(scope="module")
def app() -> Flask:
    return stage()


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    """Within the request for a page, where the macros know the language."""
    with app.test_request_context("/people"):
        yield


pytestmark = pytest.mark.usefixtures("page")


def drawn(component: str, macro: str, *args: Any, **kwargs: Any) -> str:
    """What the macro writes."""
    return str(get_template_attribute(f"components/{component}.html", macro)(*args, **kwargs))


def plain(markup: str) -> str:
    """What a person reads of it on a screen."""
    inline = re.sub(
        r'</?bdi[^>]*>|<span class="not-on-paper">([^<]*)</span><span class="on-paper">[^<]*</span>', r"\1", markup
    )
    return " ".join(re.sub(r"<[^>]*>", " ", inline).split())


@dataclass
class Field:
    """As much of a WTForms field as the macros use."""

    id: str = "who"
    name: str = "who"
    words: str = "Vem"
    errors: list[str] = field(default_factory=list)
    data: Any = ""
    choices: tuple[tuple[str, str, bool], ...] = ()

    @property
    def label(self) -> Any:
        return SimpleNamespace(text=self.words)

    def _value(self) -> str:
        return str(self.data)

    def iter_choices(self) -> Iterator[tuple[str, str, bool]]:
        yield from self.choices


class Form(list[Field]):
    """As much of a form as the summary uses."""

    @property
    def errors(self) -> dict[str, list[str]]:
        return {each.id: each.errors for each in self if each.errors}


FIELD_MACROS = ("text_field", "area_field", "date_field", "select_field", "choices_field", "check_field")


def whole_record(text: str) -> Any:
    """A record in which every text that somebody wrote is ``text``."""
    hosts = [agency(each.id, text, each.kind) for each in AGENCIES]
    busy = activity(
        title=text,
        place=text,
        times=(WeeklyTime(2, time(9), time(12)),),
        status=ActivityStatus.PLANNED,
    )
    return record(
        [plan(title=text, goal=text)],
        [busy],
        hosts,
        given_name=text,
        family_name=text,
        notes=(note(text=text),),
        staff={staff().id: staff(name=text, title=text, phone=text, phone_hours=text, email=text)},
        contacts=SimpleNamespace(phone=text, email=text),
        changed={"a1": READ_AT, "n-1": READ_AT, "pl-ame": READ_AT},
        last_read_at=READ_AT - timedelta(days=9),
    )


def everything(text: str) -> dict[str, str]:
    """Each macro's markup when all it is given is ``text``."""
    shown = whole_record(text)
    clash = SimpleNamespace(headline={"sv": text}, text={"sv": text})
    wrong = Field(words=text, errors=[text], data=text, choices=((text, text, True),))
    fields = {name: drawn("field", name, wrong, text) for name in (*FIELD_MACROS, "day_field")}
    return fields | {
        "tag": drawn("tag", "tag", text),
        "button": drawn("button", "button", text, name=text, value=text),
        "link_button": drawn("button", "link_button", text, text),
        "post_button": drawn("button", "post_button", text, text),
        "empty": drawn("empty", "empty", text, text),
        "notice": drawn("notice", "notice", text, caller=lambda: escape(text)),
        "table": drawn("table", "table", text, [text], [[text, text]]),
        "error_summary": drawn("error_summary", "error_summary", Form([wrong])),
        "ribbon": drawn("ribbon", "ribbon", shown, TODAY),
        "contacts": drawn("contacts", "contacts", shown),
        "person_to_call": drawn("person_to_call", "person_to_call", shown.staff[staff().id]),
        "plan_card": drawn("plan", "plan_card", shown.plans[0], shown, TODAY),
        "activity_table": drawn("activity_table", "activity_table", shown.activities, shown.plans[0], shown, TODAY),
        "notes": drawn("note", "notes", shown, TODAY),
        "timeline": drawn("timeline", "timeline", shown, TODAY),
        "timeline_table": drawn("timeline_table", "timeline_table", shown, TODAY),
        "clash_cards": drawn("clash", "clash_cards", [clash], shown),
    }


def test_hostile_text_never_becomes_markup() -> None:
    for name, markup in everything(HOSTILE).items():
        assert "<script" not in markup, name
        assert "<img" not in markup, name
        assert not re.search(r"<[^>]*\son\w+\s*=[^>]*>", re.sub(r'"[^"]*"', '""', markup)), name
        assert "49" not in plain(markup), name


def test_hostile_text_is_shown_as_it_was_written() -> None:
    for name, markup in everything(HOSTILE).items():
        assert str(escape(HOSTILE)) in markup, name


def test_long_text_is_shown_whole() -> None:
    for name, markup in everything(LONG * 5).items():
        assert str(escape(LONG * 5)) in markup, name


def test_no_macro_writes_style_or_script_into_its_markup() -> None:
    for name, markup in everything("Praktik").items():
        assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=", markup), name


@pytest.mark.parametrize("macro", [*FIELD_MACROS, "day_field"])
def test_a_field_ties_label_hint_and_error_to_its_input(macro: str) -> None:
    wrong = Field(errors=["Skriv ett namn."], choices=(("a", "Anna", False),))
    markup = drawn("field", macro, wrong, "Så som det står i tjänsten.")
    assert 'aria-describedby="who-hint who-fault"' in markup
    assert 'aria-invalid="true"' in markup
    assert 'id="who-hint"' in markup
    assert 'id="who-fault"' in markup
    assert "<legend>Vem</legend>" in markup or 'for="who"' in markup or "<span>Vem</span>" in markup


@pytest.mark.parametrize("macro", FIELD_MACROS)
def test_a_field_without_hint_or_error_says_nothing_of_them(macro: str) -> None:
    markup = drawn("field", macro, Field(choices=(("a", "Anna", True),)))
    assert "aria-" not in markup
    assert "is-wrong" not in markup


def test_the_summary_links_to_each_field_that_is_wrong_and_only_to_those() -> None:
    form = Form([Field(), Field(id="day", words="Dag", errors=["Dagen finns inte."])])
    markup = drawn("error_summary", "error_summary", form)
    assert 'href="#day"' in markup
    assert 'href="#who"' not in markup
    assert drawn("error_summary", "error_summary", Form([Field()])).strip() == ""


def test_the_ribbon_says_what_is_open_from_whom_and_until_when() -> None:
    line = relied_line(categories=frozenset({Category.PLANNING, Category.BACKGROUND, Category.CONTACTS}))
    said = plain(drawn("ribbon", "ribbon", record(lines=(line,)), TODAY))
    assert "Du läser med stöd av samtycke från 10 januari 2026 till och med 31 december 2026." in said
    assert "Bakgrund och planering från Arbetsmarknadsenheten. Kontaktuppgifter till Test." in said
    assert "Det kan finnas planer som du inte får se." in said
    assert "Läsningen loggades i dag 14.32. Test kan se att du har läst." in said


@pytest.mark.parametrize(
    ("days", "said"), [(0, "Går ut i dag"), (1, "Går ut om 1 dag"), (30, "Går ut om 30 dagar"), (31, "")]
)
def test_the_ribbon_warns_when_the_consent_soon_ends(days: int, said: str) -> None:
    line = relied_line(valid_until=TODAY + timedelta(days=days))
    markup = drawn("ribbon", "ribbon", record(lines=(line,)), TODAY)
    assert (said in plain(markup)) if said else ("tag warn" not in markup)


def test_the_ribbon_says_that_i_stand_in() -> None:
    assert "Du läser som ersättare." in drawn("ribbon", "ribbon", record(lines=(relied_line(through="si-1"),)), TODAY)
    assert "ersättare" not in drawn("ribbon", "ribbon", record(), TODAY)


def test_contacts_are_said_shut_missing_protected_or_given() -> None:
    assert "gäller inte kontaktuppgifter" in drawn("contacts", "contacts", record(contacts=None))
    nothing = SimpleNamespace(phone=None, email=None)
    assert "Inga kontaktuppgifter" in drawn("contacts", "contacts", record(contacts=nothing))
    assert "skyddade personuppgifter" in drawn("contacts", "contacts", record(is_protected=True, contacts=nothing))
    assert 'href="tel:0701740658"' in drawn("contacts", "contacts", record())


def test_a_plan_says_who_to_call_or_that_nobody_is_there() -> None:
    someone = founding_case()
    assert "Lina Holm" in drawn("plan", "plan_card", someone.plans[0], someone, TODAY)
    nobody = replace(someone.plans[0], caseworker=None)
    assert "Ingen handläggare är angiven." in drawn("plan", "plan_card", nobody, someone, TODAY)
    gone = replace(someone, staff={staff().id: staff(active_until=date(2026, 2, 1))})
    assert "Arbetar inte kvar." in drawn("plan", "plan_card", someone.plans[0], gone, TODAY)


def test_a_plan_says_its_state_in_words() -> None:
    late = plan(status=PlanStatus.PAUSED, direction=Direction.REST, next_follow_up=TODAY - timedelta(days=3), goal=None)
    said = plain(drawn("plan", "plan_card", late, record([late]), TODAY))
    for words in ("Vilar", "Återhämtning", "Försenad", "Planen har inga aktiviteter.", "från 1 februari 2026"):
        assert words in said
    assert "Mål" not in said


def test_the_table_says_all_that_the_drawing_says() -> None:
    shown = founding_case()
    said = plain(drawn("timeline_table", "timeline_table", shown, TODAY))
    for each in shown.activities:
        assert each.title in said
    for words in ("16 mars–31 maj", "75 %", "Planerad", "Arbetsförmedlingen", "Uppföljning av Handlingsplan"):
        assert words in said


def test_clashes_with_one_headline_are_one_card() -> None:
    clashes = [SimpleNamespace(headline={"sv": "Olika håll"}, text={"sv": text}) for text in ("A–B.", "A–C.")]
    markup = drawn("clash", "clash_cards", clashes, record())
    assert markup.count("Olika håll") == 1
    assert plain(markup) == "Olika håll A–B. A–C."


def test_pages_are_offered_only_where_there_is_another() -> None:
    shown = summarise("r", "A", "B", [], [], [relied_line()], {}, TODAY, is_protected=False)
    first, last = page_of([shown] * 250, 1), page_of([shown] * 250, 3)
    assert "?page=2" in drawn("pagination", "pagination", first, "/people")
    assert "1–100 av 250" in plain(drawn("pagination", "pagination", first, "/people"))
    assert "?page=4" not in drawn("pagination", "pagination", last, "/people")
    assert drawn("pagination", "pagination", Page((), 1, 1, 0, 0, 0), "/people").strip() == ""


def test_a_date_is_said_to_people_and_to_machines() -> None:
    assert plain(drawn("date", "date", TODAY, TODAY)) == "i dag"
    assert '<span class="on-paper">2 mars</span>' in drawn("date", "date", TODAY, TODAY)
    assert "on-paper" not in drawn("date", "date", TODAY - timedelta(days=9), TODAY)
    assert 'datetime="2026-03-02"' in drawn("date", "date", TODAY)
