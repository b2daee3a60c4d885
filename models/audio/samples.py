"""The canonical samples of a recording: 16-bit PCM in WAV, read piece by piece."""

from __future__ import annotations

import os
import struct
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from models.audio.files import Readable
from models.problems import ProblemCode, RecordingProblem
from models.values import SAMPLE_RATE, Span

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_FULL_SCALE = 32768.0

Int16 = NDArray[np.int16]
Float32 = NDArray[np.float32]


def wav_header(frames: int, channels: int, rate: int = SAMPLE_RATE) -> bytes:
    """The 44 bytes before ``frames`` of 16-bit PCM. Six hours in two channels stay below WAV's 4 GiB."""
    size = frames * channels * 2
    frame = channels * 2
    form = (b"fmt ", 16, 1, channels, rate, rate * frame, frame, 16)
    return _HEADER.pack(b"RIFF", size + _HEADER.size - 8, b"WAVE", *form, b"data", size)


class SamplesWriter:
    """Writes int16 frames, shaped (frames, channels), behind a header that is completed by :meth:`finish`."""

    def __init__(self, handle: BinaryIO, channels: int) -> None:
        self._handle = handle
        self._channels = channels
        self.frames = 0
        handle.write(wav_header(0, channels))

    def add(self, block: Int16) -> None:
        self._handle.write(np.ascontiguousarray(block, dtype="<i2").data)
        self.frames += len(block)

    def finish(self) -> None:
        self._handle.seek(0)
        self._handle.write(wav_header(self.frames, self._channels))


class StreamedPcm:
    """Samples that can't be mapped into memory: each slice is read when it is asked for. Any thread may ask."""

    def __init__(self, handle: BinaryIO, frames: int, channels: int) -> None:
        self._handle = handle
        self._lock = threading.Lock()
        self.shape = (frames, channels)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, frames: slice) -> Int16:
        """The frames of a slice without a step."""
        start, end, _ = frames.indices(len(self))
        frame_bytes = self.shape[1] * 2
        with self._lock:
            self._handle.seek(_HEADER.size + start * frame_bytes)
            data = self._handle.read(max(0, end - start) * frame_bytes)
        return np.frombuffer(data, dtype="<i2").reshape(-1, self.shape[1])


@dataclass(frozen=True)
class Samples:
    """The samples of a recording, memory mapped or read piece by piece. ``pcm`` has the shape (frames, channels)."""

    pcm: Int16 | StreamedPcm

    @property
    def duration_ms(self) -> int:
        return len(self.pcm) * 1000 // SAMPLE_RATE

    @property
    def channels(self) -> int:
        return int(self.pcm.shape[1])

    def read(self, span: Span | None = None, channel: int | None = None) -> Float32:
        """The samples of ``span`` (all when None) of one channel, or of the mean of all, from -1 to 1."""
        return self.read_frames(*((0, len(self.pcm)) if span is None else frames_of(span)), channel=channel)

    def read_frames(self, start: int, end: int, channel: int | None = None) -> Float32:
        """The same by frame numbers; what lies outside the recording is left out."""
        block = self.pcm[max(0, start) : max(0, end)]
        if channel is not None:
            mono: Float32 = block[:, channel].astype(np.float32)
        elif self.channels == 1:
            mono = block[:, 0].astype(np.float32)
        else:
            mono = block.mean(axis=1, dtype=np.float32)
        mono /= _FULL_SCALE
        return mono


def frames_of(span: Span) -> tuple[int, int]:
    """First and end frame of a span."""
    return span.start_ms * SAMPLE_RATE // 1000, span.end_ms * SAMPLE_RATE // 1000


def open_samples(file: Readable) -> Samples:
    """The samples that :mod:`models.audio.decode` wrote. Raises RecordingProblem ``DAMAGED`` if they are not such."""
    handle = file.open("rb")
    try:
        frames, channels = _shape_of(handle)
        if not isinstance(file, Path):
            return Samples(StreamedPcm(handle, frames, channels))
    except BaseException:
        handle.close()
        raise
    handle.close()
    if not frames:
        return Samples(np.zeros((0, channels), dtype=np.int16))
    return Samples(np.memmap(file, dtype="<i2", mode="r", offset=_HEADER.size, shape=(frames, channels)))


def _shape_of(handle: BinaryIO) -> tuple[int, int]:
    """Frames and channels, as the header says and the file holds."""
    head = handle.read(_HEADER.size)
    if len(head) < _HEADER.size:
        raise RecordingProblem(ProblemCode.DAMAGED)
    riff, _, wave, _, _, coding, channels, rate, _, _, bits, _, size = _HEADER.unpack(head)
    if (riff, wave, coding, rate, bits) != (b"RIFF", b"WAVE", 1, SAMPLE_RATE, 16) or not channels:
        raise RecordingProblem(ProblemCode.DAMAGED)
    if handle.seek(0, os.SEEK_END) < _HEADER.size + size:
        raise RecordingProblem(ProblemCode.DAMAGED)
    return size // (2 * channels), channels
