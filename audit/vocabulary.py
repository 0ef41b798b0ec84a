"""The closed vocabulary of the trail: every event there is, and exactly which fields it carries.

Promises that nothing outside it is ever written. Every string is printable ASCII (ids, codes, base64), so
nothing legible about a person can stand in an entry: what is personal enters only as base64 ciphertext.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Check = Callable[[object], bool]

SAFE_INTEGER = 2**53 - 1


class Event(StrEnum):
    """What can happen; nothing else is an entry."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_REFUSED = "sign_in_refused"
    LISTED = "listed"
    LOOKED_UP = "looked_up"
    READ = "read"
    REFUSED = "refused"
    MAINTAINED = "maintained"
    FOUND = "found"
    PRINTED = "printed"
    EXPORTED = "exported"
    IMPORTED = "imported"
    PERSON_REGISTERED = "person_registered"
    PERSON_CHANGED = "person_changed"
    PERSON_SEALED = "person_sealed"
    PERSON_DISPOSED = "person_disposed"
    PERSON_REPORTED = "person_reported"
    PERSON_MERGED = "person_merged"
    CONSENT_REGISTERED = "consent_registered"
    CONSENT_CONFIRMED = "consent_confirmed"
    CONSENT_CHANGED = "consent_changed"
    CONSENT_MOVED = "consent_moved"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    CONSENT_REFUSED = "consent_refused"
    DRAFT_CHANGED = "draft_changed"
    EVIDENCE_RECEIVED = "evidence_received"
    EVIDENCE_VIEWED = "evidence_viewed"
    FORM_PRINTED = "form_printed"
    LETTER_PRINTED = "letter_printed"
    RECORDS_CHANGED = "records_changed"
    STAFF_CHANGED = "staff_changed"
    STAND_IN_CHANGED = "stand_in_changed"
    AGENCY_CHANGED = "agency_changed"
    SETTINGS_CHANGED = "settings_changed"
    KEY_CHANGED = "key_changed"
    LOG_SEARCHED = "log_searched"
    REVIEW_BEGUN = "review_begun"
    REVIEW_JUDGED = "review_judged"
    REVIEW_SIGNED = "review_signed"
    TRAIL_VERIFIED = "trail_verified"
    REQUEST_MADE = "request_made"
    REQUEST_OPENED = "request_opened"
    REQUEST_ANSWERED = "request_answered"
    REQUEST_MOVED = "request_moved"


class Outcome(StrEnum):
    """How an attempt ended."""

    PERMITTED = "permitted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one event: those it must have, and the check of every one it may have."""

    required: frozenset[str]
    checks: Mapping[str, Check]


def _text(pattern: str) -> Check:
    match = re.compile(pattern, re.ASCII).fullmatch
    return lambda value: isinstance(value, str) and match(value) is not None


def _one_of(values: Iterable[str]) -> Check:
    allowed = frozenset(values)
    return lambda value: isinstance(value, str) and value in allowed


def _integer(least: int, most: int = SAFE_INTEGER) -> Check:
    return lambda value: type(value) is int and least <= value <= most


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list | tuple) and all(map(check, value))


def _list_of_texts(pattern: str) -> Check:
    """As a list of texts of ``pattern``, which may hold no comma: one match for all is what makes it quick."""
    match = re.compile(rf"(?:{pattern})(?:,(?:{pattern}))*", re.ASCII).fullmatch

    def holds(value: object) -> bool:
        if not isinstance(value, list | tuple):
            return False
        try:
            joined = ",".join(value)
        except TypeError:
            return False
        return not value or (match(joined) is not None and joined.count(",") == len(value) - 1)

    return holds


def _map_of(name: Check, check: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(map(name, value)) and all(map(check, value.values()))


def _object(required: Mapping[str, Check], **optional: Check) -> Check:
    checks = {**required, **optional}

    def holds(value: object) -> bool:
        return (
            isinstance(value, dict)
            and required.keys() <= value.keys() <= checks.keys()
            and all(checks[name](part) for name, part in value.items())
        )

    return holds


def _rows_of(required: Mapping[str, Check], **optional: Check) -> Check:
    """As a list of objects; each check is asked once about all that stands under its name, which makes it quick."""
    checks = {**required, **optional}

    def holds(value: object) -> bool:
        return (
            isinstance(value, list | tuple)
            and all(isinstance(row, dict) and required.keys() <= row.keys() <= checks.keys() for row in value)
            and all(check([row[name] for row in value if name in row]) for name, check in checks.items())
        )

    return holds


_ID = r"[A-Za-z0-9._-]{1,64}"
_DIGEST_TEXT = r"(?:[A-Za-z0-9+/]{4}){5,32}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"

id_ = _text(_ID)
actor = _text(rf"{_ID}|system:[!-~]{{1,64}}")
subject = _text(rf"(?:person|staff|stand_in):{_ID}")
code = _text(r"[a-z0-9_-]{1,64}")
printable = _text(r"[!-~]{1,200}")
instant = _text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
day = _text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
digest = _text(_DIGEST_TEXT)
sealed = _text(r"(?:[A-Za-z0-9+/]{4}){1,2700}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
count = _integer(0)
version = _integer(1, 2**31 - 1)

_COMMON: dict[str, Check] = {
    "actor": actor,
    "agency": id_,
    "outcome": _one_of(Outcome),
    "reason": code,  # from the short list in the settings
    "reason_text": sealed,  # free text, under the person's log key
}
_STATE: dict[str, Check] = {"subject": subject, "version": version, "state": digest}
_PERSON: dict[str, Check] = {"person": id_}
_BASIS: dict[str, Check] = {
    "rests_on": _map_of(subject, version),
    "lines": _list_of(_object({"consent": id_, "line": count}, through=id_)),
}
_SHOWN: dict[str, Check] = {"items": _list_of_texts(_ID), "items_digest": digest, "count": count}
_LISTING: dict[str, Check] = {"listing": id_}
_NUMBER: dict[str, Check] = {"number": sealed, "period": code}
_CONSENT: dict[str, Check] = {**_PERSON, "consent": id_}
_CHANGE: dict[str, Check] = {"change": code, "digest": digest}
_DIGEST: dict[str, Check] = {"digest": digest}
_CAUSE: dict[str, Check] = {"cause": code}
_COUNT: dict[str, Check] = {"count": count}
_REVIEW: dict[str, Check] = {"review": id_}
_REQUEST: dict[str, Check] = {"request": id_, "about": code}


def _form(required: Mapping[str, Check], **optional: Check) -> Form:
    """A form whose actor must be named."""
    return Form(frozenset({"actor", *required}), {**_COMMON, **required, **optional})


FORMS: Mapping[str, Form] = {
    Event.SIGNED_IN: _form({"provider": id_}, acr=printable, session=digest),
    Event.SIGNED_OUT: _form({}, **_CAUSE, session=digest),
    Event.SIGN_IN_REFUSED: Form(frozenset({"cause"}), {**_COMMON, **_CAUSE, "provider": id_, "acr": printable}),
    Event.LISTED: _form({**_PERSON, **_LISTING, **_BASIS}, **_SHOWN),
    Event.LOOKED_UP: _form({"outcome": _COMMON["outcome"]}, **_NUMBER, **_PERSON, **_CAUSE, **_BASIS),
    Event.READ: _form({**_PERSON, **_BASIS, "reason": code}, **_SHOWN, **_LISTING),
    Event.REFUSED: _form({}, **_PERSON, **_CAUSE, **_LISTING, **_BASIS),
    Event.MAINTAINED: _form(_PERSON, **_BASIS, **_SHOWN, **_LISTING),
    Event.FOUND: _form({}, **_PERSON, **_NUMBER, **_COUNT, **_LISTING),
    Event.PRINTED: _form({**_PERSON, **_BASIS}, **_SHOWN),
    Event.EXPORTED: _form({}, **_PERSON, **_LISTING, **_DIGEST, **_COUNT, through=actor),
    Event.IMPORTED: _form(_DIGEST, confirmed_by=id_, listing=id_, counts=_map_of(code, count), through=actor),
    Event.PERSON_REGISTERED: _form({**_PERSON, **_STATE}, **_DIGEST),
    Event.PERSON_CHANGED: _form({**_PERSON, **_STATE}, **_CHANGE),
    Event.PERSON_SEALED: _form(_PERSON, **_STATE),
    Event.PERSON_DISPOSED: _form({**_PERSON, **_STATE}, **_CAUSE),
    Event.PERSON_REPORTED: _form(_PERSON, **_DIGEST, **_COUNT),
    Event.PERSON_MERGED: _form({**_PERSON, **_STATE, "same_as": id_, "change": code, "cause": code}),
    Event.CONSENT_REGISTERED: _form({**_CONSENT, **_STATE}, **_DIGEST, replaces=id_),
    Event.CONSENT_CONFIRMED: _form({**_CONSENT, **_STATE}, **_DIGEST, confirmed_by=id_),
    Event.CONSENT_CHANGED: _form({**_CONSENT, **_STATE}, **_CHANGE),
    Event.CONSENT_MOVED: _form({**_CONSENT, **_STATE, "moved_from": id_}),
    Event.CONSENT_WITHDRAWN: _form(
        {**_CONSENT, **_STATE},
        **_DIGEST,
        how=code,
        received_by=id_,
        told_on=day,
        withdrawn_at=instant,
        ending=code,
    ),
    Event.CONSENT_EXPIRED: _form(_CONSENT, **_STATE),
    Event.CONSENT_REFUSED: _form({**_CONSENT, **_STATE}, **_CAUSE, **_DIGEST),
    Event.DRAFT_CHANGED: _form({**_PERSON, "draft": id_, "change": code}, **_DIGEST, replaces=id_),
    Event.EVIDENCE_RECEIVED: _form({**_CONSENT, **_STATE, **_DIGEST, "evidence": id_}, **_COUNT, moved_from=id_),
    Event.EVIDENCE_VIEWED: _form(_CONSENT, **_DIGEST, evidence=id_, rests_on=_BASIS["rests_on"]),
    Event.FORM_PRINTED: _form({**_PERSON, "form": id_, "text": id_, "language": code}),
    Event.LETTER_PRINTED: _form({**_CONSENT, "text": id_, "language": code}),
    Event.RECORDS_CHANGED: _form(
        {
            **_PERSON,
            **_STATE,
            "items": _rows_of(
                {"id": _list_of_texts(_ID), "change": _list_of_texts("created|replaced|removed|moved")},
                digest=_list_of_texts(_DIGEST_TEXT),
            ),
        },
        **_LISTING,
        **_CAUSE,
        behalf=id_,
        released_by=id_,
        how=code,
        moved_from=id_,
    ),
    Event.STAFF_CHANGED: _form({**_STATE, "change": code}, **_DIGEST),
    Event.STAND_IN_CHANGED: _form({**_STATE, "change": code}, **_DIGEST),
    Event.AGENCY_CHANGED: _form({"changed": id_, "change": code}, **_DIGEST),
    Event.SETTINGS_CHANGED: _form({"changed": printable}, **_DIGEST),
    Event.KEY_CHANGED: _form({"changed": printable, "change": code}),
    Event.LOG_SEARCHED: _form({"criteria": _map_of(code, printable)}, **_PERSON, **_COUNT),
    Event.REVIEW_BEGUN: _form(_REVIEW, **_COUNT),
    Event.REVIEW_JUDGED: _form({**_REVIEW, "entry": count, "judgement": code}, note=sealed),
    Event.REVIEW_SIGNED: _form(_REVIEW, **_COUNT, **_DIGEST),
    Event.TRAIL_VERIFIED: _form({"size": count, "findings": count}, root=digest),
    Event.REQUEST_MADE: _form(_REQUEST, **_PERSON, **_NUMBER, **_CAUSE, **_BASIS, **_DIGEST),
    Event.REQUEST_OPENED: _form(_REQUEST, **_PERSON, **_LISTING, **_BASIS),
    Event.REQUEST_ANSWERED: _form({**_REQUEST, "answer": code}, **_PERSON, **_DIGEST),
    Event.REQUEST_MOVED: _form({**_REQUEST, **_PERSON, **_DIGEST, "moved_from": id_}),
}
