"""Writing beside others who write, in both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.database import is_sqlite


def add_once(connection: sa.Connection, table: sa.Table, values: Mapping[str, object]) -> bool:
    """Add a row unless there is one with its key. Returns whether it was added.

    It is a statement that writes, so from here on the transaction sees what others committed before.
    """
    if is_sqlite(connection):
        found = connection.execute(sqlite.insert(table).values(**values).on_conflict_do_nothing())
    else:
        found = connection.execute(postgresql.insert(table).values(**values).on_conflict_do_nothing())
    return found.rowcount == 1


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes. On SQLite it waits for its turn before it reads, so that what it read stays so."""
    with engine.begin() as connection:
        if is_sqlite(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def hold_words(connection: sa.Connection, interview_id: str, *, to_change: bool = False) -> None:
    """Until the transaction ends, an interview's words are not replaced; ``to_change``: nobody codes them meanwhile.

    On SQLite there is one writer anyway.
    """
    if not is_sqlite(connection):
        lock = "pg_advisory_xact_lock" if to_change else "pg_advisory_xact_lock_shared"
        connection.execute(sa.text(f"SELECT {lock}(hashtext(:subject))"), {"subject": interview_id})
