"""The administrator's desk for exchange documents: sent, looked through person by person, applied as shown.

Nothing of a document is done before somebody has seen what it would do. Each look at somebody in the register is an
entry; so is each document that is looked through, for it tells whom the register knows.
"""

import io
import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as say
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from audit.vocabulary import Event
from portal import clock
from portal.accounts.directory import list_agencies, list_staff
from portal.accounts.rules import Role
from portal.database import Desk
from portal.errors import ConflictError
from portal.exchange.difference import Difference, PersonDifference
from portal.exchange.forms import ApplyForm, DocumentForm
from portal.exchange.holding import Held, held_document, hold_document, let_go, let_old_go, until_when
from portal.exchange.importing import import_document
from portal.exchange.looking import Looked, look_through
from portal.exchange.paging import page_of
from portal.exchange.problems import DocumentError
from portal.exchange.showing import show_details, show_items
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.intake import takes_files
from portal.web.language import language
from portal.web.problems import problem_page
from portal.web.signed_in import signed_in, wired

blueprint = Blueprint("imports", __name__, url_prefix="/administration/import")

MOST_FAULTS = 500
# What is too large is still taken from the line, so that the browser gets to hear why; but not without end.
MOST_TAKEN = 100_000_000


@blueprint.get("")
@open_to(Role.ADMINISTRATOR)
def document_form() -> str:
    """Where one chooses the document."""
    return _document_form(DocumentForm(formdata=None))


@blueprint.post("")
@open_to(Role.ADMINISTRATOR)
@takes_files(lambda settings: settings.exchange.desk_max_bytes)
def send() -> ResponseReturnValue:
    """Look a document through: all its faults, or on to what it would do. Nothing is applied."""
    form, wiring, administrator = DocumentForm(), wired(), signed_in()
    if not form.validate_on_submit():
        return _document_form(form), 422
    content = form.document.data.read()
    if len(content) > wiring.settings.exchange.desk_max_bytes:
        return _too_large()
    looked, error = None, None
    try:
        looked = look_through(wiring, content)
    except DocumentError as found:
        error = found
    with wiring.act_for(administrator) as act:
        let_old_go(act.connection, act.at)
        count = {} if looked is None else {"count": looked.persons}
        act.note(Event.FOUND, {"listing": secrets.token_hex(8), **count})
        if looked is not None and looked.changes:
            until = until_when(act.at, wiring.settings.exchange.desk_minutes)
            name = hold_document(act.connection, wiring.keyring, session, administrator.id, content, until)
    if error is not None:
        return _faults_page(error), 422
    if looked is None or not looked.changes:
        return _document_form(DocumentForm(formdata=None), is_known=True)
    return redirect(url_for("imports.difference", name=name), 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say kindly what to do with a document that is too large for the desk."""
    if not current_user.is_authenticated or current_user.staff.role is not Role.ADMINISTRATOR:
        return problem_page(413), 413
    stream, left = request.environ["wsgi.input"], MOST_TAKEN
    while left > 0 and (taken := stream.read(65_536)):
        left -= len(taken)
    return _too_large()


@blueprint.get("/<name>")
@open_to(Role.ADMINISTRATOR)
def difference(name: str) -> ResponseReturnValue:
    """What a document would do, with whom it concerns."""
    held = _held(name)
    try:
        return _difference_page(held, look_through(wired(), held.content))
    except DocumentError as error:
        return _faults_page(error), 422


@blueprint.get("/<name>/people/<id_>")
@open_to(Role.ADMINISTRATOR)
def person(name: str, id_: str) -> ResponseReturnValue:
    """What a document would do with one person, beside what stands."""
    held = _held(name)
    try:
        found = look_through(wired(), held.content).difference
    except DocumentError as error:
        return _faults_page(error), 422
    return _person_page(held, found, found.people.get(id_) or abort(404))


@blueprint.post("/<name>")
@open_to(Role.ADMINISTRATOR)
def apply(name: str) -> ResponseReturnValue:
    """Do what was shown; if it would be something else by now, show that instead."""
    held, wiring, administrator = _held(name), wired(), signed_in()
    seen = ApplyForm().seen.data or ""
    try:
        report = import_document(wiring, io.BytesIO(held.content), operator=administrator, as_seen=seen)
    except ConflictError:
        try:
            return _difference_page(held, look_through(wiring, held.content), is_new=True), 409
        except DocumentError as error:
            return _faults_page(error), 422
    if not report.is_accepted:
        return _faults_page(DocumentError(report.faults, report.unlisted)), 422
    with wiring.act_for(administrator) as act:
        let_go(act.connection, session, administrator.id, name)
    say_done(Done.DOCUMENT_APPLIED)
    return redirect(url_for("imports.document_form"), 303)


@blueprint.post("/<name>/discard")
@open_to(Role.ADMINISTRATOR)
def discard(name: str) -> ResponseReturnValue:
    """Hold the document no longer; nothing of it is applied."""
    with wired().act_for(signed_in()) as act:
        let_go(act.connection, session, signed_in().id, name)
    say_done(Done.DOCUMENT_DISCARDED)
    return redirect(url_for("imports.document_form"), 303)


def _document_form(form: DocumentForm, **said: object) -> str:
    settings = wired().settings.exchange
    largest = f"{settings.desk_max_bytes / 1_000_000:.3g}".replace(".", "," if language() == "sv" else ".")
    return render_template(
        "administration/import.html", form=form, largest=largest, minutes=settings.desk_minutes, **said
    )


def _too_large() -> ResponseReturnValue:
    form = DocumentForm(formdata=None)
    form.refuse(say("Dokumentet är för stort för att granskas här. Be driften att ta in det på kommandoraden."))
    return _document_form(form), 413


def _faults_page(error: DocumentError) -> str:
    said: dict[str, list[str]] = {each.path: [] for each in error.problems[:MOST_FAULTS]}
    for each in error.problems[:MOST_FAULTS]:
        said[each.path].append(each.swedish if language() == "sv" else each.english)
    return render_template(
        "administration/import_faults.html",
        faults=[(path, " ".join(reasons)) for path, reasons in said.items()],
        count=len(error.problems) + error.unlisted,
        most=MOST_FAULTS,
    )


def _difference_page(held: Held, looked: Looked, **said: object) -> str:
    pages = page_of(list(looked.difference.people.values()), request.args.get("page", 1, type=int))
    refs = [each.ref for each in pages.shown if each.ref is not None]
    return render_template(
        "administration/import_difference.html",
        held=held,
        form=ApplyForm(formdata=None, seen=looked.mark),
        looked=looked,
        pages=pages,
        found={each.ref: each for each in wired().finding.name(signed_in(), refs)},
        today=clock.today(),
        **_names(looked.difference),
        **said,
    )


def _person_page(held: Held, found: Difference, changed: PersonDifference) -> str:
    today, names = clock.today(), _names(found)
    maintained = None
    if changed.ref is not None:
        maintained = wired().maintaining.open_person(signed_in(), changed.ref)
    record = None if maintained is None else maintained.record
    return render_template(
        "administration/import_person.html",
        held=held,
        person=changed,
        maintained=maintained,
        details=show_details(changed, maintained, today),
        items=None if record is None else show_items(changed, record, names["staff"], today),
        counts=Counter((each.agency, each.category) for each in changed.items),
        known={} if maintained is None else {kept.terms.id: kept.terms for kept in maintained.consents},
        today=today,
        **names,
    )


def _names(found: Difference) -> Mapping[str, Mapping[Any, Any]]:
    """Agencies and staff by id: the register's, and those that the document brings."""
    wiring = wired()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = {agency.id: agency for agency in list_agencies(connection)}
        staff = {entry.id: entry for entry, _ in list_staff(connection, wiring.keyring)}
    return {"agencies": agencies | dict(found.named_agencies), "staff": staff | dict(found.named_staff)}


def _held(name: str) -> Held:
    """The document that this browser holds under ``name``; a page that says that there is none ends the request."""
    wiring = wired()
    with wiring.engine(Desk.SURVEYING).connect() as connection:
        held = held_document(connection, wiring.keyring, session, signed_in().id, name, wiring.now())
    return held or abort(make_response(_document_form(DocumentForm(formdata=None), is_gone=True), 410))
