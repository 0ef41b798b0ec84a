"""The list of my clients against one record: both are gated reads, one after the other on one connection."""

from statistics import median

from tests.bench.client import load
from tests.bench.figures import Figure, Topic
from tests.bench.ground import Ground
from tests.bench.options import Options
from tests.bench.readers import Order, orders_for, sign_in
from tests.bench.serving import serving


def run(ground: Ground, options: Options) -> Topic:
    """Measure lists and records in alternating rounds."""
    with serving("gated", str(ground.settings_file)) as server:
        browsers = sign_in(ground, server.port)
        lists: list[Order] = [(browser.get("/people"), 'aria-current="page"') for browser in browsers]
        with load(server.port, lists, 1) as listing, load(server.port, orders_for(ground, browsers), 1) as reading:
            for each in (listing, reading):
                each.play(options.warm_up, 0)
            pairs = [
                (listing.play(options.seconds, number), reading.play(options.seconds, number))
                for number in range(1, options.rounds + 1)
            ]
    clients = len(ground.refs) * 3 // ground.readers
    ratios = tuple(round(listed.p50 / read.p50, 2) for listed, read in pairs)
    slow = tuple(round(listed.p95, 1) for listed, _ in pairs)
    return Topic(
        f"the list of {clients} clients, {ground.kind}",
        "The list of my clients with their clashes and what is new, each of them a read with its entry, against one "
        "record page; one connection, alternating rounds, medians.",
        "More clients to a reader; clients with more plans and activities; many lists at once.",
        (
            Figure("list ÷ record, p50", median(ratios), "×", "≤ 25", ratios),
            Figure("list, p95", median(slow), "ms", "≤ 300", slow),
        ),
    )
