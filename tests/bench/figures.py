"""What a benchmark gives: figures, with what each means and what would make it worse in earnest."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``goal`` is "≥ 1.2" or "≤ 60"; ``rounds`` are the values it is the median of."""

    name: str
    value: float
    unit: str
    goal: str | None = None
    rounds: tuple[float, ...] = ()

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.goal is None:
            return None
        sign, limit = self.goal.split()
        return self.value >= float(limit) if sign == "≥" else self.value <= float(limit)

    def as_json(self) -> dict[str, Any]:
        """The figure for a program to read."""
        return {**asdict(self), "met": self.is_met}


@dataclass(frozen=True, slots=True)
class Topic:
    """What was measured together: ``means`` says what the figures mean, ``worse`` what would worsen them."""

    name: str
    means: str
    worse: str
    figures: tuple[Figure, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The topic for a program to read."""
        return {**asdict(self), "figures": [each.as_json() for each in self.figures]}
