"""Whatever is done to a trail's database by its owner, verification finds it and names it."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from audit import store, treestore
from audit.checkpoint import Head
from audit.entry import encode
from audit.findings import Fault
from audit.fromdatabase import FromDatabase
from audit.merkle import EMPTY_ROOT, Hash, leaf_hash
from audit.signingkey import SigningKey
from audit.verify import MOST_FINDINGS, Report, verify
from tests import trails
from tests.trails import append, attack, check, sealed, sign_all, signed_in, signer, story

KEY = trails.key().verifier


@pytest.fixture
def trail(engine: Engine, tmp_path: Path) -> Engine:
    """600 leaves under three checkpoints, and two entries that wait."""
    append(engine, story(596))
    sign_all(signer(engine, tmp_path))
    append(engine, [signed_in("s-anna")] * 2)
    return engine


def report(engine: Engine, *older: Head, key: SigningKey | None = None) -> Report:
    with engine.begin() as connection:
        return verify(FromDatabase(connection), key.verifier if key else KEY, older, check)


def faults(engine: Engine, *older: Head) -> dict[Fault, list[str]]:
    found: dict[Fault, list[str]] = {}
    for finding in report(engine, *older).findings:
        found.setdefault(finding.fault, []).append(finding.where)
    return found


def heads(engine: Engine) -> list[Head]:
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT size, root FROM trail_checkpoints ORDER BY id")).all()
    return [Head(size, Hash(bytes(root))) for size, root in rows]


def rewrite(engine: Engine, leaf: int, payload: bytes, *tables: str) -> None:
    """Change one entry, and its leaf hash where ``tables`` says so."""
    attack(engine)
    with engine.begin() as connection:
        if "entry" in tables:
            connection.execute(
                text("UPDATE trail_entries SET payload = :payload WHERE id = :leaf + 1"),
                {"payload": payload, "leaf": leaf},
            )
        if "leaf" in tables:
            values = {"hash": leaf_hash(payload), "leaf": leaf}
            connection.execute(text("UPDATE trail_leaves SET hash = :hash WHERE leaf = :leaf"), values)


def another(reason: str = "decision") -> bytes:
    entry = trails.read("s-anna", "ref-1", {"person:ref-1": 2, "staff:s-anna": 1}, ["c-1"], reason=reason)
    return encode(entry, bytes(16))


def test_an_honest_trail_holds(trail: Engine) -> None:
    found = report(trail, *heads(trail), treestore.EMPTY)
    assert found.holds
    assert (found.leaves, found.checkpoints, found.waiting, found.head) == (600, 3, 2, heads(trail)[-1])
    assert found.as_json()["holds"] is True
    seen: list[int] = []
    with trail.begin() as connection:
        verify(FromDatabase(connection), KEY, progress=seen.append, only_tree=True)
    assert seen == [600]


def test_an_edited_entry_is_named(trail: Engine) -> None:
    rewrite(trail, 300, another(), "entry")
    assert faults(trail) == {
        Fault.ENTRY_ALTERED: ["leaf 300 (entry 301)"],
        Fault.ENTRY_FORGED: ["leaf 300 (entry 301)"],
    }


def test_an_edited_leaf_hash_is_named(trail: Engine) -> None:
    rewrite(trail, 300, another(), "leaf")
    rewrite(trail, 599, another(), "leaf")
    assert faults(trail) == {Fault.LEAF_ALTERED: ["leaf 300 (entry 301)", "leaf 599 (entry 600)"]}


def test_an_entry_edited_with_its_leaf_hash_breaks_the_root(trail: Engine) -> None:
    rewrite(trail, 300, another(), "entry", "leaf")
    found = faults(trail)
    assert found.pop(Fault.ENTRY_FORGED) == ["leaf 300 (entry 301)"]
    assert found == {Fault.ROOT_MISMATCH: ["checkpoint 2"], Fault.TILE_ALTERED: ["tile/0/001"]}


def test_an_entry_and_another_leaf_edited_break_the_root(trail: Engine) -> None:
    rewrite(trail, 520, another(), "entry")
    rewrite(trail, 530, another(), "leaf")
    found = faults(trail)
    assert found.pop(Fault.ENTRY_FORGED) == ["leaf 520 (entry 521)"]
    assert found == {
        Fault.ENTRY_ALTERED: ["leaf 520 (entry 521)", "leaf 530 (entry 531)"],
        Fault.ROOT_MISMATCH: ["checkpoint 3"],
    }


def test_a_removed_entry_is_named(trail: Engine) -> None:
    attack(trail, "DELETE FROM trail_entries WHERE id IN (301, 600)")
    found = faults(trail)
    assert found.pop(Fault.ENTRY_MISSING) == ["leaf 300 (entry 301)", "leaf 599 (entry 600)"]
    assert not found


def test_a_removed_leaf_is_named(trail: Engine) -> None:
    attack(trail, "DELETE FROM trail_leaves WHERE leaf IN (100, 300, 301)")
    assert faults(trail) == {
        Fault.LEAF_MISSING: ["leaf 100", "leaf 300"],
        Fault.ENTRY_LEFT_OUT: ["entry 101", "entry 301", "entry 302"],
    }


def test_a_removed_entry_with_the_leaves_moved_up_breaks_the_tree(trail: Engine) -> None:
    attack(
        trail,
        "DELETE FROM trail_entries WHERE id = 301",
        "DELETE FROM trail_leaves WHERE leaf = 300",
        "UPDATE trail_leaves SET leaf = -leaf WHERE leaf > 300",
        "UPDATE trail_leaves SET leaf = -leaf - 1 WHERE leaf < 0",
    )
    assert faults(trail) == {Fault.TILE_ALTERED: ["tile/0/001"], Fault.ROOT_MISMATCH: ["checkpoint 2"]}


def test_an_entry_put_in_anothers_place_is_named(trail: Engine) -> None:
    forged = sealed(signed_in("s-anna"))
    attack(trail, "DELETE FROM trail_entries WHERE id = 301")
    with trail.begin() as connection:
        row = {**forged.columns, "id": 301, "payload": forged.payload, "mac": forged.mac}
        connection.execute(store.entries.insert(), row)
    assert faults(trail) == {Fault.ENTRY_ALTERED: ["leaf 300 (entry 301)"]}


def test_leaves_beyond_the_last_checkpoint_are_named(trail: Engine) -> None:
    attack(trail, "DELETE FROM trail_checkpoints WHERE size = 600")
    assert faults(trail) == {Fault.LEAF_UNSIGNED: ["leaf 512"]}


def test_two_entries_swapped_are_named(trail: Engine) -> None:
    attack(
        trail,
        "UPDATE trail_leaves SET entry_id = -1 WHERE leaf = 10",
        "UPDATE trail_leaves SET entry_id = 11 WHERE leaf = 20",
        "UPDATE trail_leaves SET entry_id = 21 WHERE leaf = 10",
    )
    assert faults(trail) == {
        Fault.LEAF_MISPLACED: ["leaf 11 (entry 12)", "leaf 20 (entry 11)"],
        Fault.ENTRY_ALTERED: ["leaf 10 (entry 21)", "leaf 20 (entry 11)"],
    }


def test_altered_index_columns_are_named(trail: Engine) -> None:
    attack(trail, "UPDATE trail_entries SET person = 'ref-2', subject = NULL WHERE id = 600")
    attack(trail, "UPDATE trail_entries SET at = at + 1 WHERE id = 5")
    assert faults(trail) == {Fault.COLUMNS_ALTERED: ["leaf 4 (entry 5)", "leaf 599 (entry 600)"]}


def test_tiles_are_compared(trail: Engine) -> None:
    attack(
        trail,
        "DELETE FROM trail_tiles WHERE tile = 0",
        "UPDATE trail_tiles SET hashes = (SELECT hash FROM trail_leaves WHERE leaf = 0) WHERE tile = 1",
    )
    assert faults(trail) == {Fault.TILE_MISSING: ["tile/0/000"], Fault.TILE_ALTERED: ["tile/0/001"]}


def test_checkpoints_are_checked_one_by_one(trail: Engine) -> None:
    last = heads(trail)[-1]
    elsewhere = SigningKey.of("elsewhere.example", bytes(32)).sign(last)
    attack(
        trail,
        f"UPDATE trail_checkpoints SET note = '{elsewhere}' WHERE id = 1",
        "UPDATE trail_checkpoints SET size = 513 WHERE id = 2",
    )
    assert faults(trail) == {Fault.CHECKPOINT_INVALID: ["checkpoint 1"], Fault.CHECKPOINT_MISPLACED: ["checkpoint 2"]}


def test_checkpoints_rise(trail: Engine) -> None:
    attack(
        trail,
        "INSERT INTO trail_checkpoints (size, root, at, note) "
        "SELECT 900, root, at, note FROM trail_checkpoints WHERE id = 1",
    )
    found = faults(trail)[Fault.CHECKPOINT_MISPLACED]
    assert len(found) == 2
    assert len(set(found)) == 1


def test_two_signed_heads_of_one_size_are_a_fork(trail: Engine) -> None:
    forked = trails.key().sign(Head(600, EMPTY_ROOT))
    attack(
        trail,
        "INSERT INTO trail_checkpoints (size, root, at, note) "
        f"SELECT 900, root, at, '{forked}' FROM trail_checkpoints WHERE id = 1",
    )
    assert set(faults(trail)) == {Fault.CHECKPOINT_MISPLACED, Fault.TRAIL_FORKED}


def test_a_trail_cut_off_is_shorter_than_its_checkpoints(trail: Engine) -> None:
    attack(trail, "DELETE FROM trail_leaves WHERE leaf >= 590", "DELETE FROM trail_entries WHERE id > 590")
    assert faults(trail) == {Fault.LEAF_MISSING: ["leaf 590"]}


def test_a_trail_rolled_back_whole_is_found_by_an_older_checkpoint(trail: Engine) -> None:
    older = heads(trail)[-1]
    attack(
        trail,
        "DELETE FROM trail_checkpoints WHERE size > 256",
        "DELETE FROM trail_leaves WHERE leaf >= 256",
        "DELETE FROM trail_tiles WHERE tile >= 1",
        "DELETE FROM trail_entries WHERE id > 256",
    )
    assert faults(trail) == {}
    assert faults(trail, older) == {Fault.TRAIL_ROLLED_BACK: ["the trail"]}


def test_a_rewritten_trail_is_found_by_an_older_checkpoint(engine: Engine, tmp_path: Path) -> None:
    append(engine, story(3))
    sign_all(signer(engine, tmp_path))
    forked = Head(5, Hash(bytes(32)))
    assert faults(engine, forked) == {Fault.TRAIL_FORKED: ["the trail"]}
    assert faults(engine, *heads(engine)) == {}


def test_a_trail_of_another_key_has_no_checkpoint(trail: Engine) -> None:
    found = report(trail, key=SigningKey.of(trails.ORIGIN, bytes(32))).findings
    assert [finding.fault for finding in found] == [Fault.CHECKPOINT_INVALID] * 3 + [Fault.CHECKPOINT_MISSING]


def test_an_emptied_trail_does_not_hold(engine: Engine) -> None:
    assert faults(engine) == {Fault.CHECKPOINT_MISSING: ["the trail"]}


def test_entries_outside_the_vocabulary_are_named(engine: Engine, tmp_path: Path) -> None:
    odd = [b"not an entry", b'{"v":1}', encode(signed_in("s-anna"), bytes(16))]
    columns = sealed(signed_in("s-anna")).columns
    with engine.begin() as connection:
        row = [{**columns, "payload": payload, "mac": trails.mac(payload)} for payload in odd]
        connection.execute(store.entries.insert(), row)
    sign_all(signer(engine, tmp_path))
    assert faults(engine) == {Fault.ENTRY_MALFORMED: ["leaf 0 (entry 1)", "leaf 1 (entry 2)"]}


def test_a_read_after_the_withdrawal_is_named(engine: Engine, tmp_path: Path) -> None:
    append(engine, [*story(2), story(1)[3]])
    sign_all(signer(engine, tmp_path))
    assert faults(engine) == {
        Fault.READ_OUT_OF_ORDER: ["leaf 6 (entry 7)"],
        Fault.READ_AFTER_WITHDRAWAL: ["leaf 6 (entry 7)"],
    }


def test_more_faults_than_anybody_reads_are_counted(engine: Engine, tmp_path: Path) -> None:
    append(engine, [signed_in("s-anna")] * (MOST_FINDINGS + 10))
    sign_all(signer(engine, tmp_path))
    attack(
        engine,
        "UPDATE trail_leaves SET hash = (SELECT hash FROM trail_leaves WHERE leaf = 0) WHERE leaf > 0",
        "DELETE FROM trail_checkpoints",
    )
    found = report(engine)
    assert len(found.findings) == MOST_FINDINGS
    # Every leaf but the first, and the checkpoint that is not there.
    assert found.faults == MOST_FINDINGS + 9 + 1
