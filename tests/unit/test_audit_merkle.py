"""The tree and its proofs, held against the recursive definition of RFC 6962."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.errors import ProofError
from audit.frontier import Frontier, Tile
from audit.merkle import (
    EMPTY_ROOT,
    Hash,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LEAVES: list[Hash] = [leaf_hash(b"%d" % at) for at in range(700)]


def naive_root(leaves: list[Hash]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = naive_split(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def naive_path(index: int, leaves: list[Hash]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    split = naive_split(len(leaves))
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_consistency(first: int, leaves: list[Hash], is_whole: bool = True) -> list[bytes]:
    if first == len(leaves):
        return [] if is_whole else [naive_root(leaves)]
    split = naive_split(len(leaves))
    if first <= split:
        return [*naive_consistency(first, leaves[:split], is_whole), naive_root(leaves[split:])]
    return [*naive_consistency(first - split, leaves[split:], is_whole=False), naive_root(leaves[:split])]


def naive_split(size: int) -> int:
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def node(level: int, index: int) -> Hash:
    width = 1 << level
    assert (index + 1) * width <= len(LEAVES)
    return root_of(LEAVES[index * width : (index + 1) * width])


def test_hashes_are_those_of_the_specification() -> None:
    assert EMPTY_ROOT == sha256(b"").digest() == root_of([])
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert node_hash(LEAVES[0], LEAVES[1]) == sha256(b"\x01" + LEAVES[0] + LEAVES[1]).digest()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 700])
def test_roots_agree_with_the_definition(size: int) -> None:
    assert root_of(LEAVES[:size]) == naive_root(LEAVES[:size])


@settings(max_examples=60)
@given(st.data())
def test_proofs_agree_with_the_definition_and_verify(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600), "size")
    index = data.draw(st.integers(0, size - 1), "index")
    first = data.draw(st.integers(1, size), "first")
    leaves = LEAVES[:size]
    root = root_of(leaves)
    path = inclusion_proof(index, size, node)
    assert path == naive_path(index, leaves)
    verify_inclusion(index, size, leaves[index], path, root)
    proof = consistency_proof(first, size, node)
    assert proof == naive_consistency(first, leaves)
    verify_consistency(first, size, root_of(leaves[:first]), root, proof)


def test_every_proof_in_every_small_tree_verifies() -> None:
    for size in range(1, 40):
        root = root_of(LEAVES[:size])
        for index in range(size):
            verify_inclusion(index, size, LEAVES[index], inclusion_proof(index, size, node), root)
            older = root_of(LEAVES[: index + 1])
            verify_consistency(index + 1, size, older, root, consistency_proof(index + 1, size, node))


@settings(max_examples=80)
@given(st.data())
def test_a_changed_proof_does_not_verify(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 400), "size")
    index = data.draw(st.integers(0, size - 1), "index")
    first = data.draw(st.integers(1, size - 1), "first")
    root, older = root_of(LEAVES[:size]), root_of(LEAVES[:first])

    def spoil(proof: list[Hash]) -> list[Hash]:
        at = data.draw(st.integers(0, len(proof) - 1), "at")
        way = data.draw(st.sampled_from(["flip", "drop", "add"]), "way")
        if way == "drop":
            return proof[:at] + proof[at + 1 :]
        if way == "add":
            return [*proof[:at], LEAVES[600], *proof[at:]]
        return [*proof[:at], Hash(bytes([proof[at][0] ^ 1]) + proof[at][1:]), *proof[at + 1 :]]

    with pytest.raises(ProofError):
        verify_inclusion(index, size, LEAVES[index], spoil(inclusion_proof(index, size, node)), root)
    with pytest.raises(ProofError):
        verify_consistency(first, size, older, root, spoil(consistency_proof(first, size, node)))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ProofError):
        inclusion_proof(index, size, node)
    with pytest.raises(ProofError):
        verify_inclusion(index, size, LEAVES[0], [], EMPTY_ROOT)


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 1)])
def test_there_is_no_consistency_between_such_sizes(first: int, second: int) -> None:
    with pytest.raises(ProofError):
        consistency_proof(first, second, node)
    with pytest.raises(ProofError):
        verify_consistency(first, second, EMPTY_ROOT, EMPTY_ROOT, [])


def test_two_trees_of_one_size_are_consistent_only_if_equal() -> None:
    verify_consistency(5, 5, LEAVES[0], LEAVES[0], [])
    with pytest.raises(ProofError):
        verify_consistency(5, 5, LEAVES[0], LEAVES[1], [])
    with pytest.raises(ProofError):
        verify_consistency(5, 5, LEAVES[0], LEAVES[0], [LEAVES[0]])


def test_a_consistency_proof_is_never_empty_between_different_sizes() -> None:
    with pytest.raises(ProofError):
        verify_consistency(3, 5, LEAVES[0], LEAVES[0], [])


@settings(max_examples=40)
@given(st.lists(st.integers(0, 300), max_size=6))
def test_a_frontier_grows_to_the_same_root_and_tiles(parts: list[int]) -> None:
    frontier, tiles, size = Frontier(), list[Tile](), 0
    for part in parts:
        leaves = [leaf_hash(b"%d" % at) for at in range(size, size + part)]
        tiles += frontier.extend(leaves)
        size += part
    every = [leaf_hash(b"%d" % at) for at in range(size)]
    assert frontier.size == size
    assert frontier.root() == root_of(every)
    assert [tile.index for tile in tiles if tile.level == 0] == list(range(size // 256))
    assert all(tile.hashes == tuple(every[256 * tile.index :][:256]) for tile in tiles if tile.level == 0)
    assert list(frontier.partial(0)) == every[size - size % 256 :]


def test_a_frontier_cuts_tiles_of_higher_levels() -> None:
    leaf = leaf_hash(b"the same everywhere")
    frontier, tiles = Frontier(), list[Tile]()
    for _ in range(256):
        tiles += frontier.extend([leaf] * 256)
    assert [(tile.level, tile.index) for tile in tiles][-2:] == [(0, 255), (1, 0)]
    assert len(tiles) == 257
    assert frontier.root() == root_of(tiles[-1].hashes)
    assert (frontier.levels, frontier.partial(0), frontier.partial(5)) == (3, (), ())
    again = Frontier.restore(65536, [frontier.partial(level) for level in range(frontier.levels)])
    assert (again.root(), again.size) == (frontier.root(), frontier.size)
