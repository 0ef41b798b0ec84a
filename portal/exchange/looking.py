"""Looking a document through before it is applied: its faults, or what it would do and the mark of just that."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

from portal.exchange.checking import Entry
from portal.exchange.counting import Counts
from portal.exchange.difference import Difference, difference
from portal.exchange.seen import seen_mark
from portal.exchange.weighing import Weighing
from portal.wiring import Wiring


@dataclass(frozen=True, slots=True, repr=False)
class Looked:
    """A document that holds: what it would do, in figures and one by one; ``persons`` is how many it speaks of."""

    difference: Difference
    counts: Mapping[str, Counts]
    changes: int
    persons: int
    mark: str


def look_through(wiring: Wiring, content: bytes) -> Looked:
    """What the document would do now. Raises DocumentError with every fault."""
    kept: list[Entry] = []
    weighing = Weighing(wiring, largest=wiring.settings.exchange.desk_max_bytes)
    weighed = weighing.weigh(io.BytesIO(content), keep=kept.append)
    removed, report = weighed.checked.removed, weighed.report
    stays = [entry for entry in kept if entry.id not in removed.get(entry.name, ())]
    found = difference(weighed, stays)
    return Looked(found, report.counts, report.changes, len(weighed.preparation.clients), seen_mark(weighed))
