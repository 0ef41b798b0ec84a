"""Growing the tree anew beside a stored one, and comparing: leaf hashes, tiles, roots and signatures.

Where an entry and its stored leaf hash disagree, only a signed root can tell which of them was altered. So from the
first disagreement on two trees grow, one from the entries and one from the stored hashes, until a checkpoint agrees
with one of them.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy

from audit.checkpoint import Head, VerifierKey, open_checkpoint
from audit.errors import CheckpointError
from audit.findings import Fault, Finding
from audit.frontier import TILE_WIDTH, Frontier
from audit.merkle import HASH_BYTES, Hash
from audit.sources import Source
from audit.tiles import tile_path
from audit.treestore import cut

MOST_DISPUTES = 1000

_DISAGREE = "its entry and its stored leaf hash disagree"


class TreeWalk:
    """Takes leaves in order and tells ``report`` of every fault; ``older`` are heads the trail must extend."""

    def __init__(
        self, source: Source, key: VerifierKey, older: Sequence[Head], report: Callable[[Finding], None]
    ) -> None:
        self.head: Head | None = None
        self.checkpoints = 0
        self._source = source
        self._key = key
        self._older = sorted(older, key=lambda head: head.size)
        self._report = report
        self._by_entry = Frontier()
        self._by_store: Frontier | None = None
        self._disputed: list[tuple[int, str]] = []
        # Once the tree has left the signed one, every later root and tile differs and tells nothing more.
        self._is_lost = False
        self._claims = self._signed_heads()
        self._next = next(self._claims, None)
        self._meet()

    def lose(self) -> None:
        """Give up the tree, because its leaves are not all there, and go on without it."""
        self._is_lost = True

    def grow(self, by_entry: Sequence[Hash], by_store: Sequence[Hash]) -> None:
        """Append leaves as their entries give them and as they are stored, meeting each checkpoint on the way."""
        begin = 0
        while begin < len(by_entry):
            end = min(len(by_entry), begin + self._room())
            self._extend(by_entry[begin:end], by_store[begin:end])
            self._meet()
            begin = end

    def dispute(self, ahead: int, where: str) -> None:
        """Say that the leaf ``ahead`` of the next to be appended has another hash by its entry than in the store."""
        if len(self._disputed) < MOST_DISPUTES:
            self._disputed.append((self._by_entry.size + ahead, where))
        else:
            self._report(Finding(Fault.ENTRY_ALTERED, where, _DISAGREE))

    def end(self) -> None:
        """Say what the end of the trail shows."""
        size = self._by_entry.size
        self._decide(Fault.ENTRY_ALTERED, _DISAGREE)
        if self._next is not None and not self._is_lost:
            what = f"missing, though {self._next[0]} covers {self._next[1].size} leaves"
            self._report(Finding(Fault.LEAF_MISSING, f"leaf {size}", what))
        while self._next is not None:
            self._next = next(self._claims, None)
        signed = self.head.size if self.head else 0
        if self.head is None and (size or not self._older or self._older[-1].size):
            # Nothing at all is in order only where the signer itself remembers having signed nothing.
            self._report(Finding(Fault.CHECKPOINT_MISSING, "the trail", "no checkpoint signed by this key"))
        elif size > signed and not self._is_lost:
            what = f"no checkpoint covers it: the last one ends at {signed}"
            self._report(Finding(Fault.LEAF_UNSIGNED, f"leaf {signed}", what))
        if self._older and self._older[-1].size > signed:
            what = f"it ends at {signed}, and an older checkpoint covers {self._older[-1].size} leaves"
            self._report(Finding(Fault.TRAIL_ROLLED_BACK, "the trail", what))
        if self._source.has_partials and size == signed:
            self._compare_partials()

    def _signed_heads(self) -> Iterator[tuple[str, Head]]:
        """The heads of all checkpoints with a good signature, in rising order; the others are reported."""
        before = Head(-1, Hash(b""))
        for claim in self._source.claims():
            self.checkpoints += 1
            try:
                head = open_checkpoint(claim.note, self._key)
            except CheckpointError as error:
                self._report(Finding(Fault.CHECKPOINT_INVALID, claim.where, str(error)))
                continue
            if claim.row not in (None, head):
                what = "its row has another size or root than its note"
                self._report(Finding(Fault.CHECKPOINT_MISPLACED, claim.where, what))
            if head.size > before.size:
                before = self.head = head
                yield claim.where, head
            elif head.size == before.size and head.root != before.root:
                what = "it and the one before are signed for the same size and differ"
                self._report(Finding(Fault.TRAIL_FORKED, claim.where, what))
            else:
                what = "it is not for a larger tree than the one before"
                self._report(Finding(Fault.CHECKPOINT_MISPLACED, claim.where, what))

    def _room(self) -> int:
        """How many leaves until the next head to compare with."""
        size = self._by_entry.size
        heads = self._older if self._next is None else [*self._older, self._next[1]]
        return min((head.size - size for head in heads if head.size > size), default=TILE_WIDTH)

    def _extend(self, by_entry: Sequence[Hash], by_store: Sequence[Hash]) -> None:
        if self._by_store is None and by_entry != by_store:
            self._by_store = deepcopy(self._by_entry)
        tiles = list(self._by_entry.extend(by_entry))
        others = tiles if self._by_store is None else list(self._by_store.extend(by_store))
        for tile, other in zip(tiles, others, strict=True):
            self._compare_tile(tile.level, tile.index, tile.hashes, other.hashes)

    def _meet(self) -> None:
        """Compare the roots with every head of exactly this size."""
        size = self._by_entry.size
        if self._next is not None and self._next[1].size == size:
            where, head = self._next
            if not self._is_lost and not self._agrees(head):
                self._decide(Fault.ENTRY_ALTERED, _DISAGREE)
                self._report(Finding(Fault.ROOT_MISMATCH, where, f"its root is not that of the {size} leaves"))
                self.lose()
            self._next = next(self._claims, None)
        for head in self._older:
            if head.size == size and not self._is_lost and not self._agrees(head):
                what = f"its first {size} leaves are not those of an older checkpoint"
                self._report(Finding(Fault.TRAIL_FORKED, "the trail", what))

    def _agrees(self, head: Head) -> bool:
        """Whether a signed head is that of one of the two trees, which settles what was altered in the other."""
        if head.root == self._by_entry.root():
            self._decide(Fault.LEAF_ALTERED, "its stored hash is not that of its entry, which is the signed one")
        elif self._by_store is not None and head.root == self._by_store.root():
            self._decide(Fault.ENTRY_ALTERED, "its entry is not the one that was signed")
            self._by_entry = self._by_store
        else:
            return False
        self._by_store = None
        return True

    def _decide(self, fault: Fault, what: str) -> None:
        """Name what was altered of all disputed leaves so far."""
        size = self._by_entry.size
        for leaf, where in self._disputed:
            if leaf < size:
                self._report(Finding(fault, where, what))
        self._disputed = [(leaf, where) for leaf, where in self._disputed if leaf >= size]

    def _compare_partials(self) -> None:
        for level in range(self._source.tiles_from, self._by_entry.levels):
            hashes = self._by_entry.partial(level)
            if hashes:
                others = hashes if self._by_store is None else self._by_store.partial(level)
                index = (self._by_entry.size >> 8 * level) // TILE_WIDTH
                self._compare_tile(level, index, hashes, others)

    def _compare_tile(self, level: int, index: int, hashes: Sequence[Hash], others: Sequence[Hash]) -> None:
        if level < self._source.tiles_from or self._is_lost:
            return
        stored = self._source.tile(level, index, len(hashes))
        where = tile_path(level, index, len(hashes))
        if stored is None:
            self._report(Finding(Fault.TILE_MISSING, where, "it is missing"))
        elif len(stored) != len(hashes) * HASH_BYTES:
            what = f"it holds {len(stored)} bytes in place of {len(hashes) * HASH_BYTES}"
            self._report(Finding(Fault.TILE_ALTERED, where, what))
        else:
            for at, triple in enumerate(zip(cut(stored), hashes, others, strict=True)):
                if triple[0] not in triple[1:]:
                    self._report(Finding(Fault.TILE_ALTERED, where, f"hash {at} is not that of what it covers"))
                    return
