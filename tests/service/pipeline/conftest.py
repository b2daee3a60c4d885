from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.pipeline.workshop import Workshop, open_workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """A vault, a queue, and workers that are real processes with a small host instead of models."""
    made = open_workshop(tmp_path)
    yield made
    made.close()
