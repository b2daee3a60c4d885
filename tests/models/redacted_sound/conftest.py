"""Sound files made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.audio.samples import wav_header

Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Write the given channels as 16-bit WAV at a rate."""

    def make(channels: list[NDArray[np.float32]], rate: int, name: str = "sound.wav") -> Path:
        pcm = np.stack([np.rint(np.clip(one, -1, 1) * 32767) for one in channels], axis=1).astype("<i2")
        path = tmp_path / name
        path.write_bytes(wav_header(len(pcm), len(channels), rate) + pcm.tobytes())
        return path

    return make
