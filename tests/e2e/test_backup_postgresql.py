"""A backup of PostgreSQL is put back into SQLite, and one of SQLite into PostgreSQL: the same rows, whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.backup.making import snapshot_of
from service.coding import tables as coding_tables
from service.coding.store import open_coding_store
from service.settings import Settings
from service.vault import tables
from service.vault.checking import check
from service.vault.events import verify
from service.vault.recordings import record_event
from service.vault.store import open_vault
from tests.e2e.services import MISSING, PostgreSQL, postgresql, postgresql_binaries
from tests.service.backup.conftest import place_with
from tests.service.backup.test_backup_and_restore import contents, unchanged

BINARIES = postgresql_binaries()
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(BINARIES is None, reason=MISSING)]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    assert BINARIES is not None
    with postgresql(BINARIES) as running:
        yield running


def on_postgresql(server: PostgreSQL, folder: Path, name: str) -> Settings:
    urls = {store: server.database(f"{name}_{store}") for store in ("vault", "coding")}
    return Settings(data_dir=folder / name, vault_url=urls["vault"], coding_url=urls["coding"])


@pytest.mark.parametrize("way", ["from PostgreSQL", "into PostgreSQL"])
def test_either_database_takes_the_others_backup(server: PostgreSQL, tmp_path: Path, way: str) -> None:
    name = way.partition(" ")[0]
    big, small = on_postgresql(server, tmp_path, name), Settings(data_dir=tmp_path / "small")
    here, there = (big, small) if way == "from PostgreSQL" else (small, big)
    with place_with(tmp_path, here) as place:
        before = contents(place.vault.engine, tables.metadata)
        coded = contents(place.store.engine, coding_tables.metadata)
        with snapshot_of(place.vault.engine) as connection:
            count = sa.select(sa.func.count()).select_from(tables.event)
            events = connection.execute(count).scalar_one()
            with place.vault.engine.begin() as other:
                record_event(other, "stig", "study_seen", "study")
            assert connection.execute(count).scalar_one() == events, "rows are as of one instant"
        place.back_up()
        assert place.back_up().new_objects == 0
        place.restore(there)
    vault = open_vault(there)
    store = open_coding_store(there, vault.keys.coding_files_key)
    try:
        assert same(unchanged(contents(vault.engine, tables.metadata))) == same(unchanged(before))
        after = contents(store.engine, coding_tables.metadata)
        coded.pop("sound"), after.pop("sound")  # passed on again from the vault
        # A restored store begins another feed.
        assert coded.pop("feed_head") != after.pop("feed_head")
        coded.pop("feed_entry"), after.pop("feed_entry")
        assert same(after) == same(coded)
        assert check(vault, None).well
        with vault.engine.connect() as connection:
            assert verify(connection).whole
        with vault.engine.begin() as connection:
            # New rows are numbered after those that were put back.
            made = {"label": "NAME", "number": 999, "stand_in": "[NAME-999]", "made_at": sa.func.now()}
            connection.execute(sa.insert(tables.identity).values(**made))
    finally:
        store.close()
        vault.close()


def same(rows: dict[str, list[tuple[object, ...]]]) -> dict[str, list[list[str]]]:
    """As they are read from either database: SQLite keeps no time zone."""
    return {
        table: sorted([str(value).replace("+00:00", "") for value in row] for row in held)
        for table, held in rows.items()
    }
