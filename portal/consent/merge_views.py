"""The administrator's desk for somebody who is registered twice: found, laid beside each other, and merged.

Both are opened as at every look, each with its entry. Nothing is changed before somebody has said how one knows.
"""

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from portal import clock
from portal.accounts.rules import AgencyId, Role, Staff
from portal.consent.drafts import DraftState
from portal.consent.merge_foreseeing import Registration, foresee_merger
from portal.consent.merge_forms import MergeForm, TwiceForm
from portal.consent.merging import Current, Known
from portal.consent.states import state_of
from portal.consent.withdrawal_views import names
from portal.database import Desk
from portal.errors import NotOpenError
from portal.gate.maintaining import Maintained
from portal.gate.merging import Merger, NotAsShownError, merge_people
from portal.people.service import find_kept
from portal.requests.models import requests
from portal.web.access import open_to
from portal.web.done import Done, say_done
from portal.web.formats import personnummer
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by

blueprint = Blueprint("merging", __name__, url_prefix="/administration/people/<ref>/twice")


@blueprint.get("")
@open_to(Role.ADMINISTRATOR)
def twice_form(ref: str) -> str:
    """Where one says under which number the person is registered as well."""
    return _twice_page(ref, TwiceForm(formdata=None))


@blueprint.post("")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda ref: _twice_page(ref, TwiceForm()))
def find_other(ref: str) -> ResponseReturnValue:
    """Lead on to the two beside each other; by POST, so that the number stands in no address."""
    form = TwiceForm()
    if not form.validate_on_submit() or form.personnummer.number is None:
        return _twice_page(ref, form), 422
    other = wired().finding.find_by_number(signed_in(), form.personnummer.number.digits)
    if other is None or other.ref == ref:
        form.refuse(is_own=other is not None)
        return _twice_page(ref, form), 422
    return redirect(url_for("merging.both", ref=ref, other=other.ref), 303)


@blueprint.get("/<other>")
@open_to(Role.ADMINISTRATOR)
def both(ref: str, other: str) -> ResponseReturnValue:
    """The two beside each other, what happens, and who will read more than today."""
    if (kept := _kept(ref, other)) is not None:
        return redirect(url_for("desk.person", ref=kept), 303)
    return _both_page(ref, other)


@blueprint.post("/<other>")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda ref, other: _both_page(ref, other, MergeForm()))
def merge(ref: str, other: str) -> ResponseReturnValue:
    """Merge the two at once; sent twice it is done once, and what has changed meanwhile is looked at first."""
    if (kept := _kept(ref, other)) is not None:
        return redirect(url_for("desk.person", ref=kept), 303)
    form = MergeForm()
    if not form.validate_on_submit():
        return _both_page(ref, other, form), 422
    versions = {ref: form.version.data or 0, other: form.other_version.data or 0}
    merger = Merger(ref, other, versions, Current(form.current.data), Known(form.known.data))
    try:
        with wired().act_for(signed_in()) as act:
            is_done = merge_people(act, merger)
    except NotAsShownError:
        return _both_page(ref, other, form, has_changed=True), 409
    if is_done:
        say_done(Done.PERSON_MERGED)
    return redirect(url_for("desk.person", ref=ref), 303)


def _kept(ref: str, other: str) -> str | None:
    """Whom one of the two has been merged into already, if that is so; raises NotOpenError if the two are one."""
    if ref == other:
        raise NotOpenError
    with wired().engine(Desk.READING).connect() as connection:
        return find_kept(connection, other) or find_kept(connection, ref)


def _twice_page(ref: str, form: TwiceForm) -> str:
    return render_template("administration/twice.html", form=form, person=_open(ref))


def _both_page(ref: str, other: str, form: MergeForm | None = None, *, has_changed: bool = False) -> str:
    kept, emptied = _open(ref), _open(other)
    form = form or MergeForm(formdata=None)
    # Looked at again, it may be saved: the versions are those of now.
    form.version.data, form.other_version.data = kept.version, emptied.version
    today = clock.today()
    who = [each.identity for each in (kept, emptied)]
    form.offer([f"{personnummer(each.personnummer, today)}, {each.name}" for each in who])
    at, known = wired().now(), names()
    staff = cast("Mapping[str, Staff]", known["staff"])
    sides = [(each, _beside(each)) for each in (kept, emptied)]
    return render_template(
        "administration/merge.html",
        form=form,
        kept=kept,
        emptied=emptied,
        sides=sides,
        changes=foresee_merger(_registration(kept), _registration(emptied), staff.values(), at),
        states={each.terms.id: state_of(each.terms, at) for side in (kept, emptied) for each in side.consents},
        has_changed=has_changed,
        today=today,
        **known,
    )


def _registration(person: Maintained) -> Registration:
    counts = {(AgencyId(agency), category): many for (agency, category), many in person.counts.items()}
    return Registration([each.terms for each in person.consents], person.is_protected, counts)


def _beside(person: Maintained) -> Mapping[str, int]:
    """How many drafts of the person there are, and how often readers have said that something is wrong."""
    left = [row for row, _ in wired().drafting.open_drafts(person) if row.state is not DraftState.REGISTERED]
    about = select(func.count()).select_from(requests).where(requests.c.person == person.ref)
    with wired().engine(Desk.SURVEYING).connect() as connection:
        return {"drafts": len(left), "reports": connection.execute(about).scalar_one()}


def _open(ref: str) -> Maintained:
    return wired().maintaining.open_person(signed_in(), ref)
