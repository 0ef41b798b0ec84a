"""What an entry would make of a person's plans, found before anything is saved. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from portal.accounts.rules import Staff, StaffId
from portal.gate.record import Record
from portal.plans.clashes import Clash, ClashSettings, find_clashes
from portal.plans.clashes.finding import ClashType
from portal.plans.rules import Activity, Plan

Entered: TypeAlias = Plan | Activity


@dataclass(frozen=True, slots=True, repr=False)
class Trial:
    """The record with the entry in it, and the clashes that come and go by it."""

    record: Record
    coming: tuple[Clash, ...]
    going: tuple[Clash, ...]

    @property
    def is_overloaded(self) -> bool:
        """Whether there is more to do at once than there is room for, because of the entry."""
        return any(clash.type is ClashType.OVERLOAD for clash in self.coming)


def try_out(
    record: Record, entered: Entered, staff: Mapping[StaffId, Staff], today: date, settings: ClashSettings
) -> Trial:
    """The trial of a plan or an activity, new or in place of the one with its id; ``staff`` has its caseworker."""
    plans, activities = record.plans, record.activities
    if isinstance(entered, Plan):
        plans = (*(each for each in plans if each.id != entered.id), entered)
    else:
        activities = (*(each for each in activities if each.id != entered.id), entered)
    clashes = find_clashes(plans, activities, record.agencies, staff, today, settings)
    coming = tuple(clash for clash in clashes if clash not in record.clashes)
    # What only has other days or figures than before has not gone away.
    still = {(clash.type, frozenset(clash.involved)) for clash in clashes}
    going = tuple(clash for clash in record.clashes if (clash.type, frozenset(clash.involved)) not in still)
    return Trial(replace(record, plans=plans, activities=activities, staff=staff, clashes=clashes), coming, going)
