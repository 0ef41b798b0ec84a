"""Moving what stands under one person's key to another person's, row by row, in the transaction of a merger.

Each envelope is opened where it was and sealed anew where it comes to stand: nothing of it is looked at, shown or kept.
Its place names the person, so a row that was only pointed at another person would open nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Table, select, update

from keys.envelope import DataKey, Place, open_envelope, seal_envelope
from portal.acting import Act
from portal.consent.drafting import draft_place
from portal.consent.evidence.models import evidence
from portal.consent.evidence.papers import are_whole, digest_of, read_papers
from portal.consent.evidence.service import evidence_place
from portal.consent.models import consents, drafts, recipients
from portal.consent.service import paper_place, withdrawal_place
from portal.errors import ConflictError
from portal.plans.contents import item_place, part_release
from portal.plans.models import item_history, items
from portal.plans.sealing import MOVED, Change, imprint_of
from portal.plans.service import Item, item_digest
from portal.requests.models import requests
from portal.requests.sealing import note_place, request_place

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Move:
    """From whom to whom, by reference, with both persons' opened content keys."""

    act: Act
    before: str
    after: str
    key_before: DataKey
    key_after: DataKey

    def consents(self) -> list[dict[str, Any]]:
        """Move the consents, with what is on the papers and how they ended; gives the rows as they now stand."""
        moved = []
        for row in self._rows(consents):
            values = {"content": self._sealed_anew(row["content"], *self._places(paper_place, row["id"]))}
            if row["withdrawal"] is not None:
                values["withdrawal"] = self._sealed_anew(row["withdrawal"], *self._places(withdrawal_place, row["id"]))
            self._put(consents, consents.c.id == row["id"], values)
            moved.append({**row, "person": self.after, **values})
        self._put(recipients, recipients.c.person == self.before, {})
        return moved

    def papers(self) -> list[dict[str, Any]]:
        """Move the signed papers; gives the rows as they now stand. Raises ConflictError if one is not as received."""
        received = read_papers(self.act.connection, self.act.keyring, [self.before])[self.before]
        if not received.is_complete or not are_whole(self.act.connection, self.before):
            raise ConflictError("a signed paper is not as it was received: run portal doctor")
        moved = []
        for row in self._rows(evidence):
            content = self._sealed_anew(row["content"], *self._places(evidence_place, row["id"]))
            now = {**row, "person": self.after, "content": content, "content_digest": sha256(content).digest()}
            now["digest"] = digest_of(self.act.keyring, now)
            values = {name: now[name] for name in ("content", "content_digest", "digest")}
            self._put(evidence, evidence.c.id == row["id"], values)
            moved.append(now)
        return moved

    def items(self) -> list[Change]:
        """Move plans, activities and notes at the version they have, and their history; gives what now stands where."""
        changes = {each: Change(each, MOVED, None) for each in self._history()}
        for row in self._rows(items):
            place, place_after = item_place(row), item_place({**row, "person": self.after})
            whole = open_envelope(self.key_before, place, bytes(row["content"]))
            item = Item(row["id"], row["kind"], row["agency"], row["category"], row["plan"], part_release(whole)[0])
            values = {
                "content": seal_envelope(self.key_after, place_after, whole),
                "digest": item_digest(self.act.keyring, self.after, item),
            }
            self._put(items, items.c.id == row["id"], values)
            changes[row["id"]] = Change(row["id"], MOVED, imprint_of({**row, **values}))
        return sorted(changes.values())

    def drafts(self) -> list[dict[str, Any]]:
        """Move the drafts, open and closed; gives the rows as they now stand."""
        moved = []
        for row in self._rows(drafts):
            before, after = (draft_place(row["id"], ref, row["version"]) for ref in (self.before, self.after))
            values = {"content": self._sealed_anew(row["content"], before, after)}
            self._put(drafts, drafts.c.id == row["id"], values)
            moved.append({**row, "person": self.after, **values})
        return moved

    def requests(self) -> list[dict[str, Any]]:
        """Move what readers have said is wrong, with the desk's notes; gives the rows as they now stand."""
        moved = []
        for row in self._rows(requests):
            values = {"content": self._sealed_anew(row["content"], *self._places(request_place, row["id"]))}
            if row["note"] is not None:
                values["note"] = self._sealed_anew(row["note"], *self._places(note_place, row["id"]))
            self._put(requests, requests.c.id == row["id"], values)
            moved.append({**row, "person": self.after, **values})
        return moved

    def _history(self) -> list[str]:
        rows = self._rows(item_history)
        for row in rows:
            named = {**row, "id": row["item"]}
            content = self._sealed_anew(row["content"], item_place(named), item_place({**named, "person": self.after}))
            which = (item_history.c.item == row["item"]) & (item_history.c.version == row["version"])
            self._put(item_history, which, {"content": content})
        return [row["item"] for row in rows]

    def _sealed_anew(self, envelope: bytes, before: Place, after: Place) -> bytes:
        return seal_envelope(self.key_after, after, open_envelope(self.key_before, before, bytes(envelope)))

    def _places(self, place: Any, id_: str) -> tuple[Place, Place]:
        return place(id_, self.before), place(id_, self.after)

    def _rows(self, table: Table) -> list[dict[str, Any]]:
        statement = select(table).where(table.c.person == self.before)
        return [dict(row) for row in self.act.connection.execute(statement).mappings()]

    def _put(self, table: Table, which: Any, values: Row) -> None:
        self.act.connection.execute(update(table).where(which).values({"person": self.after, **values}))
