"""The administrator's desk for who a person is: name, number, contacts, language and the mark of protection."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.rules import Role
from portal.consent.person_forms import ChangePersonForm
from portal.consent.protection import named_by
from portal.consent.withdrawal_views import names
from portal.errors import ConflictError
from portal.gate.changing import NumberTakenError, Typed, change_details, protect_person
from portal.gate.maintaining import Maintained
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by

blueprint = Blueprint("person", __name__, url_prefix="/administration/people/<ref>")


@blueprint.get("/change")
@open_to(Role.ADMINISTRATOR)
def change_form(ref: str) -> str:
    """Where one corrects who a person is."""
    maintained = _open(ref)
    identity, contacts = maintained.identity, maintained.contacts
    form = ChangePersonForm(
        formdata=None,
        version=maintained.version,
        personnummer=identity.personnummer,
        given_name=identity.given_name,
        family_name=identity.family_name,
        language=identity.language,
        phone=contacts and contacts.phone,
        email=contacts and contacts.email,
    )
    return _change_page(maintained, form)


@blueprint.post("/change")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda ref: _change_page(_open(ref), ChangePersonForm()))
def change(ref: str) -> ResponseReturnValue:
    """Change who a person is; what somebody else has changed meanwhile is looked at first."""
    maintained = _open(ref)
    form = ChangePersonForm()
    form.has_mark = maintained.is_protected
    number = form.personnummer
    if not form.validate_on_submit() or number.number is None:
        return _change_page(maintained, form), 422
    contacts = (form.phone.data or None, form.email.data or None)
    typed = Typed(
        number.number.digits,
        form.given_name.data or "",
        form.family_name.data or "",
        form.language.data,
        # Of somebody whose content is closed nobody sees them, and so nobody takes them away.
        contacts if maintained.contacts is not None or any(contacts) else None,
    )
    try:
        with wired().act_for(signed_in()) as act:
            change_details(act, ref, form.version.data or 0, typed)
    except NumberTakenError as error:
        return _change_page(maintained, form, already=error.ref), 409
    except ConflictError:
        # Looked at again, it may be saved: the version is that of now.
        form.version.data = _open(ref).version
        return _change_page(maintained, form, has_changed=True), 409
    say_done(Done.PERSON_CHANGED)
    return redirect(url_for("desk.person", ref=ref), 303)


@blueprint.get("/protection")
@open_to(Role.ADMINISTRATOR)
def protection_form(ref: str) -> str:
    """What setting or lifting the mark of protected identity does."""
    maintained = _open(ref)
    at = wired().now()
    terms = [each.terms for each in maintained.consents]
    named, covered = named_by(terms, at), named_by(terms, at, covering=True)
    return render_template(
        "administration/protection.html", person=maintained, uncovered=sorted(named - covered), **names()
    )


@blueprint.post("/protection")
@open_to(Role.ADMINISTRATOR)
def protect(ref: str) -> ResponseReturnValue:
    """Set or lift the mark at once."""
    said = request.form.get("is_protected", "")
    if said not in ("yes", "no"):
        abort(400)
    with wired().act_for(signed_in()) as act:
        protect_person(act, ref, said == "yes")
    say_done(Done.PERSON_PROTECTED if said == "yes" else Done.PERSON_UNPROTECTED)
    return redirect(url_for("desk.person", ref=ref), 303)


def _change_page(maintained: Maintained, form: ChangePersonForm, **said: object) -> str:
    return render_template("administration/person_change.html", form=form, person=maintained, **said)


def _open(ref: str) -> Maintained:
    return wired().maintaining.open_person(signed_in(), ref)
