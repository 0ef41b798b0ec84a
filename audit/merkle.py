"""The Merkle tree of RFC 6962 (RFC 9162, section 2.1) over SHA-256: hashes, roots and proofs.

Pure: no input, no output, no clock. A proof that does not verify raises ProofError; nothing here says "maybe".
Making a proof asks only for nodes of complete subtrees, which tiles hold and which never change.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from hashlib import sha256
from typing import NewType

from audit.errors import ProofError

Hash = NewType("Hash", bytes)
LeafHash = NewType("LeafHash", Hash)

# Gives the root of the complete subtree of 2**level leaves that begins at leaf index * 2**level.
NodeReader = Callable[[int, int], Hash]

HASH_BYTES = 32
EMPTY_ROOT = Hash(sha256(b"").digest())


def leaf_hash(entry: bytes) -> LeafHash:
    """The hash of a leaf; the prefix keeps a leaf from passing for a node."""
    return LeafHash(Hash(sha256(b"\x00" + entry).digest()))


def node_hash(left: bytes, right: bytes) -> Hash:
    """The hash of an inner node."""
    return Hash(sha256(b"\x01" + left + right).digest())


def root_of(hashes: Sequence[Hash]) -> Hash:
    """The root over these leaf hashes (or over these roots of equal complete subtrees)."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        # An odd one out at the end moves up unhashed, which is what RFC 6962's split comes to.
        odd = row[-1:] if len(row) % 2 else []
        row = [
            Hash(sha256(b"\x01" + left + right).digest()) for left, right in zip(row[::2], row[1::2], strict=False)
        ] + odd
    return row[0]


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[Hash]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 6962, section 2.1.1)."""
    if not 0 <= index < size:
        raise ProofError("the tree has no such leaf")
    path: list[Hash] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_root(middle, end, node))
            end = middle
        else:
            path.append(_range_root(begin, middle, node))
            begin = middle
    path.reverse()
    return path


def consistency_proof(first: int, second: int, node: NodeReader) -> list[Hash]:
    """That the tree of ``second`` leaves extends that of ``first`` (RFC 6962, section 2.1.2)."""
    if not 0 < first <= second:
        raise ProofError("there is no consistency proof between these sizes")
    proof: list[Hash] = []
    begin, end = 0, second
    while first != end:
        middle = begin + _split(end - begin)
        if first <= middle:
            proof.append(_range_root(middle, end, node))
            end = middle
        else:
            proof.append(_range_root(begin, middle, node))
            begin = middle
    if begin:
        proof.append(_range_root(begin, end, node))
    proof.reverse()
    return proof


def verify_inclusion(index: int, size: int, leaf: Hash, proof: Sequence[Hash], root: Hash) -> None:
    """Check an audit path as RFC 9162, section 2.1.3.2 does; raises ProofError."""
    if not 0 <= index < size:
        raise ProofError("the tree has no such leaf")
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the inclusion proof is too long")
        if position % 2 or position == last:
            found = node_hash(sibling, found)
            while not position % 2 and position:
                position, last = position // 2, last // 2
        else:
            found = node_hash(found, sibling)
        position, last = position // 2, last // 2
    if last or found != root:
        raise ProofError("the inclusion proof does not lead to the root")


def verify_consistency(first: int, second: int, first_root: Hash, second_root: Hash, proof: Sequence[Hash]) -> None:
    """Check a consistency proof as RFC 9162, section 2.1.4.2 does; raises ProofError."""
    if not 0 < first <= second:
        raise ProofError("there is no consistency proof between these sizes")
    # Where the older tree is a complete subtree of the newer, its root is known and not repeated.
    path = [first_root, *proof] if first & (first - 1) == 0 and first != second else list(proof)
    if first == second:
        if path or first_root != second_root:
            raise ProofError("two trees of one size have different roots")
        return
    if not path:
        raise ProofError("the consistency proof is empty")
    position, last = first - 1, second - 1
    while position % 2:
        position, last = position // 2, last // 2
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("the consistency proof is too long")
        if position % 2 or position == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not position % 2 and position:
                position, last = position // 2, last // 2
        else:
            newer = node_hash(newer, sibling)
        position, last = position // 2, last // 2
    if last or older != first_root or newer != second_root:
        raise ProofError("the consistency proof does not lead from one root to the other")


def _split(width: int) -> int:
    """The largest power of two smaller than ``width`` (at least 2)."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_root(begin: int, end: int, node: NodeReader) -> Hash:
    """The root over leaves begin … end-1, where begin is a multiple of the power of two at or above the width."""
    peaks = []
    while begin < end:
        # The smallest complete subtree stands last: the lowest bit of what is left.
        width = (end - begin) & -(end - begin)
        end -= width
        peaks.append(node(width.bit_length() - 1, end // width))
    return reduce(lambda right, left: node_hash(left, right), peaks)
