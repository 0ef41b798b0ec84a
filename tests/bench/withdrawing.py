"""How long a withdrawal takes while 50 readers loop on that very person, and that it closes at once.

Each withdrawal is of another person's consent, made as the desk makes it. A read that begins after it has returned
must be refused; the benchmark stops if one is not.
"""

import threading
import time
from statistics import median

from portal.consent.desk import withdraw_consent
from tests.bench.client import load, percentile
from tests.bench.figures import Figure, Topic
from tests.bench.ground import ADMINISTRATOR, Ground
from tests.bench.options import Options
from tests.bench.readers import PageError, fetch, orders_for, sign_in, staff_entry
from tests.bench.serving import serving

READERS = 50
WITHDRAWALS_A_ROUND = 10
LOOP_SECONDS = 1.5
BEFORE = 0.75


class OpenAfterWithdrawalError(Exception):
    """A read succeeded after the withdrawal had returned."""


def run(ground: Ground, options: Options) -> Topic:
    """Measure withdrawals on this ground; those people are closed afterwards."""
    took = []
    wiring = ground.wire()
    try:
        administrator = staff_entry(wiring, ADMINISTRATOR)
        with serving("gated", str(ground.settings_file)) as server:
            orders = orders_for(ground, sign_in(ground, server.port))
            last = len(orders) - 1
            for number in range(last, max(0, last - WITHDRAWALS_A_ROUND * options.rounds), -1):
                with load(server.port, [orders[number]], READERS) as readers:
                    loop = threading.Thread(target=readers.play, args=(LOOP_SECONDS, 0, (200, 404)))
                    loop.start()
                    time.sleep(BEFORE)
                    begun = time.perf_counter()
                    with wiring.act_for(administrator) as act:
                        withdraw_consent(act, ground.refs[number], f"c-{number}", "phone", administrator.id)
                    took.append((time.perf_counter() - begun) * 1000)
                    _refused(server.port, orders[number][0])
                    loop.join()
    finally:
        wiring.close()
    ordered = sorted(took)
    return Topic(
        f"withdrawal while {READERS} readers loop on that person, {ground.kind}",
        f"{len(took)} withdrawals, each of a consent of a person whose record {READERS} connections ask for over and "
        "over (gunicorn, 2 × 8 threads), from the desk's call to its return. A read after each is checked to be "
        "refused.",
        "A slower disk; more processes that read at once; on PostgreSQL, a database on another machine.",
        (
            Figure("p99", round(percentile(ordered, 99), 1), "ms", "≤ 250"),
            Figure("longest", round(ordered[-1], 1), "ms", "≤ 1000"),
            Figure("median", round(median(ordered), 1), "ms"),
        ),
    )


def _refused(port: int, request: str) -> None:
    try:
        fetch(port, request)
    except PageError:
        return
    raise OpenAfterWithdrawalError
