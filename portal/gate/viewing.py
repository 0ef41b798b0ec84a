"""The door *view*: an administrator looks at the signed paper behind a consent, page by page.

To open a paper is one entry, durable before anything is decrypted. It gives a pass for this administrator, this paper
and some minutes, and without one no page is made. The file itself never leaves this door.
"""

import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from audit.appender import Appender, StaleError
from audit.entry import Entry, seal
from audit.vocabulary import Event, Outcome
from keys.keyring import Keyring
from portal.accounts.rules import Role, Staff
from portal.clock import instant, microseconds
from portal.consent.evidence.papers import ReceivedPaper, is_whole, read_papers
from portal.consent.evidence.rendering import render_page
from portal.consent.evidence.service import find_paper, open_paper
from portal.consent.sealing import subject_of
from portal.errors import NotOpenError, UnavailableError
from portal.gate import register
from portal.gate.register import PersonRows
from portal.gate.snapshot import snapshot
from portal.gate.standing import UNPROVEN, find_standing, is_proven

ATTEMPTS = 8
PASS_HOLDS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class ViewedPaper:
    """A paper that has been opened, and the pass with which its pages are fetched."""

    paper: ReceivedPaper
    opened: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, as the register has it: ``cause`` is empty where it may be opened."""

    cause: str
    rests_on: Mapping[str, int]
    person: PersonRows | None = None
    paper: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ViewingDoor:
    """Opens signed papers to administrators."""

    engine: Engine
    appender: Appender
    keyring: Keyring
    now: Callable[[], datetime]

    def open_paper(self, administrator: Staff, ref: str, consent: str, paper: str) -> ViewedPaper:
        """Open a paper to be looked at; raises NotOpenError, or UnavailableError if it cannot be recorded."""
        for _ in range(ATTEMPTS):
            with snapshot(self.engine) as connection:
                at = self.now()
                asked = self._ask(connection, administrator, ref, consent, paper, at)
                who = {"actor": administrator.id, "agency": administrator.agency}
                if asked.paper is None:
                    person = {} if asked.person is None else {"person": ref}
                    fields: dict[str, Any] = {**who, **person, "outcome": Outcome.REFUSED, "cause": asked.cause}
                    self._append(Entry(Event.REFUSED, at, fields), {}, at)
                    raise NotOpenError
                fields = {
                    **who,
                    "outcome": Outcome.PERMITTED,
                    "person": ref,
                    "consent": consent,
                    "evidence": paper,
                    "digest": b64encode(asked.paper["digest"]).decode(),
                    "rests_on": dict(asked.rests_on),
                }
                try:
                    self._append(Entry(Event.EVIDENCE_VIEWED, at, fields), asked.rests_on, at)
                except StaleError:
                    continue
                row = asked.paper
                received = ReceivedPaper(paper, consent, row["pages"], instant(row["received_at"]), row["received_by"])
                return ViewedPaper(received, self._pass(administrator, paper, microseconds(at)))
        raise UnavailableError("what the look rests on kept changing")

    def page(self, administrator: Staff, ref: str, consent: str, paper: str, number: int, opened: str) -> bytes:
        """One page of a paper that has been opened, as a JPEG image; raises NotOpenError without a pass that holds.

        Raises PaperError if the image cannot be made.
        """
        with snapshot(self.engine) as connection:
            at = self.now()
            asked = self._ask(connection, administrator, ref, consent, paper, at)
            if asked.paper is None or asked.person is None or not self._holds(administrator, paper, opened, at):
                raise NotOpenError
            if not 1 <= number <= asked.paper["pages"]:
                raise NotOpenError
            key = self.keyring.unwrap(bytes(asked.person.person["content_key"]))
            content = open_paper(key, asked.paper)
        return render_page(content, number)

    def _ask(
        self, connection: Connection, administrator: Staff, ref: str, consent: str, paper: str, at: datetime
    ) -> _Asked:
        standing = find_standing(self.keyring, register.read_reader(connection, administrator.id))
        rows = register.read_person(connection, ref, administrator.id)
        if standing is None or standing.staff.role is not Role.ADMINISTRATOR or not standing.is_active(at):
            return _Asked("no_standing", {}, rows)
        if rows is None:
            return _Asked("no_such_person", {})
        if not is_proven(self.keyring, rows):
            return _Asked(UNPROVEN, {}, rows)
        row = find_paper(connection, ref, consent, paper)
        if row is None:
            return _Asked("no_such_paper", {}, rows)
        papers = read_papers(connection, self.keyring, [ref])[ref]
        if all(paper != each.id for each in papers.received) or not is_whole(row):
            return _Asked(UNPROVEN, {}, rows)
        return _Asked("", {subject_of(ref): rows.person["version"], **standing.rests_on}, rows, row)

    def _pass(self, administrator: Staff, paper: str, at: int) -> str:
        mark = self.keyring.digest(f"evidence-opened\0{administrator.id}\0{paper}\0{at}".encode())
        return f"{at}-{mark.hex()}"

    def _holds(self, administrator: Staff, paper: str, opened: str, at: datetime) -> bool:
        when = opened.partition("-")[0]
        if not (when.isascii() and when.isdigit() and len(when) < 18):
            return False
        is_ours_to_give = hmac.compare_digest(opened.encode(), self._pass(administrator, paper, int(when)).encode())
        return is_ours_to_give and timedelta() <= at - instant(int(when)) <= PASS_HOLDS

    def _append(self, entry: Entry, rests_on: Mapping[str, int], at: datetime) -> None:
        self.appender.append([seal(entry, self.keyring.trail_mac)], rests_on, microseconds(at))
