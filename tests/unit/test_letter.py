"""The printed letter of confirmation: everything it must say, in every language, and nothing read as markup."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import typst
from pypdf import PdfReader

from portal.config import ConsentSettings
from portal.consent.form.making import MissingGlyphsError, read_fonts
from portal.consent.form.terms import Direction
from portal.consent.form.texts import CURRENT
from portal.consent.forms import FORMS, WAYS_TO_WITHDRAW
from portal.consent.letter.making import make_letter
from portal.consent.letter.terms import LetterTerms
from portal.consent.letter.texts import LETTERS, Ways, letter_texts
from portal.consent.rules import Category
from tests.conftest import missing
from tests.support.paper import lines_of, words_of

OWN = read_fonts(Path("/nowhere"))
CLOSED = Direction(
    ("Region Skåne, psykiatri",),
    frozenset({Category.HEALTH}),
    ("Anna Ek, handläggare, AME",),
    stand_ins=True,
    covers_protected=False,
)
TERMS = LetterTerms(
    name="Maryam Åkesson",
    day=date(2026, 3, 2),
    time="14:32",
    told_on=date(2026, 2, 27),
    how="phone",
    received_by="Eva Lind, samordnare, AME",
    closed=(CLOSED,),
    remains=(replace(CLOSED, sources=(), categories=frozenset({Category.CONTACTS})),),
    until=date(2027, 3, 1),
    contact="AME, 0451-26 70 00",
)
NOT_SAID = {"language", "direction", "is_reviewed", "ways", "intro"}


@pytest.fixture(scope="module")
def fonts() -> typst.Fonts:
    """typst's fonts and Debian's Noto."""
    folder = ConsentSettings().form_fonts
    if not (folder / "NotoSansEthiopic-Regular.ttf").exists():
        missing("fonts-noto-core")
    return read_fonts(folder)


@pytest.mark.parametrize("choice", LETTERS)
def test_everything_it_says_and_is_filled_in_with_stands_on_the_paper(choice: str, fonts: typst.Fonts) -> None:
    texts = letter_texts(LETTERS[choice])
    made = make_letter(TERMS, choice, fonts)
    said = words_of(made)
    for name, words in texts.model_dump().items():
        if name not in NOT_SAID:
            # Where lines run the other way they come apart in other places.
            is_there = (
                words in said if texts.direction == "ltr" else all(each.strip(".:،") in said for each in words.split())
            )
            assert is_there, name
    lines = " ".join(lines_of(made))
    for filled in (TERMS.name, "2026-03-02", "14:32", "2026-02-27", "2027-03-01", "Region Skåne,", "0451-26 70 00"):
        assert filled in lines, filled


def test_arabic_runs_from_right_to_left_with_its_letters_in_order(fonts: typst.Fonts) -> None:
    texts = letter_texts("ar-1")
    lines = lines_of(make_letter(TERMS, "ar", fonts))
    for words in (texts.title, texts.closed, texts.remains, texts.support_heading, texts.kept_heading):
        assert any(line == " ".join(reversed(words.split())) for line in lines), words


@pytest.mark.parametrize("choice", LETTERS)
def test_the_paper_is_tagged_with_its_language_and_title(choice: str, fonts: typst.Fonts) -> None:
    texts = letter_texts(LETTERS[choice])
    read = PdfReader(BytesIO(make_letter(TERMS, choice, fonts)))
    root: Any = read.trailer["/Root"]
    assert root["/Lang"] == texts.language
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    assert read.metadata is not None
    assert (read.metadata.title, read.metadata.author) == (texts.title, None)


def test_a_whole_withdrawal_says_nothing_of_what_still_holds() -> None:
    said = words_of(make_letter(replace(TERMS, remains=(), until=None, told_on=None), "sv", OWN))
    texts = letter_texts("sv-1")
    assert texts.intro in said
    assert texts.remains not in said
    assert texts.told_on not in said


def test_what_typst_would_read_as_markup_is_printed_as_it_stands() -> None:
    hostile = '#eval("1") *fet* $x^2$ <a>'
    said = words_of(make_letter(replace(TERMS, name=hostile, received_by=hostile), "sv", OWN))
    assert said.count(hostile) == 2


def test_a_letter_no_font_can_draw_is_refused() -> None:
    with pytest.raises(MissingGlyphsError):
        make_letter(replace(TERMS, name="Maryam \U0010fffd"), "sv", OWN)


def test_every_language_of_the_form_has_its_letter_and_every_way_its_words() -> None:
    assert list(LETTERS) == list(CURRENT) == list(FORMS)
    assert set(Ways.model_fields) == set(WAYS_TO_WITHDRAW)
