"""What a form says of a field it says in our words, in the language of the page."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import DateField, DecimalField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length

from portal.web.forms import PortalForm
from tests.support.stage import stage


class AnyForm(PortalForm):
    """One field of each sort that has something to say."""

    class Meta:
        """Sent from no page."""

        csrf = False

    needed = StringField("", [DataRequired()])
    short = StringField("", [Length(max=3)])
    day = DateField("")
    whole = IntegerField("")
    one = SelectField("", choices=lambda: [("a", "A")])
    many = SelectMultipleField("", choices=lambda: [("a", "A")])
    unforeseen = DecimalField("")


WRONG = {"short": "long", "day": "2026-02-30", "whole": "½", "one": "b", "many": "<b>", "unforeseen": "%(x)s"}


@pytest.fixture(scope="module")
def app() -> Flask:
    return stage()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "sv",
            {
                "needed": "Fyll i det här.",
                "short": "Skriv högst 3 tecken.",
                "day": "Skriv ett datum som finns, till exempel 2026-03-16.",
                "whole": "Skriv ett heltal.",
                "one": "Välj något i listan.",
                "many": "Välj något i listan.",
                "unforeseen": "Det här gick inte att läsa. Rätta det, eller ladda om sidan och börja om.",
            },
        ),
        (
            "en",
            {
                "needed": "Fill this in.",
                "short": "Write at most 3 characters.",
                "day": "Write a date that exists, for example 2026-03-16.",
                "whole": "Write a whole number.",
                "one": "Choose something in the list.",
                "many": "Choose something in the list.",
                "unforeseen": "This could not be read. Put it right, or reload the page and start again.",
            },
        ),
    ],
)
def test_a_form_speaks_the_language_of_the_page(language: str, said: dict[str, str], app: Flask) -> None:
    with app.test_request_context("/", method="POST", headers={"Cookie": f"language={language}"}):
        form = AnyForm(MultiDict(WRONG))
        assert not form.validate()
        assert {name: " ".join(map(str, errors)) for name, errors in form.errors.items()} == said
