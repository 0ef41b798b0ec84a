"""What somebody types in a field, as the register wants it."""

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.web.fields import DayField, one_line
from portal.web.forms import PortalForm
from tests.support.stage import stage


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna   Berg ", "Anna Berg"),
        ("Anna\r\nBerg", "Anna Berg"),
        ("An\0na\x1b[31m", "Anna[31m"),
        ("\u202eanna\u202c", "anna"),
        ("Anna\u00adBerg\ufeff", "AnnaBerg"),
        ("نادیه‌سادات", "نادیه‌سادات"),
        ("Ella 🌻", "Ella 🌻"),
        ("\u200d \u200b", ""),
        ("", ""),
        (None, None),
    ],
)
def test_a_line_holds_what_can_be_seen_of_what_was_typed(typed: str | None, kept: str | None) -> None:
    assert one_line(typed) == kept


@given(st.text())
def test_a_line_is_the_same_read_twice(typed: str) -> None:
    once = one_line(typed)
    assert one_line(once) == once
    assert once is not None
    assert len(once.splitlines()) <= 1


class AnyForm(PortalForm):
    """One day."""

    class Meta:
        """Sent from no page."""

        csrf = False

    day = DayField("")


@pytest.fixture(scope="module")
def app() -> Flask:
    return stage()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-03-16", []),
        (" 16/3\u00a02026 ", []),
        ("", []),
        ("0026-03-16", ["Skriv året med fyra siffror, till exempel 2026."]),
        ("26-03-16", ["Skriv året också, till exempel 16 mars 2026."]),
        ("2026-02-30", ["Den dagen finns inte i kalendern."]),
        ("nästa vecka", ["Skriv dagen till exempel som 2026-03-16, 16/3 2026 eller 16 mars."]),
        ("\0" * 9, ["Skriv dagen till exempel som 2026-03-16, 16/3 2026 eller 16 mars."]),
    ],
)
def test_a_day_is_one_that_somebody_means(typed: str, said: list[str], app: Flask) -> None:
    with app.test_request_context("/", method="POST"):
        form = AnyForm(MultiDict({"day": typed}))
        form.validate()
        assert [str(each) for each in form.day.errors] == said


def test_a_day_is_shown_again_as_it_was_typed_and_said_back_in_words(app: Flask) -> None:
    with app.test_request_context("/", method="POST"):
        form = AnyForm(MultiDict({"day": "16/3 2026"}))
        form.validate()
        page = render_template_string(
            '{% from "components/field.html" import day_field %}{{ day_field(form.day) }}', form=form
        )
    assert 'value="16/3 2026"' in page
    assert "måndag 16 mars 2026" in page
