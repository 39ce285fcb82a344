"""Tables and rows in a form that both stores share: what is read from one is written to the other, value for value."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.selectable import TableClause
from sqlalchemy.types import TypeEngine, UserDefinedType

from retreats.db import Moment

VERSIONS = "alembic_version"
QUEUE = "huey_"
"""How the tables of PostgreSQL's queue begin."""
AT_ONCE = 500
Value = str | int | float | bool | None


class JsonAsWritten(UserDefinedType[str]):
    """A JSON column as the text that stands in it: nothing is read into it, and `null` is not nothing."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        """The store's own type."""
        return "JSON"

    def column_expression(self, colexpr: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Ask for the text: a driver that knows JSON would read it."""
        return sa.cast(colexpr, sa.Text)


KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (sa.Boolean, "boolean"),
    (sa.DateTime, "moment"),
    (sa.JSON, "json"),
    (sa.LargeBinary, "octets"),
    (sa.Integer, "integer"),
    (sa.Float, "number"),
    (sa.String, "text"),
)
"""What a store calls a column, and what we call it."""
TYPES: dict[str, TypeEngine[Any]] = {
    "boolean": sa.Boolean(),
    "moment": Moment(),
    "json": JsonAsWritten(),
    "octets": sa.LargeBinary(),
    "integer": sa.BigInteger(),
    "number": sa.Double(),
    "text": sa.Text(),
}


@dataclass(frozen=True)
class Shape:
    """A table: its columns with their kinds, and which of them are its key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    def table(self) -> TableClause:
        """As statements want it."""
        return sa.table(self.name, *(sa.column(name, TYPES[kind]) for name, kind in self.columns))


def tables(connection: Connection) -> list[sa.Table]:
    """Every table of the store as it is now, those first that others point to. Not the one that says its migration, and not those
    of a queue that has its home in the same database: nudges are no part of the house.
    """
    found = sa.MetaData()
    found.reflect(bind=connection)
    return [table for table in found.sorted_tables if table.name != VERSIONS and not table.name.startswith(QUEUE)]


def shape_of(table: sa.Table) -> Shape:
    """What a table is like, in words that are the same on both stores. Raises LookupError for a column of another kind."""
    columns = tuple((column.name, _kind(column)) for column in table.columns)
    return Shape(table.name, columns, tuple(column.name for column in table.primary_key.columns))


def _kind(column: sa.Column[Any]) -> str:
    for type_, kind in KINDS:
        if isinstance(column.type, type_):
            return kind
    message = f"A backup does not know how to write down {column.table.name}.{column.name}, a {column.type}."
    raise LookupError(message)


def read(connection: Connection, shape: Shape) -> Iterator[list[Any]]:
    """Its rows in the order of its key, some at a time."""
    table = shape.table()
    query = sa.select(*table.columns).order_by(*(table.c[name] for name in shape.key))
    for row in connection.execution_options(yield_per=AT_ONCE).execute(query):
        yield list(row)


def write(connection: Connection, shape: Shape, rows: Iterator[list[Any]]) -> None:
    """Put rows in, some at a time."""
    table, names = shape.table(), [name for name, _kind in shape.columns]
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(dict(zip(names, row, strict=True)))
        if len(batch) == AT_ONCE:
            connection.execute(sa.insert(table), batch)
            batch = []
    if batch:
        connection.execute(sa.insert(table), batch)


def spelled(shape: Shape, row: list[Any]) -> list[Value]:
    """A row as JSON can hold it."""
    return [_spelled(kind, value) for (_name, kind), value in zip(shape.columns, row, strict=True)]


def _spelled(kind: str, value: Any) -> Value:
    if isinstance(value, datetime):
        return value.isoformat()
    if kind == "octets" and value is not None:
        return base64.b64encode(value).decode("ascii")
    return cast("Value", value)


def understood(shape: Shape, row: list[Value]) -> list[Any]:
    """A row as the store wants it."""
    return [_understood(kind, value) for (_name, kind), value in zip(shape.columns, row, strict=True)]


def _understood(kind: str, value: Value) -> Any:
    if isinstance(value, str) and kind == "moment":
        return datetime.fromisoformat(value)
    if isinstance(value, str) and kind == "octets":
        return base64.b64decode(value)
    return value
