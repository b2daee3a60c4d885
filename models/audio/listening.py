"""Opus in Ogg: the copy people listen to, and the cuts they take along."""

from __future__ import annotations

from fractions import Fraction
from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from numpy.typing import NDArray

OPUS_RATE = 48_000
# Opus at these rates is transparent for speech: RFC 7587, section 3.1.1, gives 28-40 kbit/s for full-band speech.
_BIT_RATE = {1: 32_000, 2: 48_000}
# A page a second keeps the file small and lets a player seek to any second with one range request;
# bitexact leaves the random serial number out, so that the same sound gives the same bytes.
_MUXER = {"page_duration": "1000000", "fflags": "+bitexact"}


class OpusWriter:
    """Encodes 48 kHz sound so that a player's clock equals the clock of the samples.

    The encoder's delay is written as pre-skip, which players drop; the stream starts at 0.
    """

    def __init__(self, handle: BinaryIO, channels: int) -> None:
        self._layout = "mono" if channels == 1 else "stereo"
        self._container = av.open(handle, mode="w", format="ogg", options=_MUXER)
        stream = self._container.add_stream("libopus", rate=OPUS_RATE, layout=self._layout)
        assert isinstance(stream, AudioStream)
        stream.bit_rate = _BIT_RATE[min(channels, 2)]
        stream.options = {"application": "audio", "frame_duration": "20", "compression_level": "5"}
        self._stream = stream
        self._position = 0

    def add(self, block: NDArray[np.float32]) -> None:
        """Take 48 kHz float frames shaped (frames, channels)."""
        if not len(block):
            return
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(block, dtype=np.float32).reshape(1, -1), format="flt", layout=self._layout
        )
        frame.sample_rate = OPUS_RATE
        frame.pts = self._position
        frame.time_base = Fraction(1, OPUS_RATE)
        self._position += len(block)
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()
