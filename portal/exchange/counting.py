"""What an import did, or would do, to each kind of object."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.exchange.problems import Problem
from portal.exchange.schema import LISTS


@dataclass(slots=True)
class Counts:
    """How many objects of one kind came, changed, stayed as they were and were taken away."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def as_json(self) -> dict[str, int]:
        """The four figures by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def no_counts() -> dict[str, Counts]:
    """A zero for every list of the format."""
    return {name: Counts() for name in LISTS}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The outcome of an import. With any fault, nothing was imported; ``unlisted`` counts faults beyond the list."""

    counts: Mapping[str, Counts]
    faults: tuple[Problem, ...] = ()
    unlisted: int = 0
    is_dry_run: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether the document held."""
        return not self.faults

    @property
    def changes(self) -> int:
        """How many objects came, changed or were taken away."""
        return sum(each.created + each.changed + each.removed for each in self.counts.values())

    def as_json(self) -> dict[str, object]:
        """The report for a program to read; it holds no value of the document."""
        return {
            "accepted": self.is_accepted,
            "dry_run": self.is_dry_run,
            "counts": {name: each.as_json() for name, each in self.counts.items()},
            "faults": [fault.as_json() for fault in self.faults],
            "unlisted_faults": self.unlisted,
        }
