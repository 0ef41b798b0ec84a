"""Fills the clear-text database from the same document, with the same references in the addresses."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, insert
from sqlalchemy.orm import Session

from portal.exchange.reading import Reader
from tests.bench.ungated.models import Activity, Agency, Model, Note, Person, Plan, Staff

ROWS_AT_ONCE = 2_000
MODELS: Mapping[str, type[Model]] = {
    "agencies": Agency,
    "staff": Staff,
    "persons": Person,
    "plans": Plan,
    "activities": Activity,
    "notes": Note,
}
DAYS = (
    "active_from",
    "active_until",
    "released_on",
    "from_",
    "until",
    "last_follow_up",
    "next_follow_up",
    "date",
)


def stock(url: str, document: Path, refs: Mapping[str, str]) -> None:
    """Make the tables at ``url`` and fill them; ``refs`` are the references by person's id."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode=WAL"))
    Model.metadata.create_all(engine)
    with Session(engine) as session, document.open("rb") as stream:
        waiting: list[dict[str, Any]] = []
        into: type[Model] = Agency
        for model, row in _rows(stream, refs):
            if model is not into or len(waiting) == ROWS_AT_ONCE:
                session.execute(insert(into), waiting)
                waiting, into = [], model
            waiting.append(row)
        session.execute(insert(into), waiting)
        session.commit()
    engine.dispose()


def _rows(stream: Any, refs: Mapping[str, str]) -> Iterator[tuple[type[Model], dict[str, Any]]]:
    for element in Reader(stream):
        if element.index is not None and element.name in MODELS and isinstance(element.value, dict):
            yield MODELS[element.name], _row(MODELS[element.name], element.value, refs)


def _row(model: type[Model], value: dict[str, Any], refs: Mapping[str, str]) -> dict[str, Any]:
    given = dict(value)
    if "from" in given:
        given["from_"] = given.pop("from")
    for name in DAYS:
        if given.get(name) is not None:
            given[name] = date.fromisoformat(given[name])
    if model is Person:
        given["ref"] = refs[given["id"]]
    elif model is Plan:
        given["caseworker_id"] = given.pop("caseworker")
    elif model is Activity:
        extent = given.pop("extent")
        given["extent_value"] = None if extent is None else Decimal(str(extent["value"]))
        given["extent_unit"] = None if extent is None else extent["unit"]
        given["times"] = [[each["weekday"], each["from"], each["to"]] for each in given["times"]] or None
    columns = model.__mapper__.column_attrs.keys()
    return {name: given.get(name) for name in columns}
