"""Packs what belongs in one lane into rows, so that nothing lies over anything else."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Rows:
    """Rows that fill from the top; each remembers the stretches taken in it."""

    gap: float
    taken: list[list[tuple[float, float]]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.taken)

    def find(self, from_: float, until: float) -> int | None:
        """The first row in which the stretch is free."""
        begins, ends = from_ - self.gap, until + self.gap
        for number, row in enumerate(self.taken):
            for start, end in row:
                if start < ends and begins < end:
                    break
            else:
                return number
        return None

    def take(self, from_: float, until: float) -> int:
        """The row in which the stretch now lies: the first free one, or a new one."""
        number = self.find(from_, until)
        if number is None:
            self.taken.append([])
            number = len(self.taken) - 1
        self.taken[number].append((from_, until))
        return number
