"""Upkeep: a plan that nobody has followed up for long, or that nobody answers for today."""

from calendar import monthrange
from datetime import MAXYEAR, date
from typing import Final

from portal.plans.clashes.counting import Reading
from portal.plans.clashes.finding import NO_FIGURES, ClashType, Found

OVERDUE_FOLLOW_UP: Final = ClashType.OVERDUE_FOLLOW_UP
NO_CASEWORKER: Final = ClashType.NO_CASEWORKER


def overdue_follow_ups(reading: Reading) -> list[Found]:
    """Each plan that counts today, was due for follow-up before today and has none ahead."""
    found: list[Found] = []
    today = reading.today
    for first, last, plan, _ in reading.plans:
        is_planned = plan.next_follow_up is not None and plan.next_follow_up >= reading.day
        if first <= today <= last and not is_planned:
            due = months_after(plan.last_follow_up or plan.from_, reading.settings.follow_up_months)
            if due is not None and due < reading.day:
                found.append((today, OVERDUE_FOLLOW_UP, (plan.id,), today, {"days": today - due.toordinal()}))
    return found


def missing_caseworkers(reading: Reading) -> list[Found]:
    """Each plan that counts today without a caseworker whose staff entry is active today."""
    found: list[Found] = []
    today = reading.today
    for first, last, plan, _ in reading.plans:
        if first <= today <= last:
            caseworker = None if plan.caseworker is None else reading.staff.get(plan.caseworker)
            if caseworker is None or not caseworker.is_active(reading.day):
                found.append((today, NO_CASEWORKER, (plan.id,), today, NO_FIGURES))
    return found


def months_after(day: date, months: int) -> date | None:
    """The same day ``months`` later, or that month's last; None beyond the last year a date can express."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > MAXYEAR:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
