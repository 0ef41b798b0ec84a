"""How many people's clashes a core finds a second, as a topic of the table."""

from tests.bench import clashes
from tests.bench.figures import Figure, Topic


def run() -> Topic:
    """Measure the clashes."""
    found = tuple(
        Figure(row["name"].removeprefix("clashes: "), row["value"], row["unit"], row["goal"]) for row in clashes.run()
    )
    return Topic(
        "clashes",
        "How many people's clashes one core finds a second, of plans and activities already in memory; sentences are "
        "made when they are read and stand on a line of their own. Processor time, medians of five alternating rounds.",
        "Longer activities at more hours of the week: each pair that clashes is a clash to report.",
        found,
    )
