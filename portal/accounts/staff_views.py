"""The administrator's desk for named staff: who there is, adding, changing, and ending one at once."""

import secrets
from dataclasses import asdict

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.accounts import desk
from portal.accounts.directory import KeptStaff, find_staff, list_agencies, list_staff
from portal.accounts.forms import ChangeStaffForm, StaffForm
from portal.accounts.rules import AgencyId, Role, Staff, StaffId
from portal.accounts.sealing import staff_subject
from portal.accounts.service import end_staff
from portal.database import Desk
from portal.errors import ConflictError
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.fields import day_in
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by

blueprint = Blueprint("staff", __name__, url_prefix="/administration/staff")


@blueprint.get("")
@open_to(Role.ADMINISTRATOR)
def staff() -> str:
    """Everybody who is or was named, by agency."""
    wiring = wired()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = list_agencies(connection)
        entries = list_staff(connection, wiring.keyring)
    by_agency = [(agency, [each for each in entries if each[0].agency == agency.id]) for agency in agencies]
    return render_template("administration/staff.html", by_agency=by_agency, today=clock.today(), own=signed_in().id)


@blueprint.get("/new")
@open_to(Role.ADMINISTRATOR)
def new() -> str:
    """Where one adds a named staff member."""
    return _staff_form(StaffForm(formdata=None, staff=secrets.token_hex(16), active_from=clock.today()))


@blueprint.post("/new")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda: _staff_form(StaffForm()))
def add() -> ResponseReturnValue:
    """Add a named staff member; sent twice, it is added once."""
    form = StaffForm()
    _offer(form)
    if not form.validate_on_submit():
        return render_template("administration/staff_new.html", form=form), 422
    entry = Staff(
        id=StaffId(form.staff.data or ""),
        agency=AgencyId(form.agency.data),
        role=Role(form.role.data),
        issuer=form.issuer.data,
        subject=form.subject.data or "",
        active_from=day_in(form.active_from),
        active_until=form.active_until.data,
        **asdict(form.details),
    )
    try:
        with wired().act_for(signed_in()) as act:
            desk.add_staff(act, entry)
    except desk.TakenSubjectError:
        form.refuse_taken()
        return render_template("administration/staff_new.html", form=form), 409
    except desk.BothRolesError:
        form.refuse_both_roles()
        return render_template("administration/staff_new.html", form=form), 409
    say_done(Done.STAFF_ADDED)
    return redirect(url_for("staff.staff"), 303)


@blueprint.get("/<entry>/change")
@open_to(Role.ADMINISTRATOR)
def change_form(entry: str) -> str:
    """Where one changes somebody's name, title and contacts."""
    kept = _kept(entry)
    form = ChangeStaffForm(formdata=None, obj=kept.entry, version=str(kept.version))
    return _change_page(kept, form)


@blueprint.post("/<entry>/change")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda entry: _change_page(_kept(entry), ChangeStaffForm()))
def change(entry: str) -> ResponseReturnValue:
    """Change what may change; what somebody else has changed meanwhile is shown, not overwritten."""
    kept, form = _kept(entry), ChangeStaffForm()
    if not form.validate_on_submit():
        return _change_page(kept, form), 422
    try:
        with wired().act_for(signed_in()) as act:
            desk.change_staff(act, kept.entry.id, form.details, int(form.version.data or 0))
    except desk.ChangedMeanwhileError:
        kept = _kept(entry)
        form.version.data = str(kept.version)
        return _change_page(kept, form, is_changed=True), 409
    say_done(Done.STAFF_CHANGED)
    return redirect(url_for("staff.staff"), 303)


@blueprint.get("/<entry>/end")
@open_to(Role.ADMINISTRATOR)
def end_form(entry: str) -> ResponseReturnValue:
    """Where one confirms that somebody's access ends."""
    kept = _find(entry)
    if kept is None or kept.has_ended:
        return redirect(url_for("staff.staff"), 303)
    return render_template("administration/staff_end.html", entry=kept.entry, is_own=entry == signed_in().id)


@blueprint.post("/<entry>/end")
@open_to(Role.ADMINISTRATOR)
def end(entry: str) -> ResponseReturnValue:
    """End somebody's access this instant; ending it twice ends it once. A reader's clients come next."""
    if entry == signed_in().id:
        return redirect(url_for("staff.staff"), 303)
    try:
        with wired().act_for(signed_in()) as act:
            act.hold([staff_subject(entry)])
            end_staff(act, entry)
        say_done(Done.STAFF_ENDED)
    except ConflictError:
        # It has ended already, or was never there: what comes next shows how it is.
        pass
    kept = _find(entry)
    if kept is None or kept.entry.role is not Role.READER:
        return redirect(url_for("staff.staff"), 303)
    return redirect(url_for("desk.without_reader", agency=kept.entry.agency), 303)


def _kept(entry: str) -> KeptStaff:
    """An entry that has not ended; others lead nowhere."""
    kept = _find(entry)
    return abort(404) if kept is None or kept.has_ended else kept


def _find(entry: str) -> KeptStaff | None:
    with wired().engine(Desk.READING).connect() as connection:
        return find_staff(connection, wired().keyring, entry)


def _change_page(kept: KeptStaff, form: ChangeStaffForm, **said: object) -> str:
    return render_template("administration/staff_change.html", entry=kept.entry, form=form, **said)


def _staff_form(form: StaffForm) -> str:
    _offer(form)
    return render_template("administration/staff_new.html", form=form)


def _offer(form: StaffForm) -> None:
    wiring = wired()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = {str(agency.id): agency.name for agency in list_agencies(connection)}
    # In the agencies' own order, so that the two menus begin at the same place.
    providers = sorted(wiring.settings.providers, key=lambda each: each.name)
    form.offer(
        agencies,
        {each.issuer: each.name for each in providers},
        {each.issuer: tuple(map(str, each.agencies)) for each in providers},
    )
