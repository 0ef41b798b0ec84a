"""The administrator's desk for people and consents. Each look at a person and each change is an entry."""

import secrets
from collections.abc import Mapping

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.accounts.directory import list_agencies, list_staff
from portal.accounts.rules import Role
from portal.consent import desk, drafting
from portal.consent.drafts import DraftState
from portal.consent.evidence.confirming import hindrance_of
from portal.consent.form.terms import as_reference
from portal.consent.forms import FindPersonForm, PersonForm
from portal.consent.retention import closed_of
from portal.consent.rules import day_of
from portal.consent.said import said_before
from portal.consent.searches import keep_search, kept_search
from portal.consent.states import state_of
from portal.consent.without_reader import list_without_reader
from portal.database import Desk
from portal.gate.finding import MOST_FOUND
from portal.gate.maintaining import Maintained
from portal.people.rules import IdentityNumber, IdentityNumberError, PersonId
from portal.people.service import Details, find_kept, find_merged
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.here import address_here
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by

blueprint = Blueprint("desk", __name__, url_prefix="/administration")


@blueprint.get("/people")
@open_to(Role.ADMINISTRATOR)
def people() -> str:
    """Where one finds a person or registers a new one; with the people of a search by name one comes back to."""
    sought = kept_search(wired().keyring, session, request.args.get("search", ""), wired().now())
    if sought is None:
        return _people_page(FindPersonForm())
    found = wired().finding.find_by_name(signed_in(), sought)
    return _people_page(FindPersonForm(formdata=None, sought=sought), found=found, is_number=False)


@blueprint.post("/people/find")
@open_to(Role.ADMINISTRATOR)
def find() -> ResponseReturnValue:
    """Find by number, by name or by the code on a form; by POST, so that none of them stands in an address."""
    form = FindPersonForm()
    if not form.validate_on_submit():
        return _people_page(form), 422
    sought = form.sought.data or ""
    if (code := as_reference(sought)) is not None and (draft := _draft_of(code)) is not None:
        return redirect(url_for("drafts.overview", draft=draft), 303)
    number = _as_number(sought)
    if number is None:
        search = keep_search(wired().keyring, session, sought, wired().now())
        return redirect(url_for("desk.people", search=search), 303)
    one = wired().finding.find_by_number(signed_in(), number.digits)
    if one is None:
        return _people_page(form, found=(), is_number=True)
    return redirect(url_for("desk.person", ref=one.ref), 303)


@blueprint.get("/people/new")
@open_to(Role.ADMINISTRATOR)
def person_form() -> str:
    """Where one registers a person."""
    return _person_form(PersonForm())


@blueprint.post("/people/new")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda: _person_form(PersonForm()))
def register_person() -> ResponseReturnValue:
    """Register a person; somebody who is there already is shown instead of registered twice."""
    form = PersonForm()
    if not form.validate_on_submit() or form.personnummer.number is None:
        return _person_form(form), 422
    details = Details(
        PersonId(secrets.token_hex(16)),
        form.personnummer.number.digits,
        form.given_name.data or "",
        form.family_name.data or "",
        form.phone.data or None,
        form.email.data or None,
        form.language.data,
        form.is_protected.data,
    )
    try:
        with wired().act_for(signed_in()) as act:
            ref = desk.register_person(act, details)
    except desk.AlreadyRegisteredError as error:
        return _person_form(form, already=error.ref), 409
    say_done(Done.PERSON_REGISTERED)
    return redirect(url_for("desk.person", ref=ref), 303)


@blueprint.get("/people/<ref>")
@open_to(Role.ADMINISTRATOR)
def person(ref: str) -> ResponseReturnValue:
    """A person as the desk keeps one; a registration that was emptied leads on to the one that is kept."""
    with wired().engine(Desk.READING).connect() as connection:
        kept = find_kept(connection, ref)
    if kept is not None:
        return redirect(url_for("desk.person", ref=kept), 303)
    return _person_page(wired().maintaining.open_person(signed_in(), ref))


@blueprint.get("/consents/without-reader/<agency>")
@open_to(Role.ADMINISTRATOR)
def without_reader(agency: str) -> str:
    """Whom to ask for a new consent, since those named at an agency have left; with whose they are."""
    wiring = wired()
    with wiring.engine(Desk.READING).connect() as connection:
        here = next((each for each in list_agencies(connection) if each.id == agency), None) or abort(404)
        alone = {each.person: each for each in list_without_reader(connection, here.id, wiring.now())}
    found = wiring.finding.name(signed_in(), list(alone))
    rows = sorted(((each, alone[PersonId(each.ref)]) for each in found), key=lambda row: row[1].until)
    said = {"agency": here, "rows": rows, "today": day_of(wiring.now()), **_names()}
    return render_template("administration/without_reader.html", **said)


def _people_page(form: FindPersonForm, **found: object) -> str:
    # A search by number is sent to an address that cannot be opened.
    back_to = address_here() if request.method == "GET" else url_for("desk.people")
    said = {"today": clock.today(), "most": MOST_FOUND, "back_to": back_to}
    return render_template("administration/people.html", form=form, **said, **found)


def _person_form(form: PersonForm, **said: object) -> str:
    return render_template("administration/person_new.html", form=form, **said)


def _person_page(maintained: Maintained) -> str:
    at = wired().now()
    with wired().engine(Desk.READING).connect() as connection:
        merged = find_merged(connection, maintained.ref)
    opened = wired().drafting.open_drafts(maintained)
    states = {kept.terms.id: state_of(kept.terms, at, has_paper=bool(kept.papers)) for kept in maintained.consents}
    settings = wired().settings.consent
    hindrances = {
        kept.terms.id: hindrance_of(
            signed_in().id, kept.terms.id, kept.registered_by, maintained.papers, settings.second_administrator
        )
        for kept in maintained.consents
    }
    return render_template(
        "administration/person.html",
        person=maintained,
        drafts=[row for row, _ in reversed(opened) if row.state is not DraftState.REGISTERED],
        before=said_before(maintained.consents, opened),
        merged=merged,
        states=states,
        hindrances=hindrances,
        closed=closed_of((kept.terms for kept in maintained.consents), settings.keep_closed_months, at),
        can_withdraw={key for key, state in states.items() if not state.is_over},
        today=day_of(at),
        **_names(),
    )


def _names() -> Mapping[str, object]:
    """Agencies and staff, for saying whom a line names."""
    wiring = wired()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = {agency.id: agency for agency in list_agencies(connection)}
        staff = {entry.id: entry for entry, _ in list_staff(connection, wiring.keyring)}
    return {"agencies": agencies, "staff": staff}


def _as_number(text: str) -> IdentityNumber | None:
    try:
        return IdentityNumber.from_typed(text, clock.today())
    except IdentityNumberError:
        return None


def _draft_of(code: str) -> str | None:
    with wired().engine(Desk.SURVEYING).connect() as connection:
        found = drafting.find_by_code(connection, code)
    return None if found is None else found.id
