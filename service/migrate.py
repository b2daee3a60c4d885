"""Bringing a database to the newest schema. Each store keeps its own migrations beside its tables."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config


def migrate(engine: sa.Engine, migrations: Path, until: str = "head") -> None:
    """Apply what is missing of the Alembic migrations in ``migrations``, up to one. Safe to run at every start."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Two processes that start together must not migrate at once.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7236214)"))
        else:
            connection.execute(sa.text("PRAGMA foreign_keys=OFF"))
        config.attributes["connection"] = connection
        command.upgrade(config, until)
