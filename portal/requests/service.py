"""Putting requests in the table and answering them: each with its entry, in the same transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from audit.vocabulary import Event
from keys.datakey import DataKey
from portal.acting import Act
from portal.clock import instant
from portal.errors import ConflictError
from portal.people.models import persons
from portal.requests.models import requests
from portal.requests.rules import About, Answer
from portal.requests.sealing import period_of, row_digest, write_note


class AnsweredAlreadyError(ConflictError):
    """Somebody has answered, and that answer stands."""


def put_request(connection: Connection, row: Mapping[str, Any]) -> str:
    """Put a new request in the table, and give its id; that of the open one where the reader has asked already."""
    there = connection.execute(select(requests.c.id).where(requests.c.asked == row["asked"])).scalar_one_or_none()
    if there is not None:
        return str(there)
    connection.execute(insert(requests), [dict(row)])
    return str(row["id"])


def answer_request(act: Act, request: str, answer: Answer, note: str | None) -> None:
    """Answer a request, once: whoever sends the same answer again is not told that somebody was quicker.

    Raises AnsweredAlreadyError where another answer stands, ConflictError if there is no such request.
    """
    # Two administrators who answer at once wait for each other here.
    act.hold([f"request:{request}"])
    found = act.connection.execute(select(requests).where(requests.c.id == request)).mappings().one_or_none()
    if found is None:
        raise ConflictError("there is no such request")
    if found["answered_at"] is not None:
        if (found["answered_by"], found["answer"]) != (act.actor, answer):
            raise AnsweredAlreadyError("the request has been answered")
        return
    values = {
        "answered_at": act.since_epoch,
        "answered_by": act.actor,
        "answer": answer.value,
        "asked": None,
        "note": None if note is None else write_note(_key(act, dict(found)), request, found["person"], note),
    }
    act.connection.execute(update(requests).where(requests.c.id == request).values(values))
    person = {} if found["person"] is None else {"person": found["person"]}
    said = {"request": request, "about": found["about"], "answer": answer.value}
    act.note(Event.REQUEST_ANSWERED, {**said, "digest": row_digest(act.keyring, {**found, **values}), **person})


def note_moved(act: Act, row: Mapping[str, Any], moved_from: str) -> None:
    """Put in the trail that what a reader said of ``moved_from`` is said of the same person, registered otherwise."""
    said = {"request": row["id"], "about": row["about"], "person": row["person"], "moved_from": moved_from}
    act.note(Event.REQUEST_MOVED, {**said, "digest": row_digest(act.keyring, row)})


def _key(act: Act, row: Mapping[str, Any]) -> DataKey:
    """The key that the request itself lies under."""
    if row["about"] == About.CONSENT:
        return act.keyring.lookup_key(period_of(instant(row["made_at"])))
    statement = select(persons.c.content_key).where(persons.c.ref == row["person"])
    wrapped = act.connection.execute(statement).scalar_one()
    if wrapped is None:
        raise ConflictError("the person's content has been disposed of")
    return act.keyring.unwrap(bytes(wrapped))
