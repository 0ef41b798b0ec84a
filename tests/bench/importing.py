"""What the import that filled the ground took."""

from tests.bench.figures import Figure, Topic
from tests.bench.ground import Ground
from tests.bench.options import Options


def run(ground: Ground, _options: Options) -> Topic:
    """Tell what was measured while the ground was filled."""
    imported = ground.imported
    return Topic(
        f"import, {ground.kind}",
        f"One document of {imported.people} people ({imported.document / 1e6:.0f} MB, 19 items each) into an empty "
        "register in a process of its own, consents confirmed, beside the worker; memory is the process's largest, "
        "less what it had before.",
        "Larger texts; a register that holds the same people already and must be compared; a slower disk.",
        (
            Figure(
                "people imported",
                round(imported.people / imported.seconds, 1),
                "people/s",
                "≥ 1000" if ground.kind == "SQLite" else None,
            ),
            Figure("memory ÷ document", round(imported.memory / imported.document, 3), "×", "≤ 4"),
            Figure("memory", round(imported.memory / 1e6, 1), "MB"),
        ),
    )
