"""The store that exports are made of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service.coding.files import KeptFile
from service.coding.sounds import Sound, put_sound
from service.coding.store import CodingStore
from service.coding.writing import writing
from service.database import open_database
from tests.service.coding.exports.made import code_all
from tests.service.coding.test_codings import store_at
from tests.service.conftest import INTERVIEW


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with codings, and a sound whose file is not there: its row says that it goes along."""
    path = tmp_path_factory.mktemp("filled") / "coding.sqlite"
    found = store_at(f"sqlite:///{path}")
    code_all(found)
    with writing(found.engine) as connection:
        put_sound(connection, INTERVIEW, Sound("1", KeptFile("a", "b"), KeptFile("c", "d"), ()))
    found.close()
    return path


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> CodingStore:
    """A copy of it."""
    shutil.copy(filled, tmp_path / "coding.sqlite")
    return CodingStore(open_database(f"sqlite:///{tmp_path / 'coding.sqlite'}"))
