"""What people have written is said to be Swedish, and turns nothing around it."""

from types import SimpleNamespace

import pytest
from flask import Flask
from markupsafe import escape

from portal.web.formats import in_words, spoken
from portal.web.written import as_written, with_names
from tests.support.records import AGENCIES, HOSTILE, activity, founding_case, plan, record
from tests.support.stage import stage

ENGLISH = {"Cookie": "language=en"}


@pytest.fixture(scope="module")
def app() -> Flask:
    return stage()


def test_a_text_in_a_sentence_is_swedish_and_an_island() -> None:
    assert as_written("Vårdplan") == '<bdi lang="sv">Vårdplan</bdi>'
    assert "<script" not in as_written(HOSTILE)


def test_a_list_of_such_texts_is_markup_and_any_other_is_not(app: Flask) -> None:
    with app.test_request_context("/"):
        assert in_words([as_written("A"), "<b>"]) == '<bdi lang="sv">A</bdi> och &lt;b&gt;'
        assert in_words(["A", "<b>"]) == "A och <b>"


def test_the_names_in_a_sentence_are_marked_where_the_sentence_is_english(app: Flask) -> None:
    case = founding_case()
    for clash in case.clashes:
        with app.test_request_context("/", headers=ENGLISH):
            marked = with_names(spoken(clash.text), case)
        assert '<bdi lang="sv">Arbetsmarknadsenheten</bdi>' in marked or "Arbetsmarknadsenheten" not in marked
        assert marked.replace('<bdi lang="sv">', "").replace("</bdi>", "") == clash.text["en"]
        with app.test_request_context("/"):
            assert with_names(spoken(clash.text), case) == clash.text["sv"]


def test_the_longest_name_is_marked_whole_and_no_part_of_a_word(app: Flask) -> None:
    case = record([plan(title="Plan")], [activity(title="Plan B"), activity("a2", title="")], AGENCIES)
    with app.test_request_context("/", headers=ENGLISH):
        marked = with_names("Plan B and Plan, not Planning.", case)
    assert marked == '<bdi lang="sv">Plan B</bdi> and <bdi lang="sv">Plan</bdi>, not Planning.'


def test_nothing_hostile_comes_with_a_name(app: Flask) -> None:
    case = record([plan(title=HOSTILE), plan("pl-2", agency=AGENCIES[1].id)], [activity(title=HOSTILE)], AGENCIES)
    assert any(HOSTILE in clash.text["en"] for clash in case.clashes)
    with app.test_request_context("/", headers=ENGLISH):
        for clash in case.clashes:
            assert "<script" not in str(escape(with_names(spoken(clash.text), case)))
        assert with_names("Nothing", SimpleNamespace(plans=[], activities=[], agencies={})) == "Nothing"
