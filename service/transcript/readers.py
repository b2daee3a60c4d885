"""The two ways to run a reading query: over an open SQLAlchemy connection, or straight over SQLite."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from service.transcript.reading import Row

if TYPE_CHECKING:
    import sqlite3

    import sqlalchemy as sa

    from service.sealed import ColumnSealer


class _Opening:
    """Opens sealed columns, where there are any."""

    _sealer: ColumnSealer | None

    def text(self, column: str, value: str) -> str:
        return value if self._sealer is None else self._sealer.open_text(value, column)

    def data(self, column: str, value: bytes) -> bytes:
        return value if self._sealer is None else self._sealer.open_data(value, column)


class ConnectionReader(_Opening):
    """Reads through a SQLAlchemy connection: SQLite or PostgreSQL."""

    def __init__(self, connection: sa.Connection) -> None:
        from service.sealed import sealer_of

        self._connection = connection
        self._sealer = sealer_of(connection.dialect)

    @property
    def full_text(self) -> str:
        if self._sealer is not None:
            return "sealed"
        return "fts5" if self._connection.dialect.name == "sqlite" else "tsvector"

    def rows(self, sql: str, parameters: Mapping[str, object]) -> list[Row]:
        from sqlalchemy import text

        return [tuple(row) for row in self._connection.execute(text(sql), dict(parameters))]


class SqliteFileReader(_Opening):
    """Reads a SQLite file with Python's own driver, without loading SQLAlchemy. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sealer = None
        self._connection: sqlite3.Connection | None = None

    def open_with(self, sealer: ColumnSealer) -> None:
        """From now on, sealed columns are opened by ``sealer``."""
        self._sealer = sealer

    @property
    def full_text(self) -> str:
        return "fts5" if self._sealer is None else "sealed"

    def __enter__(self) -> SqliteFileReader:
        import sqlite3

        self._connection = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def rows(self, sql: str, parameters: Mapping[str, object]) -> list[Row]:
        if self._connection is None:
            raise RuntimeError("the reader is not open")
        return self._connection.execute(sql, dict(parameters)).fetchall()
