"""The desk's pages for the signed paper behind a consent: taking it in, looking at it, confirming against it."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.directory import list_agencies, list_staff
from portal.accounts.rules import Role
from portal.consent.evidence.confirming import (
    ChangedSinceError,
    NotToConfirmError,
    confirm_as_shown,
    end_as_mistaken,
    hindrance_of,
)
from portal.consent.evidence.forms import ConfirmForm, PaperForm
from portal.consent.evidence.rendering import count_pages
from portal.consent.evidence.rules import PaperError, kind_of
from portal.consent.evidence.service import new_paper, receive_paper
from portal.consent.rules import day_of
from portal.consent.states import state_of
from portal.database import Desk
from portal.gate.maintaining import KeptConsent, Maintained
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.intake import takes_files
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by

blueprint = Blueprint("evidence", __name__, url_prefix="/administration/people/<ref>/consents/<consent>")


@blueprint.get("/paper")
@open_to(Role.ADMINISTRATOR)
def paper_form(ref: str, consent: str) -> str:
    """Where one sends in the signed paper, and sees which have come."""
    return _paper_page(ref, consent, PaperForm(formdata=None, paper=new_paper()))


@blueprint.post("/paper")
@open_to(Role.ADMINISTRATOR)
@takes_files(lambda settings: settings.consent.max_paper_bytes)
@shown_again_by(lambda ref, consent: _paper_page(ref, consent, PaperForm()))
def receive(ref: str, consent: str) -> ResponseReturnValue:
    """Take in a paper; sent twice, it is taken in once."""
    form = PaperForm()
    is_sound = form.validate_on_submit()
    sent = request.files.get("file")
    if not is_sound or sent is None or not sent.filename:
        form.refuse_nothing()
        return _paper_page(ref, consent, form), 422
    content = sent.stream.read()
    most_bytes = wired().settings.consent.max_paper_bytes
    try:
        kind_of(content, most_bytes)
        pages = count_pages(content)
    except PaperError as error:
        form.refuse(error.fault, most_bytes)
        return _paper_page(ref, consent, form), 422
    with wired().act_for(signed_in()) as act:
        receive_paper(act, ref, consent, form.paper.data or "", content, pages)
    say_done(Done.PAPER_RECEIVED)
    return redirect(url_for("evidence.paper", ref=ref, consent=consent, paper=form.paper.data), 303)


@blueprint.get("/paper/<paper>")
@open_to(Role.ADMINISTRATOR)
def paper(ref: str, consent: str, paper: str) -> str:
    """The pages of a paper as images."""
    person = wired().maintaining.open_person(signed_in(), ref)
    kept = _kept(person, consent)
    viewed = wired().viewing.open_paper(signed_in(), ref, consent, paper)
    return render_template("administration/paper.html", person=person, kept=kept, viewed=viewed, **_said(person, kept))


@blueprint.get("/paper/<paper>/pages/<int:number>")
@open_to(Role.ADMINISTRATOR)
def page(ref: str, consent: str, paper: str, number: int) -> Response:
    """One page as an image, for whoever has the paper open."""
    opened = request.args.get("opened", "")
    try:
        image = wired().viewing.page(signed_in(), ref, consent, paper, number, opened)
    except PaperError:
        abort(503)
    return Response(image, mimetype="image/jpeg")


@blueprint.get("/confirm")
@open_to(Role.ADMINISTRATOR)
def confirm_form(ref: str, consent: str) -> ResponseReturnValue:
    """The paper beside what is registered, and the two answers there are."""
    person = wired().maintaining.open_person(signed_in(), ref)
    if not _waits(_kept(person, consent)):
        return redirect(url_for("desk.person", ref=ref), 303)
    return _confirm_page(person, consent)


@blueprint.post("/confirm")
@open_to(Role.ADMINISTRATOR)
def confirm(ref: str, consent: str) -> ResponseReturnValue:
    """Confirm what was shown, or end it as mistaken; what changed since it was shown is shown again."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        abort(400)
    needs_second = wired().settings.consent.second_administrator
    try:
        with wired().act_for(signed_in()) as act:
            if form.answer.data == "mistaken":
                done = end_as_mistaken(act, ref, consent)
            else:
                done = confirm_as_shown(act, ref, consent, int(form.version.data or "0"), needs_second)
    except NotToConfirmError:
        return _confirm_page(wired().maintaining.open_person(signed_in(), ref), consent), 409
    except ChangedSinceError:
        person = wired().maintaining.open_person(signed_in(), ref)
        return _confirm_page(person, consent, has_changed=True), 409
    if done:
        say_done(Done.CONSENT_CONFIRMED if form.answer.data == "confirmed" else Done.CONSENT_MISTAKEN)
    return redirect(url_for("desk.person", ref=ref), 303)


def _paper_page(ref: str, consent: str, form: PaperForm) -> str:
    person = wired().maintaining.open_person(signed_in(), ref)
    kept = _kept(person, consent)
    most = wired().settings.consent.max_paper_bytes // 1_000_000
    said = {"has_ended": kept.terms.withdrawn_at is not None, "most": most}
    return render_template(
        "administration/paper_new.html", form=form, person=person, kept=kept, **said, **_said(person, kept)
    )


def _confirm_page(person: Maintained, consent: str, *, has_changed: bool = False) -> str:
    kept = _kept(person, consent)
    papers = kept.papers
    viewed = wired().viewing.open_paper(signed_in(), person.ref, consent, papers[-1].id) if papers else None
    return render_template(
        "administration/confirm.html",
        form=ConfirmForm(formdata=None, version=str(person.version)),
        person=person,
        kept=kept,
        viewed=viewed,
        has_changed=has_changed,
        **_said(person, kept),
    )


def _waits(kept: KeptConsent) -> bool:
    return kept.confirmed_at is None and kept.terms.withdrawn_at is None


def _kept(person: Maintained, consent: str) -> KeptConsent:
    return next((kept for kept in person.consents if kept.terms.id == consent), None) or abort(404)


def _said(person: Maintained, kept: KeptConsent) -> Mapping[str, object]:
    """Agencies and staff by id, the state of the consent, why whoever asks does not confirm it, and the day."""
    wiring = wired()
    at = wiring.now()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = {each.id: each for each in list_agencies(connection)}
        staff = {entry.id: entry for entry, _ in list_staff(connection, wiring.keyring)}
    state = state_of(kept.terms, at, has_paper=bool(kept.papers))
    replaced = next((each for each in person.consents if each.terms.id == kept.terms.replaces), None)
    needs_second = wiring.settings.consent.second_administrator
    return {
        "agencies": agencies,
        "staff": staff,
        "state": state,
        "hindrance": hindrance_of(signed_in().id, kept.terms.id, kept.registered_by, person.papers, needs_second),
        "today": day_of(at),
        "replaced": replaced,
    }
