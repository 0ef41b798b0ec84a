"""A query compiled once for each database and run straight on the driver, for what every request runs.

SQLAlchemy writes the SQL and converts the results, as anywhere else; only its machinery for one execution, which costs
more than these queries do, is left out. Errors come as SQLAlchemy's, and a lost connection leaves the pool as usual.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Dialect, Select
from sqlalchemy.exc import OperationalError

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    order: tuple[str, ...] | None
    constants: Mapping[str, Any]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]


class Statement:
    """A SELECT without parameters that expand; ``columns`` are the names of what it gives, in order."""

    def __init__(self, select: Select[Any] | CompoundSelect[Any]) -> None:
        self._select = select
        self._compiled: dict[str, _Compiled] = {}
        self.columns = tuple(str(column.key) for column in select.selected_columns)

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Row]:
        """Run it in the connection's transaction, begun here if need be; raises OperationalError."""
        if not connection.in_transaction():
            connection.begin()
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = self._compile(dialect)
        order = compiled.order
        named = {**compiled.constants, **parameters}
        values = named if order is None else [named[name] for name in order]
        found = _run(connection, compiled.sql, values)
        if not compiled.converters:
            return found
        converted = []
        for row in found:
            cells = list(row)
            for place, convert in compiled.converters:
                cells[place] = convert(cells[place])
            converted.append(tuple(cells))
        return converted

    def mappings(self, connection: Connection, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The same rows, each by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows(connection, parameters)]

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled = self._select.compile(dialect=dialect)
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        converters = []
        for place, column in enumerate(self._select.selected_columns):
            convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if convert is not None:
                converters.append((place, convert))
        order = None if compiled.positiontup is None else tuple(compiled.positiontup)
        return _Compiled(str(compiled), order, constants, tuple(converters))


def _run(connection: Connection, sql: str, values: Any) -> list[Row]:
    driver = connection.connection
    cursor = driver.cursor()
    try:
        cursor.execute(sql, values)
        found: list[Row] = list(cursor.fetchall())
    except connection.dialect.loaded_dbapi.Error as error:
        if connection.dialect.is_disconnect(error, driver.dbapi_connection, cursor):
            connection.invalidate(error)
            # The others in the pool have most likely gone with it; new ones are made as they are asked for.
            connection.engine.dispose()
        raise OperationalError(sql, None, error, hide_parameters=True) from error
    finally:
        cursor.close()
    return found
