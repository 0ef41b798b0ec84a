"""What a row of the log is worth.

A row's index columns find it and are never shown. What is shown is what its bytes say, and the row is whole only if
bytes, MAC, columns and leaf agree.
"""

from collections.abc import Callable
from dataclasses import dataclass

from audit.entry import Entry, decode, index_columns
from audit.errors import EntryError
from audit.findings import Fault
from audit.merkle import leaf_hash
from audit.store import Stored

Check = Callable[[bytes, bytes], bool]

# What takes away all belief in what the bytes say; columns that were altered only mislead a search.
UNTRUE = frozenset({Fault.ENTRY_MALFORMED, Fault.ENTRY_FORGED, Fault.ENTRY_ALTERED, Fault.ENTRY_LEFT_OUT})


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry's place in the signed tree as stored."""

    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log, examined. ``entry`` is what its bytes say, and counts only as far as ``faults`` allow.

    ``listed`` is how many entries of one listing the row stands for.
    """

    id: int
    entry: Entry | None
    faults: tuple[Fault, ...]
    leaf: Leaf | None
    listed: int = 1

    @property
    def is_believed(self) -> bool:
        """Whether what the bytes say was written by the portal and stands where it stood."""
        return self.entry is not None and UNTRUE.isdisjoint(self.faults)


def examine(stored: Stored, leaf: Leaf | None, signed_up_to: int, check: Check) -> Row:
    """Hold a row against its own bytes, its MAC and its leaf.

    ``signed_up_to`` is the highest entry id that has a leaf: a lower one without was slipped in, or was left out by the
    signer because it is not ours.
    """
    faults = []
    entry = None
    try:
        entry = decode(stored.payload)
        if index_columns(stored.payload) != stored.columns:
            faults.append(Fault.COLUMNS_ALTERED)
    except EntryError:
        faults.append(Fault.ENTRY_MALFORMED)
    if not check(stored.payload, stored.mac):
        faults.append(Fault.ENTRY_FORGED)
    if leaf is not None and leaf_hash(stored.payload) != leaf.hash:
        faults.append(Fault.ENTRY_ALTERED)
    if leaf is None and stored.id <= signed_up_to:
        faults.append(Fault.ENTRY_LEFT_OUT)
    return Row(stored.id, entry, tuple(faults), leaf)
