"""A withdrawal in part against reads in other processes: what was taken back is closed, what was kept never is.

One reader is taken away and the other kept, over and over, while both read. No read of the first that began after the
withdrawal in part had returned may have opened, and none of the second may have been refused on the way.
"""

import os
import random
import time
from datetime import timedelta

from portal import clock
from portal.accounts.rules import AgencyId, StaffId
from portal.consent.desk import register_consent, withdraw_consent
from portal.consent.rules import Category, Consent, ConsentId, Line, Withdrawal
from portal.consent.withdrawing import withdraw_in_part
from portal.people.rules import PersonId
from portal.working import make_signer
from tests.faults.test_races import ADMINISTRATOR, Reader, assert_trail_in_order, signed_paper, stocked  # noqa: F401
from tests.support.installation import Installation

ROUNDS = 12 * int(os.environ.get("PORTAL_SOAK", "1"))
KEPT, TAKEN = "s-anna", "s-bo"
Spans = list[tuple[int, int]]


def test_what_is_taken_back_closes_and_what_is_kept_stays_open(
    stocked: tuple[Installation, str],  # noqa: F811 - the fixture of the other races
) -> None:
    installation, ref = stocked
    seed = int(os.environ.get("PORTAL_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails, to run the same schedule again
    chance = random.Random(seed)  # noqa: S311 - a schedule, no secret
    settings = installation.settings_file()
    readers = [Reader(settings, ref, who) for who in (KEPT, TAKEN, TAKEN)]
    closed: Spans = []
    open_: Spans = []
    signer = make_signer(installation.wiring)
    for number in range(ROUNDS):
        _register(installation, ref, number)
        opened_at = time.monotonic_ns()
        time.sleep(chance.uniform(0, 0.03))
        _narrow(installation, ref, number)
        closed_at = time.monotonic_ns()
        time.sleep(chance.uniform(0, 0.03))
        open_.append((opened_at, time.monotonic_ns()))
        with installation.wiring.act(ADMINISTRATOR, "ame") as act:
            assert withdraw_consent(act, ref, f"narrow-{number}", "phone", ADMINISTRATOR)
        time.sleep(chance.uniform(0, 0.01))
        closed.append((closed_at, time.monotonic_ns()))
        signer.step()
    reads = {who: [read for each in readers if each.staff == who for read in each.finish()] for who in (KEPT, TAKEN)}

    for who in (KEPT, TAKEN):
        assert any(outcome == "opened" for _, _, outcome in reads[who]), "nothing was ever open, so nothing was tried"
        assert [read for read in reads[who] if read[2] == "unavailable"] == []
    assert [read for read in reads[TAKEN] if read[2] == "opened" and _within(closed, read)] == []
    assert [read for read in reads[KEPT] if read[2] == "refused" and _within(open_, read)] == []
    assert_trail_in_order(installation)


def _within(spans: Spans, read: tuple[int, int, str]) -> bool:
    return any(start <= read[0] and read[1] <= end for start, end in spans)


def _line(*readers: str) -> Line:
    sources = frozenset({AgencyId("ame"), AgencyId("af")})
    return Line(sources, frozenset({Category.PLANNING}), frozenset(map(StaffId, readers)), False, False)


def _register(installation: Installation, ref: str, number: int) -> None:
    today = clock.today()
    until = today + timedelta(days=30)
    consent = Consent(ConsentId(f"wide-{number}"), PersonId(ref), today, until, (_line(KEPT, TAKEN),))
    with installation.wiring.act(ADMINISTRATOR, "ame") as act:
        register_consent(act, ref, consent, signed_paper(today), ADMINISTRATOR)


def _narrow(installation: Installation, ref: str, number: int) -> None:
    with installation.wiring.act(ADMINISTRATOR, "ame") as act:
        told = Withdrawal(act.at, "phone", ADMINISTRATOR)
        narrower = ConsentId(f"narrow-{number}")
        assert withdraw_in_part(act, ref, f"wide-{number}", (_line(KEPT),), narrower, told)
