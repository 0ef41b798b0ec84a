"""A form on paper: terms, texts and fonts to a PDF/UA, in memory.

typst is given bytes and gives bytes: nothing of the person is ever a file. What is filled in enters as data, so that it
is never read as markup. PDF/UA itself refuses a letter that no font can draw.
"""

import json
import unicodedata
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

import segno
import typst

from portal.consent.form.terms import Direction, FormTerms
from portal.consent.form.texts import CURRENT, FormTexts, form_texts
from portal.consent.rules import Category

_TEMPLATE = Path(__file__).with_name("form.typ").read_bytes()
_SPECIMEN = b"""#let form = json(bytes(sys.inputs.form))
#set document(title: "Specimen")
#set text(font: form.faces, fallback: false)
#form.words"""
_SWEDISH = CURRENT["sv"]
# A longer word may not fit its column, so it may be broken after every few letters.
_LONGEST_WORD = 21
_PIECE = 5
# The form's own faces, the first that has a letter draws it. A name may be drawn with any other there is.
_FACES = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Ethiopic", "Libertinus Serif")
_BREAK = "\u200b"


class MissingGlyphsError(Exception):
    """Something on the form cannot be drawn with the fonts at hand. What it is stands nowhere: it may be a name."""


@cache
def read_fonts(folder: Path) -> typst.Fonts:
    """typst's own fonts and those of ``folder``, which need not be there."""
    return typst.Fonts(include_system_fonts=False, font_paths=[folder] if folder.is_dir() else [])


def make_form(terms: FormTerms, version: str, fonts: typst.Fonts) -> bytes:
    """The form as PDF/UA-1, in the words of ``version``; raises MissingGlyphsError."""
    return typeset(_TEMPLATE, _data(terms, version, form_texts(version)), fonts)


@cache
def printable(fonts: typst.Fonts) -> frozenset[str]:
    """The choices of CURRENT whose every word these fonts can draw."""
    return frozenset(choice for choice, version in CURRENT.items() if _can_be_drawn(form_texts(version), fonts))


def _can_be_drawn(texts: FormTexts, fonts: typst.Fonts) -> bool:
    words = json.dumps(texts.model_dump(mode="json"), ensure_ascii=False)
    try:
        typeset(_SPECIMEN, {"words": words}, fonts)
    except MissingGlyphsError:
        return False
    return True


def typeset(source: bytes, data: dict[str, object], fonts: typst.Fonts) -> bytes:
    """The PDF/UA-1 that a template makes of ``data``, which it finds as sys.inputs.form; raises MissingGlyphsError."""
    compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
    inputs = {"form": json.dumps({"faces": _FACES, **data})}
    try:
        made = compiler.compile(source, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=0)
    except typst.TypstError as error:
        if "could not be displayed" in error.message:
            raise MissingGlyphsError from None
        # typst's message quotes what it stumbled on.
        raise RuntimeError("the form could not be typeset") from None
    if not isinstance(made, bytes):
        raise RuntimeError("a form is one document")
    return made


def _data(terms: FormTerms, version: str, texts: FormTexts) -> dict[str, object]:
    swedish = form_texts(_SWEDISH)
    is_usual = terms.purpose == swedish.usual_purpose
    return {
        "version": version,
        "reference": terms.reference,
        "code": _code(terms.reference),
        "texts": texts.model_dump(mode="json"),
        "swedish": None if texts.language == "sv" else swedish.model_dump(mode="json"),
        "name": filled(terms.name),
        "number": terms.number,
        "directions": [direction_in_data(each) for each in terms.directions],
        "not_shared": terms.not_shared,
        "own_words": all_filled(terms.own_words),
        "translated_purpose": texts.usual_purpose if is_usual and version != _SWEDISH else None,
        "purpose": filled(terms.purpose),
        "valid_from": terms.valid_from.isoformat(),
        "valid_until": terms.valid_until.isoformat(),
        "contact": filled(terms.contact),
        "informed_by": filled(terms.informed_by),
        "interpreter": terms.interpreter,
        "representative": filled(terms.representative),
        "place": filled(terms.place),
    }


def direction_in_data(direction: Direction) -> dict[str, object]:
    """A direction as a template takes it."""
    return {
        "sources": all_filled(direction.sources),
        "recipients": all_filled(direction.recipients),
        "categories": [each for each in Category if each in direction.categories],
        "stand_ins": direction.stand_ins,
        "covers_protected": direction.covers_protected,
    }


def all_filled(texts: Iterable[str]) -> list[dict[str, str]]:
    return [filled(each) for each in texts]


def filled(text: str) -> dict[str, str]:
    """What is filled in, with the direction of its own first letter, and places where a very long word may break."""
    words = (
        word
        if len(word) <= _LONGEST_WORD
        else _BREAK.join(word[at : at + _PIECE] for at in range(0, len(word), _PIECE))
        for word in text.split(" ")
    )
    turns = [unicodedata.bidirectional(letter) for letter in text]
    first = next((turn for turn in turns if turn in ("L", "R", "AL")), "L")
    return {"text": " ".join(words), "direction": "ltr" if first == "L" else "rtl"}


def _code(reference: str) -> str:
    written = BytesIO()
    segno.make(reference, error="m", micro=False).save(written, kind="svg", border=0, xmldecl=False)
    return written.getvalue().decode()
