"""The auditor's pages: what has happened, and whether the log is untouched. Nobody's plans and nobody's name."""

from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.accounts.rules import Role, Staff
from portal.auditing import words
from portal.auditing.forms import PseudonymForm, SearchForm
from portal.auditing.integrity import check_integrity
from portal.auditing.names import Names
from portal.auditing.service import REACH, Log
from portal.auditing.telling import by_day, number, outcome_word, short, tell
from portal.consent.rules import day_of
from portal.database import Desk
from portal.web.access import open_to
from portal.web.signed_in import wired

blueprint = Blueprint("auditing", __name__)


@blueprint.get("/auditing/log")
@open_to(Role.AUDITOR)
def log() -> ResponseReturnValue:
    """Everything that happened, the newest first, and what is asked for of it."""
    trail = _log()
    names = trail.names()
    form = _search_form(names)
    if not form.validate():
        return _page(form, PseudonymForm(formdata=None), page=None), 422
    criteria = form.criteria
    page = trail.search(cast("Staff", current_user.staff), criteria)
    reasons = wired().settings.reading.reasons
    days = by_day(tell(row, names, reasons) for row in page.rows)
    said = {"days": days, "today": day_of(wired().now()), "reach": REACH}
    said["same"] = trail.same_as(criteria.person) if criteria.person else ()
    return _page(form, PseudonymForm(formdata=None), page=page, criteria=criteria, **said)


@blueprint.post("/auditing/log")
@open_to(Role.AUDITOR)
def person() -> ResponseReturnValue:
    """Lead to one person's part of what is asked for, by a pseudonym written in the form's body."""
    trail = _log()
    form, sought = _search_form(trail.names()), PseudonymForm()
    chosen = sought.choose(trail.people_like) if form.validate() and sought.validate_on_submit() else None
    if chosen is None:
        return _page(form, sought, page=None), 422
    asked = form.criteria.beyond_its_listing.as_query()
    return redirect(_address(asked, person=chosen, before=None), 303)


@blueprint.get("/auditing/integrity")
@open_to(Role.AUDITOR)
def integrity() -> str:
    """Whether the log is untouched, as far as has been checked."""
    wiring = wired()
    found = check_integrity(wiring.engine(Desk.READING), _log().is_ours, wiring.settings.trail, wiring.now())
    today = day_of(found.checked_at)
    return render_template("auditing/integrity.html", found=found, words=words, number=number, today=today)


def _search_form(names: Names) -> SearchForm:
    form = SearchForm(request.args)
    form.offer(names)
    return form


def _page(form: SearchForm, sought: PseudonymForm, **shown: object) -> str:
    said = {"short": short, "number": number, "outcome_word": outcome_word, "address": _address}
    return render_template("auditing/log.html", form=form, sought=sought, **said, **shown)


def _address(criteria: dict[str, str], **changes: str | int | None) -> str:
    """The log's address for these criteria with some changed, or left out where they are None."""
    asked = {name: value for name, value in {**criteria, **changes}.items() if value is not None}
    return f"/auditing/log?{urlencode(asked)}" if asked else "/auditing/log"


def _log() -> Log:
    wiring = wired()
    return Log(wiring.engine(Desk.READING), wiring.keyring, wiring.append)
