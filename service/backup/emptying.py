"""Whether a database holds anything, and leaving nothing in it: before a snapshot is put there."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from service.backup.owners import METADATA, kept_tables
from service.backup.values import CODING, VAULT
from service.database import is_sqlite, open_database

_TOLD = frozenset(
    table.name
    for store in (VAULT, CODING)
    for table in kept_tables(store)
    if table.name not in ("conversion", "event_head", "vault_key")
)
"""Tables in which a row is something that would be lost."""

_JOBS = "dbos"
_FUNCTIONS = ("event_append_only",)


def holds_something(url: str) -> bool:
    """Whether there is a row in the database that somebody put there."""
    file = _file_of(url)
    if file is not None and not file.exists():
        return False
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            for name in set(sa.inspect(connection).get_table_names()) & _TOLD:
                one = sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)
                if connection.execute(one).first() is not None:
                    return True
    finally:
        engine.dispose()
    return False


def empty_database(url: str) -> None:
    """Remove everything of Lytt's from the database, the queue of jobs too."""
    file = _file_of(url)
    if file is not None:
        for path in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal"))):
            path.unlink(missing_ok=True)
        return
    engine = open_database(url)
    ours = {table for metadata in METADATA.values() for table in metadata.tables}
    ours |= {"vault_schema_version", "coding_schema_version"}
    try:
        with engine.begin() as connection:
            if is_sqlite(connection):
                raise ValueError("a database in memory can't be restored into")
            quote = connection.dialect.identifier_preparer.quote
            for name in set(sa.inspect(connection).get_table_names()) & ours:
                connection.execute(sa.text(f"DROP TABLE {quote(name)} CASCADE"))
            for name in _FUNCTIONS:
                connection.execute(sa.text(f"DROP FUNCTION IF EXISTS {name} CASCADE"))
            connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {_JOBS} CASCADE"))
    finally:
        engine.dispose()


def _file_of(url: str) -> Path | None:
    """The file of a SQLite database, or None."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    assert parsed.database is not None
    return Path(parsed.database)
