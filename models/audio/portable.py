"""Sound in formats that other programs read: MP3 and WAV, one channel at 24 kHz.

24 kHz holds speech up to 12 kHz. MP3 is written at a constant bit rate, so that its size is known from its length, and
says the encoder's delay in its first frame (the LAME tag), which players drop: what is heard at a time is what was
heard at it before.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import BinaryIO

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from models.audio.clip import as_pcm, cut
from models.audio.container import open_recording, problem_of
from models.audio.files import Readable
from models.audio.samples import wav_header
from models.problems import ProblemCode, RecordingProblem
from models.values import Span

RATE = 24_000
MP3_BITS_PER_S = 48_000
_EFFORT = "7"
"""Of LAME. Half the time of its usual 5, and what it writes of speech is no further from the original (25.6 dB
instead of 24.4 of signal to noise, over three minutes of an interview)."""
_MUXER = {"fflags": "+bitexact", "id3v2_version": "0", "write_id3v1": "0"}
_FRAME_BYTES = 144 * 2
"""Bytes of an MP3 frame at these rates, rounded up: one is added for the tag, and some are for the delay."""


class SoundForm(StrEnum):
    """The formats; each is the ending of its files."""

    MP3 = "mp3"
    WAV = "wav"


def size_of(length_ms: int, form: SoundForm) -> int:
    """Bytes of a sound of this length; of MP3 at most."""
    if form is SoundForm.WAV:
        return 44 + 2 * (length_ms * RATE // 1000)
    return length_ms * MP3_BITS_PER_S // 8000 + 6 * _FRAME_BYTES


def write_portable(source: Readable, span: Span, handle: BinaryIO, form: SoundForm) -> None:
    """Write the sound of ``span`` of ``source`` to a handle that can seek in its first 64 KiB.

    What lies beyond the end of the sound is left out. Raises RecordingProblem and ValueError as
    :func:`models.audio.clip.write_clip`.
    """
    if span.length_ms <= 0 or span.start_ms < 0:
        raise ValueError("a stretch needs an end after its start")
    try:
        with open_recording(source) as (container, stream):
            writer = _WavWriter(handle) if form is SoundForm.WAV else _Mp3Writer(handle)
            for block in cut(container, stream, span, 1, RATE):
                if len(block):
                    writer.add(as_pcm(block))
            writer.finish()
    except av.error.FFmpegError:
        raise RecordingProblem(ProblemCode.DAMAGED) from None
    except OSError as error:
        raise problem_of(error) from None


class _WavWriter:
    def __init__(self, handle: BinaryIO) -> None:
        self._handle, self._frames = handle, 0
        handle.write(wav_header(0, 1, RATE))

    def add(self, block: NDArray[np.int16]) -> None:
        self._handle.write(block.tobytes())
        self._frames += len(block)

    def finish(self) -> None:
        self._handle.seek(0)
        self._handle.write(wav_header(self._frames, 1, RATE))


class _Mp3Writer:
    def __init__(self, handle: BinaryIO) -> None:
        self._container = av.open(handle, mode="w", format="mp3", options=_MUXER)
        stream = self._container.add_stream("libmp3lame", rate=RATE, layout="mono")
        assert isinstance(stream, AudioStream)
        stream.bit_rate = MP3_BITS_PER_S
        stream.options = {"compression_level": _EFFORT}
        self._stream, self._position = stream, 0

    def add(self, block: NDArray[np.int16]) -> None:
        frame = AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        frame.pts = self._position
        frame.time_base = Fraction(1, RATE)
        self._position += len(block)
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()
