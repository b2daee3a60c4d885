"""Made sounds and made tracks."""

from __future__ import annotations

import numpy as np

from models.audio.samples import Samples
from models.nuance.track import EVENT_MS, FRAME_MS, Track

RATE = 16_000


def buzz(seconds: float, pitch_hz: float = 120.0, loud: float = 0.1, harmonics: int = 19) -> np.ndarray:
    """A voice's harmonics, falling off as those of an open vowel do."""
    moments = np.arange(round(seconds * RATE)) / RATE
    return loud * sum(np.sin(2 * np.pi * pitch_hz * n * moments) / n for n in range(1, harmonics + 1))


def noise(seconds: float, loud: float = 0.1, seed: int = 1) -> np.ndarray:
    return loud * np.random.default_rng(seed).standard_normal(round(seconds * RATE))


def samples(*channels: np.ndarray) -> Samples:
    return Samples(np.stack([np.rint(np.clip(one, -1, 1) * 32767) for one in channels], axis=1).astype("<i2"))


def track(
    seconds: float,
    *,
    pitch: float = 120.0,
    voicing: float = 1.0,
    level: float = -30.0,
    tilt: float = 10.0,
    harmonicity: float = 10.0,
    high: float = -50.0,
    shimmer: float = 0.4,
    classes: tuple[str, ...] = (),
    events: dict[int, dict[str, float]] | None = None,
) -> Track:
    """The same from beginning to end; ``events`` gives scores by row and class, all others are -20."""
    frames = round(seconds * 1000 / FRAME_MS)
    rows = round(seconds * 1000 / EVENT_MS)
    scores = np.full((rows, len(classes)), -20.0, np.float32)
    for row, given in (events or {}).items():
        for name, score in given.items():
            scores[row, classes.index(name)] = score

    def column(value: float) -> np.ndarray:
        return np.full(frames, value, np.float32)

    return Track(
        round(seconds * 1000),
        column(pitch),
        column(voicing),
        column(level),
        column(tilt),
        column(harmonicity),
        column(high),
        column(shimmer),
        classes,
        scores,
    )
