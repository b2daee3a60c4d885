"""A store from before there was a feed gets one with everything that is there, and can go back."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from service.coding.store import MIGRATIONS, open_coding_store
from service.settings import Settings
from tests.service.coding.feed.follower import documented, held_by, pages_of, same, there
from tests.service.coding.feed.test_feed import FIRST, Study, release


def test_what_was_coded_before_is_told_when_the_store_is_opened(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    store = open_coding_store(settings)
    release(store, FIRST)
    study = Study(store, random.Random(11))
    for _ in range(60):
        study.act()
    before = there(store)
    assert len(before) > 5
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    feed = ScriptDirectory.from_config(config).get_revision("0009")
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, str(feed.down_revision))
        assert not sa.inspect(connection).has_table("feed_entry")
    store.close()

    store = open_coding_store(settings)
    with closing(sqlite3.connect(":memory:")) as database:
        documented()["follow"](database, pages_of(store))
        assert same(held_by(database), before)
    store.close()
