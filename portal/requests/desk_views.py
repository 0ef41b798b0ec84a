"""The administrators' desk for what readers ask for. Each request shown is an entry, and so is each look-up."""

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.accounts.directory import list_agencies, list_staff
from portal.accounts.rules import Role
from portal.consent.forms import PersonForm
from portal.database import Desk
from portal.gate.finding import Found
from portal.requests.forms import AnswerForm
from portal.requests.rules import Answer, DeskRequest
from portal.requests.service import AnsweredAlreadyError, answer_request
from portal.requests.words import ANSWERS
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by

blueprint = Blueprint("requests", __name__, url_prefix="/administration/requests")


@blueprint.get("")
@open_to(Role.ADMINISTRATOR)
def waiting() -> str:
    """What waits for an answer, the oldest first and a page at a time, and what was answered last."""
    answering, after = wired().answering, request.args.get("after", "")
    page = answering.open_waiting(signed_in(), after)
    people = _people([each.person for each in page.shown])
    answered = answering.answered(signed_in())
    said = {"page": page, "people": people, "answered": answered, "is_first": not after, **_said()}
    return render_template("administration/requests.html", **said)


@blueprint.get("/answered")
@open_to(Role.ADMINISTRATOR)
def answered() -> str:
    """What has been answered, the last first and a page at a time."""
    page = wired().answering.answered(signed_in(), request.args.get("after", ""))
    return render_template("administration/requests_answered.html", answered=page, **_said())


@blueprint.get("/<asked>")
@open_to(Role.ADMINISTRATOR)
def one(asked: str) -> str:
    """One request, and whether the person it is about is in the register."""
    return _page(asked, AnswerForm(formdata=None))


@blueprint.get("/<asked>/register")
@open_to(Role.ADMINISTRATOR)
def register_form(asked: str) -> str:
    """Where one registers the person asked for; the number is taken from the request, not from the address."""
    number = wired().answering.open_request(signed_in(), asked).number or abort(404)
    return render_template("administration/person_new.html", form=PersonForm(formdata=None, personnummer=number))


@blueprint.post("/<asked>/answer")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda asked: _page(asked, AnswerForm()))
def answer(asked: str) -> ResponseReturnValue:
    """Answer a request; whoever is the second to answer is told how it was answered."""
    opened = wired().answering.open_request(signed_in(), asked)
    form = AnswerForm()
    form.offer(opened.about)
    if not form.validate_on_submit():
        return _page(asked, form), 422
    try:
        with wired().act_for(signed_in()) as act:
            answer_request(act, opened.id, Answer(form.answer.data), form.note.data or None)
    except AnsweredAlreadyError:
        return _page(asked, form, is_late=True), 409
    say_done(Done.REQUEST_ANSWERED)
    return redirect(url_for("requests.waiting"), 303)


def _page(asked: str, form: AnswerForm, *, is_late: bool = False) -> str:
    opened = wired().answering.open_request(signed_in(), asked)
    form.offer(opened.about)
    return render_template(
        "administration/request.html", form=form, asked=opened, found=_whom(opened), is_late=is_late, **_said()
    )


def _whom(opened: DeskRequest) -> Found | None:
    """Whom the request is about, if the register has somebody like that."""
    if opened.number is not None:
        return wired().finding.find_by_number(signed_in(), opened.number)
    return _people([opened.person]).get(opened.person or "")


def _people(refs: list[str | None]) -> dict[str, Found]:
    """Who the people behind the references are; some requests have none."""
    found = wired().finding.name(signed_in(), [ref for ref in refs if ref is not None])
    return {each.ref: each for each in found}


def _said() -> Mapping[str, object]:
    """Agencies and staff by id, for saying who asks and who answered; the words of the answers, and the day."""
    wiring = wired()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = {each.id: each for each in list_agencies(connection)}
        staff = {entry.id: entry for entry, _ in list_staff(connection, wiring.keyring)}
    return {"agencies": agencies, "staff": staff, "answers": ANSWERS, "today": clock.today()}
