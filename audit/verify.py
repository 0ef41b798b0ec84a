"""Verification: everything the trail claims, derived anew.

Takes nothing on trust but the log's public key and, if given, an older checkpoint the user kept. Reads the trail
once, in leaf order, in memory that does not grow with it, and goes on past a fault, so that one run names all.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import cast

from audit.checkpoint import Head, VerifierKey
from audit.entry import columns_of, decode
from audit.errors import EntryError
from audit.findings import Fault, Finding
from audit.merkle import Hash, leaf_hash
from audit.order import OrderRule
from audit.sources import Batch, Source
from audit.treewalk import TreeWalk

MOST_FINDINGS = 1000


@dataclass(slots=True)
class Report:
    """What a verification found. ``findings`` holds the first thousand; ``faults`` counts all."""

    head: Head | None = None
    leaves: int = 0
    checkpoints: int = 0
    waiting: int = 0
    faults: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Take one finding in."""
        self.faults += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def as_json(self) -> dict[str, object]:
        """The report as JSON values."""
        return {
            "holds": self.holds,
            "size": self.head.size if self.head else 0,
            "root": self.head.root.hex() if self.head else None,
            "leaves": self.leaves,
            "checkpoints": self.checkpoints,
            "waiting": self.waiting,
            "faults": self.faults,
            "findings": [asdict(finding) for finding in self.findings],
        }


def verify(
    source: Source,
    key: VerifierKey,
    older: Sequence[Head] = (),
    check: Callable[[bytes, bytes], bool] | None = None,
    progress: Callable[[int], None] = lambda _: None,
    only_tree: bool = False,
) -> Report:
    """Check everything: entries, leaves, tiles, tree, checkpoints, the older heads and the order rule.

    ``check(payload, mac)`` is for who holds the trail key; ``progress`` is told how many leaves are done;
    ``only_tree`` leaves out what the entries say.
    """
    report = Report()
    walk = TreeWalk(source, key, older, report.add)
    order = OrderRule()
    last_id = 0
    for batch in source.batches():
        if not _is_dense(batch, report):
            walk.lose()
        last_id = _check_rising(batch, last_id, report)
        walk.grow(*_hashes(batch, walk, report))
        if not only_tree:
            _entries(batch, order, check, report)
        progress(report.leaves)
    walk.end()
    for finding in source.strays():
        report.add(finding)
    order.close()
    report.head, report.checkpoints, report.waiting = walk.head, walk.checkpoints, source.waiting()
    return report


def _is_dense(batch: Batch, report: Report) -> bool:
    """Whether the leaves follow each other without gap or doubling; count them."""
    expected = report.leaves
    report.leaves += len(batch.leaves)
    if batch.leaves[0] == expected and batch.leaves[-1] == report.leaves - 1:
        return True
    for at, leaf in enumerate(batch.leaves):
        if leaf > expected:
            what = f"missing, up to and with leaf {leaf - 1}"
            report.add(Finding(Fault.LEAF_MISSING, f"leaf {expected}", what))
        elif leaf < expected:
            report.add(Finding(Fault.LEAF_MISPLACED, batch.where(at), f"it stands after leaf {expected - 1}"))
        expected = leaf + 1
    report.leaves = expected
    return False


def _check_rising(batch: Batch, last: int, report: Report) -> int:
    """Leaves are given out in order of entry id; give the last one."""
    for at, id_ in enumerate(batch.entry_ids):
        if id_ <= last:
            report.add(Finding(Fault.LEAF_MISPLACED, batch.where(at), f"it stands after entry {last}"))
        last = id_
    return last


def _hashes(batch: Batch, walk: TreeWalk, report: Report) -> tuple[Sequence[Hash], Sequence[Hash]]:
    """The leaf hashes as the entries give them and as they are stored, each standing in for one that is missing."""
    derived = [None if payload is None else leaf_hash(payload) for payload in batch.payloads]
    if derived == batch.hashes:
        hashes = cast("list[Hash]", derived)
        return hashes, hashes
    by_entry, by_store = list[Hash](), list[Hash]()
    for at, (entry, stored) in enumerate(zip(derived, batch.hashes, strict=True)):
        if entry is None:
            report.add(Finding(Fault.ENTRY_MISSING, batch.where(at), "its entry is missing"))
        elif stored is not None and entry != stored:
            walk.dispute(at, batch.where(at))
        by_entry.append(cast("Hash", entry or stored))
        by_store.append(cast("Hash", stored or entry))
    return by_entry, by_store


def _entries(batch: Batch, order: OrderRule, check: Callable[[bytes, bytes], bool] | None, report: Report) -> None:
    """What each entry says: its form, its index columns, its MAC and its place in the order."""
    for at, payload in enumerate(batch.payloads):
        if payload is None:
            continue
        mac = batch.macs[at] if batch.macs else None
        if check is not None and (mac is None or not check(payload, mac)):
            report.add(Finding(Fault.ENTRY_FORGED, batch.where(at), "its MAC does not verify"))
        try:
            entry = decode(payload)
        except EntryError as error:
            report.add(Finding(Fault.ENTRY_MALFORMED, batch.where(at), str(error)))
            continue
        if batch.columns and columns_of(entry) != batch.columns[at]:
            what = "its index columns are not those of its bytes"
            report.add(Finding(Fault.COLUMNS_ALTERED, batch.where(at), what))
        for fault, what in order.check(entry):
            report.add(Finding(fault, batch.where(at), what))
