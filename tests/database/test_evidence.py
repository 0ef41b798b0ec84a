"""A signed paper under a consent: kept under the person's key, recorded when it comes and before it is looked at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from portal.accounts.rules import StaffId
from portal.consent.desk import withdraw_consent
from portal.consent.evidence.confirming import Hindrance, NotToConfirmError, confirm_as_shown
from portal.consent.evidence.models import evidence
from portal.consent.evidence.service import receive_paper
from portal.consent.sealing import subject_of
from portal.database import Desk
from portal.errors import ConflictError, NotOpenError, UnavailableError
from tests import factories as make
from tests.support.attacking import Attacker
from tests.support.closing import ailing
from tests.support.installation import Installation
from tests.support.papers import photo, scan
from tests.support.register import ref_of, rows, staff_entry, trail, verified
from tests.support.stocking import stock

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
EVA, PAPER = StaffId("s-eva"), "0" * 32


@pytest.fixture(autouse=True)
def at_noon(installation: Installation) -> None:
    installation.rewire(lambda: NOON)
    stock(installation, make.anna(), confirmed_by=EVA)


def test_a_paper_received_is_kept_in_an_envelope_and_told_once(installation: Installation) -> None:
    content = photo()
    assert _receive(installation, content)
    assert not _receive(installation, content)
    row = rows(installation, evidence)[PAPER]
    assert content[20:60] not in row.content
    told = trail(installation, "evidence_received")
    assert [(each.fields["consent"], each.fields["evidence"], each.fields["count"]) for each in told] == [
        ("c-1", PAPER, 1)
    ]
    assert verified(installation).holds


def test_each_look_is_told_before_anything_is_opened(installation: Installation) -> None:
    _receive(installation, scan(2), 2)
    eva, ref = staff_entry(installation, EVA), ref_of(installation)
    door = installation.wiring.viewing
    viewed = door.open_paper(eva, ref, "c-1", PAPER)
    told = trail(installation, "evidence_viewed")
    assert [(each.fields["actor"], each.fields["evidence"]) for each in told] == [(EVA, PAPER)]
    assert door.page(eva, ref, "c-1", PAPER, 2, viewed.opened).startswith(b"\xff\xd8\xff")
    assert len(trail(installation, "evidence_viewed")) == 1
    assert verified(installation).holds


def test_where_the_look_cannot_be_told_nothing_is_opened(installation: Installation) -> None:
    _receive(installation, photo())
    eva, ref = staff_entry(installation, EVA), ref_of(installation)

    class Silent:
        def append(self, *_: object) -> None:
            raise UnavailableError("no")

    door = replace(installation.wiring.viewing, appender=Silent())  # type: ignore[arg-type]  # a trail that takes nothing
    with pytest.raises(UnavailableError):
        door.open_paper(eva, ref, "c-1", PAPER)
    for forged in ("", "1-x", "9" * 40, f"{int(NOON.timestamp() * 1_000_000)}-{'0' * 64}", "²-é"):
        with pytest.raises(NotOpenError):
            door.page(eva, ref, "c-1", PAPER, 1, forged)


def test_a_pass_is_one_administrators_for_one_paper_and_some_minutes(installation: Installation) -> None:
    _receive(installation, photo())
    eva, ref = staff_entry(installation, EVA), ref_of(installation)
    opened = installation.wiring.viewing.open_paper(eva, ref, "c-1", PAPER).opened
    _receive(installation, photo(), paper="1" * 32)
    for paper, number in (("1" * 32, 1), (PAPER, 2), (PAPER, 0)):
        with pytest.raises(NotOpenError):
            installation.wiring.viewing.page(eva, ref, "c-1", paper, number, opened)
    late = replace(installation.wiring.viewing, now=lambda: NOON + timedelta(minutes=16))
    with pytest.raises(NotOpenError):
        late.page(eva, ref, "c-1", PAPER, 1, opened)


def test_no_reader_gets_through_the_door_and_the_attempt_is_told(installation: Installation) -> None:
    _receive(installation, photo())
    anna, ref = staff_entry(installation, "s-anna"), ref_of(installation)
    with pytest.raises(NotOpenError):
        installation.wiring.viewing.open_paper(anna, ref, "c-1", PAPER)
    assert trail(installation, "refused")[-1].fields["cause"] == "no_standing"
    with pytest.raises(NotOpenError):
        installation.wiring.viewing.open_paper(staff_entry(installation, EVA), ref, "c-1", "1" * 32)
    assert trail(installation, "refused")[-1].fields["cause"] == "no_such_paper"


@pytest.mark.parametrize(
    "change", ["pages = 2", "received_by = 's-anna'", "content = digest", "received_at = received_at + 1"]
)
def test_a_row_that_was_altered_in_the_database_is_no_paper(installation: Installation, change: str) -> None:
    _receive(installation, photo())
    attacker = Attacker(installation)
    attacker.does(f"UPDATE evidence SET {change}")
    attacker.leaves()
    eva, ref = staff_entry(installation, EVA), ref_of(installation)
    with pytest.raises(NotOpenError):
        installation.wiring.viewing.open_paper(eva, ref, "c-1", PAPER)
    assert trail(installation, "refused")[-1].fields["cause"] == "unproven"
    assert ailing(installation) == {subject_of(ref)}


def test_a_paper_that_was_taken_away_leaves_the_one_before_it_uncounted(installation: Installation) -> None:
    stock(installation, make.document(consents=[make.consent("c-2")]))
    for paper in (PAPER, "1" * 32):
        _receive(installation, photo(), paper=paper, consent="c-2")
    attacker = Attacker(installation)
    attacker.does(f"DELETE FROM evidence WHERE id = '{'1' * 32}'")
    attacker.leaves()
    ref = ref_of(installation)
    assert ailing(installation) == {subject_of(ref)}
    with pytest.raises(NotToConfirmError) as refused, installation.wiring.act("s-ulf", "ame") as act:
        confirm_as_shown(act, ref, "c-2", 1, needs_second=False)
    assert refused.value.hindrance is Hindrance.UNPROVEN


def test_a_paper_slipped_in_is_named_and_counts_for_nothing(installation: Installation) -> None:
    _receive(installation, photo())
    attacker = Attacker(installation)
    columns = "consent, person, kind, pages, received_at, received_by, content, content_digest, digest"
    attacker.does(f"INSERT INTO evidence (id, {columns}) SELECT '{'2' * 32}', {columns} FROM evidence")
    attacker.leaves()
    eva, ref = staff_entry(installation, EVA), ref_of(installation)
    assert [each.id for each in installation.wiring.maintaining.open_person(eva, ref).papers.received] == [PAPER]
    assert ailing(installation) == {subject_of(ref)}


def test_no_paper_comes_under_a_consent_that_has_ended(installation: Installation) -> None:
    with installation.wiring.act(EVA, "ame") as act:
        withdraw_consent(act, ref_of(installation), "c-1", "phone", EVA)
    with pytest.raises(ConflictError):
        _receive(installation, photo())


def test_the_second_lock_shows_papers_to_no_reader(installation: Installation) -> None:
    _receive(installation, photo())
    if installation.is_sqlite:
        return
    for staff, there in (("s-anna", 0), ("s-eva", 1), ("", 0)):
        with installation.wiring.engine(Desk.READING).begin() as connection:
            connection.execute(text("SELECT set_config('portal.reader', :staff, true)"), {"staff": staff})
            assert len(connection.execute(select(evidence.c.id)).all()) == there


def _receive(
    installation: Installation, content: bytes, pages: int = 1, paper: str = PAPER, consent: str = "c-1"
) -> bool:
    with installation.wiring.act(EVA, "ame") as act:
        return receive_paper(act, ref_of(installation), consent, paper, content, pages)
