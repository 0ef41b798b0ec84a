"""Making, changing and closing drafts, each in one transaction with its entry.

Whoever calls holds nothing: each function takes the person's lock, proves the person, and works on the draft as it
then stands. A change says which version it was made on, so that two people, or two tabs, never write over each other.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from audit.vocabulary import Event
from keys.datakey import DataKey
from keys.envelope import Place, open_envelope, seal_envelope
from portal.acting import Act
from portal.clock import instant
from portal.consent import desk
from portal.consent.drafts import Content, DraftId, DraftState, asks_for_same
from portal.consent.form.terms import new_reference
from portal.consent.models import drafts
from portal.consent.rules import Consent, Paper
from portal.consent.sealing import subject_of
from portal.consent.service import SealedPerson
from portal.consent.written_drafts import read_content, row_digest, write_content
from portal.errors import ConflictError


class ChangedMeanwhileError(ConflictError):
    """Somebody else, or another tab, has changed the draft since it was opened."""


class ClosedError(ConflictError):
    """The draft has become a consent or a refusal, or is gone."""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What is in the clear of a draft."""

    id: DraftId
    person: str
    reference: str
    state: DraftState
    replaces: str | None
    version: int
    changed_at: datetime
    changed_by: str


def make_draft(act: Act, ref: str, content: Content, replaces: str | None) -> DraftId:
    """A new draft for the person; one just made for the same and not touched since is taken up again."""
    person = _hold(act, ref)
    if replaces is not None and replaces not in person.consents:
        raise ConflictError("the person has no such consent")
    untouched = (drafts.c.person == ref) & (drafts.c.version == 1) & (drafts.c.state == DraftState.DRAFT)
    kind = drafts.c.replaces.is_(None) if replaces is None else drafts.c.replaces == replaces
    own = drafts.c.changed_by == act.actor
    there = act.connection.execute(select(drafts.c.id).where(untouched & kind & own)).scalars().first()
    if there is not None:
        return DraftId(there)
    draft = DraftId(secrets.token_hex(16))
    row = {
        "id": draft,
        "person": ref,
        "reference": new_reference(),
        "state": DraftState.DRAFT.value,
        "replaces": replaces,
        "version": 1,
        "changed_at": act.since_epoch,
        "changed_by": act.actor,
        "content": seal_envelope(person.key, draft_place(draft, ref, 1), write_content(content)),
    }
    act.connection.execute(insert(drafts), row)
    note_draft(act, row, "made")
    return draft


def change_draft(act: Act, draft: str, version: int, content: Content) -> None:
    """Put other content in place of what stands; nothing is done where it says the same.

    A form that was printed no longer says what the draft says, so it waits for no paper any more. Raises
    ChangedMeanwhileError and ClosedError.
    """
    row, key = _load(act, draft)
    stands = read_draft_content(key, row)
    content = replace(content, printed=stands.printed)
    if content == stands:
        return
    _check(row, version)
    _write(act, row, key, DraftState.DRAFT, replace(content, printed=""), "changed")


def note_printed(act: Act, draft: str, version: int, text: str, language: str) -> None:
    """Say that the draft, as it is at ``version``, was printed in this text: from now on it waits for the paper."""
    row, key = _load(act, draft)
    _check(row, version)
    desk.print_form(act, row["person"], row["reference"], text, language)
    content = read_draft_content(key, row)
    if row["state"] != DraftState.PRINTED or content.printed != text:
        _write(act, row, key, DraftState.PRINTED, replace(content, printed=text), "printed")


def register_draft(act: Act, draft: str, version: int, content: Content, consent: Consent, paper: Paper) -> None:
    """Make the consent it became, not yet confirmed, and close the draft, both or neither. Twice is once.

    What the person will not share goes with the consent, so that it is known for as long as that is.
    """
    row, key = _load(act, draft, also=DraftState.REGISTERED)
    if row["state"] == DraftState.REGISTERED:
        return
    _check(row, version)
    desk.register_consent(act, row["person"], consent, replace(paper, not_shared=content.not_shared))
    _write(act, row, key, DraftState.REGISTERED, content, "registered")


def refuse_draft(act: Act, draft: str, version: int, content: Content) -> None:
    """Close a draft to which the person said no; what was said stays, for whoever writes the next. Twice is once."""
    row, key = _load(act, draft, also=DraftState.REFUSED)
    if row["state"] == DraftState.REFUSED:
        return
    _check(row, version)
    _write(act, row, key, DraftState.REFUSED, content, "refused")


def drop_draft(act: Act, draft: str) -> bool:
    """Take away a draft that came to nothing; False if it is gone already."""
    try:
        row, _key = _load(act, draft)
    except ClosedError:
        return False
    act.connection.execute(delete(drafts).where(drafts.c.id == draft))
    note_draft(act, row, "dropped")
    return True


def drop_asking_for_same(act: Act, ref: str, consents: Collection[Consent]) -> None:
    """Take away every open draft of the person that would open again what these consents open."""
    person = _hold(act, ref)
    rows = act.connection.execute(select(drafts).where(drafts.c.person == ref).order_by(drafts.c.id)).mappings().all()
    for row in rows:
        is_open = DraftState(row["state"]).is_open
        if is_open and asks_for_same(read_draft_content(person.key, dict(row)), row["replaces"], consents):
            drop_draft(act, row["id"])


def list_open(connection: Connection) -> list[DraftRow]:
    """All drafts that can still be changed, the oldest first."""
    is_open = drafts.c.state.in_([DraftState.DRAFT.value, DraftState.PRINTED.value])
    return _rows(connection, is_open)


def find_by_code(connection: Connection, reference: str) -> DraftRow | None:
    """The draft that a printed form was made of."""
    return next(iter(_rows(connection, drafts.c.reference == reference)), None)


def read_row(row: Mapping[str, Any]) -> DraftRow:
    """What is in the clear of a row of the drafts table."""
    return DraftRow(
        DraftId(row["id"]),
        row["person"],
        row["reference"],
        DraftState(row["state"]),
        row["replaces"],
        row["version"],
        instant(row["changed_at"]),
        row["changed_by"],
    )


def read_draft_content(key: DataKey, row: Mapping[str, Any]) -> Content:
    """Open what a draft says; for the gate's door and for changing it."""
    place = draft_place(row["id"], row["person"], row["version"])
    return read_content(open_envelope(key, place, bytes(row["content"])))


def _rows(connection: Connection, which: Any) -> list[DraftRow]:
    statement = select(drafts).where(which).order_by(drafts.c.changed_at, drafts.c.id)
    return [read_row(dict(row)) for row in connection.execute(statement).mappings()]


def draft_place(draft: str, ref: str, version: int) -> Place:
    """Where the envelope of a draft belongs."""
    return Place("drafts", draft, ref, version)


def _hold(act: Act, ref: str) -> SealedPerson:
    act.hold([subject_of(ref)])
    return SealedPerson.load(act, ref)


def _load(act: Act, draft: str, also: DraftState | None = None) -> tuple[dict[str, Any], DataKey]:
    """The draft's row under the person's lock, and the key it opens with; ClosedError unless it is open or ``also``."""
    whose = act.connection.execute(select(drafts.c.person).where(drafts.c.id == draft)).scalar_one_or_none()
    if whose is None:
        raise ClosedError("there is no such draft")
    person = _hold(act, whose)
    row = act.connection.execute(select(drafts).where(drafts.c.id == draft)).mappings().one_or_none()
    if row is None or not (DraftState(row["state"]).is_open or row["state"] == also):
        raise ClosedError("the draft is closed")
    return dict(row), person.key


def _check(row: Mapping[str, Any], version: int) -> None:
    if row["version"] != version:
        raise ChangedMeanwhileError("the draft has been changed since it was opened")


def _write(act: Act, row: dict[str, Any], key: DataKey, state: DraftState, content: Content, change: str) -> None:
    version = row["version"] + 1
    row |= {
        "state": state.value,
        "version": version,
        "changed_at": act.since_epoch,
        "changed_by": act.actor,
        "content": seal_envelope(key, draft_place(row["id"], row["person"], version), write_content(content)),
    }
    act.connection.execute(update(drafts).where(drafts.c.id == row["id"]).values(row))
    note_draft(act, row, change)


def note_draft(act: Act, row: Mapping[str, Any], change: str) -> None:
    """Put in the trail what became of a draft, with the digest of its row as it now stands."""
    fields: dict[str, object] = {
        "person": row["person"],
        "draft": row["id"],
        "change": change,
        "digest": row_digest(act.keyring, row),
    }
    if row["replaces"] is not None:
        fields["replaces"] = row["replaces"]
    act.note(Event.DRAFT_CHANGED, fields)
