"""What the end-to-end tests share: one Lytt that has processed the phone call, and the call itself."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.running import RunningLytt


@pytest.fixture(scope="session")
def phone_call() -> Path:
    """A two-person phone call of 30 s, as it ships inside the pyannote.audio wheel."""
    found = importlib.util.find_spec("pyannote.audio")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "sample" / "sample.wav"


@pytest.fixture(scope="session")
def lytt(tmp_path_factory: pytest.TempPathFactory, phone_call: Path) -> Iterator[RunningLytt]:
    """A running Lytt into whose folder the phone call was dropped as D03-T2, and was finished."""
    with RunningLytt(tmp_path_factory.mktemp("lytt") / "data") as running:
        shutil.copyfile(phone_call, running.recordings / "D03-T2.wav")
        assert running.wait_until_ended("D03-T2")["state"] == "done"
        yield running
