"""One object held against the format by itself: what the desk enters obeys the same limits as what is imported."""

from collections.abc import Mapping
from typing import Any

from portal.exchange.checking import apply_rules
from portal.exchange.problems import Problem, Problems
from portal.exchange.reading import Element
from portal.exchange.schema import Strict
from portal.exchange.shape import shape


def hold(name: str, said: Mapping[str, Any]) -> tuple[Strict, list[Problem]]:
    """The model of an object of the list ``name``, and what is wrong with it, by paths below the object.

    A model with problems may lack attributes. Raises KeyError for an unknown list.
    """
    problems = Problems()
    shaped = shape(Element(name, 0, said), problems)
    if shaped is None:
        raise KeyError(name)
    model, is_whole = shaped
    apply_rules(name, 0, model, is_whole, problems)
    start = len(f"{name}[0].")
    return model, [Problem(each.path[start:], each.reason, each.detail) for each in problems]
