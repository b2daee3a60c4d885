"""How loud a recording is, moment by moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.audio.samples import Samples
from models.values import SAMPLE_RATE, Span

STEP_MS = 50
_STEP = SAMPLE_RATE * STEP_MS // 1000
_STEPS_PER_BLOCK = 1200
_FLOOR_DB = -96.0  # one step of 16 bit


@dataclass(frozen=True, slots=True)
class Levels:
    """Root mean square in dB of full scale, one value every ``STEP_MS``."""

    db: tuple[float, ...]

    def of(self, spans: Sequence[Span]) -> float | None:
        """The level of the energy over ``spans``, in dB; None when they hold less than one step."""
        indices = [
            index
            for span in spans
            for index in range(span.start_ms // STEP_MS, min(len(self.db), -(-span.end_ms // STEP_MS)))
        ]
        if not indices:
            return None
        energy = np.mean([10 ** (self.db[index] / 10) for index in indices])
        return float(10 * np.log10(energy))


def measure_levels(samples: Samples) -> Levels:
    """The levels of the mean of the channels."""
    values: list[float] = []
    for start in range(0, len(samples.pcm), _STEP * _STEPS_PER_BLOCK):
        block = samples.read_frames(start, start + _STEP * _STEPS_PER_BLOCK)
        whole = len(block) // _STEP * _STEP
        energy = np.square(block[:whole].reshape(-1, _STEP)).mean(axis=1)
        values += np.round(np.maximum(_FLOOR_DB, 10 * np.log10(energy + 1e-12)), 1).tolist()
    return Levels(tuple(values))
