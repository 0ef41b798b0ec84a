"""The administrator's desk for stand-ins: who reads for whom during holidays and sick leave, and until when."""

import secrets
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.accounts import desk
from portal.accounts.directory import colleagues_of, list_agencies, list_staff, list_stand_ins
from portal.accounts.forms import StandInForm
from portal.accounts.rules import Role, Staff, StaffId, StandIn, StandInId
from portal.accounts.sealing import stand_in_subject
from portal.accounts.service import end_stand_in
from portal.database import Desk
from portal.errors import ConflictError
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.fields import day_in
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by

blueprint = Blueprint("stand_ins", __name__, url_prefix="/administration/staff")


@blueprint.get("/stand-ins")
@open_to(Role.ADMINISTRATOR)
def stand_ins() -> str:
    """Who stands in for whom, now and from now on."""
    today = clock.today()
    return render_template("administration/stand_ins.html", stand_ins=_current(today), today=today, **_names())


@blueprint.get("/<entry>/stand-in")
@open_to(Role.ADMINISTRATOR)
def new(entry: str) -> str:
    """Where one chooses who reads in place of somebody absent."""
    return _form_page(entry, StandInForm(formdata=None, stand_in=secrets.token_hex(16), from_=clock.today()))


@blueprint.post("/<entry>/stand-in")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda entry: _form_page(entry, StandInForm()))
def add(entry: str) -> ResponseReturnValue:
    """Add a stand-in; sent twice, it is added once."""
    form = StandInForm()
    absent = _offer(entry, form)
    if not form.validate_on_submit():
        return _form_page(entry, form), 422
    stand_in = StandIn(
        StandInId(form.stand_in.data or ""), absent.id, StaffId(form.by.data), day_in(form.from_), day_in(form.until)
    )
    try:
        with wired().act_for(signed_in()) as act:
            desk.add_stand_in(act, stand_in)
    except desk.NoStandInError:
        form.refuse_colleague()
        return _form_page(entry, form), 409
    except desk.AlreadyStandsInError:
        form.refuse_days()
        return _form_page(entry, form), 409
    say_done(Done.STAND_IN_ADDED)
    return redirect(url_for("stand_ins.stand_ins"), 303)


@blueprint.get("/stand-ins/<stand_in>/end")
@open_to(Role.ADMINISTRATOR)
def end_form(stand_in: str) -> ResponseReturnValue:
    """Where one confirms that a stand-in ends before the last day."""
    found = {each.id: each for each in _current(clock.today())}
    if StandInId(stand_in) not in found:
        return redirect(url_for("stand_ins.stand_ins"), 303)
    return render_template("administration/stand_in_end.html", stand_in=found[StandInId(stand_in)], **_names())


@blueprint.post("/stand-ins/<stand_in>/end")
@open_to(Role.ADMINISTRATOR)
def end(stand_in: str) -> ResponseReturnValue:
    """End a stand-in this instant; ending it twice ends it once."""
    try:
        with wired().act_for(signed_in()) as act:
            act.hold([stand_in_subject(stand_in)])
            end_stand_in(act, stand_in)
        say_done(Done.STAND_IN_ENDED)
    except ConflictError:
        # It has ended already, or was never there: the list shows how it is.
        pass
    return redirect(url_for("stand_ins.stand_ins"), 303)


def _form_page(entry: str, form: StandInForm) -> str:
    absent = _offer(entry, form)
    return render_template("administration/stand_in_new.html", form=form, absent=absent)


def _offer(entry: str, form: StandInForm) -> Staff:
    """Say in the form who can stand in for ``entry``, who must be a reader that is there or is coming."""
    wiring, today = wired(), clock.today()
    with wiring.engine(Desk.READING).connect() as connection:
        entries = list_staff(connection, wiring.keyring)
    absent = next((each for each, is_gone in entries if each.id == entry and not is_gone), None)
    if absent is None or absent.role is not Role.READER or (absent.active_until or today) < today:
        abort(404)
    form.offer(colleagues_of(absent, entries, today))
    return absent


def _current(today: date) -> list[StandIn]:
    with wired().engine(Desk.READING).connect() as connection:
        return list_stand_ins(connection, today)


def _names() -> Mapping[str, object]:
    """Agencies and staff by id, and who of the staff are gone, for saying whom a stand-in names."""
    wiring, today = wired(), clock.today()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = {each.id: each for each in list_agencies(connection)}
        entries = list_staff(connection, wiring.keyring)
    gone = {entry.id for entry, has_ended in entries if has_ended or (entry.active_until or today) < today}
    return {"agencies": agencies, "staff": {entry.id: entry for entry, _ in entries}, "gone": gone}
