"""The door *maintain*: an administrator keeps a person's records, while any consent of the person is live.

Without a live consent the person is sealed: who it is and the consents can be seen, the content by nobody; only how
many items there are, by agency and category, which needs nothing opened.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from audit.appender import Appender, StaleError
from audit.entry import Entry, seal
from audit.vocabulary import Event, Outcome
from keys.keyring import Keyring
from portal.accounts.rules import AgencyId, Role, Staff
from portal.accounts.sealing import staff_subject
from portal.clock import instant, microseconds
from portal.consent.evidence.papers import Papers, ReceivedPaper, read_papers
from portal.consent.rules import Category, Consent, Decision, Paper, ReliedLine, Withdrawal
from portal.consent.sealing import read_consent, subject_of
from portal.consent.service import read_paper, read_withdrawal
from portal.errors import NotOpenError, UnavailableError
from portal.gate import register
from portal.gate.history import Version, list_removed, open_versions
from portal.gate.opening import assemble, open_content, open_identity, read_directory
from portal.gate.record import Contacts, Identity, Record
from portal.gate.register import PersonRows
from portal.gate.snapshot import snapshot
from portal.gate.standing import UNPROVEN, closed_by, consents_not_withdrawn, find_standing, has_its_records
from portal.plans.clashes import ClashSettings

ATTEMPTS = 8
MOST_REMOVED = 100

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class KeptConsent:
    """A consent as the desk sees it, with what is on the paper."""

    terms: Consent
    paper: Paper
    withdrawal: Withdrawal | None
    registered_at: datetime
    registered_by: str
    confirmed_at: datetime | None
    confirmed_by: str | None
    papers: tuple[ReceivedPaper, ...] = ()

    @property
    def rests_on_former(self) -> bool:
        """Whether it is what was left of another when a part of that was taken back, and has no paper of its own."""
        return not self.papers and self.terms.replaces is not None and self.confirmed_at == self.registered_at


@dataclass(frozen=True, slots=True, repr=False)
class Maintained:
    """A person as the desk sees one; while sealed, ``record`` is None and ``counts`` stand in its place.

    ``versions`` says which version of each plan, activity and note it is that is open.
    """

    ref: str
    identity: Identity
    contacts: Contacts | None
    is_protected: bool
    version: int
    consents: tuple[KeptConsent, ...]
    record: Record | None
    versions: Mapping[str, int]
    counts: Mapping[tuple[str, Category], int]
    papers: Papers


@dataclass(frozen=True, slots=True)
class MaintenanceDoor:
    """Opens people to the administrators who keep their records."""

    engine: Engine
    appender: Appender
    keyring: Keyring
    clash_settings: ClashSettings
    now: Callable[[], datetime]

    def open_person(self, administrator: Staff, ref: str) -> Maintained:
        """Open the person behind ``ref`` for maintenance; each look is an entry of its own kind.

        Raises NotOpenError if there is no such person, the register does not agree with the trail or the
        administrator's entry does not hold; UnavailableError if the trail cannot take the entry.
        """

        def show(connection: Connection, rows: PersonRows, decision: Decision, at: datetime) -> Maintained:
            record = None
            if decision.is_open:
                opened = open_content(self.keyring, rows, decision)
                directory = read_directory(self.keyring, connection, [opened])
                record = assemble(opened, directory, self.clash_settings, at)
            papers = read_papers(connection, self.keyring, [ref])[ref]
            return self._show(rows, record, papers)

        return self._open(administrator, ref, None, show)

    def open_history(self, administrator: Staff, ref: str, item: str) -> tuple[Version, ...]:
        """Every version of one of the person's items, the first one first; none while the person is sealed.

        Each look is an entry that names the item. Raises as ``open_person`` does, and TamperedError where the history
        is not what the trail says was written.
        """

        def show(connection: Connection, rows: PersonRows, decision: Decision, _at: datetime) -> tuple[Version, ...]:
            return open_versions(self.keyring, connection, rows, [item])[item] if decision.is_open else ()

        return self._open(administrator, ref, lambda _connection, _rows: [item], show)

    def open_removed(self, administrator: Staff, ref: str) -> dict[str, tuple[Version, ...]] | None:
        """What has been taken away of the person's, the last first and at most MOST_REMOVED; None while sealed.

        By id, every version of each. The look is an entry that names them. Raises as ``open_history`` does.
        """

        def show(
            connection: Connection, rows: PersonRows, decision: Decision, _at: datetime
        ) -> dict[str, tuple[Version, ...]] | None:
            items = removed(connection, rows)
            return open_versions(self.keyring, connection, rows, items) if decision.is_open else None

        def removed(connection: Connection, rows: PersonRows) -> list[str]:
            return list_removed(connection, rows)[:MOST_REMOVED]

        return self._open(administrator, ref, removed, show)

    def _open(
        self,
        administrator: Staff,
        ref: str,
        named: Callable[[Connection, PersonRows], list[str]] | None,
        show: Callable[[Connection, PersonRows, Decision, datetime], Shown],
    ) -> Shown:
        """What ``show`` makes of the person, once the entry is durable; ``named`` says which items are all of it."""
        for _ in range(ATTEMPTS):
            with snapshot(self.engine) as connection:
                at = self.now()
                standing = find_standing(self.keyring, register.read_reader(connection, administrator.id))
                rows = register.read_person(connection, ref, administrator.id)
                cause = ""
                if standing is None or standing.staff.role is not Role.ADMINISTRATOR or not standing.is_active(at):
                    cause = "no_standing"
                elif rows is None:
                    cause = "no_such_person"
                elif not (cause := closed_by(self.keyring, rows)):
                    register.read_items(connection, rows)
                    cause = "" if has_its_records(rows) else UNPROVEN
                if cause or standing is None or rows is None:
                    self._refuse(administrator, rows, cause, at)
                    raise NotOpenError
                decision = open_everything(rows, at)
                rests_on = {
                    subject_of(ref): rows.person["version"],
                    staff_subject(administrator.id): standing.rests_on[staff_subject(administrator.id)],
                }
                fields = {
                    "actor": administrator.id,
                    "agency": administrator.agency,
                    "person": ref,
                    "outcome": Outcome.PERMITTED,
                    "rests_on": rests_on,
                    "lines": [{"consent": line.consent, "line": line.index} for line in decision.lines],
                    **_shown(rows, decision, None if named is None else named(connection, rows)),
                }
                try:
                    self._append(Entry(Event.MAINTAINED, at, fields), rests_on, at)
                except StaleError:
                    continue
                return show(connection, rows, decision, at)
        raise UnavailableError("what is to be maintained kept changing")

    def _show(self, rows: PersonRows, record: Record | None, papers: Papers) -> Maintained:
        person = rows.person
        identity, contacts = open_identity(self.keyring, person)
        key = self.keyring.unwrap(bytes(person["content_key"]))
        kept = []
        for row in rows.consents:
            terms = read_consent(row)
            at = terms.withdrawn_at
            kept.append(
                KeptConsent(
                    terms,
                    read_paper(key, row),
                    None if at is None else read_withdrawal(key, row, at),
                    instant(row["registered_at"]),
                    row["registered_by"],
                    None if row["confirmed_at"] is None else instant(row["confirmed_at"]),
                    row["confirmed_by"],
                    papers.under(terms.id),
                )
            )
        return Maintained(
            ref=person["ref"],
            identity=identity,
            contacts=contacts if record is not None else None,
            is_protected=person["is_protected"],
            version=person["version"],
            consents=tuple(kept),
            record=record,
            versions={row["id"]: row["version"] for row in rows.items} if record is not None else {},
            counts=Counter((row["agency"], Category(row["category"])) for row in rows.items),
            papers=papers,
        )

    def _refuse(self, administrator: Staff, rows: PersonRows | None, cause: str, at: datetime) -> None:
        fields: dict[str, Any] = {
            "actor": administrator.id,
            "agency": administrator.agency,
            "outcome": Outcome.REFUSED,
            "cause": cause,
        }
        if rows is not None:
            fields["person"] = rows.person["ref"]
        self._append(Entry(Event.REFUSED, at, fields), {}, at)

    def _append(self, entry: Entry, rests_on: Mapping[str, int], at: datetime) -> None:
        self.appender.append([seal(entry, self.keyring.trail_mac)], rests_on, microseconds(at))


def _shown(rows: PersonRows, decision: Decision, named: list[str] | None) -> dict[str, Any]:
    """What the entry says is shown: how much, or the items whose history it is."""
    if not decision.is_open:
        return {"count": 0}
    return {"count": len(rows.items)} if named is None else {"items": named}


def open_everything(rows: PersonRows, at: datetime) -> Decision:
    """While any consent is live, whatever has been released is open to the desk that keeps it; else nothing is."""
    agencies = frozenset(AgencyId(row["agency"]) for row in rows.items)
    return Decision(
        tuple(
            ReliedLine(consent.id, index, agencies, frozenset(Category), consent.valid_from, consent.valid_until)
            for consent in consents_not_withdrawn(rows)
            if consent.is_live(at)
            for index in range(len(consent.lines))
        )
    )
