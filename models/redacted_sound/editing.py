"""Taking masked stretches out of the sound: their samples are replaced, in all channels."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.audio.editing import Block
from models.values import Span

FADE_MS = 6
"""Before and after a masked stretch, so that nothing clicks. Outside of it: within it there is nothing to fade."""

# A tone as loud as quiet speech, of the pitch that broadcasters use (1 kHz at -20 dB of full scale, EBU R 68).
_TONE_HZ = 1_000
_TONE_LEVEL = 0.1
_FULL_SCALE = 32767.0


class MaskSound(StrEnum):
    """What is heard in the place of a masked stretch."""

    SILENCE = "silence"
    TONE = "tone"


class Masking:
    """The edit (:class:`models.audio.editing.Edit`) that replaces stretches. Outside of them and of their fades, every
    sample stays as it is."""

    def __init__(
        self, spans: Sequence[Span], rate: int, sound: MaskSound = MaskSound.SILENCE, begin_ms: int = 0
    ) -> None:
        """``spans`` in order and apart from one another; the first block begins at ``begin_ms``."""
        # Rounded outwards: no sample of a masked millisecond is left.
        self._spans = [(span.start_ms * rate // 1000, -(-span.end_ms * rate // 1000)) for span in spans]
        self._starts = [start for start, _ in self._spans]
        self._rate = rate
        self._fade = FADE_MS * rate // 1000
        self._sound = sound
        self._position = begin_ms * rate // 1000

    def add(self, block: Block) -> Block:
        begin, end = self._position, self._position + len(block)
        self._position = end
        # A span whose fade reaches into the block begins before the block's end, and the one before may end in it.
        last = bisect_right(self._starts, end + self._fade)
        result = block
        for place in range(last - 1, -1, -1):
            start, stop = self._spans[place]
            if stop + self._fade <= begin:
                break
            if result is block:
                result = block.copy()
            self._replace(result, begin, start, stop)
        return result

    def finish(self) -> Block | None:
        return None

    def _replace(self, block: Block, begin: int, start: int, stop: int) -> None:
        """Fade out before ``start``, fade in after ``stop``, both frame numbers, and replace all between."""
        end = begin + len(block)
        for first, fading in ((start - self._fade, 1.0), (stop, 0.0)):
            low, high = max(begin, first), min(end, first + self._fade)
            if low < high:
                share = (np.arange(low, high) - first + 0.5) / self._fade
                gain = np.abs(fading - np.sin(np.pi / 2 * share) ** 2)[:, None]
                part = block[low - begin : high - begin]
                faded = part * gain
                block[low - begin : high - begin] = (
                    np.rint(faded) if np.issubdtype(block.dtype, np.integer) else faded
                )
        low, high = max(begin, start), min(end, stop)
        if low < high:
            block[low - begin : high - begin] = self._replacement(low, high, start, stop, block.dtype)

    def _replacement(
        self, low: int, high: int, start: int, stop: int, dtype: np.dtype[np.generic]
    ) -> NDArray[np.generic]:
        if self._sound is MaskSound.SILENCE:
            return np.zeros((high - low, 1), dtype=dtype)
        at = np.arange(low, high)
        edge = np.minimum(at - start + 0.5, stop - at - 0.5) / max(1, self._fade)
        tone = _TONE_LEVEL * np.clip(edge, 0, 1) * np.sin(2 * np.pi * _TONE_HZ * (at - start) / self._rate)
        if np.issubdtype(dtype, np.integer):
            tone = np.rint(tone * _FULL_SCALE)
        return np.asarray(tone.astype(dtype)[:, None])
