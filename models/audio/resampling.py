"""Decoded frames as numpy blocks at one rate and channel count, whatever the stream does in between."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

_FORMATS = {"s16": np.int16, "flt": np.float32}
_LAYOUTS = {1: "mono", 2: "stereo"}


class Conformer:
    """Turns frames into blocks shaped (frames, channels) at ``rate`` Hz, of int16 or float32 samples.

    More than two source channels become one, their mean: their layout is often not stated, and what
    matters is that nobody is lost. A stream that changes its format half-way goes on.
    """

    def __init__(self, rate: int, channels: Literal[1, 2], sample_format: Literal["s16", "flt"]) -> None:
        self._rate = rate
        self._channels = channels
        self._format = sample_format
        self._resampler: AudioResampler | None = None
        self._source: tuple[str, str, int] | None = None

    def add(self, frame: AudioFrame) -> list[NDArray[np.generic]]:
        """The blocks that became ready."""
        blocks: list[NDArray[np.generic]] = []
        if frame.layout.nb_channels > 2:
            frame = _mean_of_channels(frame)
        elif frame.layout.name not in _LAYOUTS.values():
            frame = _with_layout(frame)
        source = (frame.format.name, frame.layout.name, frame.sample_rate)
        if source != self._source:
            blocks += self.finish()
            self._resampler = AudioResampler(
                format=self._format, layout=_LAYOUTS[self._channels], rate=self._rate
            )
            self._source = source
        assert self._resampler is not None
        # Time stamps are not used: a recording's time is the count of its samples.
        frame.pts = None
        return blocks + [self._block(ready) for ready in self._resampler.resample(frame)]

    def finish(self) -> list[NDArray[np.generic]]:
        """What the resampler still held."""
        if self._resampler is None:
            return []
        blocks = [self._block(ready) for ready in self._resampler.resample(None)]
        self._resampler = self._source = None
        return blocks

    def _block(self, frame: AudioFrame) -> NDArray[np.generic]:
        return frame.to_ndarray().reshape(-1, self._channels).astype(_FORMATS[self._format], copy=False)


def _with_layout(frame: AudioFrame) -> AudioFrame:
    """A copy that says its layout. FFmpeg writes one into a frame that says none, but only at its first use."""
    named = AudioFrame.from_ndarray(
        frame.to_ndarray(), format=frame.format.name, layout=_LAYOUTS[frame.layout.nb_channels]
    )
    named.sample_rate = frame.sample_rate
    return named


def _mean_of_channels(frame: AudioFrame) -> AudioFrame:
    array = frame.to_ndarray()
    if not frame.format.is_planar:
        array = array.reshape(-1, frame.layout.nb_channels).T
    mean = _as_float(array).mean(axis=0, dtype=np.float32)
    mono = AudioFrame.from_ndarray(mean.reshape(1, -1), format="flt", layout="mono")
    mono.sample_rate = frame.sample_rate
    return mono


def _as_float(array: NDArray[Any]) -> NDArray[np.float32]:
    if array.dtype == np.uint8:
        return (array.astype(np.float32) - 128.0) / 128.0
    if np.issubdtype(array.dtype, np.integer):
        return array.astype(np.float32) / np.float32(np.iinfo(array.dtype).max)
    return array.astype(np.float32)
