"""The tables of the review come and go; what was there before stays."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from service.database import open_database
from service.migrate import migrate
from service.vault.store import MIGRATIONS

OWN = {"review", "second_look", "cleared_word", "review_change"}


def test_the_migration_goes_there_and_back(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'vault.sqlite'}")
    migrate(engine, MIGRATIONS, "0008")
    before = sa.inspect(engine).get_table_names()
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO interview (id, title, created_at) VALUES ('i', 't', '2026-01-01 00:00:00')")
        )
        connection.execute(
            sa.text(
                "INSERT INTO redaction (interview_id, id, label, placeholder, start_ms, end_ms, word_ids, confidence, "
                "detector) VALUES ('i', 1, 'NAME', 'x', 0, 1, '[1]', 0.9, 'd')"
            )
        )
    migrate(engine, MIGRATIONS, "0009")
    assert set(sa.inspect(engine).get_table_names()) - set(before) == OWN
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT state, about FROM redaction")).one() == ("open", None)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        connection.execute(sa.text("PRAGMA foreign_keys=OFF"))
        config.attributes["connection"] = connection
        command.downgrade(config, "0008")
    assert sa.inspect(engine).get_table_names() == before
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM redaction")).scalar_one() == 1
