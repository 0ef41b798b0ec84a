"""The administrator's desk for the letter that confirms a withdrawal: offered right after it, and later on."""

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as say

from portal.accounts.rules import Role, Staff, StaffId
from portal.consent.form.making import MissingGlyphsError, printable, read_fonts
from portal.consent.form.terms import Direction, whom
from portal.consent.form.terms import in_words as line_in_words
from portal.consent.forms import FORMS
from portal.consent.letter.making import make_letter
from portal.consent.letter.terms import LetterTerms
from portal.consent.letter.texts import LETTERS, letter_texts
from portal.consent.narrowing import taken_back
from portal.consent.rules import STOCKHOLM, Consent, Ending, Line, Withdrawal, day_of
from portal.consent.withdrawal_forms import LetterForm
from portal.consent.withdrawal_views import names
from portal.consent.withdrawing import print_letter
from portal.gate.maintaining import Maintained
from portal.web.access import open_to
from portal.web.formats import in_words
from portal.web.signed_in import signed_in, wired

blueprint = Blueprint("letter", __name__, url_prefix="/administration/people/<ref>/consents/<consent>/letter")


@dataclass(frozen=True, slots=True)
class Ended:
    """What one act took back: the lines that closed, and the narrower consent that is left, if any."""

    withdrawal: Withdrawal
    closed: tuple[Line, ...]
    left: Consent | None


@blueprint.get("")
@open_to(Role.ADMINISTRATOR)
def letter_form(ref: str, consent: str) -> str:
    """What was taken back, and the letter about it."""
    maintained = _open(ref)
    language = maintained.identity.language
    form = LetterForm(formdata=None, language=language if language in _printable() else "sv")
    return _letter_page(maintained, _ended(maintained, consent), form, consent)


@blueprint.post("")
@open_to(Role.ADMINISTRATOR)
def letter(ref: str, consent: str) -> ResponseReturnValue:
    """The letter, with its entry; nothing of it is kept but that it was printed."""
    maintained = _open(ref)
    ended = _ended(maintained, consent)
    form = LetterForm()
    form.printable = _printable()
    if not form.validate_on_submit():
        return _letter_page(maintained, ended, form, consent), 422
    choice = form.language.data
    try:
        made = make_letter(_terms(maintained, ended), choice, _fonts())
    except MissingGlyphsError:
        wrong = say("Något som ska stå i brevet är skrivet med tecken som saknas i teckensnitten här.")
        form.language.errors = (wrong,)
        return _letter_page(maintained, ended, form, consent), 422
    with wired().act_for(signed_in()) as act:
        print_letter(act, ref, consent, LETTERS[choice], letter_texts(LETTERS[choice]).language)
    named = {"Content-Disposition": 'attachment; filename="bekraftelse.pdf"'}
    return Response(made, mimetype="application/pdf", headers=named)


def _ended(maintained: Maintained, consent: str) -> Ended:
    """What ended in the same act as ``consent``, which the person must have taken back."""
    about = next((each for each in maintained.consents if each.terms.id == consent), None)
    if about is None or about.withdrawal is None or about.terms.ending is not Ending.WITHDRAWN:
        abort(404)
    of_the_act = [
        each.terms
        for each in maintained.consents
        if each.terms.ending is Ending.WITHDRAWN and each.terms.withdrawn_at == about.terms.withdrawn_at
    ]
    left = {
        each.terms.replaces: each.terms
        for each in maintained.consents
        if each.registered_at == about.terms.withdrawn_at
    }
    # What waited for confirmation never opened anything, so nothing of it closed.
    opened = [each for each in of_the_act if each.is_confirmed] or of_the_act
    closed = [line for each in opened for line in taken_back(each, left.get(each.id))]
    remains = next((left[each.id] for each in opened if each.id in left), None)
    return Ended(about.withdrawal, tuple(closed), remains)


def _terms(maintained: Maintained, ended: Ended) -> LetterTerms:
    known = names()
    received_by = ended.withdrawal.received_by
    staff = cast("dict[StaffId, Staff]", known["staff"])
    at = ended.withdrawal.at
    return LetterTerms(
        name=maintained.identity.name,
        day=day_of(at),
        time=f"{at.astimezone(STOCKHOLM):%H:%M}",
        told_on=ended.withdrawal.told_on,
        how=ended.withdrawal.how,
        received_by=whom(staff[received_by], cast("Any", known["agencies"])) if received_by else "",
        closed=_directions(ended.closed, known),
        remains=_directions(ended.left.lines if ended.left else (), known),
        until=ended.left.valid_until if ended.left else None,
        contact=wired().settings.operator_contact,
    )


def _directions(lines: tuple[Line, ...], known: Any) -> tuple[Direction, ...]:
    return tuple(line_in_words(line, known["agencies"], known["staff"]) for line in lines)


def _letter_page(maintained: Maintained, ended: Ended, form: LetterForm, consent: str) -> str:
    unreviewed = [str(name) for each, name in FORMS.items() if not letter_texts(LETTERS[each]).is_reviewed]
    said = {"person": maintained, "ended": ended, "consent": consent, "translated": in_words(unreviewed)}
    return render_template("administration/letter.html", form=form, **said, **names())


def _fonts() -> Any:
    return read_fonts(wired().settings.consent.form_fonts)


def _printable() -> frozenset[str]:
    return printable(_fonts())


def _open(ref: str) -> Maintained:
    return wired().maintaining.open_person(signed_in(), ref)
