"""Opening a database: SQLite or PostgreSQL by URL, with the pragmas that make SQLite safe to share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa


def open_database(url: str) -> sa.Engine:
    """An engine for ``url``.

    SQLite files get write-ahead logging, a 30 s busy timeout and enforced foreign keys, and what is deleted is
    overwritten; file and folder are made, readable by their owner only. Errors of either never quote values.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True
        )
    if parsed.database and parsed.database != ":memory:":
        file = Path(parsed.database)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The folder may have been there before, open to others. SQLite gives its journals the mode of the file.
        if not file.exists():
            file.touch(mode=0o600)
    engine = sa.create_engine(parsed, connect_args={"timeout": 30}, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    return engine


def is_sqlite(engine: sa.Engine | sa.Connection) -> bool:
    return engine.dialect.name == "sqlite"
