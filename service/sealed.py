"""Columns that are sealed in the database and plain in memory.

A table says which of its columns are sealed; an engine says with what (:func:`seal_columns`). Statements and rows of
that engine then hold plain values, and the database only sealed ones. Only the vault has such columns.
"""

from __future__ import annotations

from typing import Protocol
from weakref import WeakKeyDictionary

import sqlalchemy as sa


class ColumnSealer(Protocol):
    """Seals and opens the values of columns; ``column`` is ``table.column``, and a value opens in its column only."""

    def seal_text(self, value: str, column: str) -> str: ...
    def open_text(self, sealed: str, column: str) -> str: ...
    def seal_name(self, value: str, column: str) -> str: ...
    def open_name(self, sealed: str, column: str) -> str: ...
    def seal_digest(self, value: str) -> str: ...
    def open_digest(self, sealed: str) -> str: ...
    def seal_data(self, value: bytes, column: str) -> bytes: ...
    def open_data(self, sealed: bytes, column: str) -> bytes: ...


_SEALERS: WeakKeyDictionary[sa.Dialect, ColumnSealer] = WeakKeyDictionary()


def seal_columns(engine: sa.Engine, sealer: ColumnSealer) -> None:
    """From now on, sealed columns of this engine's database are sealed and opened by ``sealer``."""
    _SEALERS[engine.dialect] = sealer


def sealer_of(dialect: sa.Dialect) -> ColumnSealer | None:
    """What seals the columns of this engine's database, or None where nothing is sealed."""
    return _SEALERS.get(dialect)


def _required(dialect: sa.Dialect) -> ColumnSealer:
    sealer = _SEALERS.get(dialect)
    if sealer is None:
        raise RuntimeError("the keys of this database are not open")
    return sealer


class Sealed(sa.types.TypeDecorator[str]):
    """Text that is never the same twice in the database, so it can't be looked up or sorted there."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else _required(dialect).seal_text(value, self.column)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else _required(dialect).open_text(value, self.column)


class SealedName(sa.types.TypeDecorator[str]):
    """Text that is looked up by its whole value: the same is the same in the database. It can't be sorted there."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else _required(dialect).seal_name(value, self.column)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else _required(dialect).open_name(value, self.column)


class SealedDigest(sa.types.TypeDecorator[str]):
    """A SHA-256 in hexadecimal, which would tell a known file: in the database 64 other characters, always the same."""

    impl = sa.String(64)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else _required(dialect).seal_digest(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else _required(dialect).open_digest(value)


class SealedData(sa.types.TypeDecorator[bytes]):
    """Bytes that are never the same twice in the database."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: bytes | None, dialect: sa.Dialect) -> bytes | None:
        return None if value is None else _required(dialect).seal_data(value, self.column)

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> bytes | None:
        return None if value is None else _required(dialect).open_data(value, self.column)
