"""A reader's pages for asking the desk: for a consent, or to put a mistake right; and how that goes.

Whoever asks for a consent is answered alike whoever is asked for, for nobody is looked up.
"""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.rules import Role
from portal.consent.rules import day_of
from portal.requests.forms import AskForm, MistakeForm
from portal.requests.words import ANSWERS
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.reasons import reason_now
from portal.web.rendering import render
from portal.web.signed_in import signed_in, wired
from portal.web.throttle import limiter, look_ups, record_breach
from portal.web.unsent import shown_again_by

blueprint = Blueprint("asking", __name__, url_prefix="/people")


@blueprint.get("/requests")
@open_to(Role.READER)
def own_requests() -> str:
    """What I have asked for, and what I was answered, a page at a time."""
    page = wired().requesting.own_requests(signed_in(), request.args.get("after", ""))
    return render("people/requests.html", page=page, answers=ANSWERS, today=day_of(wired().now()))


@blueprint.get("/requests/new")
@open_to(Role.READER)
def ask_form() -> str:
    """Where one asks for somebody's consent."""
    return _ask_page(AskForm(formdata=None))


@blueprint.post("/requests/new")
@open_to(Role.READER)
@limiter.limit(look_ups, on_breach=record_breach)
@shown_again_by(lambda: _ask_page(AskForm()))
def ask() -> ResponseReturnValue:
    """Ask for somebody's consent; the number comes here and goes no further than into its envelope."""
    form = AskForm()
    if not form.validate_on_submit() or form.whom.number is None:
        return _ask_page(form), 422
    wired().requesting.ask_for_consent(signed_in(), form.whom.number.digits, form.reason.data or "")
    say_done(Done.CONSENT_ASKED_FOR)
    return redirect(url_for("asking.own_requests"), 303)


@blueprint.get("/<ref>/mistake")
@open_to(Role.READER)
def mistake_form(ref: str) -> str:
    """Where one says what is wrong; a read of the person, as the name on it is."""
    return _mistake_page(ref, MistakeForm(formdata=None))


@blueprint.post("/<ref>/mistake")
@open_to(Role.READER)
@limiter.limit(look_ups, on_breach=record_breach)
@shown_again_by(lambda ref: _mistake_page(ref, MistakeForm()))
def report_mistake(ref: str) -> ResponseReturnValue:
    """Tell the desk of a mistake; it reaches the desk, never the record."""
    form = MistakeForm()
    if not form.validate_on_submit():
        return _mistake_page(ref, form), 422
    wired().requesting.report_mistake(signed_in(), ref, form.words.data or "", _reason())
    say_done(Done.MISTAKE_REPORTED)
    return redirect(url_for("asking.own_requests"), 303)


def _ask_page(form: AskForm) -> str:
    return render("people/ask.html", form=form)


def _mistake_page(ref: str, form: MistakeForm) -> str:
    record = wired().reading.open_record(signed_in(), ref, _reason())
    return render("people/mistake.html", form=form, record=record)


def _reason() -> str:
    return reason_now(wired().settings.reading.reasons)
