"""What becomes of a draft: it is printed, comes back signed, is answered with a no, or comes to nothing."""

from dataclasses import replace

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as say

from portal import clock
from portal.accounts.rules import Role, StaffId
from portal.consent import drafting
from portal.consent.draft_forms import RefusalForm, SignedForm, StepForm
from portal.consent.draft_views import (
    drafted,
    if_open,
    lacking,
    names_now,
    opened_draft,
    overview_page,
    to_person,
)
from portal.consent.drafts import Refusal
from portal.consent.form.making import MissingGlyphsError, make_form, printable, read_fonts
from portal.consent.form.terms import FormTerms, in_words, whom
from portal.consent.form.texts import CURRENT, form_texts
from portal.consent.naming import Names
from portal.consent.rules import Form, Paper
from portal.consent.said import said_before
from portal.gate.drafting import OpenedDraft
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.fields import day_in
from portal.web.formats import personnummer
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by

blueprint = Blueprint("draft_papers", __name__, url_prefix="/administration")


@blueprint.post("/drafts/<draft>/print")
@open_to(Role.ADMINISTRATOR)
def print_form(draft: str) -> ResponseReturnValue:
    """The form for signing, with the code that leads back to the draft."""
    opened, names = opened_draft(draft), names_now()
    if not opened.row.state.is_open:
        return to_person(opened)
    if lacking(opened, names):
        return overview_page(opened), 422
    fonts = read_fonts(wired().settings.consent.form_fonts)
    if opened.content.form not in printable(fonts):
        return overview_page(opened, say("Blanketten kan inte skrivas ut på det språket här. Teckensnitt saknas.")), 422
    version = CURRENT[opened.content.form]
    try:
        made = make_form(_terms(opened, names), version, fonts)
    except MissingGlyphsError:
        wrong = say("Något som ska stå på blanketten är skrivet med tecken som saknas i teckensnitten här.")
        return overview_page(opened, wrong), 422
    with wired().act_for(signed_in()) as act:
        drafting.note_printed(act, draft, opened.row.version, version, form_texts(version).language)
    named = {"Content-Disposition": 'attachment; filename="samtycke.pdf"'}
    return Response(made, mimetype="application/pdf", headers=named)


@blueprint.get("/drafts/<draft>/signed")
@open_to(Role.ADMINISTRATOR)
def signed(draft: str) -> ResponseReturnValue:
    """Where one says when and where the paper was signed."""
    opened = opened_draft(draft)
    said = opened.content
    form = SignedForm(
        formdata=None,
        version=opened.row.version,
        signed_on=clock.today(),
        place=said.place or _last_place(opened),
        informed_by=said.informed_by,
        interpreter=said.interpreter,
        representative=said.representative,
    )
    return if_open(opened, lambda: _signed_page(opened, form))


@blueprint.post("/drafts/<draft>/signed")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda draft: _signed_page(opened_draft(draft), SignedForm()))
def register(draft: str) -> ResponseReturnValue:
    """Register the consent as it was signed; it opens nothing until it is confirmed."""
    opened, form, names = opened_draft(draft), SignedForm(), names_now()
    if not opened.row.state.is_open:
        return to_person(opened)
    form.offer(names)
    if not form.validate_on_submit():
        return _signed_page(opened, form), 422
    content = replace(
        opened.content,
        place=form.place.data or "",
        informed_by=StaffId(form.informed_by.data),
        interpreter=form.interpreter.data,
        representative=form.representative.data or "",
    )
    opened = replace(opened, content=content)
    if lacking(opened, names):
        return overview_page(opened), 422
    paper = Paper(content.purpose, day_in(form.signed_on), _signed_form(opened))
    try:
        with wired().act_for(signed_in()) as act:
            consent = drafted(opened, names)
            drafting.register_draft(act, draft, int(form.version.data or 0), content, consent, paper)
    except drafting.ChangedMeanwhileError:
        form.take_up(opened.row.version)
        return _signed_page(opened, form), 409
    say_done(Done.CONSENT_REGISTERED)
    return redirect(url_for("evidence.paper_form", ref=opened.person.ref, consent=consent.id), 303)


@blueprint.get("/drafts/<draft>/refused")
@open_to(Role.ADMINISTRATOR)
def refused(draft: str) -> ResponseReturnValue:
    """Where one says that the person said no."""
    opened = opened_draft(draft)
    form = RefusalForm(formdata=None, version=opened.row.version, day=clock.today(), how="visit")
    return if_open(opened, lambda: _refused_page(opened, form))


@blueprint.post("/drafts/<draft>/refused")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda draft: _refused_page(opened_draft(draft), RefusalForm()))
def refuse(draft: str) -> ResponseReturnValue:
    """Record a no, with what was said; it stays beside the drafts to come."""
    opened, form = opened_draft(draft), RefusalForm()
    if not opened.row.state.is_open:
        return to_person(opened)
    if not form.validate_on_submit():
        return _refused_page(opened, form), 422
    refusal = Refusal(day_in(form.day), form.how.data, form.note.data or "")
    try:
        with wired().act_for(signed_in()) as act:
            content = replace(opened.content, refusal=refusal)
            drafting.refuse_draft(act, draft, int(form.version.data or 0), content)
    except drafting.ChangedMeanwhileError:
        form.take_up(opened.row.version)
        return _refused_page(opened, form), 409
    say_done(Done.REFUSAL_RECORDED)
    return to_person(opened)


@blueprint.post("/drafts/<draft>/drop")
@open_to(Role.ADMINISTRATOR)
def drop(draft: str) -> ResponseReturnValue:
    """Take away a draft that came to nothing. Pressed twice, it is gone once."""
    with wired().act_for(signed_in()) as act:
        if drafting.drop_draft(act, draft):
            say_done(Done.DRAFT_DROPPED)
    return redirect(url_for("drafts.drafts"), 303)


def _terms(opened: OpenedDraft, names: Names) -> FormTerms:
    content, person = opened.content, opened.person
    consent = drafted(opened, names)
    informed_by = content.informed_by or abort(409)
    return FormTerms(
        reference=opened.row.reference,
        name=person.identity.name,
        number=personnummer(person.identity.personnummer, clock.today()),
        directions=tuple(in_words(line, names.agencies, names.staff) for line in consent.lines),
        purpose=content.purpose,
        valid_from=consent.valid_from,
        valid_until=consent.valid_until,
        contact=wired().settings.operator_contact,
        informed_by=whom(names.staff[informed_by], names.agencies),
        interpreter=content.interpreter,
        representative=content.representative,
        place=content.place,
        own_words=tuple(line for line in content.not_shared.splitlines() if line.strip()),
    )


def _signed_form(opened: OpenedDraft) -> Form:
    """What was signed: the text that was printed, or the one of today for a paper that was printed elsewhere."""
    content = opened.content
    version = content.printed or CURRENT[content.form]
    return Form(
        version,
        form_texts(version).language,
        content.interpreter,
        content.place,
        content.informed_by or abort(409),
        content.representative or None,
    )


def _last_place(opened: OpenedDraft) -> str:
    """Where the person signed last time."""
    kept = sorted(opened.person.consents, key=lambda each: each.registered_at)
    return kept[-1].paper.form.place if kept else ""


def _signed_page(opened: OpenedDraft, form: SignedForm) -> str:
    form.offer(names_now())
    return _page("signed", opened, form)


def _refused_page(opened: OpenedDraft, form: RefusalForm) -> str:
    return _page("refused", opened, form)


def _page(name: str, opened: OpenedDraft, form: StepForm) -> str:
    before = said_before(opened.person.consents, opened.earlier)
    said = {"person": opened.person, "before": before, "today": clock.today()}
    return render_template(f"administration/draft_{name}.html", draft=opened, form=form, **said)
