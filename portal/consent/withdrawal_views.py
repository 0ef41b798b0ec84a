"""The administrator's desk for ending consents: wholly, in part, or because they were registered in error."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.directory import list_agencies, list_staff
from portal.accounts.rules import Role
from portal.consent import drafting, withdrawing
from portal.consent.drafting import DraftRow
from portal.consent.drafts import asks_for_same
from portal.consent.narrowing import joined
from portal.consent.parts import Part, parts_of
from portal.consent.rules import ConsentId, Withdrawal, day_of
from portal.consent.states import state_of
from portal.consent.withdrawal_forms import InErrorForm, WithdrawForm, WithdrawPartForm
from portal.database import Desk
from portal.gate.maintaining import KeptConsent, Maintained
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by

blueprint = Blueprint("withdrawal", __name__, url_prefix="/administration/people/<ref>")


@blueprint.get("/withdraw")
@open_to(Role.ADMINISTRATOR)
def withdraw_all_form(ref: str) -> str:
    """Where one takes everything back at once."""
    return _withdraw_page(ref, WithdrawForm(formdata=None, and_waiting=True, and_drafts=True))


@blueprint.post("/withdraw")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda ref: _withdraw_page(ref, WithdrawForm()))
def withdraw_all(ref: str) -> ResponseReturnValue:
    """Take everything back at once; what has ended already stays as it is."""
    return _withdraw(ref, None)


@blueprint.get("/consents/<consent>/withdraw")
@open_to(Role.ADMINISTRATOR)
def withdraw_form(ref: str, consent: str) -> str:
    """Where one takes one consent back."""
    return _withdraw_page(ref, WithdrawForm(formdata=None, and_waiting=True, and_drafts=True), consent)


@blueprint.post("/consents/<consent>/withdraw")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda ref, consent: _withdraw_page(ref, WithdrawForm(), consent))
def withdraw(ref: str, consent: str) -> ResponseReturnValue:
    """Take one consent back at once; one that has ended already stays as it is."""
    return _withdraw(ref, consent)


@blueprint.get("/consents/<consent>/withdraw/part")
@open_to(Role.ADMINISTRATOR)
def part_form(ref: str, consent: str) -> str:
    """Where one unticks what is taken back."""
    form = WithdrawPartForm(formdata=None, consent=secrets.token_hex(16), and_waiting=True, and_drafts=True)
    return _part_page(ref, form, consent, is_new=True)


@blueprint.post("/consents/<consent>/withdraw/part")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda ref, consent: _part_page(ref, WithdrawPartForm(), consent))
def withdraw_part(ref: str, consent: str) -> ResponseReturnValue:
    """Put what is left in the consent's place at once."""
    form = WithdrawPartForm()
    maintained = _open(ref)
    kept = _kept(maintained, consent)
    parts = _offer(form, kept)
    if not form.validate_on_submit():
        return _part_page(ref, form, consent), 422
    lines = joined(line for part in parts for line in part.left(form.kept.data or ()))
    try:
        with wired().act_for(signed_in()) as act:
            withdrawal = _withdrawal(form, act.at)
            narrower = ConsentId(form.consent.data or "")
            is_done = withdrawing.withdraw_in_part(
                act, ref, consent, lines, narrower, withdrawal, and_waiting=form.and_waiting.data
            )
            if is_done and form.and_drafts.data:
                drafting.drop_asking_for_same(act, ref, [kept.terms])
    except withdrawing.NotNarrowerError:
        form.refuse(has_something_left=bool(lines))
        return _part_page(ref, form, consent), 422
    if not is_done:
        # It had ended before, in whatever way: the person's page shows how it is.
        return redirect(url_for("desk.person", ref=ref), 303)
    say_done(Done.CONSENT_NARROWED)
    return redirect(url_for("letter.letter_form", ref=ref, consent=consent), 303)


@blueprint.get("/consents/<consent>/in-error")
@open_to(Role.ADMINISTRATOR)
def in_error_form(ref: str, consent: str) -> str:
    """Where one says that a consent should not have been registered."""
    return _in_error_page(ref, InErrorForm(formdata=None), consent)


@blueprint.post("/consents/<consent>/in-error")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda ref, consent: _in_error_page(ref, InErrorForm(), consent))
def end_in_error(ref: str, consent: str) -> ResponseReturnValue:
    """End at once what was registered in error."""
    form = InErrorForm()
    if not form.validate_on_submit():
        return _in_error_page(ref, form, consent), 422
    with wired().act_for(signed_in()) as act:
        mistake = Withdrawal(act.at, "other", signed_in().id, note=form.note.data)
        withdrawing.end_in_error(act, ref, consent, mistake)
    say_done(Done.CONSENT_IN_ERROR)
    return redirect(url_for("desk.person", ref=ref), 303)


def names() -> Mapping[str, object]:
    """Agencies and staff by id, for saying whom a line names."""
    wiring = wired()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = {each.id: each for each in list_agencies(connection)}
        return {"agencies": agencies, "staff": {entry.id: entry for entry, _ in list_staff(connection, wiring.keyring)}}


def _withdraw(ref: str, consent: str | None) -> ResponseReturnValue:
    form = WithdrawForm()
    if not form.validate_on_submit():
        return _withdraw_page(ref, form, consent), 422
    maintained = _open(ref)
    closing = _standing(maintained, waiting=False) if consent is None else [_kept(maintained, consent)]
    with wired().act_for(signed_in()) as act:
        withdrawal = _withdrawal(form, act.at)
        ended = withdrawing.withdraw(act, ref, withdrawal, consent, and_waiting=form.and_waiting.data)
        if ended and form.and_drafts.data:
            drafting.drop_asking_for_same(act, ref, [each.terms for each in closing])
    if not ended:
        # It had ended before, in whatever way: the person's page shows how it is.
        return redirect(url_for("desk.person", ref=ref), 303)
    say_done(Done.CONSENT_WITHDRAWN)
    return redirect(url_for("letter.letter_form", ref=ref, consent=ended[0]), 303)


def _withdrawal(form: WithdrawForm, at: datetime) -> Withdrawal:
    told_on = form.told_on.data
    return Withdrawal(at, form.how.data, signed_in().id, None if told_on == day_of(at) else told_on)


def _withdraw_page(ref: str, form: WithdrawForm, consent: str | None = None) -> str:
    maintained = _open(ref)
    standing = _standing(maintained, waiting=False)
    closing = standing if consent is None else [_kept(maintained, consent)]
    waiting = [each for each in _standing(maintained, waiting=True) if each not in closing]
    said = {"consent": consent, "closing": closing, "others": [each for each in standing if each not in closing]}
    drafts = _asking_for_same(maintained, closing)
    return render_template(
        "administration/withdraw.html", form=form, person=maintained, waiting=waiting, drafts=drafts, **said, **names()
    )


def _part_page(ref: str, form: WithdrawPartForm, consent: str, *, is_new: bool = False) -> str:
    maintained = _open(ref)
    kept = _kept(maintained, consent)
    parts = _offer(form, kept, all_ticked=is_new)
    waiting = [each for each in _standing(maintained, waiting=True) if each != kept]
    said = {"kept": kept, "parts": parts, "waiting": waiting, "drafts": _asking_for_same(maintained, [kept]), **names()}
    return render_template("administration/withdraw_part.html", form=form, person=maintained, **said)


def _in_error_page(ref: str, form: InErrorForm, consent: str) -> str:
    maintained = _open(ref)
    kept = _kept(maintained, consent)
    return render_template("administration/in_error.html", form=form, person=maintained, kept=kept, **names())


def _offer(form: WithdrawPartForm, kept: KeptConsent, *, all_ticked: bool = False) -> list[Part]:
    wiring = wired()
    with wiring.engine(Desk.READING).connect() as connection:
        agency_of = {entry.id: entry.agency for entry, _ in list_staff(connection, wiring.keyring)}
    parts = parts_of(kept.terms, agency_of)
    form.offer([code for part in parts for code in (*part.readers, *part.openings)], all_ticked=all_ticked)
    return parts


def _standing(maintained: Maintained, *, waiting: bool) -> list[KeptConsent]:
    """The consents that hold or will, or those that wait for confirmation."""
    states = [(each, state_of(each.terms, wired().now())) for each in maintained.consents]
    return [each for each, state in states if not state.is_over and state.is_waiting is waiting]


def _asking_for_same(maintained: Maintained, closing: Sequence[KeptConsent]) -> list[DraftRow]:
    """The open drafts that would open again what closes."""
    consents = [each.terms for each in closing]
    return [
        row
        for row, content in wired().drafting.open_drafts(maintained)
        if row.state.is_open and asks_for_same(content, row.replaces, consents)
    ]


def _kept(maintained: Maintained, consent: str) -> KeptConsent:
    return next((kept for kept in maintained.consents if kept.terms.id == consent), None) or abort(404)


def _open(ref: str) -> Maintained:
    return wired().maintaining.open_person(signed_in(), ref)
