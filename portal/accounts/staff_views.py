"""The administrator's desk for named staff: who there is, adding one, ending one at once."""

import secrets
from typing import cast

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import clock
from portal.accounts.directory import list_agencies, list_staff
from portal.accounts.forms import StaffForm
from portal.accounts.rules import AgencyId, Role, Staff, StaffId
from portal.accounts.sealing import staff_subject
from portal.accounts.service import TakenSubjectError, add_staff, end_staff
from portal.database import Desk
from portal.errors import ConflictError
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.fields import day_in
from portal.web.unsent import shown_again_by
from portal.wiring import Wiring

blueprint = Blueprint("staff", __name__, url_prefix="/administration/staff")


@blueprint.get("")
@open_to(Role.ADMINISTRATOR)
def staff() -> str:
    """Everybody who is or was named, by agency."""
    wiring = _wiring()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = list_agencies(connection)
        entries = list_staff(connection, wiring.keyring)
    by_agency = [(agency, [each for each in entries if each[0].agency == agency.id]) for agency in agencies]
    return render_template(
        "administration/staff.html", by_agency=by_agency, today=clock.today(), own=_administrator().id
    )


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
        StaffId(form.staff.data or ""),
        AgencyId(form.agency.data),
        Role(form.role.data),
        form.name.data or "",
        form.title.data or "",
        form.email.data or None,
        form.phone.data or None,
        form.phone_hours.data or None,
        form.issuer.data,
        form.subject.data or "",
        day_in(form.active_from),
        form.active_until.data,
    )
    try:
        with _wiring().act_for(_administrator()) as act:
            act.hold([staff_subject(entry.id)])
            add_staff(act, entry)
    except TakenSubjectError:
        return render_template("administration/staff_new.html", form=form, is_taken=True), 409
    say_done(Done.STAFF_ADDED)
    return redirect(url_for("staff.staff"), 303)


@blueprint.get("/<entry>/end")
@open_to(Role.ADMINISTRATOR)
def end_form(entry: str) -> ResponseReturnValue:
    """Where one confirms that somebody's access ends."""
    with _wiring().engine(Desk.READING).connect() as connection:
        found = {each.id: each for each, has_ended in list_staff(connection, _wiring().keyring) if not has_ended}
    if StaffId(entry) not in found:
        return redirect(url_for("staff.staff"), 303)
    return render_template(
        "administration/staff_end.html", entry=found[StaffId(entry)], is_own=entry == _administrator().id
    )


@blueprint.post("/<entry>/end")
@open_to(Role.ADMINISTRATOR)
def end(entry: str) -> ResponseReturnValue:
    """End somebody's access this instant; ending it twice ends it once."""
    if entry != _administrator().id:
        try:
            with _wiring().act_for(_administrator()) as act:
                act.hold([staff_subject(entry)])
                end_staff(act, entry)
            say_done(Done.STAFF_ENDED)
        except ConflictError:
            # It has ended already, or was never there: the list shows how it is.
            pass
    return redirect(url_for("staff.staff"), 303)


def _staff_form(form: StaffForm) -> str:
    _offer(form)
    return render_template("administration/staff_new.html", form=form)


def _offer(form: StaffForm) -> None:
    wiring = _wiring()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = {str(agency.id): agency.name for agency in list_agencies(connection)}
    # In the agencies' own order, so that the two menus begin at the same place.
    providers = sorted(wiring.settings.providers, key=lambda each: each.name)
    form.offer(
        agencies,
        {each.issuer: each.name for each in providers},
        {each.issuer: tuple(map(str, each.agencies)) for each in providers},
    )


def _administrator() -> Staff:
    return cast("Staff", current_user.staff)


def _wiring() -> Wiring:
    return cast("Wiring", current_app.extensions["portal"])
