"""The desk enters, changes, ends and removes plans, activities and notes, and sees what they were before.

Each look at a person is an entry, also the one that finds which clashes an entry would make. While no consent is live
there is nothing to see or to change here: the pages lead to the person's own, which says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as say

from portal.accounts.directory import list_agencies, list_staff
from portal.accounts.rules import Agency, AgencyId, Role, Staff, StaffId
from portal.consent.rules import day_of
from portal.database import Desk
from portal.gate.history import Content, Version
from portal.gate.maintaining import MOST_REMOVED, Maintained
from portal.plans import keeping
from portal.plans.facts import differences, facts_of
from portal.plans.keeping import Shown
from portal.plans.record_forms import REMOVALS, WAYS, NoteForm, PlanForm, RecordForm, RemoveForm
from portal.plans.rules import Activity, Removal
from portal.plans.sheets import FORMS, Sheet, new_sheet, sheet_anew, sheet_of, staff_to_choose
from portal.plans.trying import Trial, try_out
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.formats import spoken
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by
from portal.web.words import by_headline

blueprint = Blueprint("records", __name__, url_prefix="/administration/people/<ref>/records")


@blueprint.get("/new/<kind>/<of>")
@open_to(Role.ADMINISTRATOR)
def new(ref: str, kind: str, of: str) -> ResponseReturnValue:
    """Where one enters something new that an agency has released."""
    maintained, sheet = _begin(ref, kind, of)
    if sheet is None:
        return _sealed(ref)
    return _page(maintained, sheet, _offered(sheet, sheet.blank(FORMS[kind], 0)))


@blueprint.post("/new/<kind>/<of>")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda ref, kind, of: _again(*_begin(ref, kind, of)))
def enter(ref: str, kind: str, of: str) -> ResponseReturnValue:
    """Enter it, or show which clashes it would make; sent twice, it is entered once."""
    maintained, sheet = _begin(ref, kind, of)
    return _sealed(ref) if sheet is None else _take(maintained, sheet)


@blueprint.get("/<item>/change")
@open_to(Role.ADMINISTRATOR)
def standing(ref: str, item: str) -> ResponseReturnValue:
    """Where one changes something, or ends it."""
    maintained, sheet = _found(ref, item)
    if sheet is None:
        return _sealed(ref)
    form = sheet.blank(FORMS[sheet.kind], maintained.versions[item], ends="end" in request.args)
    return _page(maintained, sheet, _offered(sheet, form))


@blueprint.post("/<item>/change")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda ref, item: _change_again(ref, item))
def change(ref: str, item: str) -> ResponseReturnValue:
    """Change it, or show which clashes that would make; never over what somebody else has written meanwhile."""
    maintained = wired().maintaining.open_person(signed_in(), ref)
    if maintained.record is None:
        return _sealed(ref)
    sheet = sheet_of(maintained, item)
    return (_anew(maintained, item), 409) if sheet is None else _take(maintained, sheet)


@blueprint.get("/<item>/remove")
@open_to(Role.ADMINISTRATOR)
def remove_form(ref: str, item: str) -> ResponseReturnValue:
    """Where one says why something is taken away."""
    maintained, sheet = _found(ref, item)
    if sheet is None:
        return _sealed(ref)
    form = RemoveForm(formdata=None, version=str(maintained.versions[item]), cause=Removal.REGISTERED_IN_ERROR.value)
    return _remove_page(maintained, sheet, form)


@blueprint.post("/<item>/remove")
@open_to(Role.ADMINISTRATOR)
def remove(ref: str, item: str) -> ResponseReturnValue:
    """Take it away; the history keeps it."""
    form = RemoveForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        with wired().act_for(signed_in()) as act:
            keeping.remove(act, ref, Shown(item, int(form.version.data or 0)), Removal(form.cause.data))
    except keeping.SealedError:
        return _sealed(ref)
    say_done(Done.RECORD_REMOVED)
    return redirect(url_for("desk.person", ref=ref), 303)


@blueprint.get("/<item>/history")
@open_to(Role.ADMINISTRATOR)
def history(ref: str, item: str) -> ResponseReturnValue:
    """Who changed what, when and on whose behalf, with what stood before and after."""
    versions = wired().maintaining.open_history(signed_in(), ref, item)
    if not versions:
        return _sealed(ref)
    staff = _staff()
    rows, before = [], None
    for version in versions:
        said = [] if version.content is None else differences(before, version.content, staff)
        rows.append((version, said))
        before = version.content
    rows.reverse()
    return render_template(
        "administration/record_history.html",
        ref=ref,
        rows=rows,
        staff=staff,
        agencies=_agencies(),
        ways=WAYS,
        removals=REMOVALS,
        today=day_of(wired().now()),
    )


@blueprint.get("/removed")
@open_to(Role.ADMINISTRATOR)
def removed(ref: str) -> ResponseReturnValue:
    """What has been taken away of the person's: who did it, when and why, with the way to the history of each."""
    found = wired().maintaining.open_removed(signed_in(), ref)
    if found is None:
        return _sealed(ref)
    rows = [(item, versions[-1], _last_content(versions)) for item, versions in found.items()]
    said = {"staff": _staff(), "agencies": _agencies(), "removals": REMOVALS, "today": day_of(wired().now())}
    return render_template("administration/records_removed.html", ref=ref, rows=rows, most=MOST_REMOVED, **said)


def _last_content(versions: Sequence[Version]) -> Content | None:
    return next((each.content for each in reversed(versions) if each.content is not None), None)


def _begin(ref: str, kind: str, of: str) -> tuple[Maintained, Sheet | None]:
    maintained = wired().maintaining.open_person(signed_in(), ref)
    if maintained.record is None:
        return maintained, None
    return maintained, new_sheet(maintained.record, kind, of) or abort(404)


def _found(ref: str, item: str) -> tuple[Maintained, Sheet | None]:
    maintained = wired().maintaining.open_person(signed_in(), ref)
    if maintained.record is None:
        return maintained, None
    return maintained, sheet_of(maintained, item) or abort(404)


def _take(maintained: Maintained, sheet: Sheet) -> ResponseReturnValue:
    form = _offered(sheet, FORMS[sheet.kind]())
    if sheet.stands is None and not sheet.may_be_called(form.item.data or ""):
        abort(400)
    is_right = form.validate_on_submit()
    said = sheet.said(form, maintained.identity.id)
    # Both are asked, so that everything is said at once; but nothing is said twice of what was not typed.
    is_right = is_right and form.is_held(said)
    trial = _tried(maintained, sheet, said) if is_right else None
    if "try" in request.form:
        return _shown(maintained, sheet, form, trial)
    if not is_right:
        return _page(maintained, sheet, form), 422
    return _save(maintained, sheet, form, said, trial)


def _save(
    maintained: Maintained, sheet: Sheet, form: RecordForm, said: Mapping[str, Any], trial: Trial | None
) -> ResponseReturnValue:
    item, ref = sheet.item(said, form), maintained.ref
    try:
        with wired().act_for(signed_in()) as act:
            if sheet.stands is None:
                keeping.enter(act, ref, item)
            else:
                keeping.change(act, ref, item, Shown(item.id, form.shown_version))
    except keeping.SealedError:
        return _sealed(ref)
    except keeping.ChangedMeanwhileError:
        now = wired().maintaining.open_person(signed_in(), ref)
        if now.record is None:
            return _sealed(ref)
        there = sheet_of(now, item.id)
        if there is None:
            return _anew(now, item.id), 409
        form.version.data = str(now.versions[item.id])
        return _page(now, there, form, is_changed=True), 409
    is_full = trial is not None and trial.is_overloaded
    say_done(Done.RECORD_SAVED_OVERLOADED if is_full else Done.RECORD_SAVED)
    return redirect(url_for("desk.person", ref=ref), 303)


def _tried(maintained: Maintained, sheet: Sheet, said: Mapping[str, Any]) -> Trial | None:
    entered = sheet.read(said)
    if entered is None or maintained.record is None:
        return None
    wiring = wired()
    return try_out(maintained.record, entered, _staff(), day_of(wiring.now()), wiring.settings.clashes)


def _shown(maintained: Maintained, sheet: Sheet, form: RecordForm, trial: Trial | None) -> ResponseReturnValue:
    """Which clashes the entry would make: as a page, or for the script on it as words."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) != "application/json":
        return _page(maintained, sheet, form, trial=trial), 200 if trial is not None else 422
    if trial is None:
        return jsonify(words=say("Krockarna räknas ut när allt som behövs är ifyllt."), clashes=[])
    clashes = [
        {"headline": spoken(group[0].headline), "texts": [spoken(clash.text) for clash in group]}
        for group in by_headline(trial.coming)
    ]
    return jsonify(words=_counted(trial), clashes=clashes)


def _counted(trial: Trial) -> str:
    return str(
        say("Det här skulle ge nya krockar. Det går att spara ändå.")
        if trial.coming
        else say("Det här ger inga nya krockar.")
    )


def _change_again(ref: str, item: str) -> str:
    maintained = wired().maintaining.open_person(signed_in(), ref)
    if maintained.record is not None and sheet_of(maintained, item) is None:
        return _anew(maintained, item)
    return _again(maintained, sheet_of(maintained, item))


def _anew(maintained: Maintained, item: str) -> str:
    """The form of what somebody has taken away meanwhile, as it was typed, to be entered as something new."""
    versions = wired().maintaining.open_history(signed_in(), maintained.ref, item)
    was = _last_content(versions)
    if maintained.record is None or was is None:
        abort(404)
    sheet = sheet_anew(maintained.record, item, versions[0].agency, was)
    form = _offered(sheet, FORMS[sheet.kind]())
    form.item.data, form.version.data = sheet.new_id(), "0"
    if not isinstance(was, Activity) and isinstance(form, PlanForm | NoteForm):
        form.category.data = was.category.value
    return _page(maintained, sheet, form, removed=versions[-1])


def _again(maintained: Maintained, sheet: Sheet | None) -> str:
    if sheet is None:
        abort(409)
    return _page(maintained, sheet, _offered(sheet, FORMS[sheet.kind]()))


def _page(
    maintained: Maintained,
    sheet: Sheet,
    form: RecordForm,
    *,
    trial: Trial | None = None,
    is_changed: bool = False,
    removed: Version | None = None,
) -> str:
    staff = _staff()
    return render_template(
        "administration/record_edit.html",
        person=maintained,
        sheet=sheet,
        form=form,
        agency=_agencies()[sheet.agency],
        trial=trial,
        trial_words=None if trial is None else _counted(trial),
        stands=None if sheet.stands is None else facts_of(sheet.stands, staff),
        is_changed=is_changed,
        removed=removed,
        staff=staff,
        removals=REMOVALS,
        today=day_of(wired().now()),
    )


def _remove_page(maintained: Maintained, sheet: Sheet, form: RemoveForm) -> str:
    stands = [] if sheet.stands is None else facts_of(sheet.stands, _staff())
    return render_template(
        "administration/record_remove.html",
        person=maintained,
        sheet=sheet,
        form=form,
        stands=stands,
        agency=_agencies()[sheet.agency],
    )


def _sealed(ref: str) -> ResponseReturnValue:
    """The person's page, which says that the content is closed, or how it stands."""
    return redirect(url_for("desk.person", ref=ref), 303)


def _offered(sheet: Sheet, form: RecordForm) -> RecordForm:
    """The form with what can be chosen in it, and with what never changes of what stands."""
    sheet.fix(form)
    wiring = wired()
    with wiring.engine(Desk.READING).connect() as connection:
        form.offer(staff_to_choose(list_staff(connection, wiring.keyring), sheet))
    return form


def _staff() -> dict[StaffId, Staff]:
    wiring = wired()
    with wiring.engine(Desk.READING).connect() as connection:
        return {entry.id: entry for entry, _ in list_staff(connection, wiring.keyring)}


def _agencies() -> dict[AgencyId, Agency]:
    with wired().engine(Desk.READING).connect() as connection:
        return {agency.id: agency for agency in list_agencies(connection)}
