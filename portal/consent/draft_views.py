"""The four calm steps from a person to a consent on paper. Each is saved when it is left, whichever way."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.accounts.rules import AgencyId, Role, StaffId
from portal.consent import drafting
from portal.consent.draft_forms import LACKS, MENDED, ReadersForm, SharedForm, StepForm, TermsForm, boxes_of, staff_id
from portal.consent.drafts import MATRIX, Content, Lack, Share, as_before, consent_of, lacks_of, lines_of, narrowest
from portal.consent.foreseeing import foresee
from portal.consent.form.making import printable, read_fonts
from portal.consent.form.texts import CURRENT, form_texts
from portal.consent.forms import FORMS, add_months
from portal.consent.naming import Names, read_names
from portal.consent.rules import Consent
from portal.consent.said import said_before
from portal.consent.states import state_of
from portal.database import Desk
from portal.errors import ConflictError
from portal.gate.drafting import OpenedDraft
from portal.gate.maintaining import Maintained
from portal.web.access import open_to
from portal.web.formats import in_words
from portal.web.signed_in import signed_in, wired
from portal.web.unsent import shown_again_by

blueprint = Blueprint("drafts", __name__, url_prefix="/administration")


@blueprint.get("/drafts")
@open_to(Role.ADMINISTRATOR)
def drafts() -> str:
    """What has been begun and what waits for its paper, with whose it is; the oldest first."""
    with wired().engine(Desk.SURVEYING).connect() as connection:
        rows = drafting.list_open(connection)
    found = {each.ref: each for each in wired().finding.name(signed_in(), [row.person for row in rows])}
    said = {"rows": [(row, found[row.person]) for row in rows if row.person in found], "today": clock.today()}
    return render_template("administration/drafts.html", staff=names_now().staff, **said)


@blueprint.post("/people/<ref>/drafts")
@open_to(Role.ADMINISTRATOR)
def make(ref: str) -> ResponseReturnValue:
    """Begin a draft, prefilled from the consent it replaces if it renews one; pressed twice, it is one draft."""
    person = wired().maintaining.open_person(signed_in(), ref)
    replaces = request.form.get("replaces")
    content = _begun(person, names_now(), replaces)
    with wired().act_for(signed_in()) as act:
        draft = drafting.make_draft(act, ref, content, replaces)
    return redirect(url_for("drafts.readers", draft=draft), 303)


@blueprint.get("/drafts/<draft>/readers")
@open_to(Role.ADMINISTRATOR)
def readers(draft: str) -> ResponseReturnValue:
    """Step 1: who may read."""
    opened = opened_draft(draft)
    said = opened.content
    form = ReadersForm(
        formdata=None,
        version=opened.row.version,
        recipients=sorted(said.readers),
        stand_ins=said.stand_ins,
        covers_protected=said.covers_protected,
    )
    return if_open(opened, lambda: _readers_page(opened, form))


@blueprint.post("/drafts/<draft>/readers")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda draft: _readers_page(opened_draft(draft), ReadersForm()))
def save_readers(draft: str) -> ResponseReturnValue:
    """Save who may read."""
    opened, form = opened_draft(draft), ReadersForm()
    if not opened.row.state.is_open:
        return to_person(opened)
    form.offer(names_now())
    content = replace(
        opened.content,
        readers=frozenset(map(StaffId, form.recipients.data or ())),
        stand_ins=form.stand_ins.data,
        covers_protected=form.covers_protected.data and opened.person.is_protected,
    )
    return _save(opened, form, content, "readers", lambda: _readers_page(opened, form))


@blueprint.get("/drafts/<draft>/shared")
@open_to(Role.ADMINISTRATOR)
def shared(draft: str) -> ResponseReturnValue:
    """Step 2: what from whom."""
    opened, names = opened_draft(draft), names_now()
    shown = _shares(opened.content, names)
    form = SharedForm(formdata=None, version=opened.row.version, shared=boxes_of(shown))
    return if_open(opened, lambda: _shared_page(opened, form))


@blueprint.post("/drafts/<draft>/shared")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda draft: _shared_page(opened_draft(draft), SharedForm()))
def save_shared(draft: str) -> ResponseReturnValue:
    """Save what is ticked, or tick what usually goes together for everybody chosen."""
    opened, form, names = opened_draft(draft), SharedForm(), names_now()
    if not opened.row.state.is_open:
        return to_person(opened)
    asked = _asked(opened.content, names)
    form.offer(names.agencies, asked)
    bundled = _bundles(opened, names).get(request.form.get("bundle", ""))
    ticked = {agency: form.share_of(agency) for agency in asked} if bundled is None else bundled
    content = replace(opened.content, shares={**opened.content.shares, **ticked})
    return _save(opened, form, content, "shared", lambda: _shared_page(opened, form))


@blueprint.get("/drafts/<draft>/terms")
@open_to(Role.ADMINISTRATOR)
def terms(draft: str) -> ResponseReturnValue:
    """Step 3: why, how long, in which language, and what is not shared."""
    opened = opened_draft(draft)
    fields = ("purpose", "valid_from", "valid_until", "form", "interpreter", "place", "representative", "not_shared")
    data = {name: getattr(opened.content, name) for name in (*fields, "informed_by")}
    form = TermsForm(formdata=None, version=opened.row.version, data=data)
    return if_open(opened, lambda: _terms_page(opened, form))


@blueprint.post("/drafts/<draft>/terms")
@open_to(Role.ADMINISTRATOR)
@shown_again_by(lambda draft: _terms_page(opened_draft(draft), TermsForm()))
def save_terms(draft: str) -> ResponseReturnValue:
    """Save why, how long, in which language, and what is not shared."""
    opened, form = opened_draft(draft), TermsForm()
    if not opened.row.state.is_open:
        return to_person(opened)
    form.offer(names_now())
    content = replace(
        opened.content,
        purpose=form.purpose.data or "",
        valid_from=form.valid_from.data,
        valid_until=form.valid_until.data,
        form=form.form.data,
        informed_by=staff_id(form.informed_by.data),
        interpreter=form.interpreter.data,
        representative=form.representative.data or "",
        place=form.place.data or "",
        not_shared=form.not_shared.data or "",
    )
    return _save(opened, form, content, "terms", lambda: _terms_page(opened, form))


@blueprint.get("/drafts/<draft>/overview")
@open_to(Role.ADMINISTRATOR)
def overview(draft: str) -> ResponseReturnValue:
    """Step 4: this is what each of them will see, and what changes against today."""
    opened = opened_draft(draft)
    return if_open(opened, lambda: overview_page(opened))


def overview_page(opened: OpenedDraft, fault: str = "") -> str:
    """Step 4, with what keeps the form from being printed if anything does."""
    names, at = names_now(), wired().now()
    lacks = lacking(opened, names)
    foreseen = []
    if not lacks:
        standing = [kept.terms for kept in opened.person.consents]
        foreseen = foresee(drafted(opened, names), standing, names.staff.values(), opened.person.is_protected, at)
    mended = [(MENDED[lack][0], LACKS[lack]) for lack in lacks]
    begins = opened.content.valid_from
    later = begins if begins is not None and begins > clock.today() else None
    said = {"mended": mended, "foreseen": foreseen, "fault": fault, "later": later, "form_name": FORMS}
    return _page("overview", opened, **said)


def opened_draft(draft: str) -> OpenedDraft:
    """The draft with its person, once the look is in the trail."""
    return wired().drafting.open_draft(signed_in(), draft)


def if_open(opened: OpenedDraft, page: Callable[[], str]) -> ResponseReturnValue:
    """The page of a draft that can be changed; one that is closed leads to its person."""
    return page() if opened.row.state.is_open else to_person(opened)


def to_person(opened: OpenedDraft) -> ResponseReturnValue:
    """On to the page of whom the draft is about."""
    return redirect(url_for("desk.person", ref=opened.person.ref), 303)


def lacking(opened: OpenedDraft, names: Names) -> list[Lack]:
    """What keeps the draft from being printed and registered."""
    first = opened.content.valid_from
    longest = None if first is None else add_months(first, wired().settings.consent.max_months)
    return lacks_of(opened.content, names.present, longest, _former(opened), clock.today())


def drafted(opened: OpenedDraft, names: Names) -> Consent:
    """The consent that the draft would become, of a draft that lacks nothing."""
    lines = lines_of(opened.content, names.agency_of)
    return consent_of(opened.row.id, opened.person.ref, opened.content, opened.row.replaces, lines)


def names_now() -> Names:
    """Who works where today."""
    with wired().engine(Desk.READING).connect() as connection:
        return read_names(connection, wired().keyring, clock.today())


def _save(
    opened: OpenedDraft, form: StepForm, content: Content, step: str, again: Callable[[], str]
) -> ResponseReturnValue:
    """Save the step and go where it was said: on, back, or to the person with the rest for later.

    What is wrong and, going on, what is lacking are both said, so that everything is said at once.
    """
    go = request.form.get("go", "on")
    is_right = form.validate_on_submit()
    if go == "on":
        is_right = not form.refuse(lacking(replace(opened, content=content), names_now())) and is_right
    if not is_right:
        return again(), 422
    try:
        with wired().act_for(signed_in()) as act:
            drafting.change_draft(act, opened.row.id, int(form.version.data or 0), content)
    except drafting.ChangedMeanwhileError:
        form.take_up(opened.row.version)
        return again(), 409
    except drafting.ClosedError:
        return to_person(opened)
    onward = _STEPS[step].get("" if request.form.get("bundle") else go)
    return to_person(opened) if onward is None else redirect(url_for(onward, draft=opened.row.id), 303)


_STEPS: Mapping[str, Mapping[str, str]] = {
    "readers": {"on": "drafts.shared"},
    "shared": {"": "drafts.shared", "on": "drafts.terms", "back": "drafts.readers"},
    "terms": {"on": "drafts.overview", "back": "drafts.shared"},
}


def _begun(person: Maintained, names: Names, replaces: str | None) -> Content:
    """What a new draft says to begin with."""
    today = clock.today()
    content = Content(purpose=form_texts(CURRENT["sv"]).usual_purpose)
    if replaces is not None:
        kept = next((each for each in person.consents if each.terms.id == replaces), None)
        if kept is None or state_of(kept.terms, wired().now()).is_over or not kept.terms.is_confirmed:
            raise ConflictError("only a consent that holds is renewed")
        before = as_before(kept.terms, names.agency_of, names.present.readers)
        content = replace(
            before,
            purpose=kept.paper.purpose,
            representative=kept.paper.form.representative or "",
            not_shared=kept.paper.not_shared,
        )
    language = person.identity.language
    return replace(
        content,
        valid_from=today,
        valid_until=add_months(today, wired().settings.consent.max_months) - timedelta(days=1),
        form=language if language in FORMS else "sv",
        informed_by=signed_in().id,
    )


def _former(opened: OpenedDraft) -> Consent | None:
    """The consent the draft replaces, unless it has ended already."""
    kept = (each.terms for each in opened.person.consents if each.terms.id == opened.row.replaces)
    return next((each for each in kept if each.withdrawn_at is None), None)


def _asked(content: Content, names: Names) -> list[AgencyId]:
    """The agencies of the readers chosen, in order of name."""
    own = {names.staff[each].agency for each in content.readers if each in names.staff}
    return [key for key in names.agencies if key in own]


def _shares(content: Content, names: Names) -> dict[AgencyId, Share]:
    """What is ticked for each agency; where nothing has been said yet, the planning of those who take part."""
    usual = narrowest(names.taking_part(content.readers))
    return {agency: content.shares.get(agency, usual) for agency in _asked(content, names)}


def _bundles(opened: OpenedDraft, names: Names) -> dict[str, dict[AgencyId, Share]]:
    """What usually goes together, by the name of its button."""
    asked = _asked(opened.content, names)
    sources = names.taking_part(opened.content.readers)
    found = {
        "planning": dict.fromkeys(asked, narrowest(sources)),
        "contacts": dict.fromkeys(asked, narrowest(sources, contacts=True)),
    }
    if opened.person.consents:
        last = max(opened.person.consents, key=lambda kept: kept.registered_at)
        before = as_before(last.terms, names.agency_of, names.present.readers)
        if again := {agency: share for agency, share in before.shares.items() if agency in asked}:
            found["before"] = again
    return found


def _readers_page(opened: OpenedDraft, form: ReadersForm) -> str:
    names = names_now()
    form.offer(names)
    left = in_words([names.staff[each].name for each in sorted(opened.content.left) if each in names.staff])
    return _page("readers", opened, form=form, left=left)


def _shared_page(opened: OpenedDraft, form: SharedForm) -> str:
    names = names_now()
    asked = _asked(opened.content, names)
    form.offer(names.agencies, asked)
    near = names.taking_part(opened.content.readers)
    readers = {key: [each.name for each in names.readers_of(key) if each.id in opened.content.readers] for key in asked}
    said = {"asked": asked, "near": near, "far": [key for key in names.agencies if key not in near]}
    bundles = _bundles(opened, names)
    return _page("shared", opened, form=form, readers=readers, bundles=bundles, categories=MATRIX, **said)


def _terms_page(opened: OpenedDraft, form: TermsForm) -> str:
    form.offer(names_now())
    settings = wired().settings.consent
    can_print = printable(read_fonts(settings.form_fonts))
    said = {
        "max_months": settings.max_months,
        "former": _former(opened),
        "unprintable": in_words([str(FORMS[each]) for each in FORMS if each not in can_print]),
        "translated": in_words([str(FORMS[each]) for each in FORMS if not form_texts(CURRENT[each]).is_reviewed]),
    }
    return _page("terms", opened, form=form, **said)


def _page(step: str, opened: OpenedDraft, **said: object) -> str:
    names = names_now()
    return render_template(
        f"administration/draft_{step}.html",
        draft=opened,
        person=opened.person,
        before=said_before(opened.person.consents, opened.earlier),
        agencies=names.agencies,
        staff=names.staff,
        today=clock.today(),
        **said,
    )
