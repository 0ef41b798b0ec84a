"""The readers' side of what they ask the desk for: the only writing a reader's request does beside trail and session.

Whoever asks for a consent learns nothing: the register is not looked at, so that a number somebody has, one nobody has
and one whose owner said no leave the same row, the same entry and the same answer. Of a mistake one can tell only
while one may read the person, and is refused as at the door *read*. Request and entry are one transaction: if the
trail cannot take the one, the other is not there. Number and words are sealed before they reach the database.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from audit import locks, store
from audit.appender import Appender, StaleError, current_versions
from audit.entry import Entry, seal
from audit.errors import AppendError
from audit.vocabulary import Event, Outcome
from keys.datakey import DataKey
from keys.keyring import Keyring
from portal.accounts.rules import Role, Staff
from portal.accounts.sealing import staff_subject
from portal.clock import instant, microseconds
from portal.errors import NotOpenError, UnavailableError
from portal.gate import register
from portal.gate.beat import on_the_beat
from portal.gate.finding import typed
from portal.gate.reading import decide_on, refusal
from portal.gate.snapshot import snapshot
from portal.gate.standing import Ruling, Standing, find_standing, grounds
from portal.requests.models import requests
from portal.requests.paging import Page, read_page
from portal.requests.rules import About, Answer, OwnRequest
from portal.requests.sealing import Content, asked_for, is_kept, period_of, read_content, row_digest, write_content
from portal.requests.service import put_request

ATTEMPTS = 8
MOST_SHOWN = 100

# The cause in the entry of a request that is open already.
ASKED_ALREADY = "asked_already"


@dataclass(frozen=True, slots=True)
class RequestingDoor:
    """Takes requests from readers, and shows them their own.

    ``engine`` reads; ``requesting`` can put in requests and entries, and nothing else.
    """

    engine: Engine
    requesting: Engine
    appender: Appender
    keyring: Keyring
    now: Callable[[], datetime]

    def ask_for_consent(self, reader: Staff, personnummer: str, words: str) -> None:
        """Ask the desk to obtain the consent of whoever has the twelve-digit number; asked twice, it is asked once.

        Raises NotOpenError if the reader's entry does not hold, UnavailableError if the request cannot be recorded.
        """
        for _ in range(ATTEMPTS):
            try:
                with _transaction(self.requesting) as connection:
                    locks.share(connection, [staff_subject(reader.id)])
                    at = self.now()
                    self._reader(connection, reader, at)
                    key = self.keyring.lookup_key(period_of(at))
                    content = Content(personnummer, words)
                    row = self._row(reader, About.CONSENT, None, personnummer, key, content, at)
                    self._put(connection, reader, row, typed(self.keyring, personnummer, at), at)
            except StaleError:
                continue
            return
        raise UnavailableError("what the request rests on kept changing")

    @on_the_beat
    def report_mistake(self, reader: Staff, ref: str, words: str, reason: str) -> str:
        """Tell the desk what is wrong in what ``reader`` may read of the person behind ``ref``, and give ``ref``.

        Raises NotOpenError alike for every refusal, UnavailableError if the report cannot be recorded.
        """
        for _ in range(ATTEMPTS):
            with snapshot(self.engine) as connection:
                at = self.now()
                rows, ruling = decide_on(connection, self.keyring, reader, ref, at)
                if rows is None or not ruling.decision.is_open:
                    self._append([refusal(reader, rows, ruling.cause, reason, at)], {}, at)
                    raise NotOpenError
                key = self.keyring.unwrap(bytes(rows.person["content_key"]))
            row = self._row(reader, About.MISTAKE, ref, f"{ref} {words}", key, Content(None, words), at)
            fields = {"person": ref, "outcome": Outcome.PERMITTED, "reason": reason, **grounds(ruling)}
            try:
                with _transaction(self.requesting) as connection:
                    _hold_to(connection, ruling)
                    register.read_reader(connection, reader.id)
                    self._put(connection, reader, row, fields, at)
            except StaleError:
                continue
            return ref
        raise UnavailableError("what the report rests on kept changing")

    def own_requests(self, reader: Staff, after: str = "") -> Page[OwnRequest]:
        """What ``reader`` has asked, the newest first, MOST_SHOWN at a time; each whose words are opened is an entry.

        Raises NotOpenError if the reader's entry does not hold, UnavailableError if the trail cannot take the entries.
        """
        with snapshot(self.engine) as connection:
            at = self.now()
            standing = self._reader(connection, reader, at)
            own = requests.c.reader == reader.id
            page = read_page(connection, own, requests.c.made_at, after, MOST_SHOWN, is_newest_first=True)
            kept = [row for row in page.shown if is_kept(self.keyring, row)]
            opened = [row for row in kept if row["about"] == About.CONSENT]
            who = {"actor": reader.id, "agency": reader.agency, "listing": secrets.token_hex(8)}
            told = [{**who, "request": row["id"], "about": row["about"]} for row in opened]
            if told:
                entries = [Entry(Event.REQUEST_OPENED, at, fields) for fields in told]
                self._append(entries, standing.rests_on, at)
            return Page(tuple(self._own(row) for row in kept), page.more)

    def _own(self, row: Mapping[str, Any]) -> OwnRequest:
        about, made_at = About(row["about"]), instant(row["made_at"])
        words = None
        if about is About.CONSENT:
            words = read_content(self.keyring.lookup_key(period_of(made_at)), row).words
        answer = None if row["answer"] is None else Answer(row["answer"])
        return OwnRequest(about, made_at, row["person"], words, answer)

    def _reader(self, connection: Connection, reader: Staff, at: datetime) -> Standing:
        """The reader's standing; from here on the transaction is this reader's."""
        standing = find_standing(self.keyring, register.read_reader(connection, reader.id))
        if standing is None or standing.staff.role is not Role.READER or not standing.is_active(at):
            raise NotOpenError
        return standing

    def _row(
        self, reader: Staff, about: About, ref: str | None, what: str, key: DataKey, content: Content, at: datetime
    ) -> dict[str, Any]:
        request = secrets.token_hex(16)
        return {
            "id": request,
            "reader": reader.id,
            "agency": reader.agency,
            "about": about.value,
            "person": ref,
            "made_at": microseconds(at),
            "asked": asked_for(self.keyring, reader.id, about, what),
            "content": write_content(key, request, ref, reader.id, content),
        }

    def _put(
        self,
        connection: Connection,
        reader: Staff,
        row: Mapping[str, Any],
        fields: Mapping[str, object],
        at: datetime,
    ) -> None:
        """The request and its entry; one that is open already gets an entry only."""
        request = put_request(connection, row)
        told = {"actor": reader.id, "agency": reader.agency, "request": request, "about": row["about"], **fields}
        if request == row["id"]:
            told["digest"] = row_digest(self.keyring, row)
        else:
            told["cause"] = ASKED_ALREADY
        store.insert(connection, [seal(Entry(Event.REQUEST_MADE, at, told), self.keyring.trail_mac)])

    def _append(self, entries: list[Entry], rests_on: Mapping[str, int], at: datetime) -> None:
        sealed = [seal(entry, self.keyring.trail_mac) for entry in entries]
        self.appender.append(sealed, rests_on, microseconds(at))


def _hold_to(connection: Connection, ruling: Ruling) -> None:
    """Keep what was decided on from changing until the commit; raises StaleError if it has changed already."""
    locks.share(connection, [locks.INSTALLATION])
    locks.share(connection, ruling.rests_on)
    # A statement of its own after the locks: it sees every change that was committed before they were had.
    if current_versions(connection, ruling.rests_on) != dict(ruling.rests_on):
        raise StaleError("what the report rests on has changed")


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction, whole or not at all; whoever asked for the same at the same time makes it StaleError."""
    try:
        with engine.begin() as connection:
            yield connection
    except StaleError:
        raise
    except IntegrityError as error:
        raise StaleError("the same was asked for at the same time") from error
    except (AppendError, SQLAlchemyError, OSError) as error:
        raise UnavailableError("the request could not be recorded just now") from error
