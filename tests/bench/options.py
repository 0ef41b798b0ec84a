"""How large and how long a run is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """``people`` in the register, ``rounds`` of ``seconds`` each, after a warm-up of ``warm_up`` seconds."""

    people: int = 20_000
    rounds: int = 5
    seconds: float = 8.0
    warm_up: float = 3.0
