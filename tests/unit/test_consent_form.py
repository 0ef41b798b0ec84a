"""The printed consent form: everything a consent must say, in every language, and nothing read as markup."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import typst
from pypdf import PdfReader

from portal.config import ConsentSettings
from portal.consent.form.making import MissingGlyphsError, make_form, printable, read_fonts
from portal.consent.form.terms import Direction, FormTerms, new_reference
from portal.consent.form.texts import CURRENT, FormTexts, form_texts
from portal.consent.rules import Category
from tests import factories
from tests.conftest import missing
from tests.support.paper import lines_of, words_of

OWN = read_fonts(Path("/nowhere"))
DIRECTION = Direction(
    ("Arbetsförmedlingen",),
    frozenset({Category.PLANNING, Category.HEALTH}),
    ("Anna Ek, handläggare, AME",),
    stand_ins=True,
    covers_protected=False,
)
TERMS = FormTerms(
    reference="7K2M-Q9XH-83JE-QDZ3",
    name="Maryam Åkesson",
    number=factories.NUMBERS[0],
    directions=(DIRECTION,),
    purpose="Samordnad planering mot arbete eller studier",
    valid_from=date(2026, 3, 2),
    valid_until=date(2027, 3, 1),
    contact="AME, 0451-26 70 00",
    informed_by="Eva Lind, samordnare, AME",
    interpreter=True,
    representative="",
    place="",
)
NOT_SAID = {"language", "direction", "is_reviewed", "categories"}
A4_MARGINS = (50, 545, 20, 810)


@pytest.fixture(scope="module")
def fonts() -> typst.Fonts:
    """typst's fonts and Debian's Noto."""
    folder = ConsentSettings().form_fonts
    if not (folder / "NotoSansEthiopic-Regular.ttf").exists():
        missing("fonts-noto-core")
    return read_fonts(folder)


@pytest.mark.parametrize("choice", CURRENT)
def test_everything_the_text_says_stands_on_the_paper(choice: str, fonts: typst.Fonts) -> None:
    texts = form_texts(CURRENT[choice])
    other = replace(DIRECTION, sources=(), stand_ins=False, covers_protected=True)
    made = make_form(replace(TERMS, directions=(DIRECTION, other)), CURRENT[choice], fonts)
    said = words_of(made)
    for name, words in _all_words(texts):
        # Where lines run the other way they come apart in other places; their order has a test of its own.
        is_there = words in said if texts.direction == "ltr" else all(each in said for each in _bare(words))
        assert is_there, name


@pytest.mark.parametrize("choice", CURRENT)
def test_everything_that_is_filled_in_stands_on_the_paper(choice: str, fonts: typst.Fonts) -> None:
    terms = replace(TERMS, representative="Sara Åkesson", place="Tyringe")
    lines = lines_of(make_form(terms, CURRENT[choice], fonts))
    said = " ".join(lines)
    for words in (
        *(terms.name, terms.number, terms.purpose, terms.contact, terms.representative, terms.place),
        *("2026-03-02", "2027-03-01", "Arbetsförmedlingen", "Anna Ek, handläggare,", "Eva Lind, samordnare,"),
        *(terms.reference, CURRENT[choice]),
    ):
        if words == terms.purpose and choice == "sv-easy":
            assert form_texts("sv-easy-1").usual_purpose.split(",")[0] in said
        assert words in said, words


def test_arabic_runs_from_right_to_left_with_its_letters_in_order(fonts: typst.Fonts) -> None:
    texts = form_texts("ar-1")
    lines = lines_of(make_form(TERMS, "ar-1", fonts))
    for words in (texts.title, texts.directions, texts.not_shared, texts.withdraw, texts.representative):
        assert any(line == " ".join(reversed(words.split())) for line in lines), words


@pytest.mark.parametrize("choice", CURRENT)
def test_the_paper_is_tagged_with_its_language_and_title(choice: str, fonts: typst.Fonts) -> None:
    texts = form_texts(CURRENT[choice])
    read = PdfReader(BytesIO(make_form(TERMS, CURRENT[choice], fonts)))
    root: Any = read.trailer["/Root"]
    assert root["/Lang"] == texts.language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/ViewerPreferences"]["/Direction"] == ("/R2L" if texts.direction == "rtl" else "/L2R")
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    assert read.metadata is not None
    assert (read.metadata.title, read.metadata.author) == (texts.title, None)
    kinds = list(_kinds(root["/StructTreeRoot"]))
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 10
    assert "/Figure" in kinds


def test_what_is_not_ticked_stands_as_not_shared() -> None:
    said = words_of(make_form(TERMS, "sv-1", OWN))
    apart = said.index("Vad delas inte?")
    for category, (name, meaning) in form_texts("sv-1").categories.items():
        assert (said.index(f"{name}: {meaning}") < apart) == (category in DIRECTION.categories)


@pytest.mark.parametrize("choice", CURRENT)
def test_what_the_person_will_not_share_stands_on_the_paper_in_their_own_words(choice: str, fonts: typst.Fonts) -> None:
    own = ("Ingenting om min familj", "#eval(1) <b>skilsmässan</b>")
    lines = lines_of(make_form(replace(TERMS, own_words=own), CURRENT[choice], fonts))
    assert [each for each in lines if each in own] == list(own)


def test_a_consent_to_everything_leaves_nothing_to_list() -> None:
    everything = replace(DIRECTION, categories=frozenset(Category))
    said = words_of(make_form(replace(TERMS, directions=(everything,)), "sv-1", OWN))
    assert "Det här delas inte:" not in said
    assert "Inte heller något annat" in said


@pytest.mark.parametrize(
    "text", ['#[]$*_`@<> \\ // = - + "', '#eval("1") #sys.inputs', "*fet* _kursiv_ $x^2$ @ref <a>"]
)
def test_what_typst_would_read_as_markup_is_printed_as_it_stands(text: str) -> None:
    hostile = replace(DIRECTION, sources=(text,), recipients=(text,))
    terms = replace(TERMS, name=text, purpose=text, directions=(hostile,), representative=text, place=text)
    said = words_of(make_form(terms, "sv-1", OWN))
    assert said.count(" ".join(text.split())) >= 3


@pytest.mark.parametrize("choice", ["sv", "ar"])
def test_ten_directions_and_very_long_names_stay_on_the_paper(choice: str, fonts: typst.Fonts) -> None:
    for name in ("W" * 80, "Nebukadnessarsdotter" * 4, "Anna-Maria " * 7 + "Ek", "ሰላም" * 20):
        direction = replace(DIRECTION, sources=(name, name), recipients=(name, f"{name}, handläggare"))
        terms = replace(TERMS, name=name, directions=(direction,) * 10, informed_by=name, place=name)
        made = make_form(terms, CURRENT[choice], fonts)
        assert words_of(made).replace(" ", "").count(name.replace(" ", "")) >= 43
        assert not list(_beyond_the_margins(made))


def test_a_direction_longer_than_a_page_goes_on_on_the_next() -> None:
    many = tuple(f"Läsare{number:03d}, handläggare, AME" for number in range(120))
    made = make_form(replace(TERMS, directions=(replace(DIRECTION, recipients=many),)), "sv-1", OWN)
    said = words_of(made)
    assert all(f"Läsare{number:03d}" in said for number in range(120))
    assert not list(_beyond_the_margins(made))


def test_a_language_without_its_letters_is_not_printable(fonts: typst.Fonts) -> None:
    assert printable(fonts) == set(CURRENT)
    assert printable(OWN) == {"sv", "sv-easy", "en", "so", "uk"}


def test_what_no_font_can_draw_is_refused_without_a_word_of_it() -> None:
    name = "Maryam \U0010fffd"
    with pytest.raises(MissingGlyphsError) as caught:
        make_form(replace(TERMS, name=name), "sv-1", OWN)
    assert (str(caught.value), caught.value.__cause__, caught.value.__suppress_context__) == ("", None, True)


def test_the_same_form_is_the_same_bytes() -> None:
    assert make_form(TERMS, "sv-1", OWN) == make_form(TERMS, "sv-1", OWN)


def test_a_form_has_a_number_of_its_own() -> None:
    numbers = {new_reference() for _ in range(100)}
    assert len(numbers) == 100
    assert all(len(number) == 19 and number.isascii() for number in numbers)


def test_terms_do_not_print_themselves() -> None:
    assert "Maryam" not in repr(TERMS)
    assert "Anna" not in repr(DIRECTION)


def _all_words(texts: FormTexts) -> list[tuple[str, str]]:
    said = texts.model_dump(mode="json", exclude=NOT_SAID)
    meanings = [(key.value, word) for key, words in texts.categories.items() for word in words]
    return [*said.items(), *meanings]


def _bare(words: str) -> set[str]:
    """The words without their punctuation."""
    return {re.sub(r"[^\w]", "", word) for word in words.split()}


def _kinds(element: Any) -> Any:
    """The kinds of all elements of the tag tree."""
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        for each in element:
            yield from _kinds(each)
    elif isinstance(element, dict):
        if "/S" in element:
            yield element["/S"]
        if "/K" in element:
            yield from _kinds(element["/K"])


def _beyond_the_margins(made: bytes) -> Any:
    """Each piece of text that begins outside the paper's margins."""
    for page in PdfReader(BytesIO(made)).pages:
        found: list[tuple[str, float, float]] = []

        def note(text: str, cm: Any, tm: Any, _font: Any, _size: Any, found: Any = found) -> None:
            if text.strip():
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                found.append((text, x, y))

        page.extract_text(visitor_text=note)
        left, right, bottom, top = A4_MARGINS
        yield from (each for each in found if not (left < each[1] < right and bottom < each[2] < top))
