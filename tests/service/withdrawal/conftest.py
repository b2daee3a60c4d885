from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import Settings
from tests.service.withdrawal.planted import Planted, plant


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Planted]:
    """A study of two dyads, a canary in each of its interviews."""
    made = plant(Settings(data_dir=tmp_path / "data", settle_seconds=0.05))
    yield made
    made.close()
