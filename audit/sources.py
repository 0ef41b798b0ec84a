"""What a verification reads: a trail as it lies somewhere, claimed and not yet believed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from audit.checkpoint import Head
from audit.entry import Columns
from audit.findings import Finding
from audit.frontier import TILE_WIDTH
from audit.merkle import Hash


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive leaves as stored, side by side: each one's entry and hash, either of which may be missing.

    A database has besides the entries' row ids, index columns and MACs; an export has none of them.
    """

    leaves: Sequence[int]
    payloads: Sequence[bytes | None]
    hashes: Sequence[Hash | None]
    entry_ids: Sequence[int] = ()
    columns: Sequence[Columns] = ()
    macs: Sequence[bytes | None] = ()

    def where(self, at: int) -> str:
        """The leaf at this position, and the entry's row if it has one."""
        leaf = f"leaf {self.leaves[at]}"
        return f"{leaf} (entry {self.entry_ids[at]})" if self.entry_ids else leaf


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkpoint as stored, and the head its row gives beside the note, if it is a row."""

    where: str
    note: str
    row: Head | None = None


class Source(Protocol):
    """A trail in a database or in an export."""

    tiles_from: int
    """The lowest level whose tiles are stored apart from the leaves."""
    has_partials: bool
    """Whether unfinished tiles are stored as well."""

    def claims(self) -> Iterator[Claim]:
        """Every checkpoint, oldest first."""
        ...

    def batches(self) -> Iterator[Batch]:
        """Every leaf in order, some hundreds at a time."""
        ...

    def tile(self, level: int, index: int, width: int = TILE_WIDTH) -> bytes | None:
        """The bytes of one tile, or None where it is missing."""
        ...

    def strays(self) -> Iterator[Finding]:
        """What lies beside the tree and should not."""
        ...

    def waiting(self) -> int:
        """How many entries wait for their first signature."""
        ...
