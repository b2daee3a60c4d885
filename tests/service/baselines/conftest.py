from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.baselines.made import Installation, install


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Installation]:
    made = install(tmp_path)
    yield made
    made.close()
