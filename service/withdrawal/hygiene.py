"""Leaving nothing of what was deleted in the free space and the journals of a database."""

from __future__ import annotations

import time

import sqlalchemy as sa

from service.database import is_sqlite

_TRIES = 20
_WAIT_S = 0.5
_LOCK_WAIT_MS = 30_000


class DatabaseInUse(Exception):  # noqa: N818 - reads as what happened
    """Somebody reads or writes all the time, so that the database can't be cleaned now; to be tried again."""


def clean(engine: sa.Engine) -> None:
    """Write the database anew and empty its journal. Raises :class:`DatabaseInUse`.

    SQLite: the full-text index is made anew (its segments keep deleted words), VACUUM, and the write-ahead log is cut
    off. PostgreSQL: VACUUM FULL of every table; its log keeps old pages until it reuses them.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            if is_sqlite(connection):
                _clean_sqlite(connection)
            else:
                _clean_postgresql(connection)
        except sa.exc.OperationalError:
            raise DatabaseInUse from None


def _clean_sqlite(connection: sa.Connection) -> None:
    there = sa.text("SELECT 1 FROM sqlite_master WHERE name = 'utterance_search'")
    if connection.execute(there).first() is not None:
        connection.execute(sa.text("INSERT INTO utterance_search(utterance_search) VALUES ('rebuild')"))
    connection.execute(sa.text("VACUUM"))
    for _ in range(_TRIES):
        if not connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]:
            return
        time.sleep(_WAIT_S)
    raise DatabaseInUse


def _clean_postgresql(connection: sa.Connection) -> None:
    connection.execute(sa.text(f"SET lock_timeout = {_LOCK_WAIT_MS}"))
    own = connection.execute(
        sa.text(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
            "AND pg_get_userbyid(c.relowner) = current_user ORDER BY 1, 2"
        )
    ).all()
    quote = connection.dialect.identifier_preparer.quote
    for schema, name in own:
        connection.execute(sa.text(f"VACUUM FULL {quote(schema)}.{quote(name)}"))
