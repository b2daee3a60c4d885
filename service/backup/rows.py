"""The rows of a database as they lie in it, written down so that any other database can take them.

Sealed columns are taken as they are stored: nothing is opened. Each column says what kind of value it holds, so that
rows go back into the schema they came from, whatever the tables of a later version look like.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from service.database import is_sqlite

ROWS = 4096
"""Rows of a chunk at most: a change writes again so many at most."""

_STREAMED = 2000
_INSERTED = 500

Value = str | int | float | bool | bytes | datetime | date | None | list[Any] | dict[str, Any]
Row = tuple[Value, ...]


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    TIME = "time"
    DAY = "day"
    BYTES = "bytes"
    JSON = "json"


_TYPES: dict[Kind, Callable[[], sa.types.TypeEngine[Any]]] = {
    Kind.TEXT: sa.Text,
    Kind.INTEGER: sa.BigInteger,
    Kind.FLOAT: sa.Float,
    Kind.BOOLEAN: sa.Boolean,
    Kind.TIME: lambda: sa.DateTime(timezone=True),
    Kind.DAY: sa.Date,
    Kind.BYTES: sa.LargeBinary,
    Kind.JSON: lambda: sa.JSON(none_as_null=True),
}


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of one table."""

    table: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def values(self, column: str) -> tuple[Value, ...]:
        """The values of one column."""
        place = self.place(column)
        return tuple(row[place] for row in self.rows)

    def place(self, column: str) -> int:
        """Where in a row the column is. Raises KeyError."""
        for place, one in enumerate(self.columns):
            if one.name == column:
                return place
        raise KeyError(column)


def columns_of(table: sa.Table) -> tuple[Column, ...]:
    """The table's columns and what they hold in the database."""
    return tuple(Column(column.name, _kind(column.type)) for column in table.columns)


def read_rows(
    connection: sa.Connection, table: sa.Table, by: str | None
) -> Iterator[tuple[str | None, Rows]]:
    """All rows of the table in the order of its key, in chunks, those of each value of the column ``by`` apart.

    The same rows give the same chunks.
    """
    columns = columns_of(table)
    stored = sa.table(table.name, *(sa.column(one.name, _TYPES[one.kind]()) for one in columns))
    order = ([by] if by is not None else []) + [key.name for key in table.primary_key if key.name != by]
    query = sa.select(stored).order_by(*(stored.c[name] for name in order))
    owner_at = next((place for place, one in enumerate(columns) if one.name == by), None)
    held: list[Row] = []
    owner: str | None = None
    for found in connection.execution_options(yield_per=_STREAMED).execute(query):
        row = tuple(_timed(value) for value in found)
        of = None if owner_at is None else row[owner_at]
        if held and (of != owner or len(held) == ROWS):
            yield owner, Rows(table.name, columns, tuple(held))
            held.clear()
        assert of is None or isinstance(of, str)
        owner = of
        held.append(row)
    if held:
        yield owner, Rows(table.name, columns, tuple(held))


def write_rows(connection: sa.Connection, rows: Rows) -> None:
    """Insert the rows."""
    into = sa.table(rows.table, *(sa.column(one.name, _TYPES[one.kind]()) for one in rows.columns))
    names = [one.name for one in rows.columns]
    for start in range(0, len(rows.rows), _INSERTED):
        block = [dict(zip(names, row, strict=True)) for row in rows.rows[start : start + _INSERTED]]
        connection.execute(sa.insert(into), block)


def continue_numbers(connection: sa.Connection, table: str, columns: Sequence[Column]) -> None:
    """Let PostgreSQL number new rows after those that were inserted; SQLite does by itself."""
    if is_sqlite(connection):
        return
    for column in columns:
        if column.kind is not Kind.INTEGER:
            continue
        sequence = connection.execute(
            sa.text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": f'"{table}"', "column": column.name},
        ).scalar_one()
        if sequence is not None:
            name = connection.dialect.identifier_preparer.quote
            connection.execute(
                sa.text(
                    f"SELECT setval('{sequence}', (SELECT COALESCE(MAX({name(column.name)}), 0) + 1 "
                    f"FROM {name(table)}), false)"
                )
            )


def packed(rows: Rows) -> bytes:
    """The rows as JSON; the same rows give the same bytes."""
    return json.dumps(
        {
            "table": rows.table,
            "columns": [[one.name, str(one.kind)] for one in rows.columns],
            "rows": [[_written(value) for value in row] for row in rows.rows],
        },
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()


def unpacked(data: bytes) -> Rows:
    """What :func:`packed` wrote. Raises ValueError."""
    held = json.loads(data)
    columns = tuple(Column(name, Kind(kind)) for name, kind in held["columns"])
    rows = tuple(
        tuple(_read(value, column.kind) for value, column in zip(row, columns, strict=True))
        for row in held["rows"]
    )
    return Rows(held["table"], columns, rows)


def compressed(data: bytes) -> bytes:
    return zlib.compress(data, 6)


def decompressed(data: bytes) -> bytes:
    """Raises ValueError when it is nothing compressed."""
    try:
        return zlib.decompress(data)
    except zlib.error:
        raise ValueError("no compressed data") from None


def _kind(of: sa.types.TypeEngine[Any]) -> Kind:
    stored = of.impl_instance if isinstance(of, sa.types.TypeDecorator) else of
    for kind, of_kind in (
        (Kind.BOOLEAN, sa.Boolean),
        (Kind.INTEGER, sa.Integer),
        (Kind.FLOAT, sa.Numeric),
        (Kind.FLOAT, sa.Float),
        (Kind.TIME, sa.DateTime),
        (Kind.DAY, sa.Date),
        (Kind.JSON, sa.JSON),
        (Kind.BYTES, sa.LargeBinary),
        (Kind.TEXT, sa.String),
    ):
        if isinstance(stored, of_kind):
            return kind
    raise TypeError(f"no way to write down a column of type {stored}")


def _timed(value: Value) -> Value:
    # SQLite keeps no time zone; every time in Lytt is UTC.
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value


def _written(value: Value) -> Value:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value


_READ: Mapping[Kind, Callable[[Any], Value]] = {
    Kind.BYTES: base64.b64decode,
    Kind.TIME: datetime.fromisoformat,
    Kind.DAY: date.fromisoformat,
}


def _read(value: Any, kind: Kind) -> Value:
    if value is None or kind not in _READ:
        found: Value = value
        return found
    return _READ[kind](value)
