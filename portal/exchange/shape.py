"""Holds one value of a document against its model, and says every key that does not fit.

Of an object that does not fit, what does fit is kept, so that the rules that need no more can still be asked:
all errors are reported at once. Nothing of such a document is ever used.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from portal.exchange.problems import WHOLE_DOCUMENT, Problems, Reason
from portal.exchange.reading import Element
from portal.exchange.schema import FORMAT, LISTS, Removed, Strict
from portal.exchange.values import ID_PATTERN, Id
from portal.exchange.window import Path

REMOVED: Final = tuple(f"removed.{name}" for name in Removed.model_fields)

_KEY_OF_THE_FORMAT = re.compile(r"[a-z][a-z_]{0,31}")
_REASONS: Final = {
    "missing": Reason.MISSING,
    "extra_forbidden": Reason.UNKNOWN_KEY,
    "model_type": Reason.NOT_AN_OBJECT,
    "list_type": Reason.NOT_A_LIST,
    "string_type": Reason.NOT_TEXT,
    "string_unicode": Reason.NOT_UNICODE,
    "bool_type": Reason.NOT_TRUE_OR_FALSE,
}


class _Id(BaseModel):
    """An id that stands by itself, in a list of what is removed."""

    id: Id


def check_top_level(element: Element, problems: Problems) -> None:
    """Report what is wrong with a value that stands at the top level, outside any list."""
    path, value = element.name, element.value
    if element.repeated:
        problems.add(_known_name(path), Reason.REPEATED_KEY)
    elif path == "format":
        if value != FORMAT:
            problems.add(path, Reason.WRONG_FORMAT, FORMAT)
    elif path in LISTS or path in REMOVED:
        if not isinstance(value, list):
            problems.add(path, Reason.IS_NULL if value is None else Reason.NOT_A_LIST)
    elif path != "removed":
        problems.add(_known_name(path), Reason.UNKNOWN_KEY)
    elif not isinstance(value, dict):
        problems.add(path, Reason.IS_NULL if value is None else Reason.NOT_AN_OBJECT)


def shape(element: Element, problems: Problems) -> tuple[Strict, bool] | None:
    """The model of a list's item, and whether it is whole; None where the list is unknown.

    A model that is not whole lacks the attributes that do not fit.
    """
    model = LISTS.get(element.name)
    if model is None:
        return None
    path = f"{element.name}[{element.index}]"
    for below in element.repeated:
        problems.add(_path(path, below), Reason.REPEATED_KEY)
    try:
        return model.__pydantic_validator__.validate_python(element.value), not element.repeated
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            problems.add(_path(path, detail["loc"]), *_reason(detail))
    return _what_fits(model, element.value), False


def removed_id(element: Element, problems: Problems) -> str | None:
    """The id of an item in a list of what is removed; None where it is no id."""
    try:
        return _Id.model_validate({"id": element.value}, strict=True).id
    except ValidationError as error:
        problems.add(f"{element.name}[{element.index}]", *_reason(error.errors(include_url=False)[0]))
    return None


def _known_name(name: str) -> str:
    """The name of a top-level value, or the whole document where the name is no word of a format."""
    return name if all(map(_KEY_OF_THE_FORMAT.fullmatch, name.split("."))) else WHOLE_DOCUMENT


def _path(above: str, parts: Path) -> str:
    """The path in writing, as far as its keys look like keys: one that is a number or a name is not repeated."""
    for part in parts:
        if isinstance(part, int):
            above += f"[{part}]"
        elif _KEY_OF_THE_FORMAT.fullmatch(part):
            above += f".{part}"
        else:
            break
    return above


def _reason(detail: ErrorDetails) -> tuple[Reason, str]:
    kind, value = detail["type"], detail["input"]
    if value is None and kind != "extra_forbidden":
        return Reason.IS_NULL, ""
    if kind == "enum":
        return Reason.NOT_ONE_OF, ", ".join(re.findall("'([a-z_]+)'", detail["ctx"]["expected"]))
    if kind == "string_pattern_mismatch":
        if detail["ctx"]["pattern"] != ID_PATTERN:
            return Reason.CONTROL_CHARACTER, ""
        is_general = value == "*" and "sources" in detail["loc"]
        return (Reason.GENERAL_CONSENT if is_general else Reason.NOT_AN_ID), ""
    return _REASONS.get(kind) or Reason[kind], ""


def _what_fits(model: type[Strict], value: object) -> Strict:
    """The model with only those of its attributes that fit; what is absent has its default."""
    partial = model.model_construct()
    for name, field in model.model_fields.items():
        key = field.alias or name
        if not isinstance(value, Mapping) or key not in value:
            continue
        try:
            model.__pydantic_validator__.validate_assignment(partial, name, value[key])
        except ValidationError:
            partial.__dict__.pop(name, None)
            below, is_list = _model_in(field.annotation)
            if below is not None and is_list and isinstance(value[key], list):
                partial.__dict__[name] = [_what_fits(below, item) for item in value[key]]
            elif below is not None and not is_list and isinstance(value[key], dict):
                partial.__dict__[name] = _what_fits(below, value[key])
    return partial


def _model_in(annotation: Any) -> tuple[type[Strict] | None, bool]:
    """The model that a field holds, if any, and whether it holds a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return annotation, False
    for inner in get_args(annotation):
        model, is_list = _model_in(inner)
        if model is not None:
            return model, is_list or get_origin(annotation) is list
    return None, False
