"""The installed models, and the two-person phone call that pyannote.audio ships."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from models.config import ModelsConfig
from models.host import ModelHost
from models.problems import RecordingProblem
from models.registry.locate import locate
from models.registry.manifest import Task
from service.settings import Settings


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """Where the default models lie. ``scripts/setup`` puts them there."""
    folder = Settings().models_folder
    try:
        locate("whisper-base", folder, Task.RECOGNITION)
        locate("segmentation-3.0", folder, Task.SEGMENTATION)
        locate("campplus", folder, Task.EMBEDDING)
    except RecordingProblem:
        pytest.skip("the default models are not installed: lytt models fetch")
    return folder


@pytest.fixture(scope="session")
def host(models_folder: Path) -> ModelHost:
    """The models with their default configuration."""
    return ModelHost(ModelsConfig(models_dir=models_folder))


@pytest.fixture(scope="session")
def phone_call() -> Path:
    """30 s of two people on the telephone, with ``.rttm`` and ``.stm`` beside it."""
    package = importlib.util.find_spec("pyannote.audio")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "sample" / "sample.wav"
