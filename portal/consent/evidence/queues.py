"""What waits at the desk: consents without a paper, consents to confirm, and those that were found mistaken.

Nothing is opened here. Whose they are is told by the door that names people, one entry each.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from keys.keyring import Keyring
from portal.clock import instant, microseconds
from portal.consent.evidence.papers import Papers, read_papers
from portal.consent.models import consents
from portal.consent.rules import Ending, day_of

# For so long whoever registered a consent is told that it did not fit its paper.
TOLD_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A consent that opens nothing yet: whose, who registered it and when, and the person's papers."""

    person: str
    consent: str
    registered_at: datetime
    registered_by: str
    papers: Papers

    @property
    def has_paper(self) -> bool:
        """Whether its own paper has come."""
        return bool(self.papers.under(self.consent))


def waiting_consents(connection: Connection, keyring: Keyring, at: datetime) -> list[Waiting]:
    """Every consent that is neither confirmed, ended nor past its last day; the one that has waited longest first."""
    which = consents.c.confirmed_at.is_(None) & consents.c.withdrawn_at.is_(None)
    statement = (
        select(consents.c.id, consents.c.person, consents.c.registered_at, consents.c.registered_by)
        .where(which & (consents.c.valid_until >= day_of(at)))
        .order_by(consents.c.registered_at, consents.c.id)
    )
    found = connection.execute(statement).all()
    papers = read_papers(connection, keyring, sorted({row.person for row in found}))
    return [
        Waiting(row.person, row.id, instant(row.registered_at), row.registered_by, papers[row.person]) for row in found
    ]


def found_mistaken(connection: Connection, registrar: str, at: datetime) -> list[tuple[str, str]]:
    """The (person, consent) that ``registrar`` registered and a colleague ended lately, before they were confirmed."""
    statement = (
        select(consents.c.person, consents.c.id)
        .where(consents.c.registered_by == registrar)
        .where(consents.c.ending == Ending.IN_ERROR.value)
        .where(consents.c.confirmed_at.is_(None))
        .where(consents.c.withdrawn_at >= microseconds(at - TOLD_FOR))
        .order_by(consents.c.withdrawn_at.desc(), consents.c.id)
    )
    return [(row.person, row.id) for row in connection.execute(statement)]
