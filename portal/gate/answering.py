"""The desk's side of what readers ask for: each request is opened by an entry of its own, by an administrator.

The number and the reason of a request for consent can be opened as long as the key of its year's look-ups is there.
What a reader says is wrong about a person stands with that person's content: it opens while any consent is live, as at
the door *maintain*, and else stays closed to the desk as well.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select, true

from audit.appender import Appender
from audit.entry import Entry, seal
from audit.vocabulary import Event
from keys.datakey import DataKey
from keys.keyring import Keyring
from portal.accounts.rules import Role, Staff
from portal.clock import instant, microseconds
from portal.consent.sealing import subject_of
from portal.errors import NotOpenError
from portal.gate import register
from portal.gate.maintaining import open_everything
from portal.gate.snapshot import snapshot
from portal.gate.standing import Standing, find_standing, has_its_records, is_proven
from portal.people.rules import is_reference
from portal.requests.models import requests
from portal.requests.paging import Page, read_page
from portal.requests.rules import About, Answer, Answered, DeskRequest
from portal.requests.sealing import is_kept, period_of, read_content, read_note

MOST_SHOWN = 50
MOST_ANSWERED = 20


@dataclass(slots=True)
class _Opening:
    """A request about to be opened: its row, the key if it may be, and what its entry says and rests on."""

    row: dict[str, Any]
    key: DataKey | None
    fields: dict[str, Any]
    rests_on: dict[str, int]


@dataclass(frozen=True, slots=True)
class AnsweringDoor:
    """Opens readers' requests to the administrators who answer them."""

    engine: Engine
    appender: Appender
    keyring: Keyring
    now: Callable[[], datetime]

    def waiting(self, administrator: Staff) -> int:
        """How many requests wait for an answer; nothing of them is opened."""
        with snapshot(self.engine) as connection:
            self._administrator(connection, administrator, self.now())
            statement = select(func.count()).select_from(requests).where(requests.c.answered_at.is_(None))
            return int(connection.execute(statement).scalar_one())

    def open_waiting(self, administrator: Staff, after: str = "") -> Page[DeskRequest]:
        """What waits for an answer, the oldest first, MOST_SHOWN at a time: opened, with an entry for each.

        Raises NotOpenError if the administrator's entry does not hold, UnavailableError if the trail cannot take
        the entries.
        """
        with snapshot(self.engine) as connection:
            at = self.now()
            standing = self._administrator(connection, administrator, at)
            waits = requests.c.answered_at.is_(None)
            by = requests.c.made_at
            page = read_page(connection, waits, by, after, MOST_SHOWN, is_newest_first=False, among=true())
            return Page(self._open(connection, administrator, standing, page.shown, at), page.more)

    def answered(self, administrator: Staff, after: str = "") -> Page[DeskRequest]:
        """What was answered last, MOST_ANSWERED at a time; nothing of it is opened."""
        with snapshot(self.engine) as connection:
            self._administrator(connection, administrator, self.now())
            has_answer = requests.c.answered_at.is_not(None)
            page = read_page(connection, has_answer, requests.c.answered_at, after, MOST_ANSWERED, is_newest_first=True)
            return Page(tuple(_show(row, None) for row in page.shown if is_kept(self.keyring, row)), page.more)

    def open_request(self, administrator: Staff, request: str) -> DeskRequest:
        """One request, opened, answered or not. Raises NotOpenError if there is none, else as ``open_waiting``."""
        # What is no id of ours leads nowhere; PostgreSQL would not even take a NUL.
        wanted = request if is_reference(request) else ""
        with snapshot(self.engine) as connection:
            at = self.now()
            standing = self._administrator(connection, administrator, at)
            found = connection.execute(select(requests).where(requests.c.id == wanted)).mappings().one_or_none()
            if found is None or not is_kept(self.keyring, dict(found)):
                raise NotOpenError
            (opened,) = self._open(connection, administrator, standing, [dict(found)], at)
            return opened

    def _open(
        self,
        connection: Connection,
        administrator: Staff,
        standing: Standing,
        rows: Sequence[dict[str, Any]],
        at: datetime,
    ) -> tuple[DeskRequest, ...]:
        """Record all that may be opened, and then open it."""
        who = {"actor": administrator.id, "agency": administrator.agency, "listing": secrets.token_hex(8)}
        found = [self._opening(connection, administrator, row, at) for row in rows if is_kept(self.keyring, row)]
        opened = [each for each in found if each.key is not None]
        if opened:
            entries = [Entry(Event.REQUEST_OPENED, at, {**who, **each.fields}) for each in opened]
            rests_on = dict(standing.rests_on)
            for each in opened:
                rests_on |= each.rests_on
            sealed = [seal(entry, self.keyring.trail_mac) for entry in entries]
            self.appender.append(sealed, rests_on, microseconds(at))
        return tuple(_show(each.row, each.key) for each in found)

    def _opening(self, connection: Connection, administrator: Staff, row: dict[str, Any], at: datetime) -> _Opening:
        fields: dict[str, Any] = {"request": row["id"], "about": row["about"]}
        if row["about"] == About.CONSENT:
            return _Opening(row, self.keyring.lookup_key(period_of(instant(row["made_at"]))), fields, {})
        fields["person"] = row["person"]
        rows = register.read_person(connection, row["person"], administrator.id)
        if rows is None or not is_proven(self.keyring, rows):
            return _Opening(row, None, fields, {})
        register.read_items(connection, rows)
        decision = open_everything(rows, at)
        if not has_its_records(rows) or not decision.is_open:
            return _Opening(row, None, fields, {})
        rests_on = {subject_of(row["person"]): rows.person["version"]}
        fields["rests_on"] = rests_on
        fields["lines"] = [{"consent": line.consent, "line": line.index} for line in decision.lines]
        return _Opening(row, self.keyring.unwrap(bytes(rows.person["content_key"])), fields, rests_on)

    def _administrator(self, connection: Connection, administrator: Staff, at: datetime) -> Standing:
        standing = find_standing(self.keyring, register.read_reader(connection, administrator.id))
        if standing is None or standing.staff.role is not Role.ADMINISTRATOR or not standing.is_active(at):
            raise NotOpenError
        return standing


def _show(row: dict[str, Any], key: DataKey | None) -> DeskRequest:
    """The request as far as ``key`` opens it."""
    content = None if key is None else read_content(key, row)
    answered = None
    if row["answered_at"] is not None:
        answered = Answered(Answer(row["answer"]), row["answered_by"], instant(row["answered_at"]))
    return DeskRequest(
        id=row["id"],
        about=About(row["about"]),
        reader=row["reader"],
        agency=row["agency"],
        made_at=instant(row["made_at"]),
        person=row["person"],
        number=None if content is None else content.number,
        words=None if content is None else content.words,
        answered=answered,
        note=None if key is None else read_note(key, row),
    )
