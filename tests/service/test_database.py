"""Opening a database."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from service.database import open_database


def test_nobody_else_can_read_a_sqlite_database_even_in_an_open_folder(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    engine = open_database(f"sqlite:///{folder / 'vault.sqlite'}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE interview (id TEXT)"))
        modes = {file.name: file.stat().st_mode & 0o077 for file in folder.iterdir()}
    engine.dispose()
    assert modes == {"vault.sqlite": 0, "vault.sqlite-wal": 0, "vault.sqlite-shm": 0}


def test_the_folder_of_a_sqlite_database_is_made_for_its_owner_only(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'data' / 'vault.sqlite'}")
    with engine.connect():
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    engine.dispose()
