"""What the demo's readers see of its document, told by the rules alone: no database, no keys."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import NamedTuple

from portal.accounts.rules import Role, StaffId
from portal.consent.rules import STOCKHOLM, Decision, decide
from portal.demo.rows import Document
from portal.exchange.document import read_document
from portal.people.rules import PersonId
from portal.plans.clashes import Clash, find_clashes
from portal.plans.rules import Activity, Plan


class Seen(NamedTuple):
    """What one reader sees of one person."""

    person: PersonId
    decision: Decision
    plans: list[Plan]
    activities: list[Activity]
    clashes: tuple[Clash, ...]


class Reading:
    """A demo document, checked as an import checks it; raises DocumentError with all that is wrong."""

    def __init__(self, document: Document, today: date) -> None:
        self.today = today
        self.noon = datetime.combine(today, time(12), STOCKHOLM)
        self.facts = read_document(BytesIO(json.dumps(document).encode()))

    def plans(self, number: int) -> list[Plan]:
        """The plans of the ``number``th person."""
        return self.facts.plans.get(PersonId(f"p-{number}"), [])

    def activities(self, number: int) -> list[Activity]:
        """The activities of the ``number``th person."""
        return self._activities(self.plans(number))

    def clashes(self, number: int) -> tuple[Clash, ...]:
        """Every clash of the person's plans, read all together."""
        return self._find(self.plans(number), self.activities(number))

    def seen_by(self, subject: str) -> list[Seen]:
        """What the reader with this subject sees at noon today."""
        return list(self._seen_by(StaffId(f"s-{subject}")))

    def readers(self) -> list[str]:
        """The subjects of the active readers."""
        staff = self.facts.staff.values()
        return [each.subject for each in staff if each.role is Role.READER and each.is_active(self.today)]

    def clash_types(self, subject: str) -> Counter[str]:
        """How many clashes of each type this reader sees."""
        return Counter(clash.type for seen in self.seen_by(subject) for clash in seen.clashes)

    def _seen_by(self, reader: StaffId) -> Iterator[Seen]:
        facts = self.facts
        colleagues = [(stand_in, facts.staff[stand_in.absent]) for stand_in in facts.stand_ins]
        for person, is_protected in facts.is_protected.items():
            consents = facts.consents.get(person, [])
            decision = decide(facts.staff[reader], colleagues, is_protected, consents, self.noon)
            if decision.is_open:
                released = facts.plans.get(person, [])
                plans = [plan for plan in released if decision.opens(plan.agency, plan.category)]
                activities = self._activities(plans)
                yield Seen(person, decision, plans, activities, self._find(plans, activities))

    def _activities(self, plans: list[Plan]) -> list[Activity]:
        return [activity for plan in plans for activity in self.facts.activities.get(plan.id, [])]

    def _find(self, plans: list[Plan], activities: list[Activity]) -> tuple[Clash, ...]:
        return find_clashes(plans, activities, self.facts.agencies, self.facts.staff, self.today)
