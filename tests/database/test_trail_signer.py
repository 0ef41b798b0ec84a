"""The signer: what it signs, what it refuses, and what is left when it is killed."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from audit import store, treestore
from audit.checkpoint import Head, open_checkpoint
from audit.errors import HeadFileError, TrailForkError
from audit.findings import Fault, Finding
from audit.fromdatabase import FromDatabase
from audit.headfile import HeadFile
from audit.merkle import Hash, leaf_hash, root_of
from audit.signer import Signer, Step, oldest_unsigned_age
from audit.verify import Report, verify
from tests import trails
from tests.database.dying_signer import DIED
from tests.trails import append, attack, check, reopened, sealed, sign_all, signed_in, signer, story


def count(engine: Engine, table: str) -> int:
    with engine.begin() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def sizes(engine: Engine) -> list[int]:
    """What each head covers."""
    with engine.begin() as connection:
        return list(connection.execute(text("SELECT size FROM trail_checkpoints ORDER BY id")).scalars())


def report(engine: Engine, *older: Head) -> Report:
    with engine.begin() as connection:
        return verify(FromDatabase(connection), trails.key().verifier, older, check)


def holds(engine: Engine, *older: Head) -> bool:
    found = report(engine, *older)
    assert not found.findings
    return found.holds


def head_file(folder: Path) -> HeadFile:
    return HeadFile(folder / "head", trails.key().verifier)


def test_an_empty_trail_is_not_signed(engine: Engine, tmp_path: Path) -> None:
    step = signer(engine, tmp_path).step()
    assert (step.head, step.integrated, step.has_more) == (treestore.EMPTY, 0, False)
    assert count(engine, "trail_checkpoints") == 0


def test_entries_become_leaves_in_order_under_signed_heads(engine: Engine, tmp_path: Path) -> None:
    ids = append(engine, story(1096))
    steps: list[Step] = []
    signing = signer(engine, tmp_path)
    while not steps or steps[-1].has_more:
        steps.append(signing.step())
    assert [step.integrated for step in steps] == [1024, 76]
    with engine.begin() as connection:
        payloads = [entry.payload for entry in store.read_after(connection, 0, 2000)]
        given = connection.execute(text("SELECT leaf, entry_id FROM trail_leaves ORDER BY leaf")).all()
        last = treestore.last_checkpoint(connection)
    assert [tuple(row) for row in given] == list(enumerate(ids))
    assert last is not None
    assert open_checkpoint(last.note, trails.key().verifier) == last.head == steps[-1].head
    assert last.head == Head(1100, root_of([leaf_hash(payload) for payload in payloads]))
    assert head_file(tmp_path).read() == last.head
    assert sizes(engine) == [256, 512, 768, 1024, 1100]
    assert count(engine, "trail_tiles") == 4
    assert holds(engine)


def test_a_new_signer_goes_on_where_the_last_one_stopped(engine: Engine, tmp_path: Path) -> None:
    for reads in (1, 252, 1, 300, 0):
        append(engine, story(reads)[:1] * reads)
        sign_all(signer(engine, tmp_path))
    with engine.begin() as connection:
        payloads = [entry.payload for entry in store.read_after(connection, 0, 1000)]
    assert head_file(tmp_path).read() == Head(554, root_of([leaf_hash(payload) for payload in payloads]))


def test_stored_nodes_are_those_of_the_tree(engine: Engine, tmp_path: Path) -> None:
    append(engine, story(596))
    sign_all(signer(engine, tmp_path))
    with engine.begin() as connection:
        hashes = [Hash(leaf_hash(entry.payload)) for entry in store.read_after(connection, 0, 1000)]
        for level, index in [(0, 0), (0, 599), (3, 5), (8, 0), (8, 1), (9, 0), (3, 74)]:
            width = 1 << level
            assert treestore.read_node(connection, level, index) == root_of(hashes[index * width :][:width])


def test_an_append_under_way_is_waited_for(engine: Engine, tmp_path: Path) -> None:
    if engine.dialect.name == "sqlite":
        return  # one writer at a time: nobody is under way while somebody commits
    signing, steps = signer(engine, tmp_path), list[Step]()
    with engine.connect() as slow, slow.begin() as transaction:
        store.insert(slow, [sealed(signed_in("s-slow"))])
        append(engine, [signed_in("s-quick")])
        waiting = Thread(target=lambda: steps.append(signing.step()))
        waiting.start()
        waiting.join(0.3)
        assert not steps
        transaction.commit()
    waiting.join()
    assert steps[0].integrated == 2
    assert holds(engine)


def test_an_entry_without_our_mac_gets_no_leaf_and_raises_the_alarm_once(engine: Engine, tmp_path: Path) -> None:
    alarms: list[object] = []
    signing = signer(engine, tmp_path, alarms)
    good = sealed(signed_in("s-anna"))
    with engine.begin() as connection:
        *_, bad, _, last = store.insert(connection, [good, replace(good, mac=bytes(32)), good, replace(good, mac=b"")])
    assert [signing.step().integrated, signing.step().integrated] == [2, 0]
    assert alarms == [Finding(Fault.ENTRY_FORGED, f"entry {id_}", "its MAC does not verify") for id_ in (bad, last)]
    append(engine, [signed_in("s-anna")])
    assert signing.step().head.size == 3
    assert len(alarms) == 2
    assert {finding.fault for finding in report(engine).findings} == {Fault.ENTRY_LEFT_OUT}


def test_a_forged_entry_with_an_enormous_id_hides_nothing(engine: Engine, tmp_path: Path) -> None:
    if engine.dialect.name == "sqlite":
        return  # the ids that follow are larger still
    alarms: list[object] = []
    signing = signer(engine, tmp_path, alarms)
    forged = replace(sealed(signed_in("s-eve")), mac=bytes(32))
    with engine.begin() as connection:
        row = {**forged.columns, "id": 2**62, "payload": forged.payload, "mac": forged.mac}
        connection.execute(store.entries.insert(), row)
    for size in (1, 2):
        append(engine, [signed_in("s-anna")])
        assert signing.step().head.size == size
    assert len(alarms) == 1


def test_the_age_of_what_is_unsigned_counts_from_its_decision(engine: Engine, tmp_path: Path) -> None:
    def age() -> timedelta:
        with engine.begin() as connection:
            return oldest_unsigned_age(connection, trails.later(90))

    assert age() == timedelta()
    append(engine, [signed_in("s-anna")])
    assert age() == timedelta(seconds=90)
    sign_all(signer(engine, tmp_path))
    assert age() == timedelta()


POINTS = ["gathering", "publishing", "before_head", "after_head", "before_commit", "after_commit"]


@pytest.mark.parametrize("point", POINTS)
def test_a_signer_killed_at_any_point_is_followed_by_one_that_needs_no_help(
    engine: Engine, tmp_path: Path, point: str
) -> None:
    append(engine, story(296))
    sign_all(signer(engine, tmp_path))
    append(engine, story(10)[:1] * 40)
    url = engine.url.render_as_string(hide_password=False)
    died = subprocess.run(
        [sys.executable, "-m", "tests.database.dying_signer", url, str(tmp_path / "head"), point], check=False
    )
    assert died.returncode == DIED
    remembered = head_file(tmp_path).read()
    assert (remembered.size > 300) == (point in {"after_head", "before_commit", "after_commit"})
    assert count(engine, "trail_leaves") == (340 if point == "after_commit" else 300)
    append(engine, [signed_in("s-anna")])
    signing = signer(engine, tmp_path)
    sign_all(signing)
    assert signing.step().head.size == 341
    assert {finding.fault for finding in report(engine, remembered).findings} == {Fault.VERSION_SKIPPED}


def lose_the_commit(engine: Engine, folder: Path) -> Head:
    """Sign a head that never reaches the database, and return it."""
    losing = reopened(engine)

    def fail(_: object) -> None:
        if head_file(folder).read().size > count_of_leaves:
            raise OperationalError("COMMIT", None, OSError("the connection is gone"))

    count_of_leaves = count(engine, "trail_leaves")
    event.listen(losing, "commit", fail)
    with pytest.raises(OperationalError):
        signer(losing, folder).step()
    losing.dispose()
    return head_file(folder).read()


def test_a_head_whose_commit_was_lost_is_signed_again_to_the_byte(engine: Engine, tmp_path: Path) -> None:
    append(engine, story(3))
    signing = signer(engine, tmp_path)
    lost = lose_the_commit(engine, tmp_path)
    note = (tmp_path / "head").read_bytes()
    append(engine, [signed_in("s-anna")])
    step = signing.step()
    assert step.head == lost
    assert (tmp_path / "head").read_bytes() == note
    sign_all(signing)
    assert signing.step().head.size == lost.size + 1
    assert holds(engine, lost)


def test_several_heads_whose_commit_was_lost_are_signed_again(engine: Engine, tmp_path: Path) -> None:
    append(engine, story(596))
    lost = lose_the_commit(engine, tmp_path)
    append(engine, [signed_in("s-anna")])
    signing = signer(engine, tmp_path)
    assert signing.step().head == lost
    sign_all(signing)
    assert sizes(engine) == [256, 512, 600, 601]
    assert holds(engine, lost)


def test_entries_changed_under_a_signed_head_are_refused(engine: Engine, tmp_path: Path) -> None:
    ids = append(engine, [signed_in("s-anna"), signed_in("s-bo")])
    lose_the_commit(engine, tmp_path)
    attack(engine, f"DELETE FROM trail_entries WHERE id = {ids[0]}")
    with pytest.raises(TrailForkError, match="shorter"):
        signer(engine, tmp_path).step()
    append(engine, [signed_in("s-anna")])
    with pytest.raises(TrailForkError, match="have changed"):
        signer(engine, tmp_path).step()


ATTACKS = {
    "a leaf of the edge changed": """
        UPDATE trail_leaves SET hash = (SELECT hash FROM trail_leaves WHERE leaf = 0) WHERE leaf = 1599""",
    "a leaf of the edge removed": "DELETE FROM trail_leaves WHERE leaf = 1599",
    "a tile changed": """
        UPDATE trail_tiles SET hashes = (SELECT hashes FROM trail_tiles WHERE tile = 0) WHERE tile = 1""",
    "a tile removed": "DELETE FROM trail_tiles WHERE tile = 1",
    "rolled back": """
        DELETE FROM trail_checkpoints WHERE size > 256;
        DELETE FROM trail_leaves WHERE leaf >= 256;
        DELETE FROM trail_tiles WHERE tile >= 1""",
    "rolled back to nothing": "DELETE FROM trail_checkpoints; DELETE FROM trail_leaves; DELETE FROM trail_tiles",
    "rolled back with its entries": """
        DELETE FROM trail_checkpoints WHERE size > 512;
        DELETE FROM trail_entries WHERE id > 520;
        DELETE FROM trail_leaves WHERE leaf >= 512""",
    "a checkpoint cut": "UPDATE trail_checkpoints SET note = 'x' WHERE size = 1600",
    "a checkpoint with another size": "UPDATE trail_checkpoints SET size = 1601 WHERE size = 1600",
    "a head that nobody signed": """
        INSERT INTO trail_checkpoints (size, root, at, note)
        SELECT 1700, root, at, note FROM trail_checkpoints WHERE size = 1600""",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_trail_that_was_tampered_with_is_not_signed_on(engine: Engine, tmp_path: Path, name: str) -> None:
    append(engine, story(1596))
    sign_all(signer(engine, tmp_path))
    remembered = (tmp_path / "head").read_bytes()
    attack(engine, *ATTACKS[name].split(";"))
    append(engine, [signed_in("s-anna")])
    with pytest.raises(TrailForkError):
        sign_all(signer(engine, tmp_path))
    assert (tmp_path / "head").read_bytes() == remembered


def test_a_trail_of_the_same_key_is_not_taken_for_another(engine: Engine, tmp_path: Path) -> None:
    append(engine, story(3))
    sign_all(signer(engine, tmp_path))
    (tmp_path / "head").write_text(trails.key().sign(Head(5, Hash(bytes(32)))))
    with pytest.raises(TrailForkError, match="does not extend"):
        signer(engine, tmp_path).step()
    (tmp_path / "head").write_text(trails.key().sign(Head(7, Hash(bytes(32)))))
    with pytest.raises(TrailForkError, match="does not extend"):
        signer(engine, tmp_path).step()


def test_a_signer_with_an_older_memory_goes_on_from_what_extends_it(engine: Engine, tmp_path: Path) -> None:
    append(engine, story(300))
    signing = signer(engine, tmp_path)
    signing.step()
    memory = (tmp_path / "head").read_bytes()
    sign_all(signing)
    (tmp_path / "head").write_bytes(memory)
    append(engine, [signed_in("s-anna")])
    assert signer(engine, tmp_path).step().head.size == 305
    assert head_file(tmp_path).read().size == 305


@pytest.mark.parametrize("memories", [1, 2])
def test_two_signers_at_once_never_fork(engine: Engine, tmp_path: Path, memories: int) -> None:
    folders = [tmp_path / f"memory-{number % memories}" for number in range(2)]
    stop, errors = Event(), list[object]()
    for folder in folders:
        folder.mkdir(exist_ok=True)
    engines = [reopened(engine) for _ in folders]
    signers = [signer(own, folder, errors) for own, folder in zip(engines, folders, strict=True)]

    def carefully(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told to the test
            errors.append(error)

    def sign(signing: Signer) -> None:
        signing.run(stop, pause=0.001)

    def write() -> None:
        own = reopened(engine)
        for number in range(25):
            append(own, [signed_in("s-anna")] * (number % 7 + 1))
        own.dispose()

    work: list[Callable[[], None]] = [lambda each=each: sign(each) for each in signers]  # type: ignore[misc]
    signing = [Thread(target=carefully, args=(each,)) for each in work]
    writing = [Thread(target=carefully, args=(write,)) for _ in range(2)]
    for thread in [*signing, *writing]:
        thread.start()
    for thread in writing:
        thread.join()
    stop.set()
    for thread in signing:
        thread.join()
    assert not errors
    sign_all(signers[0])
    for own in engines:
        own.dispose()
    assert count(engine, "trail_leaves") == count(engine, "trail_entries") == 188
    assert holds(engine, *(HeadFile(folder / "head", trails.key().verifier).read() for folder in folders))


def test_a_signer_overtaken_while_it_gathers_begins_anew(engine: Engine, tmp_path: Path) -> None:
    append(engine, story(3))
    (tmp_path / "faster").mkdir()
    faster = signer(engine, tmp_path / "faster")

    def overtaken(payload: bytes, mac: bytes) -> bool:
        faster.step()
        return check(payload, mac)

    reading = reopened(engine, begin="BEGIN")
    memory = HeadFile.create(tmp_path / "head", trails.key())
    slower = Signer(reading, engine, trails.key(), memory, overtaken, lambda: trails.BEGINNING, print)
    step = slower.step()
    assert (step.integrated, step.has_more) == (0, True)
    assert memory.read() == treestore.EMPTY
    append(engine, [signed_in("s-anna")])
    assert slower.step().integrated == 0
    reading.dispose()
    assert holds(engine)


def test_a_database_that_fails_for_a_while_is_tried_again(engine: Engine, tmp_path: Path) -> None:
    append(engine, story(3))
    alarms, stop, failures = list[object](), Event(), iter(range(2))

    def fail_twice(_: object) -> None:
        if next(failures, None) is not None:
            raise OperationalError("BEGIN", None, OSError("the server is gone"))
        stop.set()

    signing = signer(engine, tmp_path, alarms)
    event.listen(engine, "begin", fail_twice)
    signing.run(stop, pause=0)
    assert [type(alarm) for alarm in alarms] == [OperationalError, OperationalError]
    assert count(engine, "trail_leaves") == 7


def test_a_forked_trail_ends_the_run(engine: Engine, tmp_path: Path) -> None:
    signing = signer(engine, tmp_path)
    (tmp_path / "head").write_text(trails.key().sign(Head(5, Hash(bytes(32)))))
    with pytest.raises(TrailForkError):
        signing.run(Event())


def test_a_head_file_is_made_once_and_is_only_ever_ours(tmp_path: Path) -> None:
    made = HeadFile.create(tmp_path / "head", trails.key())
    assert made.read() == treestore.EMPTY
    with pytest.raises(HeadFileError, match="there already"):
        HeadFile.create(tmp_path / "head", trails.key())
    head = Head(1, Hash(bytes(32)))
    made.advance(treestore.EMPTY, trails.key().sign(head))
    with pytest.raises(HeadFileError, match="somebody else"):
        made.advance(treestore.EMPTY, trails.key().sign(head))
    assert made.read() == head
    for content in (b"", b"\xff", b"rubbish", (tmp_path / "head").read_bytes()[:-9]):
        (tmp_path / "head").write_bytes(content)
        with pytest.raises(HeadFileError, match="does not hold"):
            made.read()
    (tmp_path / "head").unlink()
    with pytest.raises(HeadFileError, match="missing"):
        made.read()
