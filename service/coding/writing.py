"""Writing beside others who write, in both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.database import is_sqlite


def add_once(connection: sa.Connection, table: sa.Table, values: Mapping[str, object]) -> bool:
    """Add a row unless there is one with its key. Returns whether it was added.

    It is a statement that writes, so from here on the transaction sees what others committed before.
    """
    # Whether a row comes back tells it in both databases; how many rows an insert counts is not told by every driver.
    key = tuple(table.primary_key.columns)
    if is_sqlite(connection):
        there = sqlite.insert(table).values(**values).on_conflict_do_nothing().returning(*key)
        return connection.execute(there).first() is not None
    added = postgresql.insert(table).values(**values).on_conflict_do_nothing().returning(*key)
    return connection.execute(added).first() is not None


_TURN = threading.Lock()
"""SQLite lets whoever asks at the right instant write, so one of many may wait for seconds: threads queue here."""


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes. On SQLite it waits for its turn before it reads, so that what it read stays so.

    Not to be used within itself.
    """
    if not is_sqlite(engine):
        with engine.begin() as connection:
            yield connection
        return
    with _TURN, engine.begin() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def hold_words(connection: sa.Connection, interview_id: str, *, to_change: bool = False) -> None:
    """Until the transaction ends, an interview's words are not replaced; ``to_change``: nobody codes them meanwhile.

    On SQLite there is one writer anyway.
    """
    if not is_sqlite(connection):
        lock = "pg_advisory_xact_lock" if to_change else "pg_advisory_xact_lock_shared"
        connection.execute(sa.text(f"SELECT {lock}(hashtext(:subject))"), {"subject": interview_id})
