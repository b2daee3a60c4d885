"""The outline of a recording that the page draws: smallest and largest sample of every 20 ms."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np

from models.audio.samples import Int16
from models.values import SAMPLE_RATE

PEAKS_PER_SECOND = 50
_FRAMES_PER_PEAK = SAMPLE_RATE // PEAKS_PER_SECOND


class PeaksWriter:
    """Writes int8 pairs (min, max), :data:`PEAKS_PER_SECOND` a second; the last pair may cover less time."""

    def __init__(self, handle: BinaryIO) -> None:
        self._handle = handle
        self._rest: Int16 = np.zeros(0, dtype=np.int16)

    def add(self, block: Int16) -> None:
        """Take int16 frames shaped (frames, channels); the pairs span all channels."""
        low, high = block.min(axis=1), block.max(axis=1)
        # Interleave so that one buffer of left-over frames serves both ends of the range.
        both = np.stack([low, high], axis=1).reshape(-1)
        both = np.concatenate([self._rest, both])
        whole = len(both) // (2 * _FRAMES_PER_PEAK) * (2 * _FRAMES_PER_PEAK)
        self._write(both[:whole].reshape(-1, 2 * _FRAMES_PER_PEAK))
        self._rest = both[whole:]

    def finish(self) -> None:
        if len(self._rest):
            self._write(self._rest.reshape(1, -1))
            self._rest = self._rest[:0]

    def _write(self, rows: Int16) -> None:
        if len(rows):
            pairs = np.stack([rows.min(axis=1) >> 8, rows.max(axis=1) >> 8], axis=1)
            self._handle.write(pairs.astype(np.int8).tobytes())
