"""The administrator's desk for agencies: which there are, adding one, renaming one."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import desk
from portal.accounts.directory import list_agencies
from portal.accounts.forms import AgencyForm, RenameAgencyForm
from portal.accounts.rules import Agency, AgencyId, AgencyKind, Role
from portal.database import Desk
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by

blueprint = Blueprint("agencies", __name__, url_prefix="/administration/staff/agencies")


@blueprint.get("")
@open_to(Role.ADMINISTRATOR)
def agencies() -> str:
    """All agencies, each with the code by which the settings know it and whose staff cannot sign in."""
    vouched = {agency for provider in wired().settings.providers for agency in provider.agencies}
    return render_template("administration/agencies.html", agencies=_agencies(), vouched=vouched)


@blueprint.get("/new")
@open_to(Role.ADMINISTRATOR)
def new() -> str:
    """Where one adds an agency."""
    return _new_page(AgencyForm(formdata=None))


@blueprint.post("/new")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda: _new_page(AgencyForm()))
def add() -> ResponseReturnValue:
    """Add an agency; sent twice, it is added once."""
    form = AgencyForm()
    form.offer()
    if not form.validate_on_submit():
        return _new_page(form), 422
    agency = Agency(AgencyId(form.agency.data or ""), form.name.data or "", AgencyKind(form.kind.data))
    try:
        with wired().act_for(signed_in()) as act:
            desk.add_agency(act, agency)
    except desk.TakenAgencyError:
        form.refuse_taken()
        return _new_page(form), 409
    say_done(Done.AGENCY_ADDED)
    return redirect(url_for("agencies.agencies"), 303)


@blueprint.get("/<agency>/rename")
@open_to(Role.ADMINISTRATOR)
def rename_form(agency: str) -> str:
    """Where one renames an agency."""
    kept = _kept(agency)
    return _rename_page(kept, RenameAgencyForm(formdata=None, name=kept.name, known_as=kept.name))


@blueprint.post("/<agency>/rename")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda agency: _rename_page(_kept(agency), RenameAgencyForm()))
def rename(agency: str) -> ResponseReturnValue:
    """Rename an agency; a name that somebody else has given it meanwhile is shown, not overwritten."""
    kept, form = _kept(agency), RenameAgencyForm()
    if not form.validate_on_submit():
        return _rename_page(kept, form), 422
    try:
        with wired().act_for(signed_in()) as act:
            desk.rename_agency(act, kept.id, form.name.data or "", form.known_as.data or "")
    except desk.ChangedMeanwhileError:
        kept = _kept(agency)
        form.known_as.data = kept.name
        return _rename_page(kept, form, is_changed=True), 409
    say_done(Done.AGENCY_RENAMED)
    return redirect(url_for("agencies.agencies"), 303)


def _new_page(form: AgencyForm) -> str:
    form.offer()
    return render_template("administration/agency_new.html", form=form)


def _rename_page(agency: Agency, form: RenameAgencyForm, **said: object) -> str:
    return render_template("administration/agency_rename.html", agency=agency, form=form, **said)


def _agencies() -> list[Agency]:
    with wired().engine(Desk.READING).connect() as connection:
        return list_agencies(connection)


def _kept(agency: str) -> Agency:
    return next((each for each in _agencies() if each.id == agency), None) or abort(404)
