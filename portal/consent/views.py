"""The administrator's desk for people and consents. Each look at a person and each change is an entry."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as say
from flask_login import current_user

from portal import clock
from portal.accounts.directory import list_agencies, list_staff
from portal.accounts.rules import Agency, AgencyId, Role, Staff, StaffId
from portal.consent import desk
from portal.consent.form.making import MissingGlyphsError, make_form, printable, read_fonts
from portal.consent.form.terms import FormTerms, in_words, new_reference, whom
from portal.consent.form.texts import CURRENT, form_texts
from portal.consent.forms import (
    FORMS,
    ConsentForm,
    FindPersonForm,
    PersonForm,
    PrintForm,
    add_months,
)
from portal.consent.retention import closed_of
from portal.consent.rules import Category, Consent, ConsentId, Form, Line, Paper, day_of
from portal.consent.searches import keep_search, kept_search
from portal.consent.states import EXPIRES_SOON, state_of
from portal.consent.without_reader import list_without_reader
from portal.database import Desk
from portal.gate.finding import MOST_FOUND
from portal.gate.maintaining import Maintained
from portal.people.rules import IdentityNumber, IdentityNumberError, PersonId
from portal.people.service import Details
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.fields import day_in
from portal.web.formats import in_words as listed
from portal.web.formats import personnummer
from portal.web.here import address_here
from portal.web.unsent import shown_again_by
from portal.wiring import Wiring

blueprint = Blueprint("desk", __name__, url_prefix="/administration")


@blueprint.get("/people")
@open_to(Role.ADMINISTRATOR)
def people() -> str:
    """Where one finds a person or registers a new one; with the people of a search by name one comes back to."""
    sought = kept_search(_wiring().keyring, session, request.args.get("search", ""), _wiring().now())
    if sought is None:
        return _people_page(FindPersonForm())
    found = _wiring().finding.find_by_name(_administrator(), sought)
    return _people_page(FindPersonForm(formdata=None, sought=sought), found=found, is_number=False)


@blueprint.post("/people/find")
@open_to(Role.ADMINISTRATOR)
def find() -> ResponseReturnValue:
    """Find by number or by name; by POST, so that neither stands in an address."""
    form = FindPersonForm()
    if not form.validate_on_submit():
        return _people_page(form), 422
    sought = form.sought.data or ""
    number = _as_number(sought)
    if number is None:
        search = keep_search(_wiring().keyring, session, sought, _wiring().now())
        return redirect(url_for("desk.people", search=search), 303)
    one = _wiring().finding.find_by_number(_administrator(), number.digits)
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
        with _wiring().act_for(_administrator()) as act:
            ref = desk.register_person(act, details)
    except desk.AlreadyRegisteredError as error:
        return _person_form(form, already=error.ref), 409
    say_done(Done.PERSON_REGISTERED)
    return redirect(url_for("desk.person", ref=ref), 303)


@blueprint.get("/people/<ref>")
@open_to(Role.ADMINISTRATOR)
def person(ref: str) -> str:
    """A person as the desk keeps one."""
    return _person_page(_wiring().maintaining.open_person(_administrator(), ref))


@blueprint.get("/people/<ref>/consents/new")
@open_to(Role.ADMINISTRATOR)
def consent_form(ref: str) -> str:
    """Where one registers a signed consent."""
    today = clock.today()
    until = add_months(today, _wiring().settings.consent.max_months) - timedelta(days=1)
    form = ConsentForm(
        formdata=None,
        consent=secrets.token_hex(16),
        signed_on=today,
        valid_from=today,
        valid_until=until,
        informed_by=_administrator().id,
        purpose=form_texts(CURRENT["sv"]).usual_purpose,
    )
    return _consent_form(ref, form)


@blueprint.post("/people/<ref>/consents/new")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda ref: _consent_form(ref, ConsentForm()))
def register_consent(ref: str) -> ResponseReturnValue:
    """Register and confirm a signed consent."""
    form = ConsentForm()
    _offer(form)
    if not form.validate_on_submit():
        return _consent_form(ref, form), 422
    consent, paper = _read_consent(form, ref)
    with _wiring().act_for(_administrator()) as act:
        desk.register_consent(act, ref, consent, paper, _administrator().id)
    say_done(Done.CONSENT_REGISTERED)
    return redirect(url_for("desk.person", ref=ref), 303)


@blueprint.post("/people/<ref>/consents/print")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda ref: _consent_form(ref, ConsentForm()))
def print_form(ref: str) -> ResponseReturnValue:
    """The form for signing, made of what is filled in so far; nothing of it is kept but that it was printed."""
    form = PrintForm()
    _offer(form)
    fonts = read_fonts(_wiring().settings.consent.form_fonts)
    form.printable = printable(fonts)
    if not form.validate_on_submit():
        return _consent_form(ref, form), 422
    version = CURRENT[form.language.data]
    terms = _read_terms(form, _wiring().maintaining.open_person(_administrator(), ref))
    try:
        made = make_form(terms, version, fonts)
    except MissingGlyphsError:
        wrong = say("Något som ska stå på blanketten är skrivet med tecken som saknas i teckensnitten här.")
        form.language.errors = (wrong,)
        return _consent_form(ref, form), 422
    with _wiring().act_for(_administrator()) as act:
        desk.print_form(act, ref, terms.reference, version, form_texts(version).language)
    named = {"Content-Disposition": 'attachment; filename="samtycke.pdf"'}
    return Response(made, mimetype="application/pdf", headers=named)


@blueprint.get("/consents")
@open_to(Role.ADMINISTRATOR)
def consents() -> str:
    """Consents that end within thirty days, with whose they are."""
    today = day_of(_wiring().now())
    with _wiring().engine(Desk.READING).connect() as connection:
        ending = desk.ending_consents(connection, today, today + EXPIRES_SOON)
    found = {each.ref: each for each in _wiring().finding.name(_administrator(), [ref for ref, _, _ in ending])}
    rows = [(found[ref], consent, until) for ref, consent, until in ending if ref in found]
    return render_template("administration/consents.html", rows=rows, today=today)


@blueprint.get("/consents/without-reader/<agency>")
@open_to(Role.ADMINISTRATOR)
def without_reader(agency: str) -> str:
    """Whom to ask for a new consent, since those named at an agency have left; with whose they are."""
    wiring = _wiring()
    with wiring.engine(Desk.READING).connect() as connection:
        here = next((each for each in list_agencies(connection) if each.id == agency), None) or abort(404)
        alone = {each.person: each for each in list_without_reader(connection, here.id, wiring.now())}
    found = wiring.finding.name(_administrator(), list(alone))
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


def _consent_form(ref: str, form: ConsentForm) -> str:
    person = _wiring().maintaining.open_person(_administrator(), ref)
    _offer(form)
    can_print = printable(read_fonts(_wiring().settings.consent.form_fonts))
    translated = listed([str(FORMS[each]) for each in FORMS if not form_texts(CURRENT[each]).is_reviewed])
    unprintable = listed([str(FORMS[each]) for each in FORMS if each not in can_print])
    return render_template(
        "administration/consent_new.html", form=form, person=person, translated=translated, unprintable=unprintable
    )


def _person_page(maintained: Maintained) -> str:
    at = _wiring().now()
    states = {kept.terms.id: state_of(kept.terms, at) for kept in maintained.consents}
    keep_months = _wiring().settings.consent.keep_closed_months
    return render_template(
        "administration/person.html",
        person=maintained,
        closed=closed_of((kept.terms for kept in maintained.consents), keep_months, at),
        states=states,
        can_withdraw={key for key, state in states.items() if not state.is_over},
        today=day_of(at),
        **_names(),
    )


def _names() -> Mapping[str, object]:
    """Agencies and staff, for saying whom a line names."""
    agencies, staff = _directory()
    return {"agencies": agencies, "staff": staff}


def _directory() -> tuple[dict[AgencyId, Agency], dict[StaffId, Staff]]:
    wiring = _wiring()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = {agency.id: agency for agency in list_agencies(connection)}
        staff = {entry.id: entry for entry, _ in list_staff(connection, wiring.keyring)}
    return agencies, staff


def _offer(form: ConsentForm) -> None:
    wiring = _wiring()
    today = clock.today()
    with wiring.engine(Desk.READING).connect() as connection:
        agencies = {str(agency.id): agency.name for agency in list_agencies(connection)}
        entries = [
            entry
            for entry, has_ended in list_staff(connection, wiring.keyring)
            if not has_ended and (entry.active_until is None or entry.active_until >= today)
        ]
    said = {str(entry.id): f"{entry.name}, {entry.title}, {agencies[str(entry.agency)]}" for entry in entries}
    readers = {
        name: [(str(each.id), f"{each.name}, {each.title}") for each in entries if _reads_for(each, agency)]
        for agency, name in agencies.items()
    }
    form.offer(agencies, readers, said, wiring.settings.consent.max_months)


def _reads_for(entry: Staff, agency: str) -> bool:
    return entry.role is Role.READER and entry.agency == agency


def _read_line(form: ConsentForm) -> Line:
    return Line(
        sources=frozenset(map(AgencyId, form.sources.data or ())),
        categories=frozenset(map(Category, form.categories.data or ())),
        recipients=frozenset(map(StaffId, form.recipients.data or ())),
        stand_ins=form.stand_ins.data,
        covers_protected=form.covers_protected.data,
    )


def _read_terms(form: PrintForm, person: Maintained) -> FormTerms:
    agencies, staff = _directory()
    return FormTerms(
        reference=new_reference(),
        name=person.identity.name,
        number=personnummer(person.identity.personnummer, clock.today()),
        directions=(in_words(_read_line(form), agencies, staff),),
        purpose=form.purpose.data or "",
        valid_from=day_in(form.valid_from),
        valid_until=day_in(form.valid_until),
        contact=_wiring().settings.operator_contact,
        informed_by=whom(staff[StaffId(form.informed_by.data)], agencies),
        interpreter=form.interpreter.data,
        representative=form.representative.data or "",
        place=form.place.data or "",
    )


def _read_consent(form: ConsentForm, ref: str) -> tuple[Consent, Paper]:
    first, last = day_in(form.valid_from), day_in(form.valid_until)
    consent = Consent(ConsentId(form.consent.data or ""), PersonId(ref), first, last, (_read_line(form),))
    version = CURRENT[form.language.data]
    paper = Paper(
        form.purpose.data or "",
        day_in(form.signed_on),
        Form(
            version,
            form_texts(version).language,
            form.interpreter.data,
            form.place.data or "",
            StaffId(form.informed_by.data),
            form.representative.data or None,
        ),
    )
    return consent, paper


def _as_number(text: str) -> IdentityNumber | None:
    try:
        return IdentityNumber.from_typed(text, clock.today())
    except IdentityNumberError:
        return None


def _administrator() -> Staff:
    return cast("Staff", current_user.staff)


def _wiring() -> Wiring:
    return cast("Wiring", current_app.extensions["portal"])
