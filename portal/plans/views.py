"""The reader's pages: my clients, finding somebody, the record, the check-in. Reading by JSON is the same read."""

from flask import Blueprint, abort, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue

from audit.vocabulary import Event
from portal.accounts.rules import Role
from portal.consent.rules import day_of
from portal.gate.record import Record
from portal.plans import clients, exchanged
from portal.plans.forms import FindForm
from portal.requests.forms import AskForm
from portal.web.access import open_to
from portal.web.language import local_address
from portal.web.reasons import reason_now
from portal.web.rendering import render
from portal.web.signed_in import signed_in, wired
from portal.web.throttle import limiter, look_ups, record_breach

blueprint = Blueprint("reading", __name__)


@blueprint.get("/people")
@open_to(Role.READER)
def people() -> ResponseReturnValue:
    """My clients, those who need me most first."""
    return _list("")


@blueprint.post("/people")
@open_to(Role.READER)
def people_named() -> ResponseReturnValue:
    """My clients whose name holds what was typed; by POST, so that no name stands in an address."""
    return _list(request.form.get("name", "")[:100].strip())


@blueprint.get("/people/find")
@open_to(Role.READER)
def find_form() -> str:
    """Where one types a number."""
    return render("people/find.html", form=FindForm())


@blueprint.post("/people/find")
@open_to(Role.READER)
@limiter.limit(look_ups, on_breach=record_breach)
def find() -> ResponseReturnValue:
    """Look somebody up by number: one answer whether nobody has it or nobody consented."""
    form = FindForm()
    if not form.validate_on_submit() or form.personnummer.number is None:
        return render("people/find.html", form=form), 422
    ref = wired().finding.find_for_reader(signed_in(), form.personnummer.number.digits, _reason())
    if ref is None:
        # What was typed goes back into the page, so that it can be asked for, and nowhere else.
        ask = AskForm(formdata=None, whom=form.personnummer.data)
        return render("people/find.html", form=FindForm(formdata=None), ask=ask), 404
    return redirect(f"/people/{ref}", 303)


@blueprint.get("/people/<ref>")
@open_to(Role.READER)
def record(ref: str) -> ResponseReturnValue:
    """What I may read of one person."""
    opened = wired().reading.open_record(signed_in(), ref, _reason())
    if _wants_json():
        return jsonify(exchanged.write_record(opened))
    return render("plans/record.html", record=opened)


@blueprint.get("/people/<ref>/print")
@open_to(Role.READER)
def record_print(ref: str) -> str:
    """The same for paper, marked with reader and time, recorded as a print."""
    opened = wired().reading.open_record(signed_in(), ref, _reason(), Event.PRINTED)
    return render("plans/record_print.html", record=opened)


@blueprint.get("/check-in")
@open_to(Role.READER)
def check_in() -> str:
    """My clients as a meeting list."""
    listed = wired().reading.open_list(signed_in(), _reason())
    today = day_of(wired().now())
    return render("plans/check_in.html", clients=clients.by_need(map(_summarise, listed)), today=today)


@blueprint.post("/reason")
@open_to(Role.READER)
def choose_reason() -> ResponseReturnValue:
    """Keep for this session what I am reading for."""
    reason = request.form.get("reason", "")
    if reason not in wired().settings.reading.reasons:
        abort(400)
    session["reason"] = reason
    return redirect(local_address(request.form.get("back", "/")), 303)


def _list(sought: str) -> ResponseReturnValue:
    listed = wired().reading.open_list(signed_in(), _reason())
    if _wants_json():
        people = [{"ref": each.ref, "id": each.id, "clashes": len(each.clashes)} for each in listed]
        return jsonify(people=people)
    found = clients.by_need(map(_summarise, listed))
    if sought:
        found = clients.named(found, sought)
    page = clients.page_of(found, request.args.get("page", 1, int))
    return render("people/people.html", page=page, sought=sought, today=day_of(wired().now()))


def _summarise(record: Record) -> clients.Client:
    return clients.summarise(
        record.ref,
        record.given_name,
        record.family_name,
        record.plans,
        record.clashes,
        record.lines,
        record.changed,
        day_of(record.read_at),
        is_protected=record.is_protected,
    )


def _reason() -> str:
    return reason_now(wired().settings.reading.reasons)


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"]) == "application/json"
