"""The door *maintain* for drafts: a draft is opened together with the person it is about, after that person's entry.

What was said about not sharing is shown beside every later draft, so the person's earlier ones are opened too.
"""

from dataclasses import dataclass

from sqlalchemy import Engine, select

from keys.keyring import Keyring
from portal.accounts.rules import Staff
from portal.consent.drafting import DraftRow, read_draft_content, read_row
from portal.consent.drafts import Content, DraftId
from portal.consent.models import drafts
from portal.errors import NotOpenError
from portal.gate.maintaining import Maintained, MaintenanceDoor
from portal.people.models import persons


@dataclass(frozen=True, slots=True, repr=False)
class OpenedDraft:
    """A draft with the person it is about; ``earlier`` are the person's other drafts, the latest first."""

    row: DraftRow
    content: Content
    person: Maintained
    earlier: tuple[tuple[DraftRow, Content], ...]


@dataclass(frozen=True, slots=True)
class DraftingDoor:
    """Opens drafts to administrators."""

    engine: Engine
    keyring: Keyring
    maintaining: MaintenanceDoor

    def open_draft(self, administrator: Staff, draft: str) -> OpenedDraft:
        """Open a draft; the look is an entry about its person. Raises NotOpenError and UnavailableError."""
        with self.engine.connect() as connection:
            # What is no id leads nowhere; PostgreSQL would not even take a NUL.
            known = draft.isalnum() and draft.isascii()
            statement = select(drafts.c.person).where(drafts.c.id == (draft if known else ""))
            whose = connection.execute(statement).scalar_one_or_none()
        if whose is None:
            raise NotOpenError
        person = self.maintaining.open_person(administrator, whose)
        opened = {row.id: (row, content) for row, content in self.open_drafts(person)}
        own = opened.pop(DraftId(draft), None)
        if own is None:
            raise NotOpenError
        return OpenedDraft(*own, person, tuple(opened.values()))

    def open_drafts(self, person: Maintained) -> tuple[tuple[DraftRow, Content], ...]:
        """All drafts of somebody who has just been opened, the latest first; they belong to that look.

        Raises NotOpenError.
        """
        with self.engine.connect() as connection:
            wrapped = connection.execute(select(persons.c.content_key).where(persons.c.ref == person.ref)).scalar_one()
            statement = select(drafts).where(drafts.c.person == person.ref).order_by(drafts.c.changed_at.desc())
            rows = [dict(row) for row in connection.execute(statement).mappings()]
        if wrapped is None:
            raise NotOpenError
        key = self.keyring.unwrap(bytes(wrapped))
        return tuple((read_row(row), read_draft_content(key, row)) for row in rows)
