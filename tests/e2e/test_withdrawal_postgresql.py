"""Withdrawal on a real PostgreSQL: nothing is found in any row or file, and the tables' files hold no key of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.settings import Settings
from service.vault.events import verify
from service.withdrawal.erasing import begin, carry_out
from service.withdrawal.folder import delete_files
from service.withdrawal.targets import find_target
from tests.e2e.services import MISSING, PostgreSQL, postgresql, postgresql_binaries
from tests.service.vault.owned import values_under_own_keys
from tests.service.withdrawal.planted import CANARY, KEPT, WITHDRAWN, found, plant
from tests.service.withdrawal.test_withdrawal import wrapped_keys

BINARIES = postgresql_binaries()
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(BINARIES is None, reason=MISSING)]


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    assert BINARIES is not None
    with postgresql(BINARIES) as running:
        yield running


def in_table_files(engine: sa.Engine, wanted: set[bytes]) -> set[bytes]:
    """Which of these bytes lie in the files of tables and indexes. The server's log of changes is not looked at."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("CHECKPOINT"))
        folder = Path(connection.execute(sa.text("SHOW data_directory")).scalar_one())
    assert folder.name == "data"
    held = [path.read_bytes() for path in (folder / "base").rglob("*") if path.is_file()]
    return {one for one in wanted if any(one in data for data in held)}


def test_nothing_of_the_withdrawn_is_found_and_everything_of_the_others(
    server: PostgreSQL, tmp_path: Path
) -> None:
    settings = Settings(
        data_dir=tmp_path / "data", vault_url=server.database("vault"), coding_url=server.database("coding")
    )
    planted = plant(settings)
    try:
        assert all(found(planted, CANARY).values())
        keys = wrapped_keys(planted)
        for name in CANARY:
            assert in_table_files(planted.vault.engine, keys[name]) == keys[name]
        with planted.vault.engine.connect() as connection:
            target = find_target(connection, None, "D03-C", None, None)
        done = carry_out(planted.vault, planted.store, settings, begin(planted.vault, target, "steward"))
        delete_files(planted.vault, settings, done.number, "steward")
        done = carry_out(planted.vault, planted.store, settings, done.number)
        assert done.finished_at is not None
        assert [name for name, places in found(planted, CANARY).items() if places] == list(KEPT)
        for name in CANARY:
            left = in_table_files(planted.vault.engine, keys[name])
            assert left == (set() if name in WITHDRAWN else keys[name]), name
        with planted.vault.engine.connect() as connection:
            assert values_under_own_keys(connection)["word.text"] > 0
            assert verify(connection).whole
    finally:
        planted.close()
