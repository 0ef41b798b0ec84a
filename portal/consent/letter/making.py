"""A letter on paper: terms, texts and fonts to a PDF/UA, in memory, by the same means as the consent form."""

from pathlib import Path

import typst

from portal.consent.form.making import direction_in_data, filled, typeset
from portal.consent.form.texts import CURRENT, form_texts
from portal.consent.letter.terms import LetterTerms
from portal.consent.letter.texts import LETTERS, letter_texts

_TEMPLATE = Path(__file__).with_name("letter.typ").read_bytes()


def make_letter(terms: LetterTerms, choice: str, fonts: typst.Fonts) -> bytes:
    """The letter as PDF/UA-1, in the words of ``choice`` in LETTERS; raises MissingGlyphsError."""
    texts = letter_texts(LETTERS[choice])
    data: dict[str, object] = {
        "version": LETTERS[choice],
        "texts": texts.model_dump(mode="json"),
        "form_texts": form_texts(CURRENT[choice]).model_dump(mode="json"),
        "name": filled(terms.name),
        "day": terms.day.isoformat(),
        "time": terms.time,
        "told_on": None if terms.told_on is None else terms.told_on.isoformat(),
        "how": terms.how,
        "received_by": filled(terms.received_by),
        "closed": [direction_in_data(each) for each in terms.closed],
        "remains": [direction_in_data(each) for each in terms.remains],
        "until": None if terms.until is None else terms.until.isoformat(),
        "contact": filled(terms.contact),
    }
    return typeset(_TEMPLATE, data, fonts)
