"""What an installation may set in the clash rules, with the defaults."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClashSettings:
    """Limits of the clash rules: days, calendar months, percent and hours a week.

    ``full_load`` is the base of capacity and the threshold of enrolment risk.
    """

    gap_days: int = 30
    follow_up_months: int = 3
    horizon_days: int = 180
    full_load: int = 100
    full_time_hours: int = 40
